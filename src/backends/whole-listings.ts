import type { Task } from '../core/entities';
import type { Page, PageRequest, TaskQuery } from './contract';

const READS_AT_ONCE = 4;
const KEPT_LISTINGS = 8;

/** Lists of servers that order and count nothing: read whole once, and paged from what was read. */
export class WholeListings {
  private readonly kept = new Map<string, readonly Task[]>();

  /** `read` answers all tasks of the query in its order; a page without a cursor reads them anew. */
  async page(query: TaskQuery, page: PageRequest, read: () => Promise<readonly Task[]>): Promise<Page<Task>> {
    const key = JSON.stringify(query);
    const kept = page.cursor === undefined ? undefined : this.kept.get(key);
    const all = kept ?? (await read());
    this.keep(key, all);
    const from = Number(page.cursor ?? '0');
    const end = from + page.size;
    return {
      items: all.slice(from, end),
      totalCount: all.length,
      ...(end < all.length ? { next: String(end) } : {}),
    };
  }

  private keep(key: string, listing: readonly Task[]): void {
    this.kept.delete(key);
    this.kept.set(key, listing);
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT_LISTINGS && oldest !== undefined) {
      this.kept.delete(oldest);
    }
  }
}

/** All of them, a few at a time, in the order they were given. */
export async function inTurns<T, R>(items: readonly T[], read: (item: T) => Promise<R>): Promise<R[]> {
  const found: R[] = [];
  for (let from = 0; from < items.length; from += READS_AT_ONCE) {
    found.push(...(await Promise.all(items.slice(from, from + READS_AT_ONCE).map(read))));
  }
  return found;
}

/** By what a task itself tells: statuses, tags and text. */
export function isMatch(task: Task, { statuses, text = '', tags = [] }: TaskQuery): boolean {
  const wanted = text.toLowerCase();
  return (
    (statuses === undefined || statuses.includes(task.status)) &&
    tags.every((tag) => task.tags.includes(tag)) &&
    (task.name.toLowerCase().includes(wanted) || task.id.includes(wanted))
  );
}

type TaskComparison = (a: Task, b: Task) => number;

/** The order of a query; tasks that are equal in it stand by `newest`, which decides every pair. */
export function orderOf({ order = 'newest' }: TaskQuery, newest: TaskComparison): TaskComparison {
  const changedAt = (task: Task): number => task.endedAt ?? task.startedAt ?? 0;
  switch (order) {
    case 'name':
      return (a, b) => a.name.localeCompare(b.name) || newest(a, b);
    case 'updated':
      return (a, b) => changedAt(b) - changedAt(a) || newest(a, b);
    case 'newest':
      return newest;
  }
}
