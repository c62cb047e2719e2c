import type { AxisRange } from '../../src/core/envelope';
import { seriesKey, type SeriesName } from '../../src/core/series';
import type { FeedState, Frame, HostMessage } from '../../src/features/metrics/panel-contract';
import type { SeriesEntry } from '../../src/features/metrics/series-entry';
import { entriesOf } from '../../src/features/metrics/series-table';
import type { ViewState } from '../../src/features/metrics/view-contract';
import type { Rgb } from '../kit/colour';
import { assignStyles, type LineStyle } from '../kit/line-styles';
import { ChosenView, toggled } from './chosen-view';
import { undrawnSeries, type LineName, type PanelMetric, type PanelSeries } from './panel-series';
import { distinctTitles } from './series-titles';

/** What an update changed, so that only that is drawn again. */
export interface UpdateEffect {
  /** Ids of charts. */
  readonly metrics: ReadonlySet<string>;
  readonly isCatalogChanged: boolean;
}

/**
 * The curves that a page shows, without the page: fed by messages of the host and by what the person does. As it is,
 * those of one run: a chart per metric, a line per variant.
 */
export class CurvesModel extends ChosenView {
  feed: FeedState = { phase: 'opening' };
  protected readonly byKey = new Map<string, PanelSeries>();
  protected readonly byChart = new Map<string, PanelSeries[]>();
  protected filtered: ReadonlyMap<string, PanelMetric> | undefined;
  private knownTitles: ReadonlyMap<string, string> | undefined;

  override begin(view: ViewState): void {
    super.begin(view);
    this.filtered = undefined;
  }

  override setView(change: Partial<ViewState>): void {
    this.filtered = change.filter === undefined ? this.filtered : undefined;
    super.setView(change);
  }

  /** What a step counts. */
  get stepNoun(): string {
    return 'step';
  }

  /** What was drawn for another x axis has no place on this one. */
  isPlaced({ frameAxis }: PanelSeries): boolean {
    return frameAxis === this.axisMark;
  }

  /** Series that can be the x axis, by key, with their names as one says them. */
  axisSeries(): readonly { readonly key: string; readonly name: string }[] {
    return [...this.titles].map(([key, name]) => ({ key, name }));
  }

  /** What the x axis is called when it is a series. */
  get axisSeriesName(): string {
    const { xSeries } = this.view;
    const title = xSeries === null ? undefined : this.titles.get(xSeries);
    return title ?? 'a metric that this task does not have';
  }

  /** What curves are called, by the key of the series without a run; no two are called the same. */
  protected get titles(): ReadonlyMap<string, string> {
    this.knownTitles ??= distinctTitles(this.curveNames());
    return this.knownTitles;
  }

  /** Of all series that are curves; each may come more than once. */
  protected curveNames(): Iterable<SeriesName> {
    return [...this.byKey.values()].map(({ entry }) => entry).filter(({ isSingleValue }) => !isSingleValue);
  }

  apply(update: Extract<HostMessage, { type: 'update' }>): UpdateEffect {
    const metrics = new Set<string>();
    let isCatalogChanged = update.isFull || update.removed.length > 0;
    this.filtered = undefined;
    if (update.isFull) {
      this.byKey.clear();
      this.byChart.clear();
    }
    for (const key of update.removed) {
      this.remove(key);
    }
    for (const entry of entriesOf(update.series)) {
      isCatalogChanged = this.upsert(entry) || isCatalogChanged;
      metrics.add(this.chartOf(entry));
    }
    if (update.selectionId === this.selectionId) {
      for (const frame of update.frames) {
        this.setFrame(frame);
        metrics.add(this.chartOf(frame));
      }
    }
    if (isCatalogChanged) {
      this.knownTitles = undefined;
    }
    return { metrics, isCatalogChanged };
  }

  /** Curves whose metric or variant contains the filter text, by the id of their chart; single values are not among them. */
  visibleMetrics(): ReadonlyMap<string, PanelMetric> {
    this.filtered ??= this.filter(this.view.filter.trim().toLowerCase());
    return this.filtered;
  }

  /** The id of the chart that a series is in. */
  protected chartOf({ metric }: SeriesName): string {
    return metric;
  }

  protected lineOf({ variant }: SeriesEntry): LineName {
    return { id: variant, label: variant };
  }

  /** Said of lines that a chart leaves out because there are too many. */
  moreWords(count: number): string {
    return count === 1
      ? '1 more line: filter by name to see it.'
      : `${count} more lines: filter by name to see them.`;
  }

