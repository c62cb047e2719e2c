/** The strongest smoothing offered; 1 would never leave the first value. */
export const MAX_SMOOTHING = 0.999;

/** How a curve is smoothed: see {@link smooth}. */
export const SMOOTHING_KINDS = ['exponential', 'gaussian', 'mean'] as const;
export type SmoothingKind = (typeof SMOOTHING_KINDS)[number];

/** So many points does the strongest smoothing of the kinds with a window take together. */
const WIDEST_WINDOW = 1_000;

/**
 * How many points a smoothing with a window takes together at this strength: from 1 to about 1,000, evenly on a
 * logarithmic scale, always odd so that the window has a middle.
 */
export function smoothingWindow(strength: number): number {
  return 2 * Math.round((WIDEST_WINDOW ** strength - 1) / 2) + 1;
}

/** The standard deviation in points of a Gaussian that weighs about as many points as a mean of the same strength. */
export function smoothingSigma(strength: number): number {
  return smoothingWindow(strength) / 4;
}

/**
 * A smoothed copy. Values that are not finite pass through and count for nothing; a constant curve stays exactly what
 * it is; a smoothed value never leaves the range of the values it was made of.
 *
 * - `exponential`: {@link smoothExponentially} with the strength as weight;
 * - `mean`: {@link runningMean} over {@link smoothingWindow} points;
 * - `gaussian`: {@link smoothGaussian} with {@link smoothingSigma}.
 *
 * @param strength 0 (off) to {@link MAX_SMOOTHING}.
 */
export function smooth(
  values: Float64Array,
  strength: number,
  kind: SmoothingKind = 'exponential',
): Float64Array {
  const kept = Math.min(Math.max(strength, 0), MAX_SMOOTHING);
  if (kept === 0 || isConstant(values)) {
    return values.slice();
  }
  switch (kind) {
    case 'exponential':
      return smoothExponentially(values, kept);
    case 'mean':
      return runningMean(values, smoothingWindow(kept));
    case 'gaussian':
      return smoothGaussian(values, smoothingSigma(kept));
  }
}

/**
 * TensorBoard's smoothing: an exponential moving average without the bias towards its start at zero.
 * `s[n] = w·s[n-1] + (1-w)·v[n]`, drawn as `s[n] / (1 - w^n)`, n counting finite values only.
 * Source: `classicSmoothing` in tensorboard/webapp/metrics/views/card_renderer/scalar_card_data_transformer.ts.
 */
function smoothExponentially(values: Float64Array, weight: number): Float64Array {
  const result = new Float64Array(values.length);
  let average = 0;
  let decay = 1;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? NaN;
    if (Number.isFinite(value)) {
      average = average * weight + (1 - weight) * value;
      decay = decay < NEGLIGIBLE ? 0 : decay * weight;
      result[index] = average / (1 - decay);
    } else {
      result[index] = value;
    }
  }
  return result;
}

/**
 * `m[n] = mean(v[n-h] … v[n+h])` with `h = (window - 1) / 2`: the running average of as many points before as after.
 * At both ends the mean is over the points that there are.
 */
function runningMean(values: Float64Array, window: number): Float64Array {
  return overFinite(values, (finite) => boxMean(finite, (window - 1) / 2));
}

/**
 * A Gaussian filter, `g[n] = Σ v[n+k]·e^(-k²/2σ²) / Σ e^(-k²/2σ²)`, computed as three running means, which together
 * weigh as the Gaussian does to within about 3 %, whatever σ, in one time for all.
 * Source: the definition of `feGaussianBlur` in W3C Filter Effects Module Level 1: box width d = σ·3·√(2π)/4 + 0.5;
 * here always odd.
 */
function smoothGaussian(values: Float64Array, sigma: number): Float64Array {
  const half = Math.max(0, Math.round(((sigma * 3 * Math.sqrt(2 * Math.PI)) / 4 - 0.5) / 2));
  return overFinite(values, (finite) => boxMean(boxMean(boxMean(finite, half), half), half));
}

/** Smooths the finite values as if they followed one another, and leaves the rest where it is. */
function overFinite(values: Float64Array, filter: (finite: Float64Array) => Float64Array): Float64Array {
  let finiteCount = 0;
  for (let index = 0; index < values.length; index++) {
    finiteCount += Number.isFinite(values[index]) ? 1 : 0;
  }
  if (finiteCount === values.length) {
    return filter(values);
  }
  const filtered = filter(values.filter(Number.isFinite));
  let place = 0;
  return values.map((value) => (Number.isFinite(value) ? (filtered[place++] ?? NaN) : value));
}

/** Means over up to `half` neighbours on each side. */
function boxMean(values: Float64Array, half: number): Float64Array {
  const result = new Float64Array(values.length);
  const share = 1 / (2 * half + 1);
  const sum = new CarefulSum();
  for (let index = 0; index < Math.min(half, values.length); index++) {
    sum.add((values[index] ?? 0) * share);
  }
  for (let index = 0; index < values.length; index++) {
    const from = index - half;
    const to = index + half;
    if (to < values.length) {
      sum.add((values[to] ?? 0) * share);
    }
    if (from > 0) {
      sum.add(-(values[from - 1] ?? 0) * share);
    }
    const count = Math.min(to, values.length - 1) - Math.max(from, 0) + 1;
    result[index] = sum.value / (count * share);
  }
  return result;
}

/**
 * A sum that forgets a large number wholly when it is taken away again: what rounding drops is kept apart.
 * Source: A. Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, 1974.
 */
class CarefulSum {
  private sum = 0;
  private dropped = 0;

  get value(): number {
    return this.sum + this.dropped;
  }

  add(term: number): void {
    const next = this.sum + term;
    this.dropped += Math.abs(this.sum) >= Math.abs(term) ? this.sum - next + term : term - next + this.sum;
    this.sum = next;
  }
}

/** Smaller shares of the start change no digit, and tiny doubles make arithmetic slow. */
const NEGLIGIBLE = 1e-20;

function isConstant(values: Float64Array): boolean {
  const first = values[0];
  for (let index = 1; index < values.length; index++) {
    if (values[index] !== first) {
      return false;
    }
  }
  return true;
}
