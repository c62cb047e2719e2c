import * as z from 'zod';
import { seriesKey, type SeriesDelta, type SeriesName } from '../../core/series';
import { SINGLE_VALUE_ITER } from '../events/event-batch';
import type { SingleValue } from '../storage/single-value-store';

type Delta = Omit<SeriesDelta, 'fidelity'>;

const marksSchema = z.array(z.tuple([z.string(), z.string(), z.number()]));

/** Between the cursor of the series and the marks of the values; neither holds it. */
const SEPARATOR = '.';

/** A cursor of both, taken apart. */
export function splitCursor(cursor: string | undefined): { points: string | undefined; values: string } {
  const [points, values = ''] = cursor?.split(SEPARATOR) ?? [];
  return { points, values };
}

export function joinCursor(points: string, values: string): string {
  return points + SEPARATOR + values;
}

/**
 * Values without a step as series of one point, as ClearML stores them: at iteration -2³¹. What a reader with these
 * marks knows already is left out, and what it knows and is gone comes as a series without points.
 */
export function singleValueDeltas(
  values: readonly SingleValue[],
  marks: string,
): { readonly series: Delta[]; readonly marks: string } {
  const known = readMarks(marks);
  const changed = values.filter((value) => known.get(seriesKey(value))?.at !== value.at);
  const present = new Set(values.map((value) => seriesKey(value)));
  const gone = [...known].filter(([key]) => !present.has(key)).map(([, { name }]) => name);
  return {
    series: [
      ...changed.map(({ metric, variant, value, at }) =>
        delta({ metric, variant }, { steps: [SINGLE_VALUE_ITER], times: [at], values: [value] }),
      ),
      ...gone.map((name) => delta(name, { steps: [], times: [], values: [] })),
    ],
    marks: writeMarks(values),
  };
}

function delta(name: SeriesName, columns: Readonly<Record<'steps' | 'times' | 'values', number[]>>): Delta {
  return {
    name,
    mode: 'replace',
    steps: Float64Array.from(columns.steps),
    times: Float64Array.from(columns.times),
    values: Float64Array.from(columns.values),
  };
}

function writeMarks(values: readonly SingleValue[]): string {
  const marks = values.map(({ metric, variant, at }) => [metric, variant, at]);
  return marks.length === 0 ? '' : Buffer.from(JSON.stringify(marks)).toString('base64url');
}

/** Marks that are not understood are those of a reader who knows nothing. */
function readMarks(text: string): Map<string, { readonly name: SeriesName; readonly at: number }> {
  try {
    const marks = marksSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return new Map(
      marks.map(([metric, variant, at]) => [
        seriesKey({ metric, variant }),
        { name: { metric, variant }, at },
      ]),
    );
  } catch {
    return new Map();
  }
}
