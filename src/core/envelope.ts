/** An interval of the x axis, both ends included; in the axis' own unit (steps or epoch milliseconds). */
export interface AxisRange {
  readonly from: number;
  readonly to: number;
}

/** Points of one curve in the order of the x axis; `xs` never falls and holds finite numbers only. */
export interface Curve {
  readonly xs: Float64Array;
  readonly values: Float64Array;
}

/** So many points of a bucket are kept: its first, last, lowest and highest. */
export const POINTS_PER_BUCKET = 4;

export interface EnvelopeRequest {
  /** The visible part; absent for all of it. */
  readonly range: AxisRange | undefined;
  /** About how many points may be drawn; when no more are visible they are all drawn. */
  readonly maxPoints: number;
  /** On a logarithmic axis a value of zero or below has no place and counts as a gap. */
  readonly isLogarithmic: boolean;
}

/** How many of the visible values cannot be drawn as part of the line, by reason. */
export interface GapCounts {
  readonly notANumber: number;
  readonly plusInfinity: number;
  readonly minusInfinity: number;
  /** Zero or negative on a logarithmic axis. */
  readonly nonPositive: number;
}

export interface Envelope {
  /** Which points to draw, ascending. Holds one neighbour on each side of the range so that lines leave the picture. */
  readonly indices: Uint32Array;
  /** Points within the range, and how many of them are drawn. */
  readonly visibleCount: number;
  readonly drawnCount: number;
  /** True when every visible point is drawn. */
  readonly isComplete: boolean;
  readonly gaps: GapCounts;
}

const GAP_KINDS = 4;
const NAN = 0;
const PLUS_INFINITY = 1;
const MINUS_INFINITY = 2;
const NON_POSITIVE = 3;
const EMPTY = -1;

/**
 * Chooses what to draw so that nothing true disappears: the visible range is cut into buckets of equal width, and of
 * each the first, last, lowest and highest point are kept in their true order, and the first of each kind of gap.
 * Spikes, both ends and breaks in the line are therefore always there, whatever the number of points.
 */
export function selectEnvelope(curve: Curve, request: EnvelopeRequest): Envelope {
  const { xs } = curve;
  const start = request.range === undefined ? 0 : firstAtLeast(xs, request.range.from);
  const end = request.range === undefined ? xs.length : firstAbove(xs, request.range.to);
  const visibleCount = Math.max(0, end - start);
  const picker = new BucketPicker(curve.values, request.isLogarithmic);
  const isComplete = visibleCount <= request.maxPoints;
  const indices: number[] = [];
  if (start > 0) {
    indices.push(start - 1);
  }
  if (isComplete) {
    for (let index = start; index < end; index++) {
      picker.visit(index);
      indices.push(index);
    }
  } else {
    const bucketCount = Math.max(1, Math.floor(request.maxPoints / POINTS_PER_BUCKET));
    pickBuckets(xs.subarray(0, end), start, bucketCount, picker, indices);
  }
  const drawnCount = indices.length - (start > 0 ? 1 : 0);
  if (end < xs.length) {
    indices.push(Math.max(end, start));
  }
  return { indices: Uint32Array.from(indices), visibleCount, drawnCount, isComplete, gaps: picker.gaps() };
}

function pickBuckets(
  xs: Float64Array,
  start: number,
  bucketCount: number,
  picker: BucketPicker,
  indices: number[],
): void {
  const end = xs.length;
  const from = xs[start] ?? 0;
  const width = ((xs[end - 1] ?? from) - from) / bucketCount;
  let index = start;
  for (let bucket = 1; bucket <= bucketCount && index < end; bucket++) {
    const limit = bucket === bucketCount ? Infinity : from + bucket * width;
    for (; index < end && (xs[index] ?? Infinity) < limit; index++) {
      picker.visit(index);
    }
    picker.take(indices);
  }
}

/**
 * Watches the points of one bucket after the other and counts the gaps of all. Plain fields and loops: this runs
 * over every point of every visible curve.
 */
class BucketPicker {
  private first = EMPTY;
  private last = EMPTY;
  private lowestAt = EMPTY;
  private highestAt = EMPTY;
  private lowest = Infinity;
  private highest = -Infinity;
  /** Where the first gap of each kind is, by kind. */
  private readonly gapAt = new Int32Array(GAP_KINDS).fill(EMPTY);
  private hasGap = false;
  private readonly counts = new Float64Array(GAP_KINDS);

  constructor(
    private readonly values: Float64Array,
    private readonly isLogarithmic: boolean,
  ) {}

  visit(index: number): void {
    const value = this.values[index] ?? NaN;
    if (this.first === EMPTY) {
      this.first = index;
    }
    this.last = index;
    if (!Number.isFinite(value) || (this.isLogarithmic && value <= 0)) {
      this.visitGap(gapKind(value), index);
      return;
    }
    if (value < this.lowest) {
      this.lowest = value;
      this.lowestAt = index;
    }
    if (value > this.highest) {
      this.highest = value;
      this.highestAt = index;
    }
  }

  /** Adds the chosen points of the bucket in ascending order, each once, and begins the next. */
  take(into: number[]): void {
    const chosen = [this.first, this.lowestAt, this.highestAt, this.last];
    if (this.hasGap) {
      chosen.push(...this.gapAt);
    }
    chosen.sort((a, b) => a - b);
    let previous = EMPTY;
    for (const index of chosen) {
      if (index !== previous) {
        into.push(index);
        previous = index;
      }
    }
    this.begin();
  }

  gaps(): GapCounts {
    const count = (slot: number): number => this.counts[slot] ?? 0;
    return {
      notANumber: count(NAN),
      plusInfinity: count(PLUS_INFINITY),
      minusInfinity: count(MINUS_INFINITY),
      nonPositive: count(NON_POSITIVE),
    };
  }

  private begin(): void {
    this.first = EMPTY;
    this.last = EMPTY;
    this.lowestAt = EMPTY;
    this.highestAt = EMPTY;
    this.lowest = Infinity;
    this.highest = -Infinity;
    if (this.hasGap) {
      this.gapAt.fill(EMPTY);
      this.hasGap = false;
    }
  }

  private visitGap(kind: number, index: number): void {
    this.hasGap = true;
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    if (this.gapAt[kind] === EMPTY) {
      this.gapAt[kind] = index;
    }
  }
}

function gapKind(value: number): number {
  if (Number.isFinite(value)) {
    return NON_POSITIVE;
  }
  if (Number.isNaN(value)) {
    return NAN;
  }
  return value > 0 ? PLUS_INFINITY : MINUS_INFINITY;
}

/** Index of the first element that is not below `limit`; the length when there is none. */
export function firstAtLeast(ascending: Float64Array, limit: number): number {
  return search(ascending, (x) => x >= limit);
}

/** Index of the first element above `limit`; the length when there is none. */
export function firstAbove(ascending: Float64Array, limit: number): number {
  return search(ascending, (x) => x > limit);
}

function search(ascending: Float64Array, isBeyond: (x: number) => boolean): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBeyond(ascending[middle] ?? Infinity)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