  /** How the lines of one chart are drawn, by key. */
  stylesOf(series: readonly PanelSeries[], background: Rgb): ReadonlyMap<string, LineStyle> {
    const byLine = assignStyles(
      series.map(({ line }) => line.id),
      background,
      this.looks,
    );
    return new Map(series.flatMap(({ key, line }) => withKey(key, byLine.get(line.id))));
  }

  protected filter(words: string): ReadonlyMap<string, PanelMetric> {
    const metrics = new Map<string, PanelMetric>();
    for (const [name, all] of this.byChart) {
      const curves = all.filter(({ entry }) => !entry.isSingleValue);
      const isNamed = name.toLowerCase().includes(words);
      const series = isNamed
        ? curves
        : curves.filter(({ entry }) => entry.variant.toLowerCase().includes(words));
      if (series.length > 0) {
        metrics.set(name, { id: name, name, series });
      }
    }
    return metrics;
  }

  singleValues(): readonly SeriesEntry[] {
    return [...this.byKey.values()].map(({ entry }) => entry).filter(({ isSingleValue }) => isSingleValue);
  }

  get seriesCount(): number {
    return this.byKey.size;
  }

  get curveCount(): number {
    return [...this.byKey.values()].filter(({ entry }) => !entry.isSingleValue).length;
  }

  get pointCount(): number {
    return [...this.byKey.values()].reduce((sum, { entry }) => sum + entry.pointCount, 0);
  }

  /** Largest step of any curve. */
  get lastStep(): number | undefined {
    const steps = [...this.byKey.values()].flatMap(({ entry }) =>
      entry.isSingleValue || entry.steps === null ? [] : [entry.steps.to],
    );
    return steps.length === 0 ? undefined : steps.reduce((a, b) => Math.max(a, b));
  }

  /** Where relative time begins: the first point of any curve. */
  get originTime(): number {
    let origin = Infinity;
    for (const { entry } of this.byKey.values()) {
      origin = Math.min(origin, entry.isSingleValue ? Infinity : (entry.times?.from ?? Infinity));
    }
    return Number.isFinite(origin) ? origin : 0;
  }

  /** The whole of the x axis over these series, in its own unit. */
  extentOf(series: readonly PanelSeries[]): AxisRange | undefined {
    const { axis } = this.selection;
    let from = Infinity;
    let to = -Infinity;
    for (const { entry, frame, frameAxis } of series) {
      const own = frameAxis === this.axisMark ? frame?.extent : undefined;
      const ends = axis === 'step' ? entry.steps : axis === 'time' ? entry.times : own;
      from = Math.min(from, ends?.from ?? Infinity);
      to = Math.max(to, ends?.to ?? -Infinity);
    }
    return from <= to ? { from, to } : undefined;
  }

  isHidden({ key }: PanelSeries): boolean {
    return this.view.hidden.includes(key);
  }

  toggleHidden({ key }: PanelSeries): void {
    this.setView({ hidden: toggled(this.view.hidden, key) });
  }

  private upsert(entry: SeriesEntry): boolean {
    const key = seriesKey(entry);
    const known = this.byKey.get(key);
    if (known !== undefined) {
      const isOtherKind = known.entry.isSingleValue !== entry.isSingleValue;
      known.entry = entry;
      return isOtherKind || entry.isSingleValue;
    }
    const chart = this.chartOf(entry);
    const created = undrawnSeries({ key, chart, line: this.lineOf(entry), entry });
    this.byKey.set(key, created);
    const siblings = this.byChart.get(chart);
    if (siblings === undefined) {
      this.byChart.set(chart, [created]);
    } else {
      siblings.push(created);
    }
    return true;
  }

  private setFrame(frame: Frame): void {
    const series = this.drawnAs(seriesKey(frame));
    if (series !== undefined) {
      series.frame = frame;
      series.frameSelectionId = this.selectionId;
      series.frameAxis = this.axisMark;
    }
  }

  /** The series, or what is drawn in its place. */
  protected drawnAs(key: string): PanelSeries | undefined {
    return this.byKey.get(key);
  }

  private remove(key: string): void {
    const series = this.byKey.get(key);
    if (series === undefined) {
      return;
    }
    this.byKey.delete(key);
    const { chart } = series;
    const left = (this.byChart.get(chart) ?? []).filter((other) => other !== series);
    if (left.length === 0) {
      this.byChart.delete(chart);
    } else {
      this.byChart.set(chart, left);
    }
  }
}

function withKey<T>(key: string, value: T | undefined): (readonly [string, T])[] {
  return value === undefined ? [] : [[key, value]];
}
