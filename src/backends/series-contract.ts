import type { SeriesDelta, SeriesSummary } from '../core/series';
import type { SeriesOverview } from '../core/series-overview';

export interface OverviewRequest {
  /** About how many points of each series. */
  readonly maxPoints: number;
  /** A run with fewer points in all has no overview. */
  readonly leastPoints: number;
}

/** Reads metric curves. */
export interface SeriesAbility {
  /**
   * What a step counts, in the singular, where that is no iteration of a training, such as `execution`. Such series are
   * drawn over time until a person chooses otherwise.
   */
  readonly stepNoun?: string | undefined;
  /** Names and totals only. */
  list(taskId: string, signal: AbortSignal): Promise<readonly SeriesSummary[]>;
  /**
   * All points after `cursor` (absent: from the beginning). Yields deltas as they arrive and finally returns the
   * cursor for the next call. A server that cannot send differences replaces whole series instead.
   */
  read(taskId: string, cursor: string | undefined, signal: AbortSignal): AsyncGenerator<SeriesDelta, string>;
  /**
   * Of a long run, each series by points that the envelope along steps keeps; none where reading every point is as quick.
   * Absent where only reading everything tells.
   */
  readonly overview?: (
    taskId: string,
    request: OverviewRequest,
    signal: AbortSignal,
  ) => Promise<readonly SeriesOverview[]>;
}
