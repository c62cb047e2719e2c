import { DisposableStore, type Disposable } from '../../src/core/disposable';
import type { AxisRange } from '../../src/core/envelope';
import { element, setShown, setText } from '../kit/dom';
import type { LineStyle } from '../kit/line-styles';
import type { PicturePorts } from '../kit/picture-menu';
import { CardHeading } from './card-heading';
import { chartSvg } from './chart-image';
import type { ChartCardHost, Highlight } from './chart-card-host';
import { ChartSurface } from './chart-surface';
import { LegendView, nextOrder, NOWHERE } from './legend-view';
import { editLimits } from './limits-editor';
import { chooseLook } from './look-chooser';
import { plotInput } from './plot-input';
import { drawnSeries, type PanelMetric, type PanelSeries } from './panel-series';
import { pointsNote } from './points-note';
import { pointsContent } from './points-content';
import { PointsTable } from './points-table';
import type { PlotInput } from './chart-plot';

/** What stands in a card; made when the card first comes near, because there may be ten thousand cards. */
interface CardContent {
  readonly note: HTMLElement;
  readonly place: HTMLElement;
  readonly message: HTMLElement;
  readonly more: HTMLElement;
  readonly legend: LegendView;
  readonly heading: CardHeading;
}

/** One metric: heading, chart or table, legend. Its chart exists only while the card is near the visible part. */
export class ChartCard implements Disposable {
  readonly root: HTMLElement;
  private built: CardContent | undefined;
  private surface: ChartSurface | undefined;
  private table: PointsTable | undefined;
  private life: DisposableStore | undefined;
  private metric: PanelMetric;
  /** What the chart drew last; undefined while it shows something else. */
  private drawn: PlotInput | undefined;
  private cut: PlotInput['cut'] | undefined;
  /** Where the crosshair is or was last, on which axis. */
  private here: { readonly x: number; readonly axis: string } | undefined;
  private isHereDue = false;

  constructor(
    metric: PanelMetric,
    private readonly host: ChartCardHost,
  ) {
    this.metric = metric;
    this.root = element('section', { class: 'card', attributes: { 'aria-label': metric.name } });
  }

  get name(): string {
    return this.metric.name;
  }

  get isMounted(): boolean {
    return this.life !== undefined;
  }

  get series(): readonly PanelSeries[] {
    return drawnSeries(this.metric);
  }

  /** The card comes near: from now on it wants frames. */
  mount(): void {
    if (this.life === undefined) {
      this.life = new DisposableStore();
      this.draw();
    }
  }

  unmount(): void {
    this.life?.dispose();
    this.life = undefined;
    this.surface = undefined;
    this.drawn = undefined;
    this.table?.root.remove();
    this.table = undefined;
  }

  dispose(): void {
    this.unmount();
    this.root.remove();
  }

  update(metric: PanelMetric): void {
    this.metric = metric;
    this.draw();
  }

  /** The whole of this chart's x axis. */
  get extent(): AxisRange | undefined {
    return this.host.model.extentOf(this.series);
  }

  draw(): void {
    if (this.life === undefined) {
      return;
    }
    const { model } = this.host;
    const styles = this.styles();
    const { legend, more, heading } = this.content();
    legend.update(this.series, styles, {
      order: model.view.legendOrder,
      isHidden: (series) => model.isHidden(series),
    });
    const left = this.metric.series.length - this.series.length;
    setText(more, left > 0 ? model.moreWords(left) : '');
    setShown(more, left > 0);
    const isTable = model.view.tables.includes(this.metric.id);
    heading.update({ isTable, isPinned: model.isPinned(this.metric.id) });
    if (this.isAwaitingAxis) {
      return;
    }
    if (isTable) {
      this.drawTable();
      this.cut = undefined;
    } else {
      this.cut = this.drawPlot(styles, this.life);
    }
    this.showNote();
    if (this.here !== undefined) {
      this.showHereLater();
    }
  }

  /** Says how much of the truth is drawn; all the time, since more may come. */
  showNote(): void {
    if (this.life !== undefined && !this.isAwaitingAxis) {
      const isReading = this.host.model.feed.phase === 'reading';
      setText(this.content().note, pointsNote(this.placedSeries(), { cut: this.cut, isReading }));
    }
  }

  showHighlight(highlight: Highlight | undefined): void {
    this.surface?.showHighlight(highlight);
    this.built?.legend.showStrong(highlight?.line);
  }

  showCrosshair(x: number | undefined): void {
    this.surface?.showCrosshair(x);
    if (x !== undefined) {
      this.here = { x, axis: this.host.model.axisMark };
      this.showHereLater();
    }
  }

  /** At most once per picture: the pointer moves more often than that. */
  private showHereLater(): void {
    if (!this.isHereDue) {
      this.isHereDue = true;
      requestAnimationFrame(() => {
        this.isHereDue = false;
        this.showHere();
      });
    }
  }

  /** A position on another axis means nothing on this one. */
  private showHere(): void {
    const { here, drawn, surface } = this;
    const isThere = here?.axis === this.host.model.axisMark && drawn !== undefined;
    this.built?.legend.showHere((isThere ? surface?.valuesAt(here.x) : undefined) ?? NOWHERE);
  }

