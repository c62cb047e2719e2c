import type { ManyOutcome } from '../backends/contract';
import type { TaskAction, TaskActionOutcome, TaskActionRequest } from '../core/actions';
import type { Task } from '../core/entities';
import { toTracksideError, TracksideError } from '../core/errors';
import type { ActOutcome } from './contract';
import { fireTasks, readTasks, type StoreRoom } from './store-room';
import type { TaskLists } from './task-lists';
import type { PendingAction } from './task-table';
import { transitionsOf, type TaskWatch } from './task-watch';

/** Actions of one selection that are under way at the same time. */
const LANES = 4;
/** Tasks that one request changes; more would hold up the server, and the person's answer, for long. */
const MOST_AT_ONCE = 100;
/** Other tasks that are read back after an action, which may cost a request each; the rest comes with its list. */
const MOST_TOUCHED = 50;
const UNANSWERED: ManyOutcome = {
  ok: false,
  error: new TracksideError('malformed', 'The server said nothing about this task.', 'Refresh the view.'),
};
/** Actions after which another group may have begun or ended. */
const MOVES_BETWEEN_GROUPS: readonly TaskAction[] = ['archive', 'unarchive', 'delete'];

/** Runs actions: shows what is expected at once, then reads back what became of it. */
export class TaskActions {
  constructor(
    private readonly room: StoreRoom,
    private readonly lists: TaskLists,
    private readonly watch: TaskWatch,
  ) {}

  async act(
    tasks: readonly Task[],
    request: TaskActionRequest,
    signal: AbortSignal,
  ): Promise<readonly ActOutcome[]> {
    const unique = [...new Map(tasks.map((task) => [task.id, task])).values()];
    const before = new Map(unique.map(({ id }) => [id, this.room.table.get(id)]));
    const pending = unique.map((task): PendingAction => ({ taskId: task.id, request }));
    fireTasks(
      this.room,
      changedBy(pending, (action) => this.room.table.begin(action)),
    );
    const outcomes = await this.actOnAll(unique, request, signal);
    await this.readBack(before, pending, outcomes, signal);
    if (MOVES_BETWEEN_GROUPS.includes(request.action)) {
      this.room.scheduler.nudge('groups');
    }
    return outcomes.map((outcome) => ({
      ...outcome,
      task: this.room.table.get(outcome.task.id) ?? outcome.task,
    }));
  }

  /** In requests for many where the server has them, else one by one. */
  private async actOnAll(
    tasks: readonly Task[],
    request: TaskActionRequest,
    signal: AbortSignal,
  ): Promise<readonly ActOutcome[]> {
    const outcomes: ActOutcome[] = [];
    for (let start = 0; start < tasks.length; start += MOST_AT_ONCE) {
      const part = tasks.slice(start, start + MOST_AT_ONCE);
      const together = part.length > 1 ? await this.actTogether(part, request, signal) : undefined;
      outcomes.push(...(together ?? (await inLanes(part, (task) => this.actOnOne(task, request, signal)))));
    }
    return outcomes;
  }

  /** Undefined where the server does only one task at a time. */
  private async actTogether(
    tasks: readonly Task[],
    request: TaskActionRequest,
    signal: AbortSignal,
  ): Promise<readonly ActOutcome[] | undefined> {
    try {
      const { actions } = await this.room.backend(signal);
      const ids = tasks.map(({ id }) => id);
      const results = await actions?.actOnMany?.(ids, request, signal);
      return results && tasks.map((task, index) => ({ task, ...(results[index] ?? UNANSWERED) }));
    } catch (thrown) {
      const error = toTracksideError(thrown);
      return tasks.map((task) => ({ task, ok: false, error }));
    }
  }

  private async actOnOne(task: Task, request: TaskActionRequest, signal: AbortSignal): Promise<ActOutcome> {
    try {
      const { actions } = await this.room.backend(signal);
      if (!actions) {
        throw new TracksideError(
          'invalid',
          'This server offers no actions on tasks.',
          'Use its own web page.',
        );
      }
      return { task, ok: true, outcome: await actions.act(task.id, request, signal) };
    } catch (thrown) {
      return { task, ok: false, error: toTracksideError(thrown) };
    }
  }

  private async readBack(
    before: Map<string, Task | undefined>,
    pending: readonly PendingAction[],
    outcomes: readonly ActOutcome[],
    signal: AbortSignal,
  ): Promise<void> {
    const done = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.outcome] : []));
    this.addTouched(before, done);
    const created = done.flatMap(({ createdTaskId }) => createdTaskId ?? []);
    const ids = [...new Set([...before.keys(), ...created])];
    const isRead = await this.tryRead(ids, signal);
    const accepted = new Set(outcomes.filter(({ ok }) => ok).map(({ task }) => task.id));
    const changed = changedBy(pending, (action) =>
      this.room.table.end(action, !isRead && accepted.has(action.taskId)),
    );
    fireTasks(
      this.room,
      new Set([...changed, ...ids.filter((id) => this.room.table.get(id) !== before.get(id))]),
    );
    this.lists.remove(new Set(ids.filter((id) => before.get(id) && !this.room.table.has(id))));
    this.watch.follow(transitionsOf(before, ids, (id) => this.room.table.get(id)));
    if (!isRead) {
      this.watch.suspect(ids);
    }
  }

  /** What else was changed is read back as far as somebody may see it. */
  private addTouched(before: Map<string, Task | undefined>, done: readonly TaskActionOutcome[]): void {
    const touched = new Set(done.flatMap(({ touchedTaskIds = [] }) => touchedTaskIds));
    [...touched]
      .filter((id) => !before.has(id) && this.room.table.has(id))
      .slice(0, MOST_TOUCHED)
      .forEach((id) => before.set(id, this.room.table.get(id)));
  }

  private async tryRead(ids: readonly string[], signal: AbortSignal): Promise<boolean> {
    try {
      await readTasks(this.room, ids, signal);
      return true;
    } catch (thrown) {
      this.room.logger.debug(`Reading back after an action failed: ${toTracksideError(thrown).message}`);
      return false;
    }
  }
}

function changedBy(
  pending: readonly PendingAction[],
  apply: (action: PendingAction) => boolean,
): Set<string> {
  return new Set(pending.filter(apply).map(({ taskId }) => taskId));
}

async function inLanes<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  const waiting = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      results.set(index, await run(item));
    }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, items.length) }, lane));
  return [...results.entries()].sort(([a], [b]) => a - b).map(([, result]) => result);
}
