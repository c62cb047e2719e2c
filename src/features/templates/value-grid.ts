/** More runs than this are a mistake more often than a wish. */
export const MOST_RUNS = 1_000;

/**
 * The values a person typed for one input: one value, a list `a, b, c`, or a range of whole numbers `1..5`. Throws
 * nothing; a text in quotes is one value whatever is in it.
 */
export function valuesOf(text: string): readonly string[] {
  const trimmed = text.trim();
  const quoted = /^"(.*)"$/s.exec(trimmed)?.[1];
  if (quoted !== undefined) {
    return [quoted];
  }
  const range = /^(-?\d{1,9})\.\.(-?\d{1,9})$/.exec(trimmed);
  if (range) {
    return rangeOf(Number(range[1]), Number(range[2]));
  }
  return trimmed.includes(',')
    ? trimmed
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
    : [trimmed];
}

/** One more than is allowed at most, so that too many are noticed without being made. */
function rangeOf(first: number, last: number): readonly string[] {
  const step = first <= last ? 1 : -1;
  const count = Math.min(Math.abs(last - first) + 1, MOST_RUNS + 1);
  return Array.from({ length: count }, (_, index) => String(first + step * index));
}

export type Inputs = Readonly<Record<string, string>>;

/** Every combination of the values; the last input changes fastest. */
export function gridOf(values: readonly (readonly [name: string, values: readonly string[]])[]): Inputs[] {
  let rows: Inputs[] = [{}];
  for (const [name, options] of values) {
    rows = rows.slice(0, MOST_RUNS + 1).flatMap((row) => options.map((value) => ({ ...row, [name]: value })));
  }
  return rows;
}

/** `lr=0.1, n=2`: what tells this run from the others of its grid. */
export function differences(row: Inputs, rows: readonly Inputs[]): string {
  return Object.entries(row)
    .filter(([name, value]) => rows.some((other) => other[name] !== value))
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}
