import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import { taskRef } from '../../core/task-ref';
import { COMMANDS } from '../../platform/command-ids';
import { runAction, type TaskCommandDeps } from '../tasks/action-commands';
import { isTreeNode } from '../trees/tree-nodes';

/** Stops what a worker runs, from the worker's row. */
export function registerWorkerCommands(deps: TaskCommandDeps): Disposable {
  const owned = new DisposableStore();
  owned.add(registerStop(deps));
  owned.add(deps.platform.commands.register(COMMANDS.deactivateWorker, (node) => deactivate(deps, node)));
  return owned;
}

/** Takes a worker out of the list, after saying that its process is not told. */
async function deactivate({ platform, connections }: TaskCommandDeps, node: unknown): Promise<void> {
  const row = isTreeNode(node) && node.kind === 'worker' ? node : undefined;
  const session = row && connections.get(row.connectionId);
  const worker = session?.store.workers().items.find(({ id }) => id === row?.workerId);
  const change = session?.openBackend?.workers?.deactivate;
  if (!session || !worker || !change) {
    throw new TracksideError('conflict', 'This worker cannot be taken out.', 'Refresh the view.');
  }
  const detail =
    'It leaves the list until it registers again. Its process is not told and may go on taking tasks.';
  if (await platform.dialogs.confirm(`Deactivate worker “${worker.name}”?`, detail, 'Deactivate')) {
    await change(worker.id, new AbortController().signal);
    await session.store.refresh({ kind: 'workers' });
  }
}

function registerStop(deps: TaskCommandDeps): Disposable {
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
