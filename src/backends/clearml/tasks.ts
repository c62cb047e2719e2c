import type { Task } from '../../core/entities';
import type { Page, PageRequest, TaskOrder, TaskQuery } from '../contract';
import { hasFeature } from './api-level';
import { epochMs, toTask, type MapContext } from './map';
import { tasksData, type WireTask } from './schema';
import type { ServerProbe } from './server-facts';
import type { ClearMlSession } from './session';
import { filtersOf, ORDER_FIELD, readCursor, TASK_FIELDS, writeCursor, type TaskCursor } from './task-query';
import { windowOf } from './window';

/** The server silently gives no more than this per page. */
const MAX_PAGE = 500;
const MAX_IDS_PER_CALL = 200;

/** Reads tasks by page and by id. */
export class ClearMlTasks {
  constructor(
    private readonly session: ClearMlSession,
    private readonly probe: ServerProbe,
  ) {}

  async list(query: TaskQuery, page: PageRequest, signal: AbortSignal): Promise<Page<Task>> {
    const filters = filtersOf(query);
    if (filters === undefined) {
      return { items: [] };
    }
    const order = query.order ?? 'newest';
    const cursor = page.cursor === undefined ? undefined : readCursor(page.cursor, order);
    const size = Math.max(1, Math.min(page.size, MAX_PAGE - 1));
    const facts = await this.probe.facts(signal);
    const { apiVersion } = facts;
    const rows = await this.rowsAfter({ filters, order, cursor, size: size + 1, apiVersion }, signal);
    const shown = rows.slice(0, size);
    const items = shown.map((row) => toTask(row, facts));
    return rows.length > size ? { items, next: writeCursor(cursorAfter(shown, order, cursor)) } : { items };
  }

  async byIds(ids: readonly string[], signal: AbortSignal): Promise<Task[]> {
    const unique = [...new Set(ids)].filter((id) => id !== '');
    if (unique.length === 0) {
      return [];
    }
    const parts = Array.from({ length: Math.ceil(unique.length / MAX_IDS_PER_CALL) }, (_, index) =>
      unique.slice(index * MAX_IDS_PER_CALL, (index + 1) * MAX_IDS_PER_CALL),
    );
    const context: MapContext = await this.probe.facts(signal);
    const answers = await Promise.all(
      parts.map((id) =>
        this.session.read('tasks.get_by_id_ex', { id, only_fields: TASK_FIELDS }, tasksData, signal),
      ),
    );
    return answers.flatMap(({ tasks }) => tasks.map((row) => toTask(row, context)));
  }

  private async rowsAfter(request: RowsRequest, signal: AbortSignal): Promise<WireTask[]> {
    const { cursor, order, size, apiVersion } = request;
    if (cursor === undefined) {
      return this.rows(request, { page: 0, page_size: size }, signal);
    }
    const wanted = size + cursor.shownAtBound.length;
    const bound = order === 'name' ? undefined : boundFilter(order, cursor.bound, apiVersion);
    if (bound !== undefined && wanted <= MAX_PAGE) {
      const rows = await this.rows(request, { ...bound, page: 0, page_size: wanted }, signal);
      return rows.filter((row) => isAfter(row, cursor, order));
    }
    return this.rowsByOffset(request, cursor, signal);
  }

  /**
   * By position, from one row before the expected place. When that row is not the last one shown, something moved:
   * then everything from the beginning is read and what was shown is left out by its place in the order.
   */
  private async rowsByOffset(
    request: RowsRequest,
    cursor: TaskCursor,
    signal: AbortSignal,
  ): Promise<WireTask[]> {
    const { order, size } = request;
    const anchor = cursor.offset - 1;
    const near = await this.window(request, anchor, size + 1, signal);
    const [first] = near;
    if (first !== undefined && cursor.shownAtBound.includes(first.id)) {
      return near.slice(1).filter((row) => isAfter(row, cursor, order));
    }
    const all = await this.window(request, 0, cursor.offset + size + MAX_PAGE, signal);
    return all.filter((row) => isAfter(row, cursor, order));
  }

  private async window(
    request: RowsRequest,
    start: number,
    size: number,
    signal: AbortSignal,
  ): Promise<WireTask[]> {
    const { paging, cut } = windowOf(start, size, request.apiVersion);
    return cut(await this.rows(request, paging, signal));
  }

  private async rows(request: RowsRequest, paging: object, signal: AbortSignal): Promise<WireTask[]> {
    const field = ORDER_FIELD[request.order];
    const body = {
      ...request.filters,
      only_fields: TASK_FIELDS,
      order_by: [request.order === 'name' ? field : `-${field}`],
      ...paging,
    };
    return (await this.session.read('tasks.get_all_ex', body, tasksData, signal)).tasks;
  }
}

interface RowsRequest {
  readonly filters: Readonly<Record<string, unknown>>;
  readonly order: TaskOrder;
  readonly cursor: TaskCursor | undefined;
  readonly size: number;
  readonly apiVersion: string | undefined;
}

function valueOf(row: WireTask, order: TaskOrder): string {
  switch (order) {
    case 'newest':
      return row.created ?? '';
    case 'updated':
      return row.last_update ?? '';
    case 'name':
      return row.name;
  }
}

/** Only rows at or beyond the bound; undefined where no filter can say that, as of a value that is missing. */
function boundFilter(
  order: 'newest' | 'updated',
  bound: string,
  apiVersion: string | undefined,
): Record<string, unknown> | undefined {
  if (bound === '' || (order === 'newest' && !hasFeature(apiVersion, 'createdRange'))) {
    return undefined;
  }
  return order === 'newest' ? { created: [null, bound] } : { last_update: [`<=${bound}`] };
}

function isAfter(row: WireTask, cursor: TaskCursor, order: TaskOrder): boolean {
  if (cursor.shownAtBound.includes(row.id)) {
    return false;
  }
  const value = valueOf(row, order);
  if (order === 'name') {
    return Buffer.compare(Buffer.from(value), Buffer.from(cursor.bound)) >= 0;
  }
  return (epochMs(value) ?? 0) <= (epochMs(cursor.bound) ?? 0);
}

function cursorAfter(
  shown: readonly WireTask[],
  order: TaskOrder,
  before: TaskCursor | undefined,
): TaskCursor {
  const last = shown.at(-1);
  const bound = last === undefined ? (before?.bound ?? '') : valueOf(last, order);
  const earlier = before?.bound === bound ? before.shownAtBound : [];
  const here = shown.filter((row) => valueOf(row, order) === bound).map(({ id }) => id);
  return { order, bound, shownAtBound: [...earlier, ...here], offset: (before?.offset ?? 0) + shown.length };
}
