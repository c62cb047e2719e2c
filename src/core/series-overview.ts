import { selectEnvelope, type AxisRange, type GapCounts } from './envelope';
import { NumberEnds } from './number-ends';
import { pickColumns } from './pick-columns';
import type { SeriesColumns, SeriesName } from './series';

/**
 * What the first picture of a long series needs: of all its points along steps those that the envelope keeps
 * (core/envelope.ts), and totals of all. The lowest, highest, first and last value are among the points.
 */
export interface SeriesOverview extends Record<keyof SeriesColumns, Float64Array<ArrayBuffer>> {
  readonly name: SeriesName;
  readonly pointCount: number;
  /** First and last time; null when none is known. */
  readonly timeRange: AxisRange | null;
  /** True when these are all points. */
  readonly isComplete: boolean;
  readonly gaps: GapCounts;
}

/** @param columns sorted by step, each step once. */
export function overviewOf(name: SeriesName, columns: SeriesColumns, maxPoints: number): SeriesOverview {
  const curve = { xs: columns.steps, values: columns.values };
  const request = { range: undefined, maxPoints, isLogarithmic: false };
  const { indices, isComplete, gaps } = selectEnvelope(curve, request);
  const times = new NumberEnds();
  times.note(columns.times);
  return {
    name,
    ...pickColumns(columns, indices),
    pointCount: columns.values.length,
    timeRange: times.range,
    isComplete,
    gaps,
  };
}
