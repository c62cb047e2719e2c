import type { FramePoints } from '../../src/features/metrics/panel-contract';
import type { Axis } from '../../src/features/metrics/view-contract';
import type { XLabels } from './axis-labels';
import type { PanelSeries } from './panel-series';
import { positions } from './curve-data';
import { formatCount, formatExact, formatMoment, formatValue } from './format';
import type { Cell } from '../kit/sorting-head';

/** What the twin of a chart says, as a table. */
export interface PointsContent {
  readonly columns: readonly string[];
  /** Ascending along the axis; a cell is undefined where there is nothing. */
  readonly rows: readonly (readonly (number | undefined)[])[];
  textOf(cell: number, column: number): string;
  /** What an empty cell means, and a row where it is more than a point. */
  readonly note: string;
}

/** The points that these lines draw; of groups of runs the mean with its band, and of how many runs it is. */
export function pointsContent(
  series: readonly PanelSeries[],
  axis: Axis,
  labels: Pick<XLabels, 'name' | 'exact' | 'stepName'>,
): PointsContent {
  const isGrouped = series.some(({ frame }) => (frame?.band ?? null) !== null);
  return isGrouped ? groupContent(series, axis, labels) : seriesContent(series, labels.stepName);
}

/** What one column says of a line. */
interface LineColumn {
  readonly label: string;
  readonly pieces: readonly FramePoints[];
  /** Later points stand at the same steps; these have rows of their own. */
  readonly isSuperseded: boolean;
}

function columnsOf({ line: { label }, frame }: PanelSeries): readonly LineColumn[] {
  const { points, superseded = [], smoothed = null } = frame ?? {};
  const isSuperseded = false;
  return [
    { label, pieces: points === undefined ? [] : [points], isSuperseded },
    ...(smoothed === null ? [] : [{ label: `${label}: smoothed`, pieces: [smoothed], isSuperseded }]),
    ...(superseded.length === 0
      ? []
      : [{ label: `${label}: superseded`, pieces: superseded, isSuperseded: true }]),
  ];
}

/** One row per step and line order; points of different lines at the same step share a row. */
function seriesContent(series: readonly PanelSeries[], stepName: string): PointsContent {
  const rows = new Map<string, (number | undefined)[]>();
  const columns = series.flatMap(columnsOf);
  columns.forEach(({ pieces, isSuperseded }, column) => {
    const seen = new Map<number, number>();
    for (const { steps, times, values } of pieces) {
      values.forEach((value, index) => {
        const step = steps[index] ?? NaN;
        const repeat = (seen.get(step) ?? -1) + 1;
        seen.set(step, repeat);
        const row = rowAt(rows, `${step} ${repeat} ${isSuperseded}`, 2 + columns.length);
        row[0] = known(step);
        row[1] ??= known(times[index] ?? NaN);
        row[2 + column] = value;
      });
    }
  });
  const superseded = columns.some(({ isSuperseded }) => isSuperseded)
    ? ' “Superseded”: what a restarted run reported before.'
    : '';
  return {
    columns: [stepName, 'Time', ...columns.map(({ label }) => label)],
    rows: [...rows.values()].sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1])),
    textOf: (cell, column) =>
      column === 0 ? formatCount(cell) : column === 1 ? formatMoment(cell) : formatExact(cell),
    note: `An empty cell: no point of that line is drawn at that ${stepName.toLowerCase()}, or its time is not known.${superseded}`,
  };
}

/** What one column says of a group. */
interface GroupColumn {
  readonly label: string;
  readonly points: FramePoints;
  readonly values: Float64Array;
  readonly isCount: boolean;
}

/** The mean of a group, of the smoothed runs as well where they are smoothed, both ends of its band, number of runs. */
function groupColumns({ line: { label }, frame }: PanelSeries): readonly GroupColumn[] {
  const { points, smoothed = null, band = null } = frame ?? {};
  if (points === undefined || band === null) {
    return [];
  }
  const column = (name: string, values: Float64Array, isCount = false): GroupColumn => ({
    label: `${label}: ${name}`,
    points,
    values,
    isCount,
  });
  return [
    column('mean', points.values),
    ...(smoothed === null ? [] : [{ ...column('smoothed mean', smoothed.values), points: smoothed }]),
    column('lower', band.lowers),
    column('upper', band.uppers),
    column('runs', band.counts, true),
  ];
}

function groupContent(
  groups: readonly PanelSeries[],
  axis: Axis,
  labels: Pick<XLabels, 'name' | 'exact'>,
): PointsContent {
  const placeOf = (x: number): string => (axis === 'step' ? formatCount(x) : labels.exact(x));
  const rows = new Map<string, (number | undefined)[]>();
  const columns = groups.flatMap(groupColumns);
  columns.forEach(({ points, values }, column) => {
    positions(points, axis).forEach((x, index) => {
      const row = rowAt(rows, String(x), 1 + columns.length);
      row[0] = x;
      // NaN is how a frame says that there is no mean or no band here; no run has reported it.
      row[1 + column] = known(values[index] ?? NaN);
    });
  });
  const isSmoothed = groups.some(({ frame }) => (frame?.smoothed ?? null) !== null);
  const smoothed = isSmoothed ? ' “Smoothed mean”: the mean of the smoothed runs.' : '';
  return {
    columns: [labels.name, ...columns.map(({ label }) => label)],
    rows: [...rows.values()].sort((a, b) => compare(a[0], b[0])),
    textOf: (cell, column) =>
      column === 0
        ? placeOf(cell)
        : columns[column - 1]?.isCount === true
          ? formatCount(cell)
          : formatExact(cell),
    note: `Of finite values only; an empty cell: no value, or too few for a band. “Runs”: how many have a value there.${smoothed}${bucketNote(groups)}`,
  };
}

/** Where runs report at different positions, a row is not one of them. */
function bucketNote(groups: readonly PanelSeries[]): string {
  const widths = groups.flatMap(({ frame }) => frame?.band?.bucketWidth ?? []);
  if (widths.length === 0) {
    return '';
  }
  const [least, most] = [Math.min(...widths), Math.max(...widths)];
  const width = least === most ? formatValue(least) : `${formatValue(least)} to ${formatValue(most)}`;
  return ` The runs report at different places: a row is the middle of a stretch ${width} wide.`;
}

function rowAt(
  rows: Map<string, (number | undefined)[]>,
  key: string,
  length: number,
): (number | undefined)[] {
  const there = rows.get(key);
  if (there !== undefined) {
    return there;
  }
  const row = new Array<number | undefined>(length).fill(undefined);
  rows.set(key, row);
  return row;
}

function known(number: number): number | undefined {
  return Number.isNaN(number) ? undefined : number;
}

/** What is not known comes last. */
function compare(a: Cell, b: Cell): number {
  return Number(a ?? Infinity) === Number(b ?? Infinity) ? 0 : Number(a ?? Infinity) - Number(b ?? Infinity);
}
