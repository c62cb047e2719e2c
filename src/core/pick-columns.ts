import type { SeriesColumns } from './series';

/** These points of the columns, in this order. */
export function pickColumns(
  { steps, times, values }: SeriesColumns,
  indices: Uint32Array,
): Record<keyof SeriesColumns, Float64Array<ArrayBuffer>> {
  return { steps: pick(steps, indices), times: pick(times, indices), values: pick(values, indices) };
}

export function pick(column: Float64Array, indices: Uint32Array): Float64Array<ArrayBuffer> {
  const picked = new Float64Array(indices.length);
  for (let place = 0; place < indices.length; place++) {
    picked[place] = column[indices[place] ?? 0] ?? NaN;
  }
  return picked;
}
