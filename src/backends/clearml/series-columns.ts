import type { Fidelity, SeriesDelta, SeriesName } from '../../core/series';

/** Points of one series as ClearML sends them; `null` stands for a value that is no number. */
export interface WirePoints {
  readonly steps: readonly (number | null)[];
  readonly values: readonly (number | null)[];
}

/** Columns that own their buffers, so that they can be handed to another thread. Times are unknown there. */
export function toDelta(
  name: SeriesName,
  mode: SeriesDelta['mode'],
  fidelity: Fidelity,
  { steps, values }: WirePoints,
): SeriesDelta {
  const count = Math.min(steps.length, values.length);
  const column = (from: readonly (number | null)[]): Float64Array =>
    Float64Array.from({ length: count }, (_, index) => from[index] ?? Number.NaN);
  return {
    name,
    mode,
    fidelity,
    steps: column(steps),
    times: new Float64Array(count).fill(Number.NaN),
    values: column(values),
  };
}
