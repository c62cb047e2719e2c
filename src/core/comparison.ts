/**
 * Runs side by side: rows of what runs say of themselves, a value per run. Pure, and the same for the page that shows
 * a comparison and for the host that writes it into a file.
 */
import type { TaskStatus } from './status';
import { columnKey, compareCells, METRIC_FIGURES, type MetricFigure } from './task-table';

/** Null: the run does not have it. Undefined: nobody knows, since the run was not read or its server keeps no such thing. */
export type ComparedValue = string | number | null | undefined;

/** How a value is written: times are epoch milliseconds, durations milliseconds. */
export type ValueFormat = 'text' | 'number' | 'moment' | 'duration';

export interface ComparedRow {
  /** No two rows of a comparison have the same; for parameters and metrics that of {@link columnKey}. */
  readonly id: string;
  readonly section: string;
  readonly name: string;
  readonly format: ValueFormat;
  /** In the order of the runs. */
  readonly values: readonly ComparedValue[];
}

/** One thing that one run says. */
export interface ComparedEntry {
  readonly id: string;
  readonly section: string;
  readonly name: string;
  readonly value: string | number;
  readonly format: ValueFormat;
}

export interface ComparedMetric {
  readonly metric: string;
  readonly variant: string;
  /** Null where the server does not say. */
  readonly last: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

export interface ComparedText {
  readonly kind: 'diff' | 'script' | 'packages' | 'setupScript' | 'configuration';
  readonly name: string;
  readonly label: string;
  readonly lineCount: number;
  /** The same for the same text and no other. */
  readonly digest: string;
}

/** What a comparison knows of one run. A list is null where the server keeps nothing of the kind. */
export interface RunContent {
  readonly name: string;
  readonly status: TaskStatus;
  readonly serverStatus: string;
  readonly isStopping: boolean;
  readonly parameters: readonly ComparedParameter[] | null;
  readonly metrics: readonly ComparedMetric[] | null;
  readonly facts: readonly ComparedFact[];
  readonly texts: readonly ComparedText[] | null;
  readonly hasConsole: boolean;
}

export interface ComparedParameter {
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

/** Where and as what a run ran. */
export interface ComparedFact {
  readonly section: string;
  readonly name: string;
  readonly value: string | number;
  readonly format: Exclude<ValueFormat, 'number'>;
}

/** Undefined while the run is not read, or could not be. */
export type MaybeRead = RunContent | undefined;

export function parameterRows(runs: readonly MaybeRead[]): ComparedRow[] {
  return alignedRows(
    runs.map((run) =>
      run?.parameters?.map(({ section, name, value }) => ({
        id: columnKey({ kind: 'parameter', section, name }),
        section,
        name,
        value,
        format: 'text',
      })),
    ),
    'byName',
  );
}

/** A row per series and figure, the figures of a series together in their usual order. Those that no run has are left out. */
export function metricRows(
  runs: readonly MaybeRead[],
  figures: readonly MetricFigure[] = METRIC_FIGURES,
): ComparedRow[] {
  const entries = runs.map((run) => run?.metrics?.flatMap((metric) => figureEntries(metric, figures)));
  const places = new Map(
    entries.flatMap((given) => given ?? []).map(({ id, variant, place }) => [id, { variant, place }]),
  );
  const placeOf = (row: ComparedRow): { variant: string; place: number } =>
    places.get(row.id) ?? { variant: '', place: 0 };
  return alignedRows(entries, 'asGiven').sort((a, b) => {
    const [one, other] = [placeOf(a), placeOf(b)];
    return (
      compareCells(a.section, b.section) ||
      compareCells(one.variant, other.variant) ||
      one.place - other.place
    );
  });
}

export function factRows(runs: readonly MaybeRead[]): ComparedRow[] {
  return alignedRows(
    runs.map((run) =>
      run?.facts.map((fact) => ({ ...fact, id: JSON.stringify(['fact', fact.section, fact.name]) })),
    ),
    'asGiven',
  );
}

/** What is told of a text of which only the identity is compared: its digest. */
export function textRows(runs: readonly MaybeRead[]): ComparedRow[] {
  return alignedRows(
    runs.map((run) =>
      run?.texts?.map(({ kind, name, label, digest }) => ({
        id: textId(kind, name),
        section: kind === 'configuration' ? 'Configuration' : 'Code and environment',
        name: label,
        value: digest,
        format: 'text',
      })),
    ),
    'asGiven',
  );
}

export function textId(kind: ComparedText['kind'], name: string): string {
  return JSON.stringify(['text', kind, name]);
}

function figureEntries(
  { metric, variant, ...values }: ComparedMetric,
  figures: readonly MetricFigure[],
): (ComparedEntry & { readonly variant: string; readonly place: number })[] {
  return figures.flatMap((figure, place) => {
    const value = values[figure];
    const series = metric === variant ? '' : `${variant} `;
    return value === null
      ? []
      : [
          {
            id: columnKey({ kind: 'metric', metric, variant, figure }),
            section: metric,
            name: `${series}(${figure})`,
            value,
            format: 'number',
            variant,
            place,
          },
        ];
  });
}

/**
 * Rows of everything that at least one run says. `byName`: sections and names as people order them; `asGiven`: in the
 * order of the first run that has them. Of entries with the same id in one run the last counts.
 */
export function alignedRows(
  runs: readonly (readonly ComparedEntry[] | undefined)[],
  order: 'byName' | 'asGiven',
): ComparedRow[] {
  const rows = new Map<string, Omit<ComparedRow, 'values'> & { values: ComparedValue[] }>();
  const nobody = runs.map((entries): ComparedValue => (entries === undefined ? undefined : null));
  runs.forEach((entries, run) => {
    for (const { id, section, name, format, value } of entries ?? []) {
      const row = rows.get(id) ?? { id, section, name, format, values: [...nobody] };
      row.values[run] = value;
      rows.set(id, row);
    }
  });
  const found = [...rows.values()];
  return order === 'byName' ? found.sort(byName) : bySection(found);
}

function byName(a: ComparedRow, b: ComparedRow): number {
  return compareCells(a.section, b.section) || compareCells(a.name, b.name) || (a.id < b.id ? -1 : 1);
}

/** Sections stay together, in the order they first came. */
function bySection(rows: readonly ComparedRow[]): ComparedRow[] {
  return [...Map.groupBy(rows, ({ section }) => section).values()].flat();
}

/** True when runs that are known differ; one that lacks it differs from one that has it. */
export function isDifferent({ values }: ComparedRow): boolean {
  const known = values.filter((value) => value !== undefined);
  return known.some((value) => !Object.is(value, known[0]));
}

/** How a value stands to that of the baseline. `none`: there is nothing to compare. */
export type ValueMark = 'none' | 'same' | 'differs';

export function markOf({ values }: ComparedRow, run: number, baseline: number | undefined): ValueMark {
  const base = baseline === undefined ? undefined : values[baseline];
  const value = values[run];
  if (run === baseline || base === undefined || value === undefined) {
    return 'none';
  }
  return Object.is(value, base) ? 'same' : 'differs';
}

export interface ValueChange {
  readonly delta: number;
  /** Share of the baseline's magnitude; null where that is 0. */
  readonly percent: number | null;
}

/** From the baseline's value to this one; undefined where one of them is no finite number. */
export function changeOf(value: ComparedValue, base: ComparedValue): ValueChange | undefined {
  if (typeof value !== 'number' || typeof base !== 'number') {
    return undefined;
  }
  const delta = value - base;
  if (!Number.isFinite(delta)) {
    return undefined;
  }
  const percent = (delta / Math.abs(base)) * 100;
  return { delta, percent: Number.isFinite(percent) ? percent : null };
}

/** Rows in which every word is part of the section, the name or a value. */
export function rowsWith(rows: readonly ComparedRow[], text: string): readonly ComparedRow[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  return words.length === 0
    ? rows
    : rows.filter(({ section, name, values }) => {
        const texts = values.filter((value) => typeof value === 'string');
        const all = `${section}/${name}\n${texts.join('\n')}`.toLowerCase();
        return words.every((word) => all.includes(word));
      });
}

/**
 * Rows by their value in one run; with a baseline by how far the value is from the baseline's, relative to it, where
 * both are numbers. Rows without a value come last in both directions, after those that are no numbers.
 */
export function rowsByRun(
  rows: readonly ComparedRow[],
  run: number,
  baseline: number | undefined,
  isDescending: boolean,
): ComparedRow[] {
  const isRelative = baseline !== undefined && baseline !== run;
  const keys = new Map(
    rows.map((row) => [
      row,
      isRelative && row.format === 'number'
        ? changeOf(row.values[run], row.values[baseline])?.percent
        : row.values[run],
    ]),
  );
  return rows.toSorted((a, b) => compareValues(keys.get(a), keys.get(b), isDescending));
}

/** Places of the runs by their value in one row; those without one last. */
export function runsByRow(row: ComparedRow, isDescending: boolean): number[] {
  return row.values
    .map((_, index) => index)
    .sort((a, b) => compareValues(row.values[a], row.values[b], isDescending));
}

function compareValues(a: ComparedValue, b: ComparedValue, isDescending: boolean): number {
  const ranks = rankOf(a) - rankOf(b);
  if (ranks !== 0 || a === null || a === undefined || b === null || b === undefined) {
    return ranks;
  }
  return rankOf(a) > 0 ? 0 : compareCells(a, b) * (isDescending ? -1 : 1);
}

/** NaN has no place among numbers. */
function rankOf(value: ComparedValue): number {
  if (value === undefined) {
    return 3;
  }
  if (value === null) {
    return 2;
  }
  return Number.isNaN(value) ? 1 : 0;
}
