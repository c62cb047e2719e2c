import type { Choice, Platform } from '../../platform/contract';
import type { ConnectionSession, Connections } from '../../store/contract';
import { timeSince } from '../trees/relative-time';
import type { TaskRef } from '../../core/task-ref';

/** The tasks known to run, newest first, as choices. Asks no server. */
export function runningChoices(sessions: readonly ConnectionSession[], now: number): Choice<TaskRef>[] {
  const isSeveral = sessions.length > 1;
  return sessions
    .flatMap((session) => [...session.store.knownTasks()].map((task) => ({ session, task })))
    .filter(({ task }) => task.status === 'running' && !task.isArchived)
    .sort((a, b) => (b.task.startedAt ?? 0) - (a.task.startedAt ?? 0))
    .map(({ session, task }) => ({
      label: task.name,
      ...(task.startedAt === undefined ? {} : { description: timeSince(task.startedAt, now).text }),
      detail: [task.projectName, isSeveral ? session.info.label : undefined]
        .filter((part) => part !== undefined)
        .join(' · '),
      value: { connectionId: session.info.id, taskId: task.id },
    }));
}

/** Lets the person pick a running task; undefined when they turn away. */
export async function pickRunningTask(
  { dialogs }: Pick<Platform, 'dialogs'>,
  connections: Connections,
  now: number,
): Promise<TaskRef | undefined> {
  const choices = runningChoices(connections.all(), now);
  if (choices.length === 0) {
    dialogs.info('No running task is listed. Open the Tasks view to read the newest ones.');
    return undefined;
  }
  return dialogs.pick('Running Tasks', choices, 'Type to search by name or project');
}
