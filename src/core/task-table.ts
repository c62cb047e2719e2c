import type { EpochMs, Task } from './entities';
import type { TaskStatus } from './status';

/** What every task says about itself and a table can show. */
export const TABLE_FIELDS = [
  'name',
  'status',
  'type',
  'project',
  'user',
  'tags',
  'created',
  'started',
  'ended',
  'updated',
  'duration',
  'iteration',
  'worker',
  'comment',
  'id',
] as const;
export type TableField = (typeof TABLE_FIELDS)[number];

export const METRIC_FIGURES = ['last', 'min', 'max'] as const;
export type MetricFigure = (typeof METRIC_FIGURES)[number];

export type TableColumn =
  | { readonly kind: 'field'; readonly field: TableField }
  | {
      readonly kind: 'metric';
      readonly metric: string;
      readonly variant: string;
      readonly figure: MetricFigure;
    }
  | { readonly kind: 'parameter'; readonly section: string; readonly name: string };

/** Both ends are included; null is open. */
export interface ColumnRange {
  readonly column: TableColumn;
  readonly min: number | null;
  readonly max: number | null;
}

export interface TableFilter {
  /** Substring of name, id or comment; case does not matter. */
  readonly text: string;
  readonly statuses: readonly TaskStatus[];
  readonly types: readonly string[];
  readonly userIds: readonly string[];
  /** A task must carry all of them. */
  readonly tags: readonly string[];
  readonly isArchived: boolean;
  readonly ranges: readonly ColumnRange[];
}

export const NO_TABLE_FILTER: TableFilter = {
  text: '',
  statuses: [],
  types: [],
  userIds: [],
  tags: [],
  isArchived: false,
  ranges: [],
};

export interface TableSort {
  readonly column: TableColumn;
  readonly isDescending: boolean;
}

export const NEWEST_FIRST: TableSort = { column: { kind: 'field', field: 'created' }, isDescending: true };

/** Times in epoch milliseconds, durations in milliseconds; null where the task does not say. */
export type CellValue = string | number | null;

export interface TableRow {
  readonly task: Task;
  /** Metric and parameter columns by {@link columnKey}; absent where the task has none. */
  readonly values: Readonly<Record<string, string | number>>;
}

/** What the columns of a project can be, and what its filters can be set to. */
export interface TableCatalog {
  readonly metrics: readonly { readonly metric: string; readonly variant: string }[];
  readonly parameters: readonly { readonly section: string; readonly name: string }[];
  readonly users: readonly { readonly id: string; readonly name: string }[];
  readonly types: readonly string[];
  readonly tags: readonly string[];
}

/** The same text for the same column and no other. */
export function columnKey(column: TableColumn): string {
  switch (column.kind) {
    case 'field':
      return column.field;
    case 'metric':
      return JSON.stringify(['metric', column.metric, column.variant, column.figure]);
    case 'parameter':
      return JSON.stringify(['parameter', column.section, column.name]);
  }
}

const FIELD_LABELS: Readonly<Record<TableField, string>> = {
  name: 'Name',
  status: 'Status',
  type: 'Type',
  project: 'Project',
  user: 'User',
  tags: 'Tags',
  created: 'Created',
  started: 'Started',
  ended: 'Ended',
  updated: 'Updated',
  duration: 'Duration',
  iteration: 'Iteration',
  worker: 'Worker',
  comment: 'Comment',
  id: 'Id',
};

/** What people call the column. */
export function columnLabel(column: TableColumn): string {
  switch (column.kind) {
    case 'field':
      return FIELD_LABELS[column.field];
    case 'metric': {
      const name = column.metric === column.variant ? column.metric : `${column.metric}/${column.variant}`;
      return column.figure === 'last' ? name : `${name} (${column.figure})`;
    }
    case 'parameter':
      return `${column.section}/${column.name}`;
  }
}

/** The value a row has in a column. A running task's duration is counted up to `now`. */
export function cellValue(row: TableRow, column: TableColumn, now: EpochMs): CellValue {
  return column.kind === 'field'
    ? fieldValue(row.task, column.field, now)
    : (row.values[columnKey(column)] ?? null);
}

function fieldValue(task: Task, field: TableField, now: EpochMs): CellValue {
  switch (field) {
    case 'name':
    case 'status':
    case 'id':
      return task[field];
    case 'type':
    case 'user':
    case 'comment':
      return task[field] ?? null;
    case 'project':
      return task.projectName ?? null;
    case 'tags':
      return task.tags.length === 0 ? null : task.tags.join(', ');
    case 'created':
      return task.createdAt ?? null;
    case 'started':
      return task.startedAt ?? null;
    case 'ended':
      return task.endedAt ?? null;
    case 'updated':
      return task.updatedAt ?? null;
    case 'duration':
      return durationOf(task, now);
    case 'iteration':
      return task.lastIteration ?? null;
    case 'worker':
      return task.workerId ?? null;
  }
}

function durationOf({ startedAt, endedAt, status }: Task, now: EpochMs): number | null {
  const end = endedAt ?? (status === 'running' ? now : undefined);
  return startedAt === undefined || end === undefined ? null : Math.max(0, end - startedAt);
}

/** The value as a number where it is one: parameters are kept as text. */
export function numberOf(value: CellValue): number | null {
  if (typeof value === 'number') {
    return value;
  }
  const parsed = value === null || value.trim() === '' ? Number.NaN : Number(value);
  return Number.isNaN(parsed) ? null : parsed;
}

/** True when every range holds; a task without the value is outside. */
export function isInRanges(row: TableRow, ranges: readonly ColumnRange[], now: EpochMs): boolean {
  return ranges.every(({ column, min, max }) => {
    const value = numberOf(cellValue(row, column, now));
    return value !== null && (min === null || value >= min) && (max === null || value <= max);
  });
}

/** Sorted by a column; numbers by value, before texts; tasks without a value last in both directions. */
export function sortRows<T extends TableRow>(rows: readonly T[], sort: TableSort, now: EpochMs): T[] {
  const sign = sort.isDescending ? -1 : 1;
  return rows
    .map((row) => {
      const value = cellValue(row, sort.column, now);
      return { row, value, number: numberOf(value) };
    })
    .sort((a, b) => {
      if (a.value === null || b.value === null) {
        return Number(a.value === null) - Number(b.value === null);
      }
      return sign * compareValues(a, b);
    })
    .map(({ row }) => row);
}

/** Numbers by value, before texts; texts as people order them. */
export function compareCells(a: string | number, b: string | number): number {
  return compareValues({ value: a, number: numberOf(a) }, { value: b, number: numberOf(b) });
}

interface Sortable {
  readonly value: CellValue;
  readonly number: number | null;
}

function compareValues(a: Sortable, b: Sortable): number {
  if (a.number !== null && b.number !== null) {
    return a.number - b.number;
  }
  if (a.number !== null || b.number !== null) {
    return a.number === null ? 1 : -1;
  }
  return String(a.value).localeCompare(String(b.value), 'en', { numeric: true, sensitivity: 'base' });
}

/** A text as one cell of tab-separated values. Line ends and tabs would begin another cell. */
export function tsvCell(text: string): string {
  const plain = text.replace(/[\t\r\n]+/g, ' ');
  // A spreadsheet would compute what begins like a formula; a number is none.
  return /^[=+\-@]/.test(plain) && Number.isNaN(Number(plain)) ? `'${plain}` : plain;
}
