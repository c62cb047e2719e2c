import { distinctLooks } from '../../src/core/run-looks';
import { parseSeriesKey, seriesKey, type SeriesName } from '../../src/core/series';
import { isEnded } from '../../src/core/status';
import type { SeriesEntry } from '../../src/features/metrics/series-entry';
import type { RunParameters, RunView } from '../../src/features/metrics/runs-contract';
import type { GroupBy, ViewSelection, ViewState } from '../../src/features/metrics/view-contract';
import { toggled } from '../metrics/chosen-view';
import { CurvesModel } from '../metrics/curves-model';
import { undrawnSeries, type LineName, type PanelMetric, type PanelSeries } from '../metrics/panel-series';
import type { Rgb } from '../kit/colour';
import { assignStyles, styleOf, type LineStyle } from '../kit/line-styles';
import { distinctTitles, seriesTitle, valueTitle } from '../metrics/series-titles';
import { groupEntry } from './group-entry';
import { groupRuns, type RunGroup } from './run-grouping';

/** Rows are runs; undefined: the run did not report it. */
export interface ValueTable {
  /** Names of series. */
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly run: string;
    readonly name: string;
    readonly values: readonly (number | undefined)[];
  }[];
}

/** Looks of groups, and what they were given for. */
interface StyledGroups {
  readonly groups: readonly RunGroup[];
  readonly looks: ViewState['looks'];
  readonly background: Rgb;
  readonly styles: ReadonlyMap<string, LineStyle>;
}

/** The curves of several runs: a chart per series, a line per run, or per group of runs. */
export class RunsModel extends CurvesModel {
  /** By key, in the order they were chosen. */
  runs: ReadonlyMap<string, RunView> = new Map();
  readonly parameters = new Map<string, RunParameters['parameters']>();
  private names: ReadonlyMap<string, string> = new Map();
  private styles: ReadonlyMap<string, number> = new Map();
  private runGroups: readonly RunGroup[] = [];
  private readonly groupSeries = new Map<string, PanelSeries>();
  private styled: StyledGroups | undefined;
  /** Which lines there are, how they are called and what they look like, as text. */
  private lines = '';

  override get selection(): ViewSelection {
    const selection = super.selection;
    return {
      ...selection,
      axis: this.view.xLabel === 'relative' ? 'elapsed' : selection.axis,
      groups: this.groups.map(({ id, runs }) => ({ id, runs: [...runs] })),
    };
  }

  /** Relative time is counted from each run's own first point. */
  override get originTime(): number {
    return this.view.xLabel === 'relative' ? 0 : super.originTime;
  }

  override get stepNoun(): string {
    const nouns = new Set([...this.runs.values()].map(({ stepNoun }) => stepNoun));
    const [noun] = nouns;
    return nouns.size === 1 ? (noun ?? super.stepNoun) : super.stepNoun;
  }

  /** Without the runs that are hidden; none where runs are not put together. */
  get groups(): readonly RunGroup[] {
    return this.runGroups;
  }

  get isGrouped(): boolean {
    return this.view.groupBy !== null;
  }

  /** Answers whether any line is another now, is called otherwise or looks otherwise. */
  setRuns(runs: readonly RunView[]): boolean {
    this.runs = new Map(runs.map((run) => [run.key, run]));
    this.names = distinctNames(runs);
    this.styles = distinctLooks(runs);
    for (const key of this.parameters.keys()) {
      if (!this.runs.has(key)) {
        this.parameters.delete(key);
      }
    }
    for (const series of this.byKey.values()) {
      series.line = this.lineOf(series.entry);
    }
    this.regroup();
    const before = this.lines;
    this.lines = JSON.stringify([[...this.names], [...this.styles], this.runGroups]);
    return this.lines !== before;
  }

  setParameters(read: readonly RunParameters[]): void {
    read.forEach(({ key, parameters }) => this.parameters.set(key, parameters));
    this.regroup();
  }

