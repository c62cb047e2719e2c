import type { PointsFormat } from './panel-messages';
import type { StoredSeries } from './series-columns';

/** A stretch of one series' points, in the order they arrived, as text of a file. */
export interface TextPart {
  readonly key: string;
  readonly format: PointsFormat;
  /** What the run of this series is called, in a file of several runs; else null. */
  readonly runName: string | null;
  readonly from: number;
  readonly to: number;
  readonly isFirstSeries: boolean;
  /** No more points of this series follow. */
  readonly isLastPart: boolean;
}

/** What stands before the first series. */
export function headText(format: PointsFormat, metric: string, hasRuns: boolean): string {
  return format === 'csv'
    ? `${hasRuns ? 'run,' : ''}metric,series,step,time,value\n`
    : `{"metric":${JSON.stringify(metric)},"columns":["step","timeMs","value"],"series":[`;
}

/** What stands after the last series. */
export function tailText(format: PointsFormat): string {
  return format === 'csv' ? '' : ']}\n';
}

/**
 * Points as text, every digit kept: reading a number back gives the same double. CSV (RFC 4180) has a row per point
 * with an ISO 8601 time; JSON a list of `[step, timeMs, value]`, in which what JSON has no number for is `"NaN"`,
 * `"Infinity"`, `"-Infinity"`, and a time that is not known is null.
 */
export function pointsText(
  series: StoredSeries,
  { format, runName, from, to }: Pick<TextPart, 'format' | 'runName' | 'from' | 'to'>,
): string {
  const { steps, times, values } = series.arrived;
  const { metric, variant } = series.name;
  const run = runName === null ? '' : `${csvField(runName)},`;
  const start = `${run}${csvField(metric)},${csvField(variant)},`;
  const rows: string[] = [];
  for (let index = from; index < to; index++) {
    const [step, time, value] = [steps[index] ?? NaN, times[index] ?? NaN, values[index] ?? NaN];
    rows.push(
      format === 'csv'
        ? `${start}${step},${isoTime(time)},${value}\n`
        : `[${jsonNumber(step)},${Number.isFinite(time) ? time : 'null'},${jsonNumber(value)}]`,
    );
  }
  return format === 'csv' ? rows.join('') : rows.join(',');
}

/** What stands before the points of one series. */
export function seriesHeadText(
  series: StoredSeries,
  { format, runName, isFirstSeries: isFirst }: Pick<TextPart, 'format' | 'runName' | 'isFirstSeries'>,
): string {
  if (format === 'csv') {
    return '';
  }
  const { meanBuckets } = series.entry();
  const fidelity = meanBuckets === null ? 'every point' : `means of ${meanBuckets} buckets`;
  const run = runName === null ? '' : `"run":${JSON.stringify(runName)},`;
  return `${isFirst ? '' : ','}{${run}"name":${JSON.stringify(series.name.variant)},"fidelity":"${fidelity}","points":[`;
}

/** What stands between two parts of one series. */
export function partBreak(format: PointsFormat): string {
  return format === 'csv' ? '' : ',';
}

export function seriesTailText(format: PointsFormat): string {
  return format === 'csv' ? '' : ']}';
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Empty for a time that is not known, or not one that a calendar has. */
function isoTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

function jsonNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}
