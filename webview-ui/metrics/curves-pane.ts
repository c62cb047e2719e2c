import { capitalized } from '../../src/core/capitalized';
import { DisposableStore, type Disposable } from '../../src/core/disposable';
import type { AxisRange } from '../../src/core/envelope';
import type { FeedState, UpdateMessage } from '../../src/features/metrics/panel-contract';
import type { CurvesMessage } from '../../src/features/metrics/panel-messages';
import type { ViewSelection, ViewState, XAxis } from '../../src/features/metrics/view-contract';
import { element, setShown, setText } from '../kit/dom';
import { onThemeChange, readTheme, type Theme } from '../kit/theme';
import { chooseNamed } from './name-chooser';
import { xLabels, type XLabels } from './axis-labels';
import type { Highlight } from './chart-card-host';
import { ChartGrid, type ChartGridHost } from './chart-grid';
import type { CurvesModel } from './curves-model';
import type { LineName, PanelSeries } from './panel-series';
import { NoticeView, type NoticePorts } from './notice-view';
import { PaintFigures } from './paint-figures';
import { ToolbarView } from './toolbar-view';
import { ValuesView, type ValuesBlock } from './values-view';
import { withHeights, type ZoomGesture } from './zoom-history';

export interface CurvesPorts {
  post(message: CurvesMessage): void;
  /** The view is another: what the editor keeps of the page must say so. */
  keep(): void;
  /** An update was drawn. */
  drawn(): void;
  themeChanged(): void;
  readonly notice: Omit<NoticePorts, 'clearFilter' | 'retry'>;
  /** A line is pointed at, or none. */
  pointed?(line: string | undefined): void;
  /** How values that are no curves are shown; absent: as a list. */
  readonly values?: ValuesBlock;
}

/**
 * Charts with what belongs to them: search and options, what is being waited for, single values. Takes updates, draws
 * once per animation frame, and tells the host what is on screen.
 */
export class CurvesPane implements ChartGridHost, Disposable {
  readonly root: HTMLElement;
  private readonly owned = new DisposableStore();
  private toolbar: ToolbarView;
  private readonly notice: NoticeView;
  private readonly values: ValuesBlock;
  private readonly grid: ChartGrid;
  private readonly live = element('div', { class: 'visually-hidden', attributes: { 'aria-live': 'polite' } });
  private readonly figures = new PaintFigures();
  private readonly firstCurves = Promise.withResolvers<undefined>();
  private readonly waitingUpdates: UpdateMessage[] = [];
  private currentTheme: Theme = readTheme();
  private highlight: Highlight | undefined;
  private isFrameAsked = false;
  private isEverythingDue = false;
  private isCatalogDue = false;
  private watched = '';
  private keptView = '';
  private generation = 0;

  constructor(
    readonly model: CurvesModel,
    private readonly ports: CurvesPorts,
  ) {
    this.toolbar = this.buildToolbar();
    this.notice = new NoticeView(model, {
      ...ports.notice,
      retry: () => ports.post({ type: 'retry' }),
      clearFilter: () => this.changeView({ filter: '' }),
    });
    this.values = ports.values ?? new ValuesView(() => model.singleValues());
    this.grid = this.owned.add(new ChartGrid(this));
    this.root = element('div', { class: 'pane' }, [
      this.toolbar.root,
      this.notice.root,
      this.values.root,
      this.grid.root,
      this.live,
    ]);
    this.toolbar.update(model.view, model.isZoomed);
    setShown(this.toolbar.root, false);
    this.owned.add(onThemeChange(() => this.themeChanged()));
  }

  /** Resolves when curves are drawn for the first time. */
  get shown(): Promise<unknown> {
    return this.firstCurves.promise;
  }

  /** The view that the host knew already, if any, and what it draws for now; from now on changes of the view are kept. */
  begin(view: ViewState | null, selection: ViewSelection): void {
    this.model.drawnWith(selection);
    if (view !== null) {
      this.model.begin(view);
      this.viewReplaced();
    }
    this.keptView = JSON.stringify(this.model.view);
    this.watched = '';
  }

