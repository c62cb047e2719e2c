import {
  factRows,
  isDifferent,
  metricRows,
  parameterRows,
  rowsByRun,
  rowsWith,
  runsByRow,
  textId,
  textRows,
  type ComparedRow,
  type RunContent,
} from '../../src/core/comparison';
import { isInBrush, rowLabel } from '../../src/core/comparison-axes';
import { distinctLooks } from '../../src/core/run-looks';
import { runKey, type TaskRef } from '../../src/core/task-ref';
import {
  contentOfWire,
  type CompareTab,
  type CompareView,
  type HostMessage,
  type RunState,
} from '../../src/features/compare/compare-contract';

export type TableTab = Exclude<CompareTab, 'scatter' | 'parallel'>;

export interface ComparedRun {
  readonly key: string;
  /** As chosen, from 1; told beside the name, since runs are often called the same. */
  readonly number: number;
  readonly taskId: string;
  readonly connectionLabel: string;
  readonly state: RunState;
  readonly content: RunContent | undefined;
}

/** A line of a table: the head of a section, or a row of values. */
export type Line =
  | { readonly kind: 'section'; readonly text: string; readonly count: number }
  | { readonly kind: 'row'; readonly row: ComparedRow; readonly label: string };

export interface TableLines {
  readonly lines: readonly Line[];
  readonly rows: readonly ComparedRow[];
  /** Rows that are left out since they are the same in all runs. */
  readonly equalCount: number;
  /** Rows before the filter. */
  readonly unfilteredCount: number;
}

/** The row of consoles in the table of files. */
export const CONSOLE_ROW = JSON.stringify(['console']);

const FIRST_VIEW: CompareView = {
  tab: 'parameters',
  baseline: null,
  showsEqual: false,
  hidden: [],
  filter: '',
  figures: ['last', 'min', 'max'],
  rowOrder: null,
  runOrder: null,
  scatter: { x: null, y: null },
  parallel: null,
  brushes: [],
};

/** An axis with one value shows nothing; that some runs have no value is still better than that all have the same. */
function axisRank(row: ComparedRow): number {
  const known = row.values.filter((value) => value !== null && value !== undefined);
  const kind = new Set(known).size > 1 ? 2 : isDifferent(row) ? 1 : 0;
  return kind * (row.values.length + 1) + known.length;
}

/** The run's name; its id until it is read. */
export function nameOfRun({ content, taskId }: ComparedRun): string {
  return content?.name ?? taskId;
}

/** What the page shows: the runs as far as they are read, and how they are looked at. */
export class CompareModel {
  view: CompareView;
  refs: readonly TaskRef[] = [];
  private runs: ComparedRun[] = [];
  private looks: ReadonlyMap<string, number> = new Map();
  private readonly isRestored: boolean;
  private shown: readonly ComparedRun[] | undefined;
  private readonly rowCache = new Map<string, readonly ComparedRow[]>();

  constructor(saved: CompareView | null | undefined) {
    this.view = saved ?? FIRST_VIEW;
    this.isRestored = saved !== null && saved !== undefined;
  }

  open({ refs, connectionLabels, looks }: Extract<HostMessage, { type: 'open' }>): void {
    const known = new Map(this.runs.map((run) => [run.key, run]));
    this.refs = refs;
    this.runs = refs.map((ref, index) => {
      const key = runKey(ref);
      return {
        key,
        number: index + 1,
        taskId: ref.taskId,
        connectionLabel: connectionLabels[index] ?? ref.connectionId,
        state: known.get(key)?.state ?? { phase: 'reading' },
        content: known.get(key)?.content,
      };
    });
    this.setLooks(looks);
    const [first] = this.runs;
    if (!this.isRestored && this.view.baseline === null && first !== undefined) {
      this.view = { ...this.view, baseline: first.key };
    }
    this.forget();
  }

