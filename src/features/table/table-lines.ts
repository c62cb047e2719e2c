import type { TableAbility, TableQuery } from '../../backends/contract';
import { capitalized } from '../../core/capitalized';
import type { EpochMs } from '../../core/entities';
import { omitsApart } from '../../core/project-groups';
import { groupRows, type RowGroup } from '../../core/table-groups';
import {
  columnKey,
  columnLabel,
  isInRanges,
  sortRows,
  type ColumnRange,
  type TableColumn,
  type TableRow,
} from '../../core/task-table';
import type { TableRef, TableView } from './table-contract';

/** Rows one request reads while everything is read. */
const CHUNK = 1_000;
/** Tasks read at most to do ourselves what the server cannot. */
const MOST_READ = 20_000;

/** One line of the table, with the task as it is known. */
export type Line =
  | { readonly kind: 'task'; readonly row: TableRow }
  | {
      readonly kind: 'group';
      readonly group: Omit<RowGroup, 'rows'>;
      readonly count: number;
      readonly isFolded: boolean;
    };

export interface LineTotals {
  readonly lineCount: number;
  readonly taskCount: number;
  readonly isExact: boolean;
  readonly notes: readonly string[];
}

/** What a table is of, within its connection. */
type TablePlace = Pick<TableRef, 'projectId' | 'isApart'>;

type Place = { readonly kind: 'task'; readonly id: string } | Exclude<Line, { kind: 'task' }>;

/**
 * The lines of one view of a table. Where the server sorts and filters, pages are read by place. Where it cannot, and
 * for groups, what is needed for that is read of every task, and pages by id.
 */
export class TableLines {
  private places: readonly Place[] | undefined;
  private totals: LineTotals = { lineCount: 0, taskCount: 0, isExact: true, notes: [] };
  private readonly query: TableQuery;
  private readonly ownRanges: readonly ColumnRange[];
  private readonly sortsItself: boolean;

  constructor(
    private readonly ability: TableAbility,
    private readonly view: TableView,
    place: TablePlace,
    private readonly now: () => EpochMs,
  ) {
    this.query = queryOf(view, place);
    this.ownRanges = view.filter.ranges.filter(({ column }) => !ability.can({ range: column }));
    this.sortsItself = !ability.can({ sort: view.sort.column });
  }

  /** Counts, and reads what groups and our own filters need. */
  async refresh(signal: AbortSignal): Promise<LineTotals> {
    if (this.view.group !== null || this.ownRanges.length > 0 || this.sortsItself) {
      await this.readEverything(signal);
      return this.totals;
    }
    const count = await this.ability.count(this.query, signal);
    const known = count ?? this.totals.lineCount;
    this.totals = { lineCount: known, taskCount: known, isExact: count !== undefined, notes: [] };
    return this.totals;
  }

  get current(): LineTotals {
    return this.totals;
  }

  /** Lines `from` to before `to`, fewer at the end. */
  async read(from: number, to: number, signal: AbortSignal): Promise<Line[]> {
    if (this.places !== undefined) {
      return this.linesAt(this.places.slice(from, to), signal);
    }
    const limit = to - from;
    const rows = await this.ability.rows(this.query, from, limit, signal);
    this.learn(from, rows.length, limit);
    return rows.map((row) => ({ kind: 'task', row }));
  }

  /** A short page is the last one; a full one means that there may be more. */
  private learn(from: number, found: number, limit: number): void {
    const end = from + found;
    if (found < limit && (found > 0 || from === 0)) {
      this.totals = { ...this.totals, lineCount: end, taskCount: end, isExact: true };
    } else if (!this.totals.isExact && end >= this.totals.lineCount) {
      this.totals = { ...this.totals, lineCount: end + limit, taskCount: end };
    }
  }

