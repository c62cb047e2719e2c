import * as z from 'zod/mini';
import type { AxisRange } from '../../core/envelope';
import type { SeriesEntry } from './series-entry';

/**
 * Entries as they travel. A first update lists all series of all runs; the editor visits every field of every object in
 * a message on its way, which for a thousand entries kept its window busy for 50 ms just while the panel opens.
 */
export interface SeriesTable {
  /** Metric, variant and run of each entry, one after the other. */
  readonly names: string;
  /** {@link COLUMNS} numbers an entry. */
  readonly figures: Float64Array<ArrayBuffer>;
}

const COLUMNS = 15;

/** What a number cannot say; bits of the column that follows the lengths of the names. */
const FLAGS = {
  isSingleValue: 1,
  last: 2,
  lastStep: 4,
  min: 8,
  max: 16,
  steps: 32,
  times: 64,
  meanBuckets: 128,
} as const;
type Nullable = Exclude<keyof typeof FLAGS, 'isSingleValue'>;
const NULLABLE: readonly Nullable[] = ['last', 'lastStep', 'min', 'max', 'steps', 'times', 'meanBuckets'];

export const seriesTable = z.custom<SeriesTable>(isSeriesTable);

/** Entries ready to travel; {@link entriesOf} makes them again. */
export function tableOf(entries: readonly SeriesEntry[]): SeriesTable {
  const figures = new Float64Array(entries.length * COLUMNS);
  entries.forEach((entry, index) => figures.set(rowOf(entry), index * COLUMNS));
  const names = entries.map(({ metric, variant, run }) => metric + variant + run).join('');
  return { names, figures };
}

function rowOf(entry: SeriesEntry): number[] {
  const { metric, variant, run, last, lastStep, min, max, meanBuckets } = entry;
  const lengths = [metric, variant, run].map(({ length }) => length);
  const values = [last, lastStep, min, max].map(orZero);
  const ends = [entry.steps, entry.times].flatMap((range) => [orZero(range?.from), orZero(range?.to)]);
  return [
    ...lengths,
    flagsOf(entry),
    entry.revision,
    entry.pointCount,
    ...values,
    ...ends,
    orZero(meanBuckets),
  ];
}

function orZero(value: number | null | undefined): number {
  return value ?? 0;
}

function flagsOf(entry: SeriesEntry): number {
  const missing = NULLABLE.reduce((sum, name) => sum + (entry[name] === null ? FLAGS[name] : 0), 0);
  return missing + (entry.isSingleValue ? FLAGS.isSingleValue : 0);
}

export function entriesOf({ names, figures }: SeriesTable): SeriesEntry[] {
  let at = 0;
  const take = (length: number): string => {
    at += length;
    return names.slice(at - length, at);
  };
  return Array.from({ length: figures.length / COLUMNS }, (_, index) => {
    const row = figures.subarray(index * COLUMNS, (index + 1) * COLUMNS);
    const figure = (column: number): number => row[column] ?? NaN;
    const flags = figure(3);
    const given = <T>(name: Nullable, value: T): T | null => ((flags & FLAGS[name]) === 0 ? value : null);
    const range = (column: number): AxisRange => ({ from: figure(column), to: figure(column + 1) });
    return {
      metric: take(figure(0)),
      variant: take(figure(1)),
      run: take(figure(2)),
      revision: figure(4),
      pointCount: figure(5),
      last: given('last', figure(6)),
      lastStep: given('lastStep', figure(7)),
      min: given('min', figure(8)),
      max: given('max', figure(9)),
      steps: given('steps', range(10)),
      times: given('times', range(12)),
      isSingleValue: (flags & FLAGS.isSingleValue) !== 0,
      meanBuckets: given('meanBuckets', figure(14)),
    };
  });
}

function isSeriesTable(given: unknown): given is SeriesTable {
  if (typeof given !== 'object' || given === null || !('names' in given) || !('figures' in given)) {
    return false;
  }
  const { names, figures } = given;
  const isWhole = isFloat64Array(figures) && figures.length % COLUMNS === 0;
  return isWhole && typeof names === 'string' && lengthOfNames(figures) === names.length;
}

/** What the names of all entries come to; NaN when a length is none. */
function lengthOfNames(figures: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < figures.length; row += COLUMNS) {
    for (const length of figures.subarray(row, row + 3)) {
      sum += Number.isInteger(length) && length >= 0 ? length : NaN;
    }
  }
  return sum;
}

/** By name, since a page gets arrays that another realm made. */
function isFloat64Array(given: unknown): given is Float64Array {
  return Object.prototype.toString.call(given) === '[object Float64Array]';
}
