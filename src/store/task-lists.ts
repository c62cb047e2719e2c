import type { Backend, TaskQuery } from '../backends/contract';
import { toDisposable, type Disposable } from '../core/disposable';
import type { Task } from '../core/entities';
import { isCancelled, toTracksideError, type TracksideError } from '../core/errors';
import { isLive } from '../core/status';
import type { ScheduledNeed, TaskListing } from './contract';
import { fireTasks, type StoreRoom } from './store-room';
import { PAGE_SIZE, TaskList } from './task-list';
import { isDecidedByServer, isListedElsewhere, isSurelyOutside } from './task-membership';
import { taskQueryKey } from './task-query-key';

const FRESH_FOR_MS = 30_000;
const PUSH_GAP_MS = 1_000;
/** Lists that nobody holds are kept for a quick return, this many of them. */
const MOST_UNHELD = 20;
/** Once more tasks than this are known, those in no list are forgotten. */
const MOST_TASKS = 3_000;
const UNREAD: TaskListing = { items: [], isLoaded: false, isLoading: false, hasMore: false };

/** A task before and after a change; absent where it did not or does not exist. */
export interface TaskTransition {
  readonly before: Task | undefined;
  readonly after: Task | undefined;
}

/** All task lists of one connection. */
export class TaskLists {
  private readonly lists = new Map<string, TaskList>();
  private readonly holders = new Map<string, number>();

  constructor(
    private readonly room: StoreRoom,
    private readonly isReferredElsewhere: (taskId: string) => boolean,
  ) {}

  listing(query: TaskQuery): TaskListing {
    const list = this.lists.get(taskQueryKey(query));
    return list ? list.listing((id) => this.room.table.get(id)) : UNREAD;
  }

  /** Keeps the list itself; the caller schedules {@link needOf}. */
  hold(query: TaskQuery): Disposable {
    const { key } = this.obtain(query);
    this.holders.set(key, (this.holders.get(key) ?? 0) + 1);
    return toDisposable(() => this.release(key));
  }

  needOf(query: TaskQuery): ScheduledNeed {
    const key = taskQueryKey(query);
    const { lists } = this;
    return {
      key: listNeedKey(key),
      run: (signal) => this.readFirst(this.obtain(query), signal),
      intervalMs: () => FRESH_FOR_MS,
      // Pushed tasks are read by id first; only lists whose order or members that changes are then read again.
      matches: () => false,
      get freshForMs() {
        return lists.get(key)?.isRead ? FRESH_FOR_MS : 0;
      },
      pushGapMs: PUSH_GAP_MS,
    };
  }

  async loadMore(query: TaskQuery, signal: AbortSignal): Promise<void> {
    const list = this.obtain(query);
    await list.inTurn(async () => {
      if (!list.hasMore && list.isRead) {
        return;
      }
      await this.reading(
        list,
        async (backend) => {
          const { cursor } = list;
          return cursor === undefined
            ? this.readAgain(list, backend, list.taskIds.length + PAGE_SIZE, signal)
            : this.readPage(list, backend, cursor, signal);
        },
        signal,
        true,
      );
    });
  }

  /** Ids in lists that somebody looks at, live ones. */
  *liveIds(): Iterable<string> {
    for (const [key, list] of this.lists) {
      if (this.holders.has(key)) {
        for (const id of list.taskIds) {
          const task = this.room.table.get(id);
          if (task && isLive(task.status)) {
            yield id;
          }
        }
      }
    }
  }

  /** Asks for those lists again whose members or order these changes touch. */
  reconsider(transitions: Iterable<TaskTransition>): void {
    const touched = new Set<string>();
    for (const transition of transitions) {
      for (const list of this.lists.values()) {
        if (!touched.has(list.key) && isTouched(list, transition, (id) => this.room.table.get(id))) {
          touched.add(list.key);
        }
      }
    }
    touched.forEach((key) => this.room.scheduler.nudge(listNeedKey(key)));
  }

  /** Takes tasks that are gone out of every list at once. */
  remove(ids: ReadonlySet<string>): void {
    for (const list of this.lists.values()) {
      if (list.remove(ids)) {
        this.room.fire({ kind: 'taskList', key: list.key });
        this.room.scheduler.nudge(listNeedKey(list.key));
      }
    }
  }

  /** Every list may be out of date: read the held ones again, the others when they are next held. */
  outdateAll(): void {
    for (const key of this.lists.keys()) {
      this.room.scheduler.nudge(listNeedKey(key));
    }
  }

  private readFirst(list: TaskList, signal: AbortSignal): Promise<void> {
    return list.inTurn(() =>
      this.reading(
        list,
        async (backend) => {
          const generation = this.room.generations.next();
          const page = await backend.listTasks(list.query, { size: PAGE_SIZE }, signal);
          const changed = this.room.table.put(page.items, generation);
          const isDifferent = list.putFirst(page, this.room.clock.now());
          return { changed, isDifferent };
        },
        signal,
      ),
    );
  }