  /** @param looks of the runs, in the order they were chosen. */
  setLooks(looks: readonly number[]): void {
    this.looks = distinctLooks(this.runs.map(({ key }, index) => ({ key, look: looks[index] ?? 0 })));
  }

  /** The run's place in the palette; no two of the runs have the same while there are enough. */
  lookOf({ key }: ComparedRun): number {
    return this.looks.get(key) ?? 0;
  }

  setRun(key: string, state: RunState): void {
    const content = state.phase === 'ready' ? contentOfWire(state.content) : undefined;
    this.runs = this.runs.map((run) => (run.key === key ? { ...run, state, content } : run));
    this.forget();
  }

  change(change: Partial<CompareView>): void {
    this.view = { ...this.view, ...change };
    this.shown = undefined;
  }

  get all(): readonly ComparedRun[] {
    return this.runs;
  }

  /** Runs that are shown, the baseline first, the others in the order asked for. */
  get shownRuns(): readonly ComparedRun[] {
    this.shown ??= this.orderedRuns();
    return this.shown;
  }

  /** Place of the baseline among the runs that are shown. */
  get baseline(): number | undefined {
    const place = this.shownRuns.findIndex(({ key }) => key === this.view.baseline);
    return place < 0 ? undefined : place;
  }

  get hasSeveralConnections(): boolean {
    return new Set(this.refs.map(({ connectionId }) => connectionId)).size > 1;
  }

  /** True for a tab that no run has anything for, since its server keeps nothing of the kind. */
  lacks(tab: CompareTab): boolean {
    const read = this.runs.flatMap(({ content }) => content ?? []);
    const isReading = this.runs.some(({ state }) => state.phase === 'reading');
    return !isReading && read.length > 0 && read.every((content) => isLacking(content, tab));
  }

  /** Rows of one table over the runs that are shown, all of them. */
  rows(tab: TableTab): readonly ComparedRow[] {
    const { figures } = this.view;
    const shown = this.shownRuns;
    const cacheKey = JSON.stringify([
      tab,
      tab === 'metrics' ? figures : [],
      shown.map(({ number }) => number),
    ]);
    const known = this.rowCache.get(cacheKey);
    if (known !== undefined) {
      return known;
    }
    const contents = shown.map(({ content }) => content);
    const rows = rowsOf(tab, contents, this.view);
    this.rowCache.set(cacheKey, rows);
    return rows;
  }

  /** What the table shows now. */
  table(tab: TableTab): TableLines {
    const { showsEqual, filter, rowOrder } = this.view;
    const all = this.rows(tab);
    const chosen = showsEqual ? all : all.filter((row) => isDifferent(row) || row.id === CONSOLE_ROW);
    const found = rowsWith(chosen, filter);
    const run = this.shownRuns.findIndex(({ key }) => key === rowOrder?.key);
    const rows =
      run < 0 || rowOrder === null ? found : rowsByRun(found, run, this.baseline, rowOrder.isDescending);
    return {
      rows,
      lines: run < 0 ? inSections(rows) : rows.map((row) => ({ kind: 'row', row, label: rowLabel(row) })),
      equalCount: all.length - chosen.length,
      unfilteredCount: chosen.length,
    };
  }

  /** Parameters and metrics that can be axes: first those in whose values runs differ, and of these what most runs have. */
  axisRows(): readonly ComparedRow[] {
    const cacheKey = JSON.stringify(['axes', this.shownRuns.map(({ number }) => number)]);
    const known = this.rowCache.get(cacheKey);
    if (known !== undefined) {
      return known;
    }
    const metrics = metricRows(this.shownRuns.map(({ content }) => content));
    const rows = [...this.rows('parameters'), ...metrics]
      .map((row) => ({ row, rank: axisRank(row) }))
      .sort((a, b) => b.rank - a.rank)
      .map(({ row }) => row);
    this.rowCache.set(cacheKey, rows);
    return rows;
  }