  /** Points drawn, for the paint figures. */
  get drawnPointCount(): number {
    return this.isMounted
      ? this.visibleSeries().reduce((sum, { frame }) => sum + (frame?.points.values.length ?? 0), 0)
      : 0;
  }

  private visibleSeries(): readonly PanelSeries[] {
    return this.series.filter((series) => !this.host.model.isHidden(series));
  }

  /** Of these, what was drawn for the x axis of now: a place on another one means nothing here. */
  private placedSeries(): readonly PanelSeries[] {
    return this.visibleSeries().filter((series) => this.host.model.isPlaced(series));
  }

  /** Another x axis was asked for and its points have not come: what is shown stays, with the words of its own axis. */
  private get isAwaitingAxis(): boolean {
    const isShown = this.drawn !== undefined || this.table !== undefined;
    return isShown && this.visibleSeries().length > 0 && this.placedSeries().length === 0;
  }

  private styles(): ReadonlyMap<string, LineStyle> {
    return this.host.model.stylesOf(this.series, this.host.theme().background);
  }

  private drawTable(): void {
    this.drawn = undefined;
    this.surface?.setShown(false);
    const { message, place } = this.content();
    setShown(message, false);
    place.classList.add('is-table');
    if (this.table === undefined) {
      this.table = new PointsTable(this.metric.name);
      place.append(this.table.root);
    }
    const { model } = this.host;
    this.table.update(pointsContent(this.placedSeries(), model.selection.axis, this.host.labels()));
  }

  /** Draws the chart, or says why not; returns what of it lies outside the picture. */
  private drawPlot(
    styles: ReadonlyMap<string, LineStyle>,
    life: DisposableStore,
  ): PlotInput['cut'] | undefined {
    const { message, place } = this.content();
    place.classList.remove('is-table');
    this.table?.root.remove();
    this.table = undefined;
    const input = plotInput(this.metric.id, this.visibleSeries(), styles, this.extent, this.host);
    this.drawn = typeof input === 'string' ? undefined : input;
    const reason = typeof input === 'string' ? input : undefined;
    setText(message, reason ?? '');
    setShown(message, reason !== undefined && reason !== '');
    if (typeof input === 'string') {
      this.surface?.setShown(false);
      return undefined;
    }
    if (this.surface === undefined) {
      this.surface = life.add(new ChartSurface(place, this.metric, input, this.host, this));
      this.surface.setSeries(this.placedSeries(), styles);
    } else {
      this.surface.setShown(true);
      this.surface.setSeries(this.placedSeries(), styles);
      this.surface.draw(input);
    }
    return input.cut;
  }

  private content(): CardContent {
    this.built ??= this.build();
    return this.built;
  }

  private build(): CardContent {
    const { id, name } = this.metric;
    const legend = this.buildLegend();
    const heading = new CardHeading(name, {
      toggleTable: () => this.changed(() => this.host.model.toggleTable(id)),
      togglePin: () => this.host.togglePin(id),
      editLimits: (anchor) => this.editLimits(anchor),
      picture: () => this.picture(),
      savePoints: (format) =>
        this.host.post({
          type: 'savePoints',
          metric: name,
          format,
          keys: this.visibleSeries().map(({ key }) => key),
        }),
    });
    const note = element('span', { class: 'card-note' });
    const more = element('p', { class: 'card-note' });
    const message = element('p', { class: 'plot-message' });
    const place = element('div', { class: 'plot' }, [message]);
    setShown(message, false);
    const scroll = element('div', { class: 'legend-scroll' }, [legend.root]);
    this.root.append(heading.root, place, note, scroll, more);
    return { note, place, message, more, legend, heading };
  }

  private buildLegend(): LegendView {
    const { host } = this;
    return new LegendView({
      toggle: (series) => host.toggleLine(series),
      order: (column) => host.changeView({ legendOrder: nextOrder(host.model.view.legendOrder, column) }),
      point: (line) => host.setHighlight(line === undefined ? undefined : { line, isAlone: true }),
      chooseLook: (line, anchor) =>
        chooseLook(line.label, anchor, host.theme().background, (slot) => host.setLook(line, slot)),
    });
  }

  private picture(): PicturePorts | undefined {
    const input = this.drawn;
    const { name: metric } = this.metric;
    const { note } = this.content();
    return (
      input && {
        svg: () => chartSvg({ title: metric, note: note.textContent, input }),
        save: (format, bytes) => this.host.post({ type: 'saveChart', metric, format, bytes }),
        say: (sentence, isProblem) => {
          this.host.announce(sentence);
          if (isProblem) {
            setText(note, sentence);
          }
        },
      }
    );
  }

  private editLimits(anchor: HTMLElement): void {
    const { model } = this.host;
    editLimits(this.metric, model.limitsOf(this.metric.id), anchor, (limits) =>
      this.changed(() => model.setLimits(limits)),
    );
  }

  /** A change of the view that only this card shows. */
  private changed(change: () => void): void {
    change();
    this.host.viewChanged();
    this.draw();
  }
}
