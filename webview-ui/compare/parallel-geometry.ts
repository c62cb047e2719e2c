import { share, type AxisBrush, type ComparedAxis } from '../../src/core/comparison-axes';

/** Places on an axis of what a brush lets through. */
export function positionsOf(axis: ComparedAxis, brush: AxisBrush): number[] {
  if (axis.kind === 'category') {
    const last = axis.categories.length - 1;
    return axis.categories.flatMap((text, index) =>
      brush.kind === 'category' && brush.names.includes(text) ? [share(index, 0, last)] : [],
    );
  }
  if (brush.kind === 'category') {
    return [];
  }
  const scale = (value: number): number =>
    axis.isLogarithmic ? Math.log10(Math.max(value, axis.from)) : value;
  const [from, to] = [scale(axis.from), scale(axis.to)];
  return [brush.from, brush.to].map((end) => Math.max(0, Math.min(1, share(scale(end), from, to))));
}

/** How far a point is from a line over the axes, upright; infinite beside it. */
export function distanceTo(
  points: readonly { readonly left: number; readonly top: number }[],
  x: number,
  y: number,
): number {
  return points.slice(1).reduce((least, to, index) => {
    const from = points[index];
    if (from === undefined || x < from.left || x > to.left) {
      return least;
    }
    const along = (x - from.left) / Math.max(1, to.left - from.left);
    return Math.min(least, Math.abs(from.top + along * (to.top - from.top) - y));
  }, Number.POSITIVE_INFINITY);
}
