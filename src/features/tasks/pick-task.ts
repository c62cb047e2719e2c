import type { TaskQuery } from '../../backends/contract';
import type { TaskAction } from '../../core/actions';
import type { Task } from '../../core/entities';
import { toTracksideError } from '../../core/errors';
import type { TaskRef } from '../../core/task-ref';
import type { Choice, Platform } from '../../platform/contract';
import type { Connections, ConnectionSession } from '../../store/contract';
import { timeAgo } from '../trees/relative-time';
import { ACTION_WORDS, type ActionWords } from './action-words';
import type { TaskTarget } from './task-targets';

export interface TaskPick {
  readonly title: string;
  /** Only tasks that allow this. */
  readonly action?: TaskAction;
  /** Only tasks like this. */
  readonly fits?: (task: Task) => boolean;
  /** Said when there is nothing to pick; a default exists for actions. */
  readonly none?: string;
}

interface PickDeps {
  readonly platform: Platform;
  readonly connections: Connections;
}

/**
 * Lets the person pick one recent task, of the active connection and of those that are open. Undefined when they
 * turn away, and when there is none, which is said. Throws when no connection could be read.
 */
export async function pickTask(deps: PickDeps, pick: TaskPick): Promise<TaskTarget | undefined> {
  const choices = await choicesFor(deps, pick);
  return choices.length === 0
    ? undefined
    : deps.platform.dialogs.pick(pick.title, choices, 'Type to search by name, project or status');
}

/** As {@link pickTask}, where no more is needed than which task it is. */
export async function pickTaskRef(deps: PickDeps, pick: TaskPick): Promise<TaskRef | undefined> {
  const target = await pickTask(deps, pick);
  return target && { connectionId: target.session.info.id, taskId: target.task.id };
}

/** As {@link pickTask}, any number of them. */
export async function pickTasks(deps: PickDeps, pick: TaskPick): Promise<readonly TaskTarget[] | undefined> {
  const choices = await choicesFor(deps, pick);
  return choices.length === 0 ? undefined : deps.platform.dialogs.pickMany(pick.title, choices);
}

/** Empty when there is no such task, which is said. */
async function choicesFor(
  { platform, connections }: PickDeps,
  { action, fits, none }: TaskPick,
): Promise<readonly Choice<TaskTarget>[]> {
  const words = action && ACTION_WORDS[action];
  const sessions = sessionsToAsk(connections);
  const targets = await platform.dialogs.withProgress('Reading tasks…', () =>
    readAll(sessions, queryFor(words), platform),
  );
  const fitting = targets.filter(
    ({ task }) => (action === undefined || task.can.includes(action)) && fits?.(task) !== false,
  );
  if (fitting.length === 0) {
    platform.dialogs.info(none ?? words?.none ?? 'There is no task yet. Launch a script first.');
  }
  return fitting.map((target) => choice(target, sessions.length > 1));
}

function sessionsToAsk(connections: Connections): readonly ConnectionSession[] {
  const active = connections.active();
  return [active, ...connections.all().filter((session) => session !== active && session.openBackend)];
}

function queryFor(words: ActionWords | undefined): TaskQuery {
  return {
    order: 'newest',
    ...(words?.statuses ? { statuses: words.statuses } : {}),
    ...(words?.isAboutArchived ? { isArchived: true } : {}),
  };
}

async function readAll(
  sessions: readonly ConnectionSession[],
  query: TaskQuery,
  { logger }: Platform,
): Promise<readonly TaskTarget[]> {
  const results = await Promise.allSettled(
    sessions.map(async (session): Promise<readonly TaskTarget[]> => {
      // Held while it is read, so that the answer is still there afterwards.
      const hold = session.store.need({ kind: 'tasks', query });
      try {
        await session.store.refresh({ kind: 'tasks', query });
        return session.store.tasks(query).items.map((task) => ({ session, task }));
      } finally {
        hold.dispose();
      }
    }),
  );
  const failed = results.flatMap((result) =>
    result.status === 'rejected' ? [toTracksideError(result.reason)] : [],
  );
  const [first] = failed;
  if (first && failed.length === results.length) {
    throw first;
  }
  failed.forEach((error) => logger.warn(`Tasks of a connection could not be read: ${error.message}`));
  return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

function choice(target: TaskTarget, showsConnection: boolean): Choice<TaskTarget> {
  const { task, session } = target;
  const at = task.endedAt ?? task.startedAt ?? task.createdAt;
  const detail = [
    task.projectName,
    at === undefined ? undefined : timeAgo(at, Date.now()).text,
    showsConnection ? session.info.label : undefined,
  ].filter((part) => part !== undefined);
  return { label: task.name, description: task.status, detail: detail.join(' · '), value: target };
}
