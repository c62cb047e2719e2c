import { firstAbove, firstAtLeast, type AxisRange, type Curve } from './envelope';
import { studentQuantile95 } from './student-quantile';

/** What stands around the mean line of a group; see {@link summarizeRuns}. */
export const BANDS = ['range', 'deviation', 'interval'] as const;
export type Band = (typeof BANDS)[number];

export interface GroupRequest {
  /** The visible part; absent for all of it. */
  readonly range: AxisRange | undefined;
  /** At most so many positions are answered for the visible part. */
  readonly maxPositions: number;
  readonly band: Band;
}

/** A group of runs as one line with a band; all columns have the same length. */
export interface GroupSummary {
  /** Ascending, in the axis' own unit; one more on each side of the range, so that lines leave the picture. */
  readonly positions: Float64Array<ArrayBuffer>;
  /** NaN where no run has a finite value. */
  readonly means: Float64Array<ArrayBuffer>;
  /** NaN where the band is not known: for deviation and interval, where fewer than two runs have a value. */
  readonly lowers: Float64Array<ArrayBuffer>;
  readonly uppers: Float64Array<ArrayBuffer>;
  /** How many runs have a finite value here. */
  readonly counts: Float64Array<ArrayBuffer>;
  /** Null when the runs report at the same positions; else the width of the buckets that join them. */
  readonly bucketWidth: number | null;
}

/**
 * The runs of a group as one mean line with a band.
 *
 * Positions: where every visible position of each run is also one of the run with the most, and there are not too many,
 * these positions themselves. Otherwise buckets of equal width, about as wide as the usual distance between two points
 * of a run, and each stands at its middle; nothing is interpolated. A run counts once at a position, with the mean of
 * its finite values there; one without a value there does not count.
 *
 * Bands, of the values x1 … xn that the n runs have at a position:
 * - `range`: the lowest and highest value that any of the runs reported there;
 * - `deviation`: mean ± s with the sample's standard deviation s = √(Σ(xi − mean)² / (n − 1));
 * - `interval`: mean ± t·s/√n, the 95 % confidence interval of the mean, with Student's t for n − 1 degrees of freedom.
 *
 * Sources: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.2 (confidence limits for the mean); the running form
 * of mean and deviation by B. P. Welford, Technometrics 4 (1962).
 */
export function summarizeRuns(runs: readonly Curve[], request: GroupRequest): GroupSummary {
  const visible = runs.map((run) => visiblePart(run, request.range));
  const common = commonPositions(visible, request.maxPositions);
  if (common !== undefined) {
    return summaryAt(common, request, runs);
  }
  const buckets = bucketsOf(visible, request);
  return buckets === undefined ? emptySummary() : summaryIn(buckets, request.band, runs);
}

function visiblePart(run: Curve, range: AxisRange | undefined): Float64Array {
  return range === undefined
    ? run.xs
    : run.xs.subarray(firstAtLeast(run.xs, range.from), firstAbove(run.xs, range.to));
}

/** The positions of the run with the most of them, when all others are among them. */
function commonPositions(runs: readonly Float64Array[], most: number): Float64Array | undefined {
  const longest = runs.reduce<Float64Array>(
    (best, run) => (run.length > best.length ? run : best),
    new Float64Array(0),
  );
  const distinct = longest.filter((x, index) => index === 0 || x !== longest[index - 1]);
  const isCommon = distinct.length <= most && runs.every((run) => isAmong(run, distinct));
  return isCommon ? distinct : undefined;
}

function isAmong(xs: Float64Array, others: Float64Array): boolean {
  let place = 0;
  for (let index = 0; index < xs.length; index++) {
    const x = xs[index] ?? NaN;
    while (place < others.length && (others[place] ?? NaN) < x) {
      place += 1;
    }
    if (others[place] !== x) {
      return false;
    }
  }
  return true;
}

/** Positions as they are, with the nearest one beyond each end of the range. */
function summaryAt(
  visible: Float64Array,
  { range, band }: GroupRequest,
  runs: readonly Curve[],
): GroupSummary {
  const before = range === undefined ? -Infinity : lastBelow(runs, range.from);
  const after = range === undefined ? Infinity : nextAbove(runs, range.to);
  const positions = Float64Array.from([
    ...(Number.isFinite(before) ? [before] : []),
    ...visible,
    ...(Number.isFinite(after) ? [after] : []),
  ]);
  const tally = new Tally(positions.length);
  runs.forEach((run) => noteAt(positions, run, tally));
  return { positions, ...tally.summary(band), bucketWidth: null };
}

function noteAt(positions: Float64Array, { xs, values }: Curve, tally: Tally): void {
  const end = firstAbove(xs, positions.at(-1) ?? -Infinity);
  let place = 0;
  for (let index = firstAtLeast(xs, positions[0] ?? Infinity); index < end; index++) {
    const x = xs[index] ?? NaN;
    while ((positions[place] ?? Infinity) < x) {
      place += 1;
    }
    if (positions[place] === x) {
      tally.note(place, values[index] ?? NaN);
    }
  }
  tally.endRun();
}

function lastBelow(runs: readonly Curve[], limit: number): number {
  return Math.max(...runs.map(({ xs }) => xs[firstAtLeast(xs, limit) - 1] ?? -Infinity), -Infinity);
}

