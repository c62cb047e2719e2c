import * as z from 'zod';
import type { TaskQuery } from '../../backends/contract';
import type { Disposable } from '../../core/disposable';
import { Emitter, type Event } from '../../core/emitter';
import { statusLabel, TASK_STATUSES } from '../../core/status';

/** What the Tasks view is narrowed to; everything empty = all tasks that are not archived. */
const taskFilter = z.object({
  statuses: z.array(z.enum(TASK_STATUSES)).default([]),
  text: z.string().default(''),
  tags: z.array(z.string()).default([]),
  isArchived: z.boolean().default(false),
});
export type TaskFilter = z.infer<typeof taskFilter>;

export const NO_FILTER: TaskFilter = { statuses: [], text: '', tags: [], isArchived: false };

export function parseTaskFilter(value: unknown): TaskFilter {
  return taskFilter.parse(value);
}

export function isFilterSet(filter: TaskFilter): boolean {
  return filterWords(filter).length > 0;
}

export function filterQuery({ statuses, text, tags, isArchived }: TaskFilter): TaskQuery {
  return {
    order: 'newest',
    isArchived,
    ...(statuses.length > 0 ? { statuses } : {}),
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(tags.length > 0 ? { tags } : {}),
  };
}

/** The filter in words, one per part. */
export function filterWords({ statuses, text, tags, isArchived }: TaskFilter): string[] {
  return [
    ...(statuses.length > 0
      ? [statuses.map((status) => statusLabel(status).toLowerCase()).join(' or ')]
      : []),
    ...(text.trim() === '' ? [] : [`text “${text.trim()}”`]),
    ...(tags.length > 0 ? [`tagged ${tags.join(' and ')}`] : []),
    ...(isArchived ? ['archived'] : []),
  ];
}

/** The filter of this window, with those who hear of its changes. */
export class TaskFilterState implements Disposable {
  private readonly changes = new Emitter<void>();

  constructor(private filter: TaskFilter) {}

  get current(): TaskFilter {
    return this.filter;
  }

  get onDidChange(): Event<void> {
    return this.changes.event;
  }

  set(filter: TaskFilter): void {
    this.filter = filter;
    this.changes.fire();
  }

  dispose(): void {
    this.changes.dispose();
  }
}