  /** True once every run has said which parameters it has. */
  get knowsParameters(): boolean {
    return [...this.runs.keys()].every((key) => this.parameters.has(key));
  }

  groupBy(by: GroupBy | null): void {
    this.setView({ groupBy: by });
    this.regroup();
  }

  /** What a run is called here: its name, with something that tells it apart where others have the same. */
  nameOf(run: string): string {
    return this.names.get(run) ?? run;
  }

  isRunHidden(run: string): boolean {
    return this.view.hidden.includes(run);
  }

  hideRuns(hidden: readonly string[]): void {
    this.setView({ hidden: [...hidden] });
    this.regroup();
  }

  override isHidden({ line }: PanelSeries): boolean {
    return this.view.hidden.includes(line.id);
  }

  override toggleHidden({ line }: PanelSeries): void {
    this.hideRuns(toggled(this.view.hidden, line.id));
  }

  override begin(view: ViewState): void {
    super.begin(view);
    this.regroup();
  }

  override moreWords(count: number): string {
    return `${count} more ${count === 1 ? 'run is' : 'runs are'} not drawn: hide others to see them.`;
  }

  /** The look of a run. */
  lookOf(run: string, background: Rgb): LineStyle {
    return styleOf(this.styles.get(run) ?? 0, background);
  }

  override stylesOf(series: readonly PanelSeries[], background: Rgb): ReadonlyMap<string, LineStyle> {
    const groupStyles = this.isGrouped ? this.groupStyles(background) : undefined;
    return new Map(
      series.map(({ key, line }) => [key, groupStyles?.get(line.id) ?? this.lookOf(line.id, background)]),
    );
  }

  /** The look of the group that a run is in; undefined where runs are not put together, or it is hidden. */
  groupStyleOf(run: string, background: Rgb): LineStyle | undefined {
    const line = this.isGrouped ? this.lineOfRun(run) : undefined;
    return line === undefined ? undefined : this.groupStyles(background).get(line);
  }

  /** By id; the same in every chart, whichever groups are in it. */
  private groupStyles(background: Rgb): ReadonlyMap<string, LineStyle> {
    const { runGroups: groups, styled } = this;
    const { looks } = this.view;
    if (styled?.groups === groups && styled.looks === looks && styled.background === background) {
      return styled.styles;
    }
    const styles = assignStyles(
      groups.map(({ id }) => id),
      background,
      this.looks,
    );
    this.styled = { groups, looks, background, styles };
    return styles;
  }

  /** Which line stands for a run. */
  lineOfRun(run: string): string | undefined {
    return this.isGrouped ? this.groups.find(({ runs }) => runs.includes(run))?.id : run;
  }

  /** Once for all runs, of which there may be many. */
  protected override curveNames(): Iterable<SeriesName> {
    return [...this.byChart.values()].flatMap(
      (all) => all.find(({ entry }) => !entry.isSingleValue)?.entry ?? [],
    );
  }

  override get axisSeriesName(): string {
    const { xSeries } = this.view;
    const name = xSeries === null ? undefined : parseSeriesKey(xSeries);
    return name === undefined ? 'another metric' : (this.titles.get(keyOf(name)) ?? seriesTitle(name));
  }

  /** The last value of a series (its key without a run) in one run. */
  lastValue(run: string, series: string): number | undefined {
    const name = parseSeriesKey(series);
    return (name && this.byKey.get(seriesKey({ ...name, run }))?.entry.last) ?? undefined;
  }

  /**
   * What runs reported as a value and not as a curve: single values, and series that have one point in every run and
   * will not get another. In the order of the runs and of the series; hidden runs are left out.
   */
  valueTable(): ValueTable {
    const tabled = [...this.byChart.values()].filter((all) => this.areValues(all));
    const rows = [...this.runs.values()]
      .filter(({ key }) => !this.isRunHidden(key))
      .map(({ key }) => ({
        run: key,
        name: this.nameOf(key),
        values: tabled.map((all) => valueOf(key, all)),
      }))
      .filter(({ values }) => values.some((value) => value !== undefined));
    const names = tabled.flatMap(([first]) => first?.entry ?? []);
    return { columns: rows.length === 0 ? [] : [...distinctTitles(names, valueTitle).values()], rows };
  }

