import type { AxisRange } from '../../src/core/envelope';
import type { Frame, FramePoints } from '../../src/features/metrics/panel-contract';
import type { Axis } from '../../src/features/metrics/view-contract';

export interface DrawnPoint {
  readonly x: number;
  readonly y: number;
}

/**
 * From values to heights in the chart and back. The chart's axis is always linear; a logarithmic one shows base-10
 * logarithms, and magnitudes near the largest double are scaled so that differences stay finite.
 */
export interface ValueScale {
  readonly isLogarithmic: boolean;
  readonly factor: number;
}

const HUGE = 1e300;

/** Chooses the scale for these curves. */
export function valueScale(frames: readonly Frame[], isLogarithmic: boolean): ValueScale {
  const isHuge = frames.some(({ points, superseded }) =>
    [points, ...superseded].some(({ values }) =>
      values.some((value) => Number.isFinite(value) && Math.abs(value) > HUGE),
    ),
  );
  return { isLogarithmic, factor: isHuge && !isLogarithmic ? 1e-10 : 1 };
}

/** NaN where the value has no place on this scale: the line has a gap there. */
export function toHeight(value: number, scale: ValueScale): number {
  if (!Number.isFinite(value)) {
    return NaN;
  }
  if (scale.isLogarithmic) {
    return value > 0 ? Math.log10(value) : NaN;
  }
  return value * scale.factor;
}

export function fromHeight(height: number, scale: ValueScale): number {
  return scale.isLogarithmic ? 10 ** height : height / scale.factor;
}

const NOWHERE = new Float64Array(0);

/** Positions along the axis. */
export function positions(points: FramePoints, axis: Axis): Float64Array {
  switch (axis) {
    case 'step':
      return points.steps;
    case 'time':
      return points.times;
    case 'elapsed':
    case 'series':
      return points.xs ?? NOWHERE;
  }
}

export function drawnPoints(points: FramePoints, axis: Axis, scale: ValueScale): DrawnPoint[] {
  const xs = positions(points, axis);
  const drawn = new Array<DrawnPoint>(xs.length);
  for (let index = 0; index < xs.length; index++) {
    drawn[index] = { x: xs[index] ?? NaN, y: toHeight(points.values[index] ?? NaN, scale) };
  }
  return drawn;
}

/** Room above and below the curves, as a share of their height. */
const HEADROOM = 0.06;

/** Lowest and highest point within the window; undefined when there is nothing to draw. */
export function drawnEnds(
  curves: readonly (readonly DrawnPoint[])[],
  window: AxisRange,
): AxisRange | undefined {
  let from = Infinity;
  let to = -Infinity;
  for (const curve of curves) {
    for (const { x, y } of curve) {
      const isInside = x >= window.from && x <= window.to;
      if (isInside && y < from) {
        from = y;
      }
      if (isInside && y > to) {
        to = y;
      }
    }
  }
  return from <= to ? { from, to } : undefined;
}

/** The same with some room above and below. */
export function withRoom({ from, to }: AxisRange): AxisRange {
  const span = to - from;
  const room = span > 0 ? span * HEADROOM : Math.abs(from) * HEADROOM || 1;
  return { from: from - room, to: to + room };
}

/** Points with a gap on both sides: a line of one point is invisible, so these get a dot. */
export function lonePoints(curve: Iterable<DrawnPoint>): readonly DrawnPoint[] {
  const lone: DrawnPoint[] = [];
  let isAfterGap = true;
  let candidate: DrawnPoint | undefined;
  for (const point of curve) {
    const isDrawn = Number.isFinite(point.y);
    if (!isDrawn && candidate !== undefined) {
      lone.push(candidate);
    }
    candidate = isDrawn && isAfterGap ? point : undefined;
    isAfterGap = !isDrawn;
  }
  return candidate === undefined ? lone : [...lone, candidate];
}

/**
 * The outlines of a band, one for each stretch in which both its ends are known: along the lower end and back along the
 * upper one. A lone position gets no outline; its mean has a dot.
 */
export function bandPieces({
  lower,
  upper,
}: {
  readonly lower: readonly DrawnPoint[];
  readonly upper: readonly DrawnPoint[];
}): readonly (readonly DrawnPoint[])[] {
  const pieces: DrawnPoint[][] = [];
  let [there, back]: [DrawnPoint[], DrawnPoint[]] = [[], []];
  const close = (): void => {
    if (there.length > 1) {
      pieces.push([...there, ...back.reverse()]);
    }
    [there, back] = [[], []];
  };
  lower.forEach((low, index) => {
    const high = upper[index];
    if (high === undefined || Number.isNaN(low.y) || Number.isNaN(high.y)) {
      close();
    } else {
      there.push(low);
      back.push(high);
    }
  });
  close();
  return pieces;
}

/** Few points are shown as dots too, so that one sees where they are. */
export const DOTS_UP_TO = 40;

export type GapKind = 'nan' | 'above' | 'below';

export interface GapMark {
  readonly x: number;
  readonly kind: GapKind;
}

/** Where values are that cannot be drawn: NaN, +∞ above, −∞ (and on a logarithmic axis everything ≤ 0) below. */
export function gapMarks(points: FramePoints, axis: Axis, scale: ValueScale): readonly GapMark[] {
  const xs = positions(points, axis);
  const marks: GapMark[] = [];
  points.values.forEach((value, index) => {
    if (Number.isNaN(toHeight(value, scale))) {
      const kind = Number.isNaN(value) ? 'nan' : value === Infinity ? 'above' : 'below';
      marks.push({ x: xs[index] ?? NaN, kind });
    }
  });
  return marks;
}

/** Index of the point nearest to x; undefined without points. */
export function nearestIndex(ascending: Float64Array, x: number): number | undefined {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Infinity) < x) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const here = ascending[low];
  const before = ascending[low - 1];
  if (here === undefined) {
    return undefined;
  }
  return before !== undefined && x - before < here - x ? low - 1 : low;
}