  /** The host came to know the view only now. */
  replaceView(view: ViewState): void {
    this.model.setView({ ...view, tab: this.model.view.tab });
    this.viewReplaced();
    this.viewMoved();
  }

  /** Steps count something else than was known. */
  stepsRenamed(): void {
    this.viewReplaced();
    this.redrawAll();
  }

  receiveUpdate(message: UpdateMessage): void {
    this.waitingUpdates.push(message);
    this.askFrame();
  }

  receiveFeed(feed: FeedState): void {
    const isOtherPhase = feed.phase !== this.model.feed.phase;
    this.model.feed = feed;
    this.notice.update();
    if (isOtherPhase) {
      this.grid.mounted.forEach((card) => card.showNote());
    }
  }

  updateNotice(): void {
    this.notice.update();
  }

  dispose(): void {
    this.owned.dispose();
  }

  theme(): Theme {
    return this.currentTheme;
  }

  labels(): XLabels {
    const { model } = this;
    return xLabels(model.view.xLabel, model.originTime, model.axisSeriesName, model.stepNoun);
  }

  zoomWindow(range: AxisRange | undefined, gesture: ZoomGesture): void {
    this.model.zoomTo({ ...this.model.zoom, range: range ?? null }, gesture);
    this.viewMoved();
  }

  zoomHeights(chart: string, range: AxisRange | undefined, gesture: ZoomGesture): void {
    this.model.zoomTo(withHeights(this.model.zoom, chart, range), gesture);
    this.viewMoved();
  }

  zoomBack(): void {
    this.model.zoomBack();
    this.viewMoved();
  }

  resetZoom(): void {
    this.model.resetZoom();
    this.viewMoved();
  }

  setHighlight(highlight: Highlight | undefined): void {
    if (highlight?.line !== this.highlight?.line || highlight?.isAlone !== this.highlight?.isAlone) {
      this.highlight = highlight;
      this.grid.mounted.forEach((card) => card.showHighlight(highlight));
      this.ports.pointed?.(highlight?.line);
    }
  }

  toggleLine(series: PanelSeries): void {
    this.model.toggleHidden(series);
    this.redrawAll();
  }

  setLook(line: LineName, slot: number | undefined): void {
    this.changeView({ looks: this.model.looksWith(line.id, slot) });
  }

  togglePin(chart: string): void {
    this.model.togglePin(chart);
    this.grid.reconcile(this.model.visibleMetrics());
    this.viewMoved();
  }

  chartResized(devicePixels: number): void {
    if (this.model.widen(devicePixels)) {
      this.watch();
    }
  }

  setCrosshair(x: number | undefined): void {
    this.grid.mounted.forEach((card) => card.showCrosshair(x));
  }

  viewChanged(): void {
    this.save();
  }

  post(message: CurvesMessage): void {
    this.ports.post(message);
  }

  announce(sentence: string): void {
    setText(this.live, sentence);
  }

  mountedChanged(): void {
    this.noteFigures();
    this.watch();
  }

  changeView(change: Partial<ViewState>): void {
    const filterBefore = this.model.view.filter;
    this.model.setView(change);
    if (this.model.view.filter !== filterBefore) {
      this.grid.reconcile(this.model.visibleMetrics());
      this.notice.update();
    }
    this.viewMoved();
  }

  /** Which charts and lines there are has changed, and not by an update. */
  linesChanged(): void {
    this.isCatalogDue = true;
    this.viewMoved();
  }

  /** Draws everything with the next frame. */
  redrawAll(): void {
    this.isEverythingDue = true;
    this.save();
    this.askFrame();
  }

  private buildToolbar(): ToolbarView {
    return new ToolbarView(this.model.view, capitalized(this.model.stepNoun), {
      change: (change) => this.changeView(change),
      chooseAxis: (axis) => this.chooseAxis(axis),
      zoomBack: () => this.zoomBack(),
      resetZoom: () => this.resetZoom(),
    });
  }

