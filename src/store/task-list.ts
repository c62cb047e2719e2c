import type { Page, TaskQuery } from '../backends/contract';
import type { EpochMs, Task } from '../core/entities';
import type { TracksideError } from '../core/errors';
import type { TaskListing } from './contract';
import { isSurelyOutside } from './task-membership';
import { taskQueryKey } from './task-query-key';

/** Tasks a page of a list holds. */
export const PAGE_SIZE = 100;

/** The answer to one query as ordered ids, as far as it has been paged through. */
export class TaskList {
  readonly key: string;
  private ids: readonly string[] = [];
  private next: string | undefined;
  private firstNext: string | undefined;
  private isCursorShifted = false;
  private isLoaded = false;
  private isLoading = false;
  private error: TracksideError | undefined;
  private loadedAt: EpochMs | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(readonly query: TaskQuery) {
    this.key = taskQueryKey(query);
  }

  get taskIds(): readonly string[] {
    return this.ids;
  }

  get hasMore(): boolean {
    return this.next !== undefined;
  }

  get isRead(): boolean {
    return this.isLoaded;
  }

  /**
   * Where the next page begins. `undefined` when the pages read so far have moved on the server, so that going on
   * from the cursor would skip tasks: then everything must be read again from the beginning.
   */
  get cursor(): string | undefined {
    return this.isCursorShifted ? undefined : this.next;
  }

  listing(find: (id: string) => Task | undefined): TaskListing {
    const items = this.ids.flatMap((id) => {
      const task = find(id);
      return task && !isSurelyOutside(task, this.query) ? [task] : [];
    });
    return {
      items,
      isLoaded: this.isLoaded,
      isLoading: this.isLoading,
      hasMore: this.hasMore,
      ...(this.error ? { error: this.error } : {}),
      ...(this.loadedAt === undefined ? {} : { loadedAt: this.loadedAt }),
    };
  }

  /** Runs one read of this list after the other, so that a refresh and "load more" never mix. */
  inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(run, run);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  /** Returns whether people see a difference. */
  begin(): boolean {
    this.isLoading = true;
    return !this.isLoaded;
  }

  fail(error: TracksideError | undefined): boolean {
    const isDifferent = this.error?.message !== error?.message || !this.isLoaded;
    this.isLoading = false;
    this.error = error;
    return isDifferent;
  }

  /** Takes a fresh first page and keeps the pages after it as far as they still fit. */
  putFirst(page: Page<Task>, now: EpochMs): boolean {
    const first = page.items.map((task) => task.id);
    const inFirst = new Set(first);
    const lastKnown = this.ids.findLastIndex((id) => inFirst.has(id));
    const tail = page.next === undefined ? [] : this.tailAfter(lastKnown, inFirst);
    if (tail.length === 0) {
      this.next = page.next;
      this.isCursorShifted = false;
    } else if (this.ids.slice(0, lastKnown + 1).some((id) => !inFirst.has(id))) {
      this.isCursorShifted = true;
    }
    this.firstNext = page.next;
    return this.finish([...first, ...tail], now);
  }

  /** Takes the page after the last one; tasks that moved into it from above are not repeated. */
  putNext(page: Page<Task>, now: EpochMs): boolean {
    this.next = page.next;
    const known = new Set(this.ids);
    return this.finish(
      [...this.ids, ...page.items.map(({ id }) => id).filter((id) => !known.has(id))],
      now,
      true,
    );
  }

  /** Takes everything up to some page, read from the beginning in one go. */
  putAll(tasks: readonly Task[], next: string | undefined, now: EpochMs): boolean {
    this.next = next;
    this.isCursorShifted = false;
    return this.finish([...new Set(tasks.map(({ id }) => id))], now, true);
  }

  remove(ids: ReadonlySet<string>): boolean {
    const left = this.ids.filter((id) => !ids.has(id));
    if (left.length === this.ids.length) {
      return false;
    }
    this.ids = left;
    this.isCursorShifted = this.next !== undefined;
    return true;
  }

  /** Forgets all but the first page. */
  shrink(): void {
    if (this.ids.length > PAGE_SIZE) {
      this.ids = this.ids.slice(0, PAGE_SIZE);
      this.next = this.firstNext;
    }
  }

  private tailAfter(index: number, except: ReadonlySet<string>): string[] {
    return index < 0 ? [] : this.ids.slice(index + 1).filter((id) => !except.has(id));
  }

  private finish(ids: readonly string[], now: EpochMs, isPaged = false): boolean {
    const isDifferent =
      isPaged ||
      !this.isLoaded ||
      this.error !== undefined ||
      ids.length !== this.ids.length ||
      ids.some((id, index) => id !== this.ids[index]);
    this.ids = ids;
    this.isLoaded = true;
    this.isLoading = false;
    this.error = undefined;
    this.loadedAt = now;
    return isDifferent;
  }
}
