import type { LiveChange } from '../backends/contract';
import type { EpochMs, Task } from '../core/entities';
import type { Disposable } from '../core/disposable';
import { isLive } from '../core/status';
import type { NeedHandle, ScheduledNeed } from './contract';
import { fireTasks, readTasks, type StoreRoom } from './store-room';
import type { TaskLists, TaskTransition } from './task-lists';

const POLL_MS = 5_000;
/** Live tasks asked for at a time; beyond that the lists' own reads must do. */
const MOST_WATCHED = 300;
/** Pushed ids kept until they are read; beyond that lists are read whole. */
const MOST_CHANGED = 2_000;
const PUSH_GAP_MS = 100;
/** A run this soon after pushed ids were read, with none left, was asked for by a push that is answered already. */
const ECHO_MS = 1_000;
const KEY = 'changedTasks';

/**
 * Keeps known tasks true while anything about tasks is held: reads what was pushed as changed by id, and without
 * pushes asks for all live tasks on display in one request. Ended tasks are never asked for.
 */
export class TaskWatch {
  private readonly changedIds = new Set<string>();
  private handle: NeedHandle | undefined;
  private holders = 0;
  private pushReadAt: EpochMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly room: StoreRoom,
    private readonly lists: TaskLists,
    private readonly otherLiveIds: () => Iterable<string>,
  ) {}

  hold(): Disposable {
    this.holders += 1;
    this.handle ??= this.room.scheduler.add(this.need());
    let isHeld = true;
    return {
      dispose: () => {
        if (isHeld) {
          isHeld = false;
          this.release();
        }
      },
    };
  }

  /** Notes a pushed change before the scheduler acts on it. */
  note(change: LiveChange): void {
    if (change.kind !== 'task') {
      return;
    }
    if (!this.handle) {
      this.lists.outdateAll();
      change.ids.forEach((id) => this.room.scheduler.nudge(taskNeedKey(id)));
      return;
    }
    change.ids.forEach((id) => this.changedIds.add(id));
    if (this.changedIds.size > MOST_CHANGED) {
      this.changedIds.clear();
      this.lists.outdateAll();
    }
  }

  /** Reads these soon. */
  suspect(ids: Iterable<string>): void {
    this.note({ kind: 'task', ids: [...ids] });
    this.room.scheduler.nudge(KEY);
  }

  /** Tells lists and counts what follows from these changes. */
  follow(transitions: readonly TaskTransition[]): void {
    this.lists.reconsider(transitions);
    const moved = transitions.filter(({ before, after }) => before?.status !== after?.status);
    if (moved.length > 0 || transitions.some(({ before, after }) => before?.projectId !== after?.projectId)) {
      this.room.scheduler.nudge('projects');
    }
    if (
      moved.some(isAbout('queued')) ||
      transitions.some(({ before, after }) => before?.queueId !== after?.queueId)
    ) {
      this.room.scheduler.nudge('queues');
    }
    if (moved.some(isAbout('running'))) {
      this.room.scheduler.nudge('workers');
    }
  }

  private need(): ScheduledNeed {
    return {
      key: KEY,
      run: (signal) => this.run(signal),
      intervalMs: () => (this.watchedIds().length > 0 ? POLL_MS : undefined),
      matches: (change) => change.kind === 'task',
      // Whoever holds this holds a list or a task, whose own read comes first.
      freshForMs: Number.POSITIVE_INFINITY,
      pushGapMs: PUSH_GAP_MS,
    };
  }

  private async run(signal: AbortSignal): Promise<void> {
    const pushed = [...this.changedIds];
    this.changedIds.clear();
    const isEcho = pushed.length === 0 && this.room.clock.now() - this.pushReadAt < ECHO_MS;
    const ids = pushed.length > 0 ? pushed : isEcho ? [] : this.watchedIds();
    if (ids.length === 0) {
      return;
    }
    if (pushed.length > 0) {
      this.pushReadAt = this.room.clock.now();
    }
    const before = new Map(ids.map((id) => [id, this.room.table.get(id)]));
    try {
      const { changed, removed } = await readTasks(this.room, ids, signal);
      fireTasks(this.room, changed);
      this.lists.remove(removed);
      // A pushed task that others read meanwhile looks unchanged here, and may still be missing in a list.
      const followed = pushed.length > 0 ? ids : [...changed, ...removed];
      this.follow(transitionsOf(before, followed, (id) => this.room.table.get(id)));
    } catch (error) {
      pushed.forEach((id) => this.changedIds.add(id));
      throw error;
    }
  }

  private watchedIds(): string[] {
    const ids = new Set<string>();
    for (const source of [this.otherLiveIds(), this.lists.liveIds()]) {
      for (const id of source) {
        if (ids.size >= MOST_WATCHED) {
          return [...ids];
        }
        ids.add(id);
      }
    }
    return [...ids];
  }

  private release(): void {
    this.holders -= 1;
    if (this.holders === 0) {
      this.handle?.dispose();
      this.handle = undefined;
      if (this.changedIds.size > 0) {
        this.changedIds.clear();
        this.lists.outdateAll();
      }
    }
  }
}

export function taskNeedKey(taskId: string): string {
  return `task:${taskId}`;
}

export function transitionsOf(
  before: ReadonlyMap<string, Task | undefined>,
  ids: readonly string[],
  now: (id: string) => Task | undefined,
): TaskTransition[] {
  return ids.map((id) => ({ before: before.get(id), after: now(id) }));
}

export function isLiveTask(task: Task | undefined): boolean {
  return task !== undefined && isLive(task.status);
}

function isAbout(status: Task['status']): (transition: TaskTransition) => boolean {
  return ({ before, after }) => before?.status === status || after?.status === status;
}
