import { DisposableStore, type Disposable } from '../../core/disposable';
import type { OnDemand } from '../../core/on-demand';
import type { TaskRef } from '../../core/task-ref';
import { COMMANDS, RUNS_PANEL } from '../../platform/command-ids';
import { LazyPanels, type PanelDeps } from '../panels/lazy-panels';
import { refsOf, requireRow } from '../tasks/task-targets';
import { pickRuns } from './pick-runs';
import type { RunsShared } from './runs-panel-kind';
import type { SharedSeriesWorker } from './shared-series-worker';

export interface RunsFeature extends Disposable {
  /** Loads the code of the panels, of which none opens. */
  load(): Promise<void>;
}

/** Panels of several runs: the command that opens one, and their return after a reload. */
export function registerRuns(
  deps: PanelDeps & {
    readonly worker: Pick<OnDemand<SharedSeriesWorker>, 'get'>;
    readonly shared: RunsShared;
  },
): RunsFeature {
  const { platform, connections, worker, shared } = deps;
  const owned = new DisposableStore();
  const panels = owned.add(
    new LazyPanels<readonly TaskRef[]>(RUNS_PANEL, deps, async () => {
      const { RunsPanelKind } = await import('./runs-panel-kind');
      return new RunsPanelKind(platform, connections, await worker.get(), shared);
    }),
  );
  owned.add(
    platform.commands.register(
      COMMANDS.showCurvesTogether,
      async (node, nodes, isCalledOnSomething = false) => {
        const given = refsOf(node, nodes);
        requireRow(given, isCalledOnSomething);
        const refs = given.length > 0 ? given : await pickRuns(deps, 'Show Curves Together', []);
        if (refs.length > 0) {
          await panels.open(refs);
        }
      },
    ),
  );
  return { load: () => panels.load(), dispose: () => owned.dispose() };
}
