/** Points in columns: same length each; in storage sorted by step, each step once. */
export interface Points {
  readonly steps: Float64Array;
  /** Epoch milliseconds. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Points as they are reported, growing. */
export class PointBuffer {
  private readonly steps: number[] = [];
  private readonly times: number[] = [];
  private readonly values: number[] = [];

  add(step: number, time: number, value: number): void {
    this.steps.push(step);
    this.times.push(time);
    this.values.push(value);
  }

  /** The points as they were reported, in one buffer. */
  toPoints(): Points {
    const count = this.steps.length;
    const columns = new Float64Array(count * 3);
    columns.set(this.steps, 0);
    columns.set(this.times, count);
    columns.set(this.values, count * 2);
    return inColumns(columns);
  }
}

/** Sorted by step, and of equal steps only the one reported last. */
export function ordered(reported: Points): Points {
  return isStrictlyRising(reported.steps) ? reported : sorted(reported);
}

export const emptyPoints: Points = {
  steps: new Float64Array(),
  times: new Float64Array(),
  values: new Float64Array(),
};

/** Both together, sorted by step; each is sorted by step already, and where steps are equal, `newer` wins. */
export function merge(older: Points, newer: Points): Points {
  const parts: Points[] = [];
  let taken = 0;
  for (let start = 0; start < newer.steps.length;) {
    const begin = firstAtLeast(older.steps, newer.steps[start] ?? Infinity, taken);
    const next = older.steps[begin] ?? Infinity;
    let end = start + 1;
    while (end < newer.steps.length && (newer.steps[end] ?? Infinity) < next) {
      end += 1;
    }
    parts.push(slice(older, taken, begin), slice(newer, start, end));
    taken = next === newer.steps[end - 1] ? begin + 1 : begin;
    start = end;
  }
  parts.push(slice(older, taken));
  return join(parts);
}

/** Sorted by step; of equal steps only the last. */
function sorted({ steps, times, values }: Points): Points {
  const order = Array.from(steps.keys()).sort((a, b) => (steps[a] ?? 0) - (steps[b] ?? 0) || a - b);
  const kept = order.filter((index, at) => {
    const next = order[at + 1];
    return next === undefined || steps[next] !== steps[index];
  });
  const pick = (column: Float64Array): Float64Array =>
    Float64Array.from(kept, (index) => column[index] ?? NaN);
  return { steps: pick(steps), times: pick(times), values: pick(values) };
}

/** The first index from `start` whose step is not below `step`; the length when there is none. */
function firstAtLeast(steps: Float64Array, step: number, start: number): number {
  let low = start;
  let high = steps.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((steps[middle] ?? Infinity) < step) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** One after the other, as they are. */
export function join(parts: readonly Points[]): Points {
  const length = parts.reduce((sum, part) => sum + part.steps.length, 0);
  const steps = new Float64Array(length);
  const times = new Float64Array(length);
  const values = new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    steps.set(part.steps, at);
    times.set(part.times, at);
    values.set(part.values, at);
    at += part.steps.length;
  }
  return { steps, times, values };
}

export function slice(points: Points, start: number, end?: number): Points {
  return {
    steps: points.steps.subarray(start, end),
    times: points.times.subarray(start, end),
    values: points.values.subarray(start, end),
  };
}

/** Stored form: all steps, all times, all values, as little-endian float64. */
export function toBytes({ steps, times, values }: Points): Uint8Array {
  const columns = new Float64Array(steps.length * 3);
  columns.set(steps, 0);
  columns.set(times, steps.length);
  columns.set(values, steps.length * 2);
  return new Uint8Array(columns.buffer);
}

/** Reverse of {@link toBytes}; views into `bytes` where its alignment allows. */
export function fromBytes(bytes: Uint8Array): Points {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const count = Math.floor(aligned.byteLength / 24);
  return inColumns(new Float64Array(aligned.buffer, aligned.byteOffset, count * 3));
}

/** All steps, all times, all values. */
function inColumns(columns: Float64Array): Points {
  const count = columns.length / 3;
  return {
    steps: columns.subarray(0, count),
    times: columns.subarray(count, count * 2),
    values: columns.subarray(count * 2),
  };
}

export interface Extremes {
  /** NaN when every value is NaN, like the steps. */
  readonly min: number;
  readonly minStep: number;
  readonly max: number;
  readonly maxStep: number;
}

/** Smallest and largest value and where they are first; NaN values do not count. */
export function extremes({ steps, values }: Points): Extremes {
  let minAt = -1;
  let maxAt = -1;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? NaN;
    if (!Number.isNaN(value)) {
      minAt = minAt < 0 || value < (values[minAt] ?? NaN) ? index : minAt;
      maxAt = maxAt < 0 || value > (values[maxAt] ?? NaN) ? index : maxAt;
    }
  }
  const at = (column: Float64Array, index: number): number => column[index] ?? NaN;
  return {
    min: at(values, minAt),
    minStep: at(steps, minAt),
    max: at(values, maxAt),
    maxStep: at(steps, maxAt),
  };
}

function isStrictlyRising(steps: Float64Array): boolean {
  for (let index = 1; index < steps.length; index += 1) {
    if (!((steps[index] ?? NaN) > (steps[index - 1] ?? NaN))) {
      return false;
    }
  }
  return true;
}