  /** The whole view is another one, not by the person's hand: the controls show it. */
  private viewReplaced(): void {
    const before = this.toolbar.root;
    this.toolbar = this.buildToolbar();
    this.toolbar.update(this.model.view, this.model.isZoomed);
    setShown(this.toolbar.root, !before.hidden);
    before.replaceWith(this.toolbar.root);
    this.grid.reconcile(this.model.visibleMetrics());
  }

  private chooseAxis(axis: XAxis): void {
    if (axis !== 'series') {
      this.model.setAxis({ xLabel: axis, xSeries: null });
      this.viewMoved();
      return;
    }
    const words = { title: 'Metric on the x axis', noun: 'metric' };
    chooseNamed(this.toolbar.root, words, this.model.axisSeries(), {
      choose: (xSeries) => {
        this.model.setAxis({ xLabel: 'series', xSeries });
        this.viewMoved();
      },
      turnAway: () => this.toolbar.showAxis(this.model.view.xLabel),
    });
  }

  /** The view is another: it is kept, drawn, and asked for. */
  private viewMoved(): void {
    this.toolbar.update(this.model.view, this.model.isZoomed);
    this.redrawAll();
    this.watch();
  }

  private askFrame(): void {
    if (!this.isFrameAsked) {
      this.isFrameAsked = true;
      requestAnimationFrame(() => {
        this.isFrameAsked = false;
        this.draw();
      });
    }
  }

  private draw(): void {
    const updates = this.waitingUpdates.splice(0);
    const metrics = new Set<string>();
    for (const update of updates) {
      const effect = this.model.apply(update);
      effect.metrics.forEach((metric) => metrics.add(metric));
      this.isCatalogDue ||= effect.isCatalogChanged;
    }
    if (this.isCatalogDue) {
      this.drawCatalog();
    } else if (this.isEverythingDue) {
      this.grid.drawAll();
    } else {
      metrics.forEach((metric) => this.drawMetric(metric));
    }
    this.isEverythingDue = false;
    this.isCatalogDue = false;
    const generation = updates.at(-1)?.generation;
    if (generation !== undefined) {
      this.ports.drawn();
      this.ports.post({ type: 'painted', generation });
      this.generation = generation;
      this.noteFigures();
      if (this.grid.mounted.some(({ drawnPointCount }) => drawnPointCount > 0)) {
        this.firstCurves.resolve(undefined);
      }
    }
    this.watch();
  }

  private noteFigures(): void {
    const known = { points: this.model.pointCount, series: this.model.seriesCount };
    this.figures.drawn(this.generation, this.grid.mounted, known);
  }

  private drawCatalog(): void {
    this.grid.reconcile(this.model.visibleMetrics());
    this.values.update();
    this.notice.update();
    setShown(this.toolbar.root, this.model.curveCount > 0);
  }

  private drawMetric(id: string): void {
    const metric = this.model.visibleMetrics().get(id);
    if (metric !== undefined) {
      this.grid.card(id)?.update(metric);
    }
  }

  /** Tells the host which series are on screen and how, when that has changed. */
  private watch(): void {
    const keys = this.grid.mounted.flatMap((card) => card.series.map(({ key }) => key));
    const message: CurvesMessage = {
      type: 'watch',
      selectionId: this.model.selectionId,
      selection: this.model.selection,
      keys,
    };
    const text = JSON.stringify(message);
    if (text !== this.watched && this.model.seriesCount > 0) {
      this.watched = text;
      this.ports.post(message);
    }
  }

  private themeChanged(): void {
    this.currentTheme = readTheme();
    this.ports.themeChanged();
    this.isEverythingDue = true;
    this.askFrame();
  }

  private save(): void {
    this.ports.keep();
    const text = JSON.stringify(this.model.view);
    if (text !== this.keptView && this.keptView !== '') {
      this.keptView = text;
      this.ports.post({ type: 'keepView', view: this.model.view });
    }
  }
}