  private async readPage(
    list: TaskList,
    backend: Backend,
    cursor: string,
    signal: AbortSignal,
  ): Promise<Read> {
    const generation = this.room.generations.next();
    const page = await backend.listTasks(list.query, { size: PAGE_SIZE, cursor }, signal);
    const changed = this.room.table.put(page.items, generation);
    return { changed, isDifferent: list.putNext(page, this.room.clock.now()) };
  }

  private async readAgain(
    list: TaskList,
    backend: Backend,
    count: number,
    signal: AbortSignal,
  ): Promise<Read> {
    const tasks: Task[] = [];
    const changed = new Set<string>();
    let next: string | undefined;
    do {
      const generation = this.room.generations.next();
      const page = await backend.listTasks(
        list.query,
        { size: PAGE_SIZE, ...(next === undefined ? {} : { cursor: next }) },
        signal,
      );
      this.room.table.put(page.items, generation).forEach((id) => changed.add(id));
      tasks.push(...page.items);
      next = page.next;
    } while (next !== undefined && tasks.length < count);
    return { changed, isDifferent: list.putAll(tasks, next, this.room.clock.now()) };
  }

  private async reading(
    list: TaskList,
    read: (backend: Backend) => Promise<Read>,
    signal: AbortSignal,
    isPaging = false,
  ): Promise<void> {
    const isNews = list.begin();
    this.fireIf(list, isNews || isPaging);
    try {
      const { changed, isDifferent } = await read(await this.room.backend(signal));
      fireTasks(this.room, changed);
      this.fireIf(list, isDifferent);
      this.forgetOld();
    } catch (thrown) {
      this.fireIf(list, list.fail(shown(thrown)));
      throw thrown;
    }
  }

  private obtain(query: TaskQuery): TaskList {
    const key = taskQueryKey(query);
    const list = this.lists.get(key) ?? new TaskList(query);
    // Re-inserted so that the map's order is the order of last use.
    this.lists.delete(key);
    this.lists.set(key, list);
    return list;
  }

  private release(key: string): void {
    const left = (this.holders.get(key) ?? 1) - 1;
    if (left > 0) {
      this.holders.set(key, left);
      return;
    }
    this.holders.delete(key);
    this.lists.get(key)?.shrink();
    this.forgetOld();
  }

  private forgetOld(): void {
    const unheld = [...this.lists.keys()].filter((key) => !this.holders.has(key));
    unheld.slice(0, Math.max(0, unheld.length - MOST_UNHELD)).forEach((key) => this.lists.delete(key));
    if (this.room.table.size > MOST_TASKS) {
      const listed = new Set([...this.lists.values()].flatMap((list) => list.taskIds));
      this.room.table.keepOnly((id) => listed.has(id) || this.isReferredElsewhere(id));
    }
  }

  private fireIf(list: TaskList, isDifferent: boolean): void {
    if (isDifferent) {
      this.room.fire({ kind: 'taskList', key: list.key });
    }
  }
}

interface Read {
  readonly changed: ReadonlySet<string>;
  readonly isDifferent: boolean;
}

function listNeedKey(queryKey: string): string {
  return `tasks:${queryKey}`;
}

function isTouched(
  list: TaskList,
  { before, after }: TaskTransition,
  get: (id: string) => Task | undefined,
): boolean {
  if (before && after) {
    return isListedElsewhere(before, after, list.query) || isMissing(list, after, get);
  }
  if (after) {
    return !isSurelyOutside(after, list.query) && !list.taskIds.includes(after.id);
  }
  return before !== undefined && list.taskIds.includes(before.id);
}

/**
 * True for a known task that the list should show and does not: whoever watches it alone may have read it before the
 * list did. Only where that can be told without the server.
 */
function isMissing(list: TaskList, task: Task, get: (id: string) => Task | undefined): boolean {
  const { query, taskIds } = list;
  if (isDecidedByServer(query) || isSurelyOutside(task, query) || taskIds.includes(task.id)) {
    return false;
  }
  const lastId = taskIds.at(-1);
  const last = lastId === undefined ? undefined : get(lastId);
  return !list.hasMore || last === undefined || isListedBefore(task, last, query);
}

function isListedBefore(task: Task, other: Task, { order = 'newest' }: TaskQuery): boolean {
  switch (order) {
    case 'newest':
      return (task.createdAt ?? 0) >= (other.createdAt ?? 0);
    case 'updated':
      return (task.updatedAt ?? 0) >= (other.updatedAt ?? 0);
    case 'name':
      return task.name <= other.name;
  }
}

/** A failure as it is kept for people; a cancelled read is none. */
export function shown(thrown: unknown): TracksideError | undefined {
  return isCancelled(thrown) ? undefined : toTracksideError(thrown);
}
