import * as z from 'zod';
import { TracksideError } from '../core/errors';
import type { EpochMs, Task } from '../core/entities';
import { isInRanges, NEWEST_FIRST, type TableColumn, type TableSort } from '../core/task-table';
import type { Page, PageRequest, TableAbility, TableQuery, TaskOrder, TaskQuery } from './contract';

/** Rows looked at for one page while our own ranges leave most of them out. */
const MOST_LOOKED_AT = 5_000;
const CHUNK = 500;

const placeCursor = z.object({ place: z.number().int().nonnegative() });

const SORT_OF_ORDER: Readonly<Record<TaskOrder, TableSort>> = {
  newest: NEWEST_FIRST,
  updated: { column: { kind: 'field', field: 'updated' }, isDescending: true },
  name: { column: { kind: 'field', field: 'name' }, isDescending: false },
};

/** Whether a query asks for what only a table's rows can tell: ranges of values, or an order by them. */
export function isByPlace({ ranges = [], sort }: TaskQuery): boolean {
  return ranges.length > 0 || sort !== undefined;
}

/**
 * One page of a query with ranges or an order of its own, read by place. Ranges that the server does not know are
 * applied here, on at most {@link MOST_LOOKED_AT} rows a page; such a page may be short although others follow.
 */
export async function listByPlace(
  table: TableAbility,
  query: TaskQuery,
  page: PageRequest,
  now: EpochMs,
  signal: AbortSignal,
): Promise<Page<Task>> {
  const own = (query.ranges ?? []).filter(({ column }) => !table.can({ range: column }));
  const first = page.cursor === undefined ? 0 : readPlace(page.cursor);
  const tableQuery = tableQueryOf(
    query,
    own.map(({ column }) => column),
  );
  const items: Task[] = [];
  let place = first;
  while (place - first < MOST_LOOKED_AT) {
    // One more than fits, to know whether there are others.
    const limit = own.length === 0 ? page.size + 1 : CHUNK;
    const rows = await table.rows(tableQuery, place, limit, signal);
    for (const [index, row] of rows.entries()) {
      if (items.length === page.size) {
        return { items, next: JSON.stringify({ place: place + index }) };
      }
      if (isInRanges(row, own, now)) {
        items.push(row.task);
      }
    }
    if (rows.length < limit) {
      return { items };
    }
    place += rows.length;
  }
  return { items, next: JSON.stringify({ place }) };
}

function tableQueryOf(query: TaskQuery, columns: readonly TableColumn[]): TableQuery {
  const { projectId, order = 'newest', sort = SORT_OF_ORDER[order] } = query;
  const { text = '', statuses = [], types = [], userIds = [] } = query;
  const { tags = [], isArchived = false, ranges = [] } = query;
  return {
    ...(projectId === undefined ? {} : { projectId }),
    includeSubprojects: query.includeSubprojects === true,
    ...(query.omitsApart === true ? { omitsApart: true } : {}),
    filter: { text, statuses, types, userIds, tags, isArchived, ranges },
    sort,
    columns,
  };
}

function readPlace(cursor: string): number {
  try {
    return placeCursor.parse(JSON.parse(cursor)).place;
  } catch {
    throw new TracksideError(
      'invalid',
      'This is not a place in this list of tasks.',
      'Read the list from its beginning.',
    );
  }
}
