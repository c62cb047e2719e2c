import type { Overlaid } from './segment-store';
import { extremes, type Points } from './series-points';
import type { SeriesState } from './series-state';

/** Stored points, read only where the totals cannot be told from what changed. */
export interface StoredPoints {
  /** A part of the series that holds its smallest value where it is first. */
  smallest(): Points;
  largest(): Points;
  all(): Points;
}

/** A sum that replaced values outweigh by more than this has lost too many digits to be carried on. */
const CANCELLATION = 2 ** 26;
/** Sums of replaced values above this may have made the total overflow. */
const NEAR_OVERFLOW = 1e290;

/** Takes points that follow all others into the totals. */
export function countAppended(state: SeriesState, points: Points): void {
  const added = extremes(points);
  if (state.count === 0) {
    state.first = points.values[0] ?? NaN;
    state.firstStep = points.steps[0] ?? NaN;
  }
  if (!(state.min <= added.min) && !Number.isNaN(added.min)) {
    state.min = added.min;
    state.minStep = added.minStep;
  }
  if (!(state.max >= added.max) && !Number.isNaN(added.max)) {
    state.max = added.max;
    state.maxStep = added.maxStep;
  }
  state.count += points.steps.length;
  state.highestStep = points.steps.at(-1) ?? state.highestStep;
  state.sum += sumOf(points);
}

/**
 * Takes points that were laid over others into the totals, as counting all points anew would; `last` stays what was
 * reported last. Costs as much as what changed, however long the series is: a script that begins its steps again in
 * each epoch must not grow ever slower.
 */
export function countReplaced(state: SeriesState, { before, after }: Overlaid, stored: StoredPoints): void {
  const firstStep = after.steps[0] ?? NaN;
  const lastStep = after.steps.at(-1) ?? NaN;
  const now = extremes(after);
  const least = { value: state.min, step: state.minStep };
  if (isOutdone({ value: now.min, step: now.minStep }, least)) {
    Object.assign(state, { min: now.min, minStep: now.minStep });
  } else if (least.step >= firstStep && least.step <= lastStep) {
    const { min, minStep } = extremes(stored.smallest());
    Object.assign(state, { min, minStep });
  }
  const most = { value: -state.max, step: state.maxStep };
  if (isOutdone({ value: -now.max, step: now.maxStep }, most)) {
    Object.assign(state, { max: now.max, maxStep: now.maxStep });
  } else if (most.step >= firstStep && most.step <= lastStep) {
    const { max, maxStep } = extremes(stored.largest());
    Object.assign(state, { max, maxStep });
  }
  if (!(firstStep > state.firstStep)) {
    Object.assign(state, { first: after.values[0] ?? NaN, firstStep });
  }
  state.count += after.steps.length - before.steps.length;
  state.highestStep = Math.max(state.highestStep, lastStep);
  state.sum = sumReplaced(state.sum, before, after) ?? sumOf(stored.all());
}

interface Place {
  readonly value: number;
  readonly step: number;
}

/** Whether `now` is the smallest value of the series, or an equal one that comes first. */
function isOutdone(now: Place, known: Place): boolean {
  const isEqual = now.value === known.value && now.step <= known.step;
  return Number.isNaN(known.value) || now.value < known.value || isEqual;
}

/** `undefined` when it cannot be told without all points. */
function sumReplaced(total: number, before: Points, after: Points): number | undefined {
  const removed = sumOf(before);
  const added = sumOf(after);
  if (!Number.isFinite(removed)) {
    // What is not finite outweighs the rest; it is gone only when the region is finite now.
    return Number.isNaN(added) ? NaN : removed === added ? total : undefined;
  }
  const sum = total - removed + added;
  const weight = before.values.reduce((all, value) => all + Math.abs(value), 0);
  const isSafe = weight <= Math.min(CANCELLATION * Math.abs(sum), NEAR_OVERFLOW);
  return isSafe || Number.isNaN(sum) ? sum : undefined;
}

function sumOf({ values }: Points): number {
  return values.reduce((sum, value) => sum + value, 0);
}
