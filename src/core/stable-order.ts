/**
 * The order in which numbers rise, equal ones in the order they stand in; those that are not finite are left out.
 * A natural merge sort: what rises already is only copied, so that columns of a run that went back a few times cost
 * a few passes and not a full sort.
 */
export function stableOrder(numbers: Float64Array): Uint32Array {
  const placed = placedIndices(numbers);
  let runs = risingRuns(numbers, placed);
  let from = placed;
  let into = new Uint32Array(runs.length > 2 ? placed.length : 0);
  while (runs.length > 2) {
    runs = mergePairs(numbers, from, into, runs);
    [from, into] = [into, from];
  }
  return from;
}

function placedIndices(numbers: Float64Array): Uint32Array<ArrayBuffer> {
  const indices = new Uint32Array(numbers.length);
  let count = 0;
  for (let index = 0; index < numbers.length; index++) {
    if (Number.isFinite(numbers[index])) {
      indices[count++] = index;
    }
  }
  return indices.subarray(0, count);
}

/** Where each rising stretch begins, and at last the length. */
function risingRuns(numbers: Float64Array, order: Uint32Array): number[] {
  const starts = [0];
  let previous = -Infinity;
  for (let place = 0; place < order.length; place++) {
    const number = numbers[order[place] ?? 0] ?? NaN;
    if (number < previous) {
      starts.push(place);
    }
    previous = number;
  }
  return [...starts, order.length];
}

function mergePairs(
  numbers: Float64Array,
  from: Uint32Array,
  into: Uint32Array,
  runs: readonly number[],
): number[] {
  const merged: number[] = [];
  for (let run = 0; run < runs.length - 1; run += 2) {
    const start = runs[run] ?? 0;
    const middle = runs[run + 1] ?? from.length;
    mergeRuns(numbers, from, into, { start, middle, end: runs[run + 2] ?? middle });
    merged.push(start);
  }
  return [...merged, from.length];
}

function mergeRuns(
  numbers: Float64Array,
  from: Uint32Array,
  into: Uint32Array,
  { start, middle, end }: { readonly start: number; readonly middle: number; readonly end: number },
): void {
  let left = start;
  let right = middle;
  for (let place = start; place < end; place++) {
    const a = from[left] ?? 0;
    const b = from[right] ?? 0;
    const takesLeft = left < middle && (right >= end || (numbers[a] ?? NaN) <= (numbers[b] ?? NaN));
    into[place] = takesLeft ? a : b;
    if (takesLeft) {
      left += 1;
    } else {
      right += 1;
    }
  }
}
