import * as z from 'zod';
import { TracksideError } from '../../core/errors';
import type { Queue } from '../../core/entities';
import type { Dialogs, StateStorage } from '../../platform/contract';
import type { ConnectionInfo } from '../../store/contract';

export interface QueueChoiceDeps {
  readonly dialogs: Pick<Dialogs, 'pick'>;
  readonly workspaceState: StateStorage;
}

/**
 * The queue a launched task goes to: the named one; on Local the default queue; on a server the one chosen before in
 * this workspace, else asked. Undefined when the person turns away.
 */
export async function chooseQueue(
  deps: QueueChoiceDeps,
  connection: ConnectionInfo,
  queues: readonly Queue[],
  wish: { readonly queueName?: string; readonly asksQueue: boolean },
): Promise<Queue | undefined> {
  if (queues.length === 0) {
    const message = `${connection.label} has no queues.`;
    throw new TracksideError('notFound', message, 'Create a queue on the server first.');
  }
  if (wish.queueName !== undefined) {
    return namedQueue(connection, queues, wish.queueName);
  }
  if (connection.isLocal) {
    return queues.find(({ isDefault }) => isDefault) ?? namedQueue(connection, queues, 'default');
  }
  const key = `launch.queue.${connection.id}`;
  const rememberedId = deps.workspaceState.get(key, (value) => z.string().parse(value));
  const remembered = queues.find(({ id }) => id === rememberedId);
  const isAsked = remembered === undefined || wish.asksQueue;
  const chosen = isAsked ? await askQueue(deps, connection, queues, remembered) : remembered;
  if (chosen !== undefined && isAsked) {
    await deps.workspaceState.set(key, chosen.id);
  }
  return chosen;
}

function namedQueue(connection: ConnectionInfo, queues: readonly Queue[], name: string): Queue {
  const found = queues.find((queue) => queue.name === name);
  if (found === undefined) {
    const known = queues.map((queue) => queue.name).join(', ');
    throw new TracksideError(
      'notFound',
      `${connection.label} has no queue named ${name}.`,
      `Use one of: ${known}.`,
    );
  }
  return found;
}

function askQueue(
  { dialogs }: QueueChoiceDeps,
  connection: ConnectionInfo,
  queues: readonly Queue[],
  remembered: Queue | undefined,
): Promise<Queue | undefined> {
  const rank = (queue: Queue): number => (queue === remembered ? 0 : queue.isDefault ? 1 : 2);
  const ordered = [...queues].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  return dialogs.pick(
    `Queue on ${connection.label}`,
    ordered.map((queue) => ({
      label: queue.name,
      description: `${queue.entries.length} waiting`,
      ...(queue.workerNames === undefined ? {} : { detail: workersText(queue.workerNames) }),
      value: queue,
    })),
    'Where the task waits for a worker',
  );
}

function workersText(names: readonly string[]): string {
  return names.length === 0 ? 'No worker serves this queue now' : `Served by ${names.join(', ')}`;
}
