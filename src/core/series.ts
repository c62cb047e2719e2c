import type { EpochMs } from './entities';

/** The values of one metric variant of one task over steps. `metric` is the chart, `variant` the line in it. */
export interface SeriesName {
  readonly metric: string;
  readonly variant: string;
}

/** A key that is unique within one task and safe for any characters in the names. */
export function seriesKey(name: SeriesName): string {
  return JSON.stringify([name.metric, name.variant]);
}

/**
 * How much of the truth the points hold: `exact` = every reported point; `means` = the server gave averages over
 * at most `buckets` buckets, so a spike may be flattened and the UI must say so.
 */
export type Fidelity = { readonly kind: 'exact' } | { readonly kind: 'means'; readonly buckets: number };

/** Points in struct-of-arrays form; all three arrays have the same length and the order they were reported in by step. */
export interface SeriesColumns {
  /** Step (iteration), whole numbers. */
  readonly steps: Float64Array;
  /** Epoch milliseconds; NaN where the server does not say. */
  readonly times: Float64Array;
  /** The value; NaN and both infinities are values. */
  readonly values: Float64Array;
}

/** What reading a task's series yields, piece by piece. */
export interface SeriesDelta extends SeriesColumns {
  readonly name: SeriesName;
  /**
   * `append`: these points follow the ones already held. `replace`: forget what is held for this series first
   * (first page of a full read, or the server rewrote history).
   */
  readonly mode: 'append' | 'replace';
  readonly fidelity: Fidelity;
}

/** Totals that a header or a legend shows without looking at every point. */
export interface SeriesSummary {
  readonly name: SeriesName;
  readonly pointCount: number;
  readonly last?: number;
  readonly min?: number;
  readonly max?: number;
  readonly lastStep?: number;
  readonly lastTime?: EpochMs;
}
