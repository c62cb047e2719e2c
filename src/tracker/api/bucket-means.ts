/**
 * Averages a line over at most about `samples` buckets of equal width along x, as the real server's histogram does:
 * each bucket gives its start and the mean of its values. Lines with no more points than that stay as they are.
 */
export function bucketMeans(
  x: Float64Array,
  y: Float64Array,
  samples: number,
): { readonly x: Float64Array; readonly y: Float64Array } {
  if (x.length <= samples) {
    return { x, y };
  }
  const { first, last } = range(x);
  const width = Math.max(1, Math.ceil((last - first + 1) / samples));
  const sums = new Map<number, { sum: number; count: number }>();
  for (const [index, at] of x.entries()) {
    const bucket = Math.floor((at - first) / width);
    const entry = sums.get(bucket) ?? { sum: 0, count: 0 };
    entry.sum += y[index] ?? NaN;
    entry.count += 1;
    sums.set(bucket, entry);
  }
  const buckets = [...sums].sort(([a], [b]) => a - b);
  return {
    x: Float64Array.from(buckets, ([bucket]) => first + bucket * width),
    y: Float64Array.from(buckets, ([, { sum, count }]) => sum / count),
  };
}

function range(x: Float64Array): { first: number; last: number } {
  let first = Infinity;
  let last = -Infinity;
  for (const at of x) {
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  return { first, last };
}
