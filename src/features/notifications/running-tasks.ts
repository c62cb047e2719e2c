import type { Choice, Platform } from '../../platform/contract';
import type { ConnectionSession, Connections } from '../../store/contract';
import type { RecordedRuns, RunTwins } from '../launch/recorded-runs';
import { runningTwice } from '../tasks/running-badge';
import { timeSince } from '../trees/relative-time';
import type { TaskRef } from '../../core/task-ref';

/** The tasks known to run, newest first, as choices; one that is listed twice where it runs. Asks no server. */
export function runningChoices(
  sessions: readonly ConnectionSession[],
  twins: readonly RunTwins[],
  now: number,
): Choice<TaskRef>[] {
  const isSeveral = sessions.length > 1;
  const elsewhere = runningTwice(sessions, twins).map(({ there }) => there);
  const isElsewhere = (connectionId: string, taskId: string): boolean =>
    elsewhere.some((there) => there.connectionId === connectionId && there.taskId === taskId);
  return sessions
    .flatMap((session) => [...session.store.knownTasks()].map((task) => ({ session, task })))
    .filter(({ task }) => task.status === 'running' && !task.isArchived)
    .filter(({ session, task }) => !isElsewhere(session.info.id, task.id))
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
export async function pickRunningTask({
  platform: { dialogs },
  connections,
  recorded,
  now,
}: {
  readonly platform: Pick<Platform, 'dialogs'>;
  readonly connections: Connections;
  readonly recorded: Pick<RecordedRuns, 'twins'>;
  readonly now: number;
}): Promise<TaskRef | undefined> {
  const choices = runningChoices(connections.all(), recorded.twins(), now);
  if (choices.length === 0) {
    dialogs.info('No running task is listed. Open the Tasks view to read the newest ones.');
    return undefined;
  }
  return dialogs.pick('Running Tasks', choices, 'Type to search by name or project');
}
