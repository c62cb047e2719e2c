import { DisposableStore, type Disposable } from '../../core/disposable';
import { VIEWS } from '../../platform/command-ids';
import { createTreeView, type TreeDeps } from '../trees/tree-view';
import { registerQueueCommands } from './queue-commands';
import { createQueuesSource } from './queues-source';

/** The Queues view and the commands on queues. */
export function registerQueues(deps: TreeDeps): Disposable {
  const owned = new DisposableStore();
  const { view } = owned.add(createTreeView(deps, VIEWS.queues, createQueuesSource()));
  owned.add(registerQueueCommands({ ...deps, selection: () => view.selection }));
  return owned;
}
