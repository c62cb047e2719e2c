import { DisposableStore, type Disposable } from '../../src/core/disposable';
import type { AxisRange } from '../../src/core/envelope';
import { isLive } from '../../src/core/status';
import type { TaskRef } from '../../src/core/task-ref';
import type {
  HostMessage,
  OutputKind,
  PanelMessage,
  PersistedState,
} from '../../src/features/metrics/panel-contract';
import {
  PANEL_TABS,
  type PanelTab,
  type ViewState,
  type XAxis,
} from '../../src/features/metrics/view-contract';
import type { PagePorts } from '../shared/start-page';
import { element, setShown, setText } from '../shared/dom';
import type { PlotDrawer } from '../shared/plot-drawer';
import { onThemeChange, readTheme, type Theme } from '../shared/theme';
import { xLabels, type XLabels } from './axis-labels';
import { chooseAxisSeries } from './axis-chooser';
import type { Highlight } from './chart-card-host';
import { ChartGrid, type ChartGridHost } from './chart-grid';
import { DetailsView } from './details-view';
import { HeaderView } from './header-view';
import { ImageBody } from './image-body';
import { NoticeView } from './notice-view';
import { OutputView } from './output-view';
import { PaintFigures } from './paint-figures';
import type { PanelModel } from './panel-model';
import { PlotBody } from './plot-body';
import { TabsView } from './tabs-view';
import { ToolbarView } from './toolbar-view';
import { ValuesView } from './values-view';
import { withHeights, type ZoomGesture } from './zoom-history';

export interface PanelPorts extends PagePorts<PanelMessage, PersistedState> {
  /** Brings what draws plots; rejects when it cannot be loaded. */
  loadPlots(): Promise<PlotDrawer>;
}

const TICK_MS = 1_000;

/** The whole panel: takes the host's messages, draws once per animation frame, and says what it needs. */
export class PanelPage implements ChartGridHost, Disposable {
  readonly root: HTMLElement;
  private readonly owned = new DisposableStore();
  private readonly header: HeaderView;
  private readonly tabs: TabsView;
  private readonly details: DetailsView;
  private readonly outputs: Readonly<Record<OutputKind, OutputView>>;
  private readonly panes: Readonly<Record<PanelTab, HTMLElement>>;
  private toolbar: ToolbarView;
  private readonly notice: NoticeView;
  private readonly values = new ValuesView();
  private readonly grid: ChartGrid;
  private readonly live = element('div', { class: 'visually-hidden', attributes: { 'aria-live': 'polite' } });
  private readonly figures = new PaintFigures();
  private readonly waitingUpdates: Extract<HostMessage, { type: 'update' }>[] = [];
  private currentTheme: Theme = readTheme();
  private ref: TaskRef | undefined;
  private highlight: Highlight | undefined;
  private isFrameAsked = false;
  private isEverythingDue = false;
  private watched = '';
  private keptView = '';
  private generation = 0;
  private nextRequestId = 1;
  private readonly requests = new Map<number, () => void>();

