import type { AxisRange } from '../../core/envelope';

/** Totals of one series; grows with every revision. */
export interface SeriesEntry {
  readonly metric: string;
  readonly variant: string;
  /** `runKey` (core/task-ref.ts) where several runs are shown together, else empty. */
  readonly run: string;
  readonly revision: number;
  readonly pointCount: number;
  /** As reported: NaN and infinities too. */
  readonly last: number | null;
  readonly lastStep: number | null;
  /** Lowest and highest finite value; null when there is none. */
  readonly min: number | null;
  readonly max: number | null;
  /** First and last step and time; null when there is none. */
  readonly steps: AxisRange | null;
  readonly times: AxisRange | null;
  readonly isSingleValue: boolean;
  /** Set when the server gave means over so many buckets instead of the points. */
  readonly meanBuckets: number | null;
}
