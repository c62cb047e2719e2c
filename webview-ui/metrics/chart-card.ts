import { DisposableStore, type Disposable } from '../../src/core/disposable';
import type { AxisRange } from '../../src/core/envelope';
import { button, type ButtonElement } from '../shared/control-elements';
import { element, setShown, setText } from '../shared/dom';
import { assignStyles, type LineStyle } from '../shared/line-styles';
import type { ChartCardHost } from './chart-card-host';
import { ChartSurface } from './chart-surface';
import { plotInput } from './plot-input';
import { LegendView } from './legend-view';
import { drawnSeries, type PanelMetric, type PanelSeries } from './panel-model';
import { pointsNote } from './points-note';
import { PointsTable } from './points-table';

/** What stands in a card; made when the card first comes near, because there may be ten thousand cards. */
interface CardContent {
  readonly note: HTMLElement;
  readonly place: HTMLElement;
  readonly message: HTMLElement;
  readonly more: HTMLElement;
  readonly legend: LegendView;
  readonly tableButton: ButtonElement;
}

/** One metric: heading, chart or table, legend. Its chart exists only while the card is near the visible part. */
export class ChartCard implements Disposable {
  readonly root: HTMLElement;
  private built: CardContent | undefined;
  private surface: ChartSurface | undefined;
  private table: PointsTable | undefined;
  private life: DisposableStore | undefined;
  private metric: PanelMetric;

  constructor(
    metric: PanelMetric,
    private readonly host: ChartCardHost,
  ) {
    this.metric = metric;
    this.root = element('section', { class: 'card', attributes: { 'aria-label': metric.name } });
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
    const { legend, note, more, tableButton } = this.content();
    legend.update(this.series, styles, (key) => model.isHidden(key));
    setText(note, pointsNote(this.visibleSeries()));
    const left = this.metric.series.length - this.series.length;
    setText(more, left > 0 ? `${left} more lines: filter by name to see them.` : '');
    setShown(more, left > 0);
    const isTable = model.view.tables.includes(this.metric.name);
    tableButton.setPressed(isTable);
    if (isTable) {
      this.drawTable();
    } else {
      this.drawPlot(styles, this.life);
    }
  }

  showCrosshair(x: number | undefined): void {
    this.surface?.showCrosshair(x);
  }

  /** Points drawn, for the paint figures. */
  get drawnPointCount(): number {
    return this.isMounted
      ? this.visibleSeries().reduce((sum, { frame }) => sum + (frame?.points.values.length ?? 0), 0)
      : 0;
  }

  private visibleSeries(): readonly PanelSeries[] {
    return this.series.filter(({ key }) => !this.host.model.isHidden(key));
  }

  private styles(): ReadonlyMap<string, LineStyle> {
    const byVariant = assignStyles(
      this.series.map(({ entry }) => entry.variant),
      this.host.theme().background,
    );
    return new Map(
      this.series.flatMap(({ key, entry }) => {
        const style = byVariant.get(entry.variant);
        return style === undefined ? [] : [[key, style] as const];
      }),
    );
  }

  private drawTable(): void {
    this.surface?.setShown(false);
    const { message, place } = this.content();
    setShown(message, false);
    place.classList.add('is-table');
    if (this.table === undefined) {
      this.table = new PointsTable(this.metric.name);
      place.append(this.table.root);
    }
    this.table.update(this.visibleSeries());
  }

  private drawPlot(styles: ReadonlyMap<string, LineStyle>, life: DisposableStore): void {
    const { message, place } = this.content();
    place.classList.remove('is-table');
    this.table?.root.remove();
    this.table = undefined;
    const input = plotInput(this.visibleSeries(), styles, this.extent, this.host);
    const reason = typeof input === 'string' ? input : undefined;
    setText(message, reason ?? '');
    setShown(message, reason !== undefined && reason !== '');
    if (typeof input === 'string') {
      this.surface?.setShown(false);
      return;
    }
    if (this.surface === undefined) {
      this.surface = life.add(new ChartSurface(place, this.metric.name, input, this.host, this));
    } else {
      this.surface.setShown(true);
      this.surface.draw(input);
    }
    this.surface.setSeries(this.visibleSeries(), styles);
  }

  private content(): CardContent {
    this.built ??= this.build();
    return this.built;
  }

  private build(): CardContent {
    const { name } = this.metric;
    const legend = new LegendView((key) => {
      this.host.model.toggleHidden(key);
      this.host.viewChanged();
      this.draw();
    });
    const tableButton = button({
      label: `Show ${name} as a table`,
      icon: 'table',
      isIconOnly: true,
      title: 'Table of the points shown',
      onClick: () => this.toggleTable(),
    });
    const title = element('h3', { class: 'ellipsis', text: name, title: name });
    const note = element('span', { class: 'card-note' });
    const more = element('p', { class: 'card-note' });
    const message = element('p', { class: 'plot-message' });
    const place = element('div', { class: 'plot' }, [message]);
    setShown(message, false);
    this.root.append(
      element('div', { class: 'card-heading' }, [title, tableButton.root]),
      place,
      note,
      element('div', { class: 'legend-scroll' }, [legend.root]),
      more,
    );
    return { note, place, message, more, legend, tableButton };
  }

  private toggleTable(): void {
    this.host.model.toggleTable(this.metric.name);
    this.host.viewChanged();
    this.draw();
  }
}