  /** Axes for a person who has not chosen any: what differs, metrics by their last values. */
  usualAxes(): { readonly parameters: readonly ComparedRow[]; readonly metrics: readonly ComparedRow[] } {
    const all = this.axisRows();
    const differing = all.filter(isDifferent);
    const from = differing.length === 0 ? all : differing;
    const isNumber = ({ format }: ComparedRow): boolean => format === 'number';
    const metrics = all.filter(isNumber);
    const last = metrics.filter(({ name }) => name.endsWith('(last)'));
    return { parameters: from.filter((row) => !isNumber(row)), metrics: last.length === 0 ? metrics : last };
  }

  /** Which of the shown runs every brush lets through. */
  passing(): boolean[] {
    const rows = new Map(this.axisRows().map((row) => [row.id, row]));
    const brushes = this.view.brushes.filter(({ id }) => rows.has(id));
    return this.shownRuns.map((_, run) =>
      brushes.every((brush) => isInBrush(rows.get(brush.id)?.values[run], brush)),
    );
  }

  /** The text that a row of the table of files stands for. */
  textOf(rowId: string, run: ComparedRun): NonNullable<RunContent['texts']>[number] | undefined {
    return run.content?.texts?.find(({ kind, name }) => textId(kind, name) === rowId);
  }

  private orderedRuns(): readonly ComparedRun[] {
    const hidden = new Set(this.view.hidden);
    const visible = this.runs.filter(({ key }) => !hidden.has(key));
    const { runOrder, baseline } = this.view;
    const ordered = runOrder === null ? visible : this.runsInOrderOf(visible, runOrder);
    const base = ordered.filter(({ key }) => key === baseline);
    return [...base, ...ordered.filter(({ key }) => key !== baseline)];
  }

  private runsInOrderOf(
    visible: readonly ComparedRun[],
    { rowId, isDescending }: NonNullable<CompareView['runOrder']>,
  ): readonly ComparedRun[] {
    const contents = visible.map(({ content }) => content);
    const tables = [parameterRows, metricRows, factRows];
    const row = tables.map((rows) => rows(contents).find(({ id }) => id === rowId)).find(Boolean);
    return row === undefined
      ? visible
      : runsByRow(row, isDescending).flatMap((place) => visible[place] ?? []);
  }

  private forget(): void {
    this.shown = undefined;
    this.rowCache.clear();
  }
}

function isLacking({ parameters, metrics, texts, hasConsole }: RunContent, tab: CompareTab): boolean {
  switch (tab) {
    case 'parameters':
      return parameters === null;
    case 'metrics':
      return metrics === null;
    case 'files':
      return texts === null && !hasConsole;
    case 'environment':
      return false;
    case 'scatter':
    case 'parallel':
      return parameters === null && metrics === null;
  }
}

function rowsOf(
  tab: TableTab,
  contents: readonly (RunContent | undefined)[],
  { figures }: CompareView,
): readonly ComparedRow[] {
  switch (tab) {
    case 'parameters':
      return parameterRows(contents);
    case 'metrics':
      return metricRows(contents, figures);
    case 'environment':
      return factRows(contents);
    case 'files':
      return [...consoleRow(contents), ...textRows(contents)];
  }
}

function consoleRow(contents: readonly (RunContent | undefined)[]): ComparedRow[] {
  const values = contents.map((content) => (content?.hasConsole === true ? '' : undefined));
  return values.every((value) => value === undefined)
    ? []
    : [{ id: CONSOLE_ROW, section: 'Output', name: 'Console', format: 'text', values }];
}

function inSections(rows: readonly ComparedRow[]): Line[] {
  return [...Map.groupBy(rows, ({ section }) => section)].flatMap(([text, group]): Line[] => [
    { kind: 'section', text: text === '' ? 'No section' : text, count: group.length },
    ...group.map((row): Line => ({ kind: 'row', row, label: row.name })),
  ]);
}
