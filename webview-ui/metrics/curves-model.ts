import type { AxisRange } from '../../src/core/envelope';
import { seriesKey, type SeriesName } from '../../src/core/series';
import {
  LINES_PER_CHART,
  type FeedState,
  type Frame,
  type HostMessage,
  type SeriesEntry,
} from '../../src/features/metrics/panel-contract';
import {
  POINTS_AT_FIRST,
  pointsForWidth,
  selectionOf,
  viewState,
  type AxisLimits,
  type ViewSelection,
  type ViewState,
  type Zoom,
} from '../../src/features/metrics/view-contract';
import type { Rgb } from '../kit/colour';
import { assignStyles, type LineStyle } from '../kit/line-styles';
import { distinctTitles } from './series-titles';
import { isWhole, WHOLE, ZoomHistory, type ZoomGesture } from './zoom-history';

/** What a line of a chart is called. Lines of one id look the same in every chart and are pointed at together. */
export interface LineName {
  readonly id: string;
  readonly label: string;
}

/** One series as the panel knows it: its totals, and what to draw of it once it was on screen. */
export interface PanelSeries {
  readonly key: string;
  /** Id of its chart. */
  readonly chart: string;
  line: LineName;
  entry: SeriesEntry;
  frame: Frame | undefined;
  /** The selection that the frame was made for. */
  frameSelectionId: number | undefined;
  /** The x axis that the frame was made for. */
  frameAxis: string | undefined;
}

/** A chart; the view keeps what is chosen for it by its id. */
export interface ChartName {
  readonly id: string;
  /** What it is called. */
  readonly name: string;
}

/** One chart and its lines, in the order they appeared. */
export interface PanelMetric extends ChartName {
  readonly series: readonly PanelSeries[];
}

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
export class CurvesModel {
  feed: FeedState = { phase: 'opening' };
  view: ViewState;
  selectionId = 0;
  private maxPoints = POINTS_AT_FIRST;
  protected readonly byKey = new Map<string, PanelSeries>();
  protected readonly byChart = new Map<string, PanelSeries[]>();
  private readonly zooms = new ZoomHistory();
  protected filtered: ReadonlyMap<string, PanelMetric> | undefined;
  private knownTitles: ReadonlyMap<string, string> | undefined;

  constructor(savedView: unknown) {
    const parsed = viewState.safeParse(savedView ?? {});
    this.view = parsed.success ? parsed.data : viewState.parse({});
  }

  /** Begins with a view that the host knows already and draws by. */
  begin(view: ViewState): void {
    this.view = { ...view, tab: this.view.tab };
    this.filtered = undefined;
  }

  /** What the host is asked to draw. */
  get selection(): ViewSelection {
    return { ...selectionOf(this.view), maxPoints: this.maxPoints };
  }

  /** The host draws lines of so many points already. */
  drawnWith({ maxPoints }: Pick<ViewSelection, 'maxPoints'>): void {
    this.maxPoints = Math.max(this.maxPoints, maxPoints);
  }

  /**
   * A chart is so many device pixels wide; true when the host is to draw more points for it, which begins a new
   * selection. Narrower charts keep what they have: who moves an edge to and fro asks for nothing.
   */
  widen(devicePixels: number): boolean {
    const maxPoints = pointsForWidth(devicePixels);
    if (maxPoints <= this.maxPoints) {
      return false;
    }
    this.maxPoints = maxPoints;
    this.selectionId += 1;
    return true;
  }

  get zoom(): Zoom {
    const { range, heights } = this.view;
    return { range, heights };
  }

  /** What a step counts. */
  get stepNoun(): string {
    return 'step';
  }

  get isZoomed(): boolean {
    return !isWhole(this.zoom);
  }

  zoomTo(zoom: Zoom, gesture: ZoomGesture): void {
    this.zooms.note(this.zoom, gesture, Date.now());
    this.setView(zoom);
  }

  /** To the zoom before this one. */
  zoomBack(): void {
    this.setView(this.zooms.back());
  }

  resetZoom(): void {
    if (this.isZoomed) {
      this.zoomTo(WHOLE, 'mark');
    }
  }

  /** Another x axis: a window of the one before means nothing on it. Relative and wall time are one axis. */
  setAxis(change: Pick<ViewState, 'xLabel' | 'xSeries'>): void {
    const before = this.axisMark;
    this.setView(change);
    if (this.axisMark !== before) {
      this.zooms.clear();
      this.setView(WHOLE);
    }
  }

  /** Which x axis the host draws for. */
  get axisMark(): string {
    const { axis, xSeries } = this.selection;
    return JSON.stringify([axis, xSeries]);
  }

  /** What was drawn for another x axis has no place on this one. */
  isPlaced({ frameAxis }: PanelSeries): boolean {
    return frameAxis === this.axisMark;
  }

  limitsOf(chart: string): AxisLimits | undefined {
    return this.view.limits.find(({ metric }) => metric === chart);
  }

  /** Fixes ends of a chart's y axis; none: it follows its values again. */
  setLimits(limits: AxisLimits): void {
    const others = this.view.limits.filter(({ metric }) => metric !== limits.metric);
    const isNone = limits.from === null && limits.to === null;
    this.setView({ limits: isNone ? others : [...others, limits] });
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

  /** Changes the view; a change of what the host draws begins a new selection. */
  setView(change: Partial<ViewState>): void {
    const before = JSON.stringify(this.selection);
    this.filtered = change.filter === undefined ? this.filtered : undefined;
    this.view = { ...this.view, ...change };
    if (JSON.stringify(this.selection) !== before) {
      this.selectionId += 1;
    }
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
    for (const entry of update.series) {
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

  isPinned(chart: string): boolean {
    return this.view.pinned.includes(chart);
  }

  togglePin(chart: string): void {
    this.setView({ pinned: toggled(this.view.pinned, chart) });
  }

  /** Looks that the person has chosen, by line name. */
  get looks(): ReadonlyMap<string, number> {
    return new Map(this.view.looks.map(({ name, slot }) => [name, slot]));
  }

  looksWith(name: string, slot: number | undefined): ViewState['looks'] {
    const others = this.view.looks.filter((look) => look.name !== name);
    return slot === undefined ? others : [...others, { name, slot }];
  }

  toggleTable(chart: string): void {
    this.setView({ tables: toggled(this.view.tables, chart) });
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

/** A series that has not been on screen yet. */
export function undrawnSeries(series: Pick<PanelSeries, 'key' | 'chart' | 'line' | 'entry'>): PanelSeries {
  return { ...series, frame: undefined, frameSelectionId: undefined, frameAxis: undefined };
}

/** The list without the name, or with it. */
export function toggled(names: readonly string[], name: string): string[] {
  return names.includes(name) ? names.filter((other) => other !== name) : [...names, name];
}

function withKey<T>(key: string, value: T | undefined): (readonly [string, T])[] {
  return value === undefined ? [] : [[key, value]];
}

/** The lines a chart draws; the rest waits for the filter. */
export function drawnSeries(metric: PanelMetric): readonly PanelSeries[] {
  return metric.series.slice(0, LINES_PER_CHART);
}
