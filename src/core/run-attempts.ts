import { firstAtLeast } from './envelope';

/** A stretch of points in the order they were reported; `end` is not part of it. */
export interface PointStretch {
  readonly start: number;
  readonly end: number;
}

export interface RunAttempts {
  /** What holds in the end, as stretches whose steps rise from one to the next. */
  readonly kept: readonly PointStretch[];
  /** What a later attempt reported anew; each stretch rises in itself. */
  readonly superseded: readonly PointStretch[];
  /** The step at which each later attempt began. */
  readonly restartSteps: readonly number[];
}

/** More steps back than this are no restarts but points that come in no order. */
const MOST_RESTARTS = 50;

/**
 * Tells apart the attempts of a run that was restarted from an earlier step: where the steps go back, a new attempt
 * begins, and what was reported from that step on before is superseded. Undefined when the steps go back so often, or
 * are so odd, that they are no attempts.
 */
export function runAttempts(steps: Float64Array): RunAttempts | undefined {
  const starts = attemptStarts(steps);
  if (starts === undefined) {
    return undefined;
  }
  const kept: PointStretch[] = [];
  const superseded: PointStretch[] = [];
  let limit = Infinity;
  for (let attempt = starts.length - 1; attempt >= 0; attempt--) {
    const start = starts[attempt] ?? 0;
    const end = starts[attempt + 1] ?? steps.length;
    const cut = start + firstAtLeast(steps.subarray(start, end), limit);
    if (cut > start) {
      kept.unshift({ start, end: cut });
      limit = steps[start] ?? limit;
    }
    if (end > cut) {
      superseded.unshift({ start: cut, end });
    }
  }
  return { kept, superseded, restartSteps: starts.slice(1).map((start) => steps[start] ?? NaN) };
}

function attemptStarts(steps: Float64Array): number[] | undefined {
  const starts = [0];
  let previous = -Infinity;
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] ?? NaN;
    if (!Number.isFinite(step)) {
      return undefined;
    }
    if (step < previous) {
      starts.push(index);
      if (starts.length > MOST_RESTARTS + 1) {
        return undefined;
      }
    }
    previous = step;
  }
  return starts;
}
