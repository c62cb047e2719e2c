import * as z from 'zod/mini';
import type { TaskQuery } from '../../backends/contract';
import type { Disposable } from '../../core/disposable';
import { Emitter, type Event } from '../../core/emitter';
import { omitsApart } from '../../core/project-groups';
import { statusLabel, TASK_STATUSES } from '../../core/status';
import { columnLabel, type ColumnRange, type TableSort } from '../../core/task-table';
import { rangeSchema, sortSchema } from '../../core/task-table-schema';

/** Parts that mean something on one connection only. */
const ownParts = z.object({
  connectionId: z.string(),
  /** As it was called when they were chosen. */
  connectionLabel: z.string(),
  types: z.array(z.string()),
  users: z.array(z.object({ id: z.string(), name: z.string() })),
  ranges: z.array(rangeSchema),
  sort: z.nullable(sortSchema),
});
export type OwnParts = z.infer<typeof ownParts>;

/** What the Tasks view is narrowed to; everything empty = all tasks that are not archived. */
const taskFilter = z.object({
  statuses: z._default(z.array(z.enum(TASK_STATUSES)), []),
  text: z._default(z.string(), ''),
  tags: z._default(z.array(z.string()), []),
  isArchived: z._default(z.boolean(), false),
  own: z.optional(ownParts),
  /** What it was saved as; absent once it was changed. */
  name: z.optional(z.string()),
});
export type TaskFilter = z.infer<typeof taskFilter>;

/** Filters that a person keeps, by connection. */
const savedFilters = z.record(
  z.string(),
  z.array(z.object({ name: z.string().check(z.minLength(1)), filter: taskFilter })),
);
export type SavedFilters = z.infer<typeof savedFilters>;

export const NO_FILTER: TaskFilter = { statuses: [], text: '', tags: [], isArchived: false };

export function parseTaskFilter(value: unknown): TaskFilter {
  return taskFilter.parse(value);
}

export function parseSavedFilters(value: unknown): SavedFilters {
  return savedFilters.parse(value);
}

export function isFilterSet(filter: TaskFilter): boolean {
  return filterWords(filter).length > 0;
}

/** What to ask one connection for; parts that belong to another one do not count. */
export function filterQuery(
  { statuses, text, tags, isArchived, own }: TaskFilter,
  connectionId?: string,
): TaskQuery {
  const here = own?.connectionId === connectionId ? own : undefined;
  return {
    order: 'newest',
    isArchived,
    ...(omitsApart({ statuses, text, isArchived, types: here?.types ?? [] }) ? { omitsApart: true } : {}),
    ...(statuses.length > 0 ? { statuses } : {}),
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(tags.length > 0 ? { tags } : {}),
    ...(here ? ownQuery(here) : {}),
  };
}

function ownQuery({ types, users, ranges, sort }: OwnParts): Partial<TaskQuery> {
  return {
    ...(types.length > 0 ? { types } : {}),
    ...(users.length > 0 ? { userIds: users.map(({ id }) => id) } : {}),
    ...(ranges.length > 0 ? { ranges } : {}),
    ...(sort === null ? {} : { sort }),
  };
}

/** The filter in words, one per part. */
export function filterWords({ statuses, text, tags, isArchived, own }: TaskFilter): string[] {
  return [
    ...(statuses.length > 0
      ? [statuses.map((status) => statusLabel(status).toLowerCase()).join(' or ')]
      : []),
    ...(text.trim() === '' ? [] : [`text “${text.trim()}”`]),
    ...(tags.length > 0 ? [`tagged ${tags.join(' and ')}`] : []),
    ...(isArchived ? ['archived'] : []),
    ...(own === undefined ? [] : ownWords(own)),
  ];
}

function ownWords({ types, users, ranges, sort }: OwnParts): string[] {
  return [
    ...(types.length > 0 ? [`type ${types.join(' or ')}`] : []),
    ...(users.length > 0 ? [`by ${users.map(({ name }) => name).join(' or ')}`] : []),
    ...ranges.map(rangeWords),
    ...(sort === null ? [] : [`in order of ${sortWords(sort)}`]),
  ];
}

/** `loss ≤ 0.5`. */
export function rangeWords({ column: of, min, max }: ColumnRange): string {
  const label = columnLabel(of);
  if (min !== null && max !== null) {
    return `${min} ≤ ${label} ≤ ${max}`;
  }
  return min === null ? `${label} ≤ ${max ?? ''}` : `${label} ≥ ${min}`;
}

/** `loss, lowest first`. */
export function sortWords({ column: by, isDescending }: TableSort): string {
  const [up, down] = endsOf(by);
  return `${by.kind === 'field' ? columnLabel(by).toLowerCase() : columnLabel(by)}, ${isDescending ? down : up} first`;
}

/** What the ends of an order are called, ascending and descending. */
export function endsOf(by: TableSort['column']): readonly [string, string] {
  if (by.kind !== 'field') {
    return ['lowest', 'highest'];
  }
  switch (by.field) {
    case 'created':
    case 'started':
    case 'ended':
    case 'updated':
      return ['oldest', 'newest'];
    case 'duration':
      return ['shortest', 'longest'];
    case 'iteration':
      return ['lowest', 'highest'];
    case 'name':
    case 'status':
    case 'type':
    case 'project':
    case 'user':
    case 'tags':
    case 'worker':
    case 'comment':
    case 'id':
      return ['A', 'Z'];
  }
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
