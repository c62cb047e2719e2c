import type { TaskQuery } from '../backends/contract';
import { columnKey } from '../core/task-table';

/** The same text for queries that ask the same, whatever the order of their parts. */
export function taskQueryKey(query: TaskQuery): string {
  return JSON.stringify([
    query.projectId ?? null,
    query.projectId !== undefined && query.includeSubprojects === true,
    sorted(query.statuses),
    query.text?.trim().toLowerCase() ?? '',
    sorted(query.tags),
    query.isArchived ?? false,
    query.includesHidden === true,
    query.omitsApart === true,
    query.order ?? 'newest',
    sorted(query.types),
    sorted(query.userIds),
    (query.ranges ?? []).map(({ column, min, max }) => [columnKey(column), min, max]),
    query.sort ? [columnKey(query.sort.column), query.sort.isDescending] : null,
  ]);
}

function sorted(values: readonly string[] = []): string[] {
  return [...new Set(values)].sort();
}
