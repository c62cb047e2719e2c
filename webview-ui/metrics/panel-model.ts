import type { AxisRange } from '../../src/core/envelope';
import { seriesKey, type SeriesName } from '../../src/core/series';
import {
  LINES_PER_CHART,
  POINTS_PER_SERIES,
  viewState,
  type FeedState,
  type Frame,
  type HostMessage,
  type SeriesEntry,
  type TaskView,
  type ViewSelection,
  type ViewState,
} from '../../src/features/metrics/panel-contract';

/** One series as the panel knows it: its totals, and what to draw of it once it was on screen. */
export interface PanelSeries {
  readonly key: string;
  entry: SeriesEntry;
  frame: Frame | undefined;
}

/** One chart: all series of one metric, in the order they appeared. */
export interface PanelMetric {
  readonly name: string;
  readonly series: readonly PanelSeries[];
}

/** What an update changed, so that only that is drawn again. */
export interface UpdateEffect {
  readonly metrics: ReadonlySet<string>;
  readonly isCatalogChanged: boolean;
}

/** Everything the panel shows, without a page: fed by messages of the host and by what the person does. */
export class PanelModel {
  task: TaskView | undefined;
  feed: FeedState = { phase: 'opening' };
  view: ViewState;
  selectionId = 0;
  private readonly byKey = new Map<string, PanelSeries>();
  private readonly byMetric = new Map<string, PanelSeries[]>();
  private filtered: ReadonlyMap<string, PanelMetric> | undefined;

  constructor(savedView: unknown) {
    const parsed = viewState.safeParse(savedView ?? {});
    this.view = parsed.success ? parsed.data : viewState.parse({});
  }

  /** What the host is asked to draw. */
  get selection(): ViewSelection {
    const { xLabel, range, isLogarithmic, smoothing } = this.view;
    const axis = xLabel === 'step' ? 'step' : 'time';
    return { axis, range, maxPoints: POINTS_PER_SERIES, isLogarithmic, smoothing };
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
      this.byMetric.clear();
    }
    for (const key of update.removed) {
      this.remove(key);
    }
    for (const entry of update.series) {
      isCatalogChanged = this.upsert(entry) || isCatalogChanged;
      metrics.add(entry.metric);
    }
    if (update.selectionId === this.selectionId) {
      for (const frame of update.frames) {
        this.setFrame(frame);
        metrics.add(frame.metric);
      }
    }
    return { metrics, isCatalogChanged };
  }

  /** Curves whose metric or variant contains the filter text, by metric; single values are not among them. */
  visibleMetrics(): ReadonlyMap<string, PanelMetric> {
    this.filtered ??= this.filter(this.view.filter.trim().toLowerCase());
    return this.filtered;
  }

  private filter(words: string): ReadonlyMap<string, PanelMetric> {
    const metrics = new Map<string, PanelMetric>();
    for (const [name, all] of this.byMetric) {
      const curves = all.filter(({ entry }) => !entry.isSingleValue);
      const isNamed = name.toLowerCase().includes(words);
      const series = isNamed
        ? curves
        : curves.filter(({ entry }) => entry.variant.toLowerCase().includes(words));
      if (series.length > 0) {
        metrics.set(name, { name, series });
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

  /** The whole of the x axis over these series, in steps or epoch milliseconds. */
  extentOf(series: readonly PanelSeries[]): AxisRange | undefined {
    let from = Infinity;
    let to = -Infinity;
    for (const { entry } of series) {
      const ends = this.selection.axis === 'step' ? entry.steps : entry.times;
      from = Math.min(from, ends?.from ?? Infinity);
      to = Math.max(to, ends?.to ?? -Infinity);
    }
    return from <= to ? { from, to } : undefined;
  }

  isHidden(key: string): boolean {
    return this.view.hidden.includes(key);
  }

  toggleHidden(key: string): void {
    const { hidden } = this.view;
    this.setView({
      hidden: hidden.includes(key) ? hidden.filter((other) => other !== key) : [...hidden, key],
    });
  }

  toggleTable(metric: string): void {
    const { tables } = this.view;
    this.setView({
      tables: tables.includes(metric) ? tables.filter((other) => other !== metric) : [...tables, metric],
    });
  }

  private upsert(entry: SeriesEntry): boolean {
    const key = seriesKey(entry);
    const known = this.byKey.get(key);
    if (known !== undefined) {
      const isOtherKind = known.entry.isSingleValue !== entry.isSingleValue;
      known.entry = entry;
      return isOtherKind || entry.isSingleValue;
    }
    const created: PanelSeries = { key, entry, frame: undefined };
    this.byKey.set(key, created);
    const siblings = this.byMetric.get(entry.metric);
    if (siblings === undefined) {
      this.byMetric.set(entry.metric, [created]);
    } else {
      siblings.push(created);
    }
    return true;
  }

  private setFrame(frame: Frame): void {
    const series = this.byKey.get(seriesKey(frame));
    if (series !== undefined) {
      series.frame = frame;
    }
  }

  private remove(key: string): void {
    const series = this.byKey.get(key);
    if (series === undefined) {
      return;
    }
    this.byKey.delete(key);
    const { metric } = series.entry;
    const left = (this.byMetric.get(metric) ?? []).filter((other) => other !== series);
    if (left.length === 0) {
      this.byMetric.delete(metric);
    } else {
      this.byMetric.set(metric, left);
    }
  }
}

/** The lines a chart draws; the rest waits for the filter. */
export function drawnSeries(metric: PanelMetric): readonly PanelSeries[] {
  return metric.series.slice(0, LINES_PER_CHART);
}

/** `train/loss` belongs to `train`; ClearML's `:monitor:gpu` to System. Metrics without a prefix have no group. */
export function groupOf({ metric }: Pick<SeriesName, 'metric'>): string {
  if (metric.startsWith(':monitor:')) {
    return 'System';
  }
  const slash = metric.indexOf('/');
  return slash > 0 ? metric.slice(0, slash) : '';
}
