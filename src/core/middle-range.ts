import { firstAbove, firstAtLeast, type AxisRange, type Curve } from './envelope';

/** Shares of the values below and above which they count as outliers: the ones that TensorBoard leaves out. */
const LOW_SHARE = 0.05;
const HIGH_SHARE = 0.95;
/** So many values, evenly apart, tell the percentiles well enough to place an axis. */
const MOST_VALUES = 50_000;

/**
 * Where the middle 90 % of the visible values are, for an axis that outliers shall not stretch. Undefined when there
 * is no value that can be drawn. Linear between neighbouring values, as spreadsheets do.
 */
export function middleRange(
  { xs, values }: Curve,
  range: AxisRange | undefined,
  isLogarithmic: boolean,
): AxisRange | undefined {
  const start = range === undefined ? 0 : firstAtLeast(xs, range.from);
  const end = range === undefined ? xs.length : firstAbove(xs, range.to);
  const stride = Math.max(1, Math.ceil((end - start) / MOST_VALUES));
  const taken: number[] = [];
  for (let index = start; index < end; index += stride) {
    const value = values[index] ?? NaN;
    if (Number.isFinite(value) && (!isLogarithmic || value > 0)) {
      taken.push(value);
    }
  }
  const sorted = Float64Array.from(taken).sort();
  return sorted.length === 0
    ? undefined
    : { from: quantile(sorted, LOW_SHARE), to: quantile(sorted, HIGH_SHARE) };
}

function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? below;
  const part = place - Math.floor(place);
  return below * (1 - part) + above * part;
}
