import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS, VIEWS } from '../../platform/command-ids';
import { commandsOnDemand } from '../../platform/commands-on-demand';
import { createTreeView, type TreeDeps } from '../trees/tree-view';
import { createQueuesSource } from './queues-source';

const QUEUE_COMMANDS = [
  COMMANDS.createQueue,
  COMMANDS.renameQueue,
  COMMANDS.deleteQueue,
  COMMANDS.clearQueue,
  COMMANDS.moveToFront,
  COMMANDS.moveUp,
  COMMANDS.moveDown,
  COMMANDS.moveToBack,
] as const;

/** The Queues view and the commands on queues. */
export function registerQueues(deps: TreeDeps): Disposable {
  const owned = new DisposableStore();
  const { view } = owned.add(createTreeView(deps, VIEWS.queues, createQueuesSource()));
  owned.add(
    commandsOnDemand(deps.platform, QUEUE_COMMANDS, async (platform) => {
      const { registerQueueCommands } = await import('./queue-commands');
      return registerQueueCommands({ ...deps, platform, selection: () => view.selection });
    }),
  );
  return owned;
}