  constructor(
    readonly model: PanelModel,
    private readonly ports: PanelPorts,
  ) {
    this.header = new HeaderView(model, {
      act: (action) => this.act(action),
      run: (command) => ports.post({ type: 'command', command }),
    });
    this.toolbar = this.buildToolbar();
    this.notice = new NoticeView(model, {
      retry: () => ports.post({ type: 'retry' }),
      run: (command) => ports.post({ type: 'command', command }),
      clearFilter: () => this.changeView({ filter: '' }),
    });
    this.grid = this.owned.add(new ChartGrid(this));
    this.tabs = new TabsView(model.view.tab, (tab) => this.chooseTab(tab));
    this.details = new DetailsView(model, {
      post: (message) => ports.post(message),
      edit: (edit) => this.ask((requestId) => ({ type: 'editInput', requestId, edit })),
    });
    this.outputs = {
      plots: this.owned.add(
        new OutputView('plots', {
          post: (message) => ports.post(message),
          createBody: () => new PlotBody(() => ports.loadPlots()),
        }),
      ),
      images: this.owned.add(
        new OutputView('images', {
          post: (message) => ports.post(message),
          createBody: (toggleWide) => new ImageBody(toggleWide),
        }),
      ),
    };
    this.panes = {
      curves: pane('curves', [this.toolbar.root, this.notice.root, this.values.root, this.grid.root]),
      plots: pane('plots', [this.outputs.plots.root]),
      images: pane('images', [this.outputs.images.root]),
      details: pane('details', [this.details.root]),
    };
    this.root = element('div', { class: 'panel' }, [
      this.header.root,
      element('main', {}, [this.tabs.root, ...PANEL_TABS.map((tab) => this.panes[tab])]),
      this.live,
    ]);
    this.showTab();
    this.toolbar.update(model.view, model.isZoomed);
    setShown(this.toolbar.root, false);
    this.owned.add(onThemeChange(() => this.themeChanged()));
    const ticking = setInterval(() => this.tick(), TICK_MS);
    this.owned.add({ dispose: () => clearInterval(ticking) });
  }

  receive(message: HostMessage): void {
    switch (message.type) {
      case 'open':
        this.ref = message.ref;
        if (message.view !== null) {
          this.model.begin(message.view);
          this.viewReplaced();
        }
        this.keptView = JSON.stringify(this.model.view);
        this.save();
        this.tellTab();
        return;
      case 'view':
        this.model.setView({ ...message.view, tab: this.model.view.tab });
        this.viewReplaced();
        this.viewMoved();
        return;
      case 'task':
        this.model.task = message.task ?? undefined;
        this.leaveAbsentTab();
        this.header.update();
        this.notice.update();
        this.details.update();
        return;
      case 'details':
        this.details.update(message.state);
        return;
      case 'output':
        this.outputs[message.kind].update(message.state);
        return;
      case 'outputContent':
        this.outputs[message.kind].receive(message.key, message.content);
        return;
      case 'feed':
        this.model.feed = message.feed;
        this.root.classList.toggle('is-stale', message.feed.phase === 'failed');
        this.header.tick();
        this.notice.update();
        return;
      case 'update':
        this.waitingUpdates.push(message);
        this.askFrame();
        return;
      case 'acted':
        this.requests.get(message.requestId)?.();
        this.requests.delete(message.requestId);
        return;
    }
  }

  dispose(): void {
    this.owned.dispose();
  }

  theme(): Theme {
    return this.currentTheme;
  }

  labels(): XLabels {
    const { model } = this;
    return xLabels(model.view.xLabel, model.originTime, model.axisSeriesName);
  }

  zoomWindow(range: AxisRange | undefined, gesture: ZoomGesture): void {
    this.model.zoomTo({ ...this.model.zoom, range: range ?? null }, gesture);
    this.viewMoved();
  }

  zoomHeights(metric: string, range: AxisRange | undefined, gesture: ZoomGesture): void {
    this.model.zoomTo(withHeights(this.model.zoom, metric, range), gesture);
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
    if (highlight?.name !== this.highlight?.name || highlight?.isAlone !== this.highlight?.isAlone) {
      this.highlight = highlight;
      this.grid.mounted.forEach((card) => card.showHighlight(highlight));
    }
  }

  togglePin(metric: string): void {
    this.model.togglePin(metric);
    this.grid.reconcile(this.model.visibleMetrics());
    this.viewMoved();
  }

  setCrosshair(x: number | undefined): void {
    this.grid.mounted.forEach((card) => card.showCrosshair(x));
  }

  viewChanged(): void {
    this.save();
  }

  post(message: PanelMessage): void {
    this.ports.post(message);
  }

  announce(sentence: string): void {
    setText(this.live, sentence);
  }

  mountedChanged(): void {
    this.noteFigures();
    this.watch();
  }

  private chooseTab(tab: PanelTab): void {
    if (tab !== this.model.view.tab) {
      this.model.setView({ tab });
      this.save();
      this.showTab();
      this.tellTab();
    }
  }