function nextAbove(runs: readonly Curve[], limit: number): number {
  return Math.min(...runs.map(({ xs }) => xs[firstAbove(xs, limit)] ?? Infinity), Infinity);
}

interface Buckets {
  readonly from: number;
  /** The end of the last one, as it was found: `from + width * count` may be a little less, and lose the last point. */
  readonly to: number;
  readonly width: number;
  readonly count: number;
}

function bucketsOf(visible: readonly Float64Array[], request: GroupRequest): Buckets | undefined {
  const from = Math.min(...visible.map((xs) => xs[0] ?? Infinity));
  const to = Math.max(...visible.map((xs) => xs.at(-1) ?? -Infinity));
  if (!(from <= to)) {
    return undefined;
  }
  const span = to - from;
  const wanted = Math.round(span / usualDistance(visible, span)) || 1;
  const count = Math.min(Math.max(1, wanted), request.maxPositions);
  const width = span > 0 ? span / count : 1;
  // One more bucket on each side, when the range hides points there.
  return request.range === undefined
    ? { from, to, width, count }
    : { from: from - width, to: to + width, width, count: count + 2 };
}

/** The upper median of the mean distances between neighbouring points of the runs. */
function usualDistance(visible: readonly Float64Array[], span: number): number {
  const distances = visible
    .filter((xs) => xs.length > 1)
    .map((xs) => ((xs.at(-1) ?? 0) - (xs[0] ?? 0)) / (xs.length - 1))
    .filter((distance) => distance > 0)
    .sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? span / Math.max(1, visible.length);
}

function summaryIn({ from, to, width, count }: Buckets, band: Band, runs: readonly Curve[]): GroupSummary {
  const tally = new Tally(count);
  for (const { xs, values } of runs) {
    const end = firstAbove(xs, to);
    for (let index = firstAtLeast(xs, from); index < end; index++) {
      const place = Math.floor(((xs[index] ?? NaN) - from) / width);
      tally.note(Math.min(place, count - 1), values[index] ?? NaN);
    }
    tally.endRun();
  }
  const positions = Float64Array.from({ length: count }, (_, place) => from + (place + 0.5) * width);
  return { positions, ...tally.summary(band), bucketWidth: width };
}

function emptySummary(): GroupSummary {
  const none = (): Float64Array<ArrayBuffer> => new Float64Array(0);
  return {
    positions: none(),
    means: none(),
    lowers: none(),
    uppers: none(),
    counts: none(),
    bucketWidth: null,
  };
}

/** Mean, deviation and ends of what runs have at each place; one run after the other, each in ascending order. */
class Tally {
  private readonly counts: Float64Array<ArrayBuffer>;
  private readonly means: Float64Array<ArrayBuffer>;
  private readonly squares: Float64Array;
  private readonly lows: Float64Array<ArrayBuffer>;
  private readonly highs: Float64Array<ArrayBuffer>;
  private place = -1;
  private own = 0;
  private ownCount = 0;

  constructor(size: number) {
    this.counts = new Float64Array(size);
    this.means = new Float64Array(size);
    this.squares = new Float64Array(size);
    this.lows = new Float64Array(size).fill(Infinity);
    this.highs = new Float64Array(size).fill(-Infinity);
  }

  note(place: number, value: number): void {
    if (!Number.isFinite(value)) {
      return;
    }
    if (place !== this.place) {
      this.endRun();
      this.place = place;
    }
    this.ownCount += 1;
    this.own += (value - this.own) / this.ownCount;
    this.lows[place] = Math.min(this.lows[place] ?? Infinity, value);
    this.highs[place] = Math.max(this.highs[place] ?? -Infinity, value);
  }

  /** What a run had at the last place counts once. */
  endRun(): void {
    const { place } = this;
    if (this.ownCount > 0) {
      const count = (this.counts[place] ?? 0) + 1;
      const before = this.means[place] ?? 0;
      const mean = before + (this.own - before) / count;
      this.counts[place] = count;
      this.means[place] = mean;
      this.squares[place] = (this.squares[place] ?? 0) + (this.own - before) * (this.own - mean);
    }
    this.place = -1;
    this.own = 0;
    this.ownCount = 0;
  }

  summary(band: Band): Pick<GroupSummary, 'means' | 'lowers' | 'uppers' | 'counts'> {
    const means = this.means.map((mean, place) =>
      this.counts[place] === 0
        ? NaN
        : Math.min(Math.max(mean, this.lows[place] ?? mean), this.highs[place] ?? mean),
    );
    const counts = this.counts;
    if (band === 'range') {
      const isNone = (place: number): boolean => counts[place] === 0;
      return {
        means,
        counts,
        lowers: this.lows.map((low, place) => (isNone(place) ? NaN : low)),
        uppers: this.highs.map((high, place) => (isNone(place) ? NaN : high)),
      };
    }
    const reach = this.squares.map((square, place) => halfWidth(band, square, counts[place] ?? 0));
    return {
      means,
      counts,
      lowers: means.map((mean, place) => mean - (reach[place] ?? NaN)),
      uppers: means.map((mean, place) => mean + (reach[place] ?? NaN)),
    };
  }
}

function halfWidth(band: 'deviation' | 'interval', square: number, count: number): number {
  if (count < 2) {
    return NaN;
  }
  const deviation = Math.sqrt(square / (count - 1));
  return band === 'deviation' ? deviation : (studentQuantile95(count - 1) * deviation) / Math.sqrt(count);
}
