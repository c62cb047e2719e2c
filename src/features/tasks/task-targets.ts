import type { TaskAction } from '../../core/actions';
import type { Task } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import { taskRef, type TaskRef } from '../../core/task-ref';
import type { Connections, ConnectionSession } from '../../store/contract';
import { ACTION_WORDS } from './action-words';

/** A task together with the connection it lives on. */
export interface TaskTarget {
  readonly session: ConnectionSession;
  readonly task: Task;
}

/** Most tasks whose state is read anew before an action is refused for it. */
const MOST_READ_AGAIN = 20;

/** The tasks a command was called on: the selection when there is one, else the node, else none. */
export function refsOf(node: unknown, nodes: unknown): readonly TaskRef[] {
  const given: readonly unknown[] = Array.isArray(nodes) && nodes.length > 0 ? nodes : [node].flat();
  const refs = given.flatMap((value) => taskRef.safeParse(value).data ?? []);
  return [...new Map(refs.map((ref) => [`${ref.connectionId}\n${ref.taskId}`, ref])).values()];
}

/**
 * Throws when a command was called on a row but got none: the editor gives nothing for a row that was redrawn while
 * its menu was open. Asking "which task?" would surprise whoever has just chosen one.
 */
export function requireRow(refs: readonly TaskRef[], isCalledOnSomething: boolean): void {
  if (refs.length === 0 && isCalledOnSomething) {
    const message = 'The row changed while its menu was open, so nothing was done.';
    throw new TracksideError('conflict', message, 'Choose the command again.');
  }
}

/** The task of a reference, read if it is not known. Throws `notFound` when it does not exist. */
export async function targetOf(connections: Connections, ref: TaskRef): Promise<TaskTarget> {
  const session = connections.get(ref.connectionId);
  if (!session) {
    throw new TracksideError(
      'notFound',
      'The connection of this task does not exist any more.',
      'Refresh the view.',
    );
  }
  const { store } = session;
  if (!store.task(ref.taskId)) {
    await store.refresh({ kind: 'task', id: ref.taskId });
  }
  const task = store.task(ref.taskId);
  if (!task) {
    throw new TracksideError('notFound', 'This task does not exist any more.', 'Refresh the view.');
  }
  return { session, task };
}

/** Targets that allow the action and those that do not, by what the server says now where that differs. */
export async function splitByAbility(
  targets: readonly TaskTarget[],
  action: TaskAction,
): Promise<{ readonly able: readonly TaskTarget[]; readonly unable: readonly TaskTarget[] }> {
  const doubtful = targets.filter(({ task }) => !task.can.includes(action)).slice(0, MOST_READ_AGAIN);
  const current = new Map(targets.map((target) => [target.task.id, target]));
  for (const again of await Promise.all(doubtful.map(readAgain))) {
    current.set(again.task.id, again);
  }
  const now = targets.map((target) => current.get(target.task.id) ?? target);
  return {
    able: now.filter(({ task }) => task.can.includes(action)),
    unable: now.filter(({ task }) => !task.can.includes(action)),
  };
}

/** `“digits” cannot be stopped: it is completed.` */
export function cannotSentence({ task }: TaskTarget, action: TaskAction): string {
  const state = task.isArchived
    ? `${task.status} and archived`
    : task.isStopping
      ? 'stopping already'
      : task.status;
  return `“${task.name}” cannot be ${ACTION_WORDS[action].done}: it is ${state}.`;
}

async function readAgain(target: TaskTarget): Promise<TaskTarget> {
  const { store } = target.session;
  await store.refresh({ kind: 'task', id: target.task.id });
  return { ...target, task: store.task(target.task.id) ?? target.task };
}
