import type { EpochMs } from './entities';

/** The values of one metric variant of one task over steps. `metric` is the chart, `variant` the line in it. */
export interface SeriesName {
  readonly metric: string;
  readonly variant: string;
}

/** A series of one of several runs that are shown together; `run` is `runKey` of task-ref.ts, or absent where there is one run. */
export interface RunSeriesName extends SeriesName {
  readonly run?: string;
}

/** A key that is unique within what one panel shows and safe for any characters in the names. */
export function seriesKey({ metric, variant, run = '' }: RunSeriesName): string {
  return JSON.stringify(run === '' ? [metric, variant] : [metric, variant, run]);
}

/** The name that {@link seriesKey} made a key of; undefined for any other text. */
export function parseSeriesKey(key: string): RunSeriesName | undefined {
  try {
    const parts: unknown = JSON.parse(key);
    if (!Array.isArray(parts)) {
      return undefined;
    }
    const [metric, variant, run = ''] = parts as readonly unknown[];
    const isName = typeof metric === 'string' && typeof variant === 'string' && typeof run === 'string';
    return isName ? { metric, variant, run } : undefined;
  } catch {
    return undefined;
  }
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
  /**
   * True when nothing but the deltas of one answer uses the buffers of these columns, so that whoever has all of that
   * answer may hand them to another thread. Absent: somebody may still read them, and they must be copied.
   */
  readonly isHandedOver?: boolean;
}

/** Totals that a header or a legend shows without looking at every point. */
export interface SeriesSummary {
  readonly name: SeriesName;
  /** Absent where the server does not count. */
  readonly pointCount?: number;
  readonly last?: number;
  readonly min?: number;
  readonly max?: number;
  readonly lastStep?: number;
  readonly lastTime?: EpochMs;
}
