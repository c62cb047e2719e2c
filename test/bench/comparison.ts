export const PRODUCTS = [
  'Trackside',
  'TensorBoard',
  'TensorBoard, all points',
  'MLflow',
  'raw SQLite',
] as const;
export type Product = (typeof PRODUCTS)[number];

/** The same thing measured of several products in one run. */
export interface Comparison {
  readonly what: string;
  /** Written after each number. */
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** In words; shown, never enforced. */
  readonly goal: string;
  /** A number where it was measured, words where it could not be; a product that has no such thing is absent. */
  readonly values: Partial<Readonly<Record<Product, number | string>>>;
}

/** Who is ahead, and by how much, as the table says it. `peer` is the best of the others. */
export interface Verdict {
  readonly winner: 'Trackside' | 'peer' | 'equal' | 'unknown';
  readonly peer?: Product;
  /** The better of both by the other one, at least 1; Infinity beside a zero. */
  readonly ratio: number;
}

/** Compares Trackside with the best of the others, raw SQLite apart: that is a measure and no product. */
export function judge({ values, better }: Comparison): Verdict {
  const ours = values.Trackside;
  const sign = better === 'lower' ? 1 : -1;
  const [best] = PRODUCTS.filter((product) => product !== 'Trackside' && product !== 'raw SQLite')
    .flatMap((peer) => {
      const value = values[peer];
      return typeof value === 'number' ? [{ peer, value }] : [];
    })
    .sort((a, b) => sign * (a.value - b.value));
  if (typeof ours !== 'number' || best === undefined) {
    return { winner: 'unknown', ratio: Number.NaN };
  }
  if (ours === best.value) {
    return { winner: 'equal', peer: best.peer, ratio: 1 };
  }
  const isOurs = sign * (ours - best.value) < 0;
  const ratio = Math.max(ours, best.value) / Math.min(ours, best.value);
  return { winner: isOurs ? 'Trackside' : 'peer', peer: best.peer, ratio };
}

/** The comparisons as a Markdown table; empty when there are none. */
export function comparisonTable(comparisons: readonly Comparison[]): string[] {
  if (comparisons.length === 0) {
    return [];
  }
  const shown = PRODUCTS.filter((product) => comparisons.some(({ values }) => values[product] !== undefined));
  return [
    `| what | goal | ${shown.join(' | ')} | who is ahead |`,
    `|---|---|${'---|'.repeat(shown.length)}---|`,
    ...comparisons.map((each) => {
      const cells = shown.map((product) => cell(each.values[product], each.unit));
      return `| ${each.what} | ${each.goal} | ${cells.join(' | ')} | ${verdictWords(each)} |`;
    }),
  ];
}

function verdictWords(comparison: Comparison): string {
  const { winner, peer, ratio } = judge(comparison);
  switch (winner) {
    case 'unknown':
      return 'not known';
    case 'equal':
      return `the same as ${peer ?? ''}`;
    case 'Trackside':
      return `Trackside, ${times(ratio)} against ${peer ?? ''}`;
    case 'peer':
      return `**${peer ?? ''} wins, ${times(ratio)}**`;
  }
}

function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${Number(ratio.toPrecision(3)).toLocaleString('en')} ×` : 'all to nothing';
}

function cell(value: number | string | undefined, unit: string): string {
  if (value === undefined) {
    return '–';
  }
  return typeof value === 'number'
    ? `${value.toLocaleString('en')} ${unit}`.trim()
    : value.replace(/[\s|]+/g, ' ').slice(0, 80);
}