  private async linesAt(places: readonly Place[], signal: AbortSignal): Promise<Line[]> {
    const ids = [...new Set(places.flatMap((place) => (place.kind === 'task' ? [place.id] : [])))];
    const rows = await this.ability.rowsById(ids, this.query.columns, signal);
    const byId = new Map(rows.map((row) => [row.task.id, row]));
    return places.flatMap((place): Line[] => {
      if (place.kind === 'group') {
        return [place];
      }
      const row = byId.get(place.id);
      return row === undefined ? [] : [{ kind: 'task', row }];
    });
  }

  private async readEverything(signal: AbortSignal): Promise<void> {
    const { group, sort, columns } = this.view;
    const metrics = columns.map(({ column }) => column).filter(({ kind }) => kind === 'metric');
    const needed = [
      ...this.ownRanges.map(({ column }) => column),
      ...(this.sortsItself ? [sort.column] : []),
      ...(group === null ? [] : [group, ...metrics]),
    ];
    const { rows, isAll } = await this.everyRow(uniqueColumns(needed), signal);
    const now = this.now();
    const fitting = rows.filter((row) => isInRanges(row, this.ownRanges, now));
    const sorted = this.sortsItself ? sortRows(fitting, sort, now) : fitting;
    this.places =
      group === null
        ? sorted.map(({ task }) => ({ kind: 'task', id: task.id }))
        : groupedPlaces(groupRows(sorted, group, metrics, now), new Set(this.view.folded));
    this.totals = {
      lineCount: this.places.length,
      taskCount: fitting.length,
      isExact: isAll,
      notes: this.notes(rows.length, isAll),
    };
  }

  private async everyRow(
    columns: readonly TableColumn[],
    signal: AbortSignal,
  ): Promise<{ rows: TableRow[]; isAll: boolean }> {
    const query = { ...this.query, columns };
    const rows = new Map<string, TableRow>();
    for (let offset = 0; offset < MOST_READ; offset += CHUNK) {
      const part = await this.ability.rows(query, offset, CHUNK, signal);
      part.forEach((row) => rows.set(row.task.id, row));
      if (part.length < CHUNK) {
        return { rows: [...rows.values()], isAll: true };
      }
    }
    return { rows: [...rows.values()], isAll: false };
  }

  private notes(readCount: number, isAll: boolean): string[] {
    const counted = readCount.toLocaleString('en-US');
    const work = [
      ...(this.ownRanges.length > 0
        ? [`filtered by ${this.ownRanges.map(({ column }) => columnLabel(column)).join(', ')}`]
        : []),
      ...(this.sortsItself ? [`sorted by ${columnLabel(this.view.sort.column)}`] : []),
      ...(this.view.group === null ? [] : ['grouped']),
    ].join(' and ');
    return [
      isAll
        ? `${capitalized(work)} here, over ${counted} tasks: the server cannot.`
        : `${capitalized(work)} here, over the first ${counted} tasks only: the server cannot, and there are more. Narrow the filter to see all.`,
    ];
  }
}

function queryOf(view: TableView, { projectId, isApart }: TablePlace): TableQuery {
  return {
    ...(projectId === null ? {} : { projectId }),
    includeSubprojects: view.includesSubprojects,
    ...(isApart !== true && omitsApart(view.filter) ? { omitsApart: true } : {}),
    filter: view.filter,
    sort: view.sort,
    columns: view.columns.map(({ column }) => column),
  };
}

function groupedPlaces(groups: readonly RowGroup[], folded: ReadonlySet<string>): Place[] {
  return groups.flatMap(({ rows, ...group }): Place[] => {
    const isFolded = folded.has(group.key);
    const head: Place = { kind: 'group', group, count: rows.length, isFolded };
    return [head, ...(isFolded ? [] : rows.map(({ task }): Place => ({ kind: 'task', id: task.id })))];
  });
}

function uniqueColumns(columns: readonly TableColumn[]): TableColumn[] {
  return [...new Map(columns.map((column) => [columnKey(column), column])).values()];
}
