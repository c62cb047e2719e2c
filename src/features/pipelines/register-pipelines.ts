import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS } from '../../platform/command-ids';
import type { Platform, StateStorage } from '../../platform/contract';
import type { Connections } from '../../store/contract';

export interface PipelineDeps {
  readonly platform: Platform;
  readonly connections: Connections;
  readonly workspaceState: StateStorage;
}

/** Starting runs of pipelines, and stopping them with their steps. */
export function registerPipelines(deps: PipelineDeps): Disposable {
  const { commands } = deps.platform;
  const owned = new DisposableStore();
  owned.add(
    commands.register(COMMANDS.startPipelineRun, async (node) => {
      const { startPipelineRun } = await import('./start-pipeline-run');
      return startPipelineRun(deps, node);
    }),
  );
  owned.add(
    commands.register(COMMANDS.stopPipeline, async (node) => {
      const { stopPipeline } = await import('./stop-pipeline');
      return stopPipeline(deps, node);
    }),
  );
  return owned;
}