  private areValues(all: readonly PanelSeries[]): boolean {
    const isOver = (run: string): boolean => {
      const status = this.runs.get(run)?.status ?? null;
      return status !== null && isEnded(status);
    };
    return all.every(({ entry }) => entry.isSingleValue || (entry.pointCount === 1 && isOver(entry.run)));
  }

  protected override chartOf(name: SeriesName): string {
    return keyOf(name);
  }

  protected override lineOf({ run }: SeriesEntry): LineName {
    return { id: run, label: this.nameOf(run) };
  }

  protected override drawnAs(key: string): PanelSeries | undefined {
    return this.groupSeries.get(key) ?? super.drawnAs(key);
  }

  /** Hidden runs have no line anywhere: the list of runs is where they are shown again. */
  protected override filter(words: string): ReadonlyMap<string, PanelMetric> {
    const charts = new Map<string, PanelMetric>();
    for (const [id, name] of this.titles) {
      if (name.toLowerCase().includes(words)) {
        const curves = (this.byChart.get(id) ?? []).filter(({ entry }) => !entry.isSingleValue);
        const shown = curves.filter(({ line }) => !this.view.hidden.includes(line.id));
        charts.set(id, { id, name, series: this.isGrouped ? this.groupsOf(shown) : shown });
      }
    }
    return charts;
  }

  private groupsOf(curves: readonly PanelSeries[]): readonly PanelSeries[] {
    const byRun = new Map(curves.map((series) => [series.entry.run, series]));
    return this.groups.flatMap((group) => {
      const members = group.runs.flatMap((run) => byRun.get(run) ?? []);
      const [first] = members;
      return first === undefined ? [] : [this.groupLine(group, first, members)];
    });
  }

  private groupLine(group: RunGroup, first: PanelSeries, members: readonly PanelSeries[]): PanelSeries {
    const entry = groupEntry(
      group.id,
      members.map((member) => member.entry),
    );
    const key = seriesKey(entry);
    const runs = group.runs.length === 1 ? '1 run' : `${group.runs.length} runs`;
    const line = { id: group.id, label: `${group.label} (${runs})` };
    const known = this.groupSeries.get(key);
    if (known === undefined) {
      const created = undrawnSeries({ key, chart: first.chart, line, entry });
      this.groupSeries.set(key, created);
      return created;
    }
    known.line = line;
    known.entry = entry;
    return known;
  }

  private regroup(): void {
    const before = JSON.stringify(this.runGroups);
    const shown = [...this.runs.values()].filter(({ key }) => !this.isRunHidden(key));
    const { groupBy } = this.view;
    this.runGroups = groupBy === null ? [] : groupRuns(shown, this.parameters, groupBy);
    this.filtered = undefined;
    if (JSON.stringify(this.runGroups) !== before) {
      this.groupSeries.clear();
      this.selectionId += 1;
    }
  }
}

function valueOf(run: string, all: readonly PanelSeries[]): number | undefined {
  return all.find(({ entry }) => entry.run === run)?.entry.last ?? undefined;
}

function keyOf({ metric, variant }: SeriesName): string {
  return seriesKey({ metric, variant });
}

/** Names of runs; where several are the same, with the connection or the end of the id beside them. */
function distinctNames(runs: readonly RunView[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const count = (name: string): unknown => counts.set(name, (counts.get(name) ?? 0) + 1);
  runs.forEach(({ name }) => count(name));
  return new Map(
    runs.map(({ key, name, ref }) => {
      const isAlone = counts.get(name) === 1;
      return [key, isAlone ? name : `${name} · ${ref.taskId.slice(-6)}`];
    }),
  );
}
