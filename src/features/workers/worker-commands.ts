import type { Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import { taskRef } from '../../core/task-ref';
import { COMMANDS } from '../../platform/command-ids';
import { runAction, type TaskCommandDeps } from '../tasks/action-commands';
import { isTreeNode } from '../trees/tree-nodes';

/** Stops what a worker runs, from the worker's row. */
export function registerWorkerCommands(deps: TaskCommandDeps): Disposable {
  return deps.platform.commands.register(COMMANDS.stopWorkerTask, async (node) => {
    const row = isTreeNode(node) && node.kind === 'worker' ? node : undefined;
    const session = row && deps.connections.get(row.connectionId);
    const worker = session?.store.workers().items.find(({ id }) => id === row?.workerId);
    if (!row || !worker?.task) {
      throw new TracksideError('conflict', 'This worker runs nothing now.', 'Refresh the view.');
    }
    const ref = taskRef.parse({ connectionId: row.connectionId, taskId: worker.task.id });
    await runAction(deps, 'stop', [ref]);
  });
}