  /** The view may come from a project or a time in which the server gave more. */
  private leaveAbsentTab(): void {
    const { tab } = this.model.view;
    this.chooseTab(this.tabs.show(tab, this.model.task?.lacks));
  }

  private showTab(): void {
    const { tab } = this.model.view;
    this.tabs.show(tab, this.model.task?.lacks);
    for (const each of PANEL_TABS) {
      setShown(this.panes[each], each === tab);
    }
    this.isEverythingDue = true;
    this.askFrame();
  }

  /** The host reads what a tab shows only while it is shown. */
  private tellTab(): void {
    this.ports.post({ type: 'showTab', tab: this.model.view.tab });
  }

  private act(action: Extract<PanelMessage, { type: 'act' }>['action']): void {
    this.header.setBusy(action, true);
    void this.ask((requestId) => ({ type: 'act', requestId, action })).then(() =>
      this.header.setBusy(action, false),
    );
  }

  /** Resolves when the host says that what was asked for has ended. */
  private ask(message: (requestId: number) => PanelMessage): Promise<void> {
    const requestId = this.nextRequestId++;
    return new Promise((resolve) => {
      this.requests.set(requestId, resolve);
      this.ports.post(message(requestId));
    });
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

  private buildToolbar(): ToolbarView {
    return new ToolbarView(this.model.view, {
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
    chooseAxisSeries(this.toolbar.root, this.model.axisSeries(), {
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
    this.save();
    this.isEverythingDue = true;
    this.askFrame();
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
    let isCatalogChanged = false;
    for (const update of updates) {
      const effect = this.model.apply(update);
      effect.metrics.forEach((metric) => metrics.add(metric));
      isCatalogChanged ||= effect.isCatalogChanged;
    }
    if (isCatalogChanged) {
      this.drawCatalog();
    } else if (this.isEverythingDue) {
      this.grid.drawAll();
    } else {
      metrics.forEach((metric) => this.drawMetric(metric));
    }
    this.isEverythingDue = false;
    const generation = updates.at(-1)?.generation;
    if (generation !== undefined) {
      this.header.tick();
      this.ports.post({ type: 'painted', generation });
      this.generation = generation;
      this.noteFigures();
    }
    this.watch();
  }

  private noteFigures(): void {
    const known = { points: this.model.pointCount, series: this.model.seriesCount };
    this.figures.drawn(this.generation, this.grid.mounted, known);
  }

  private drawCatalog(): void {
    this.grid.reconcile(this.model.visibleMetrics());
    this.values.update(this.model.singleValues());
    this.notice.update();
    setShown(this.toolbar.root, this.model.curveCount > 0);
  }

  private drawMetric(name: string): void {
    const metric = this.model.visibleMetrics().get(name);
    if (metric !== undefined) {
      this.grid.card(name)?.update(metric);
    }
  }

  /** Tells the host which series are on screen and how, when that has changed. */
  private watch(): void {
    const keys = this.grid.mounted.flatMap((card) => card.series.map(({ key }) => key));
    const message: PanelMessage = {
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
    this.outputs.plots.redraw();
    this.isEverythingDue = true;
    this.askFrame();
  }

  private tick(): void {
    const { task, feed } = this.model;
    if (task !== undefined && isLive(task.status)) {
      this.header.tick();
    }
    if (feed.phase === 'failed') {
      this.notice.update();
    }
  }

  private save(): void {
    if (this.ref !== undefined) {
      this.ports.save({ ref: this.ref, view: this.model.view });
      const text = JSON.stringify(this.model.view);
      if (text !== this.keptView) {
        this.keptView = text;
        this.ports.post({ type: 'keepView', view: this.model.view });
      }
    }
  }
}

function pane(tab: PanelTab, children: readonly Node[]): HTMLElement {
  const attributes = { role: 'tabpanel', id: `pane-${tab}`, 'aria-labelledby': `tab-${tab}` };
  return element('div', { class: 'pane', attributes }, children);
}
