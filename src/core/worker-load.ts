import type { EpochMs, WorkerFigure } from './entities';

/** A stretch of time in equal steps. */
export interface LoadSpan {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly stepMs: number;
}

/** One figure of a worker over time; percent, MB, or MB/s. Steps in which nobody measured are null in both lists. */
export interface LoadCurve {
  readonly figure: WorkerFigure;
  readonly means: readonly (number | null)[];
  /** The highest within each step, so that no peak is lost in its mean. */
  readonly peaks: readonly (number | null)[];
}

/** Figures of one worker; step `i` begins at `from + i * stepMs`. */
export interface LoadHistory {
  readonly from: EpochMs;
  readonly stepMs: number;
  /** Only figures that were measured at all. */
  readonly curves: readonly LoadCurve[];
}
