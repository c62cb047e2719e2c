import type { EpochMs } from './entities';
import {
  cellValue,
  compareCells,
  numberOf,
  type CellValue,
  type TableColumn,
  type TableRow,
} from './task-table';

/** Tasks that have the same value in the column that a table is grouped by. */
export interface RowGroup<T extends TableRow = TableRow> {
  /** Stable; no two groups have the same. */
  readonly key: string;
  /** Null: tasks without a value. */
  readonly value: CellValue;
  readonly rows: readonly T[];
  /** In the order of the metrics asked for, without those that no task of the group has. */
  readonly figures: readonly GroupFigure[];
}

/** What the tasks of a group have of one metric; finite values alone. */
export interface GroupFigure {
  readonly column: TableColumn;
  /** How many tasks have it. */
  readonly count: number;
  readonly mean: number;
  /** The sample's standard deviation √(Σ(xi − mean)² / (n − 1)); null of a single value. */
  readonly deviation: number | null;
  readonly lowest: number;
  readonly highest: number;
}

/**
 * Rows by their value in a column, groups in order of value, rows in the order given. A task with several tags is in
 * the group of each.
 */
export function groupRows<T extends TableRow>(
  rows: readonly T[],
  column: TableColumn,
  metrics: readonly TableColumn[],
  now: EpochMs,
): RowGroup<T>[] {
  const byKey = new Map<string, { value: CellValue; rows: T[] }>();
  for (const row of rows) {
    for (const value of groupValues(row, column, now)) {
      const key = JSON.stringify(value);
      const group = byKey.get(key) ?? { value, rows: [] };
      group.rows.push(row);
      byKey.set(key, group);
    }
  }
  return [...byKey]
    .map(([key, group]) => ({
      key,
      ...group,
      figures: metrics.flatMap((metric) => figureOf(group.rows, metric, now) ?? []),
    }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) {
        return Number(a.value === null) - Number(b.value === null);
      }
      return compareCells(a.value, b.value);
    });
}

function groupValues(row: TableRow, column: TableColumn, now: EpochMs): readonly CellValue[] {
  return column.kind === 'field' && column.field === 'tags' && row.task.tags.length > 0
    ? [...new Set(row.task.tags)]
    : [cellValue(row, column, now)];
}

/** Mean and deviation in one pass: B. P. Welford, Technometrics 4 (1962). */
function figureOf(rows: readonly TableRow[], column: TableColumn, now: EpochMs): GroupFigure | undefined {
  let [count, mean, square, lowest, highest] = [0, 0, 0, Infinity, -Infinity];
  for (const row of rows) {
    const value = numberOf(cellValue(row, column, now));
    if (value !== null && Number.isFinite(value)) {
      count += 1;
      const away = value - mean;
      mean += away / count;
      square += away * (value - mean);
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
  }
  const deviation = Math.sqrt(square / (count - 1));
  return count === 0 || !Number.isFinite(mean)
    ? undefined
    : { column, count, mean, deviation: Number.isFinite(deviation) ? deviation : null, lowest, highest };
}

/** Whether higher is better, by the figure asked for and by what such metrics are called. */
export function isHigherBetter(column: TableColumn): boolean {
  if (column.kind !== 'metric') {
    return true;
  }
  if (column.figure !== 'last') {
    return column.figure === 'max';
  }
  return !/loss|error|err\b|perplexity|\bppl\b|mse|mae|rmse|wer\b|\bfid\b/i.test(
    `${column.metric}/${column.variant}`,
  );
}
