import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS, LOAD_PANEL, VIEWS } from '../../platform/command-ids';
import { commandsOnDemand } from '../../platform/commands-on-demand';
import { LazyPanels } from '../panels/lazy-panels';
import { isTreeNode } from '../trees/tree-nodes';
import { createTreeView, type TreeDeps } from '../trees/tree-view';
import type { LoadRef } from './load-contract';
import { createWorkersSource } from './workers-source';

/** The Workers view, the commands on workers and the panels of their load. */
export function registerWorkers(deps: TreeDeps): Disposable {
  const owned = new DisposableStore();
  owned.add(createTreeView(deps, VIEWS.workers, createWorkersSource()));
  owned.add(
    commandsOnDemand(
      deps.platform,
      [COMMANDS.stopWorkerTask, COMMANDS.deactivateWorker],
      async (platform) => {
        const { registerWorkerCommands } = await import('./worker-commands');
        return registerWorkerCommands({ ...deps, platform });
      },
    ),
  );
  owned.add(registerLoadPanels(deps));
  return owned;
}

function registerLoadPanels(deps: TreeDeps): Disposable {
  const { platform, connections } = deps;
  const owned = new DisposableStore();
  const panels = owned.add(
    new LazyPanels<LoadRef>(LOAD_PANEL, deps, async () => {
      const { LoadPanelKind } = await import('./load-panel-kind');
      return new LoadPanelKind(platform, connections);
    }),
  );
  owned.add(
    platform.commands.register(COMMANDS.openWorkerLoad, async (node) => {
      if (isTreeNode(node) && (node.kind === 'worker' || node.kind === 'load')) {
        await panels.open({ connectionId: node.connectionId, workerId: node.workerId });
      }
    }),
  );
  return owned;
}
