import { DisposableStore, type Disposable } from '../../core/disposable';
import { VIEWS } from '../../platform/command-ids';
import { createTreeView, type TreeDeps } from '../trees/tree-view';
import { registerWorkerCommands } from './worker-commands';
import { createWorkersSource } from './workers-source';

/** The Workers view and the commands on workers. */
export function registerWorkers(deps: TreeDeps): Disposable {
  const owned = new DisposableStore();
  owned.add(createTreeView(deps, VIEWS.workers, createWorkersSource()));
  owned.add(registerWorkerCommands(deps));
  return owned;
}
