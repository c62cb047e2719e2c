import { DisposableStore, type Disposable } from '../../src/core/disposable';
import type { AxisRange } from '../../src/core/envelope';
import { button } from '../shared/control-elements';
import { element, setShown, setText } from '../shared/dom';
import { assignStyles, type LineStyle } from '../shared/line-styles';
import type { Theme } from '../shared/theme';
import type { XLabels } from './axis-labels';
import { ChartSurface } from './chart-surface';
import { plotInput } from './plot-input';
import { LegendView } from './legend-view';
import { drawnSeries, type PanelMetric, type PanelModel, type PanelSeries } from './panel-model';
import { pointsNote } from './points-note';
import { PointsTable } from './points-table';

/** What a card asks of the panel around it. */
export interface ChartCardHost {
  readonly model: PanelModel;
  theme(): Theme;
  labels(): XLabels;
  /** All charts show this part of the x axis; undefined: everything, following new points. */
  setWindow(range: AxisRange | undefined): void;
  /** The crosshair of all charts. */
  setCrosshair(x: number | undefined): void;
  viewChanged(): void;
  announce(sentence: string): void;
}

/** One metric: heading, chart or table, legend. Its chart exists only while the card is near the visible part. */
export class ChartCard implements Disposable {
  readonly root: HTMLElement;
  private readonly note = element('span', { class: 'card-note' });
  private readonly place = element('div', { class: 'plot' });
  private readonly message = element('p', { class: 'plot-message' });
  private readonly more = element('p', { class: 'card-note' });
  private readonly legend: LegendView;
  private readonly tableButton;
  private surface: ChartSurface | undefined;
  private table: PointsTable | undefined;
  private life: DisposableStore | undefined;
  private metric: PanelMetric;

  constructor(
    metric: PanelMetric,
    private readonly host: ChartCardHost,
  ) {
    this.metric = metric;
    this.legend = new LegendView((key) => {
      host.model.toggleHidden(key);
      host.viewChanged();
      this.draw();
    });
    this.tableButton = button({
      label: `Show ${metric.name} as a table`,
      icon: 'table',
      isIconOnly: true,
      title: 'Table of the points shown',
      onClick: () => this.toggleTable(),
    });
    const title = element('h3', { class: 'ellipsis', text: metric.name, title: metric.name });
    const heading = element('div', { class: 'card-heading' }, [title, this.tableButton.root]);
    setShown(this.message, false);
    this.place.append(this.message);
    this.root = element('section', { class: 'card', attributes: { 'aria-label': metric.name } }, [
      heading,
      this.place,
      this.note,
      element('div', { class: 'legend-scroll' }, [this.legend.root]),
      this.more,
    ]);
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
    this.legend.update(this.series, styles, (key) => model.isHidden(key));
    setText(this.note, pointsNote(this.visibleSeries()));
    const left = this.metric.series.length - this.series.length;
    setText(this.more, left > 0 ? `${left} more lines: filter by name to see them.` : '');
    setShown(this.more, left > 0);
    const isTable = model.view.tables.includes(this.metric.name);
    this.tableButton.setPressed(isTable);
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
    setShown(this.message, false);
    this.place.classList.add('is-table');
    if (this.table === undefined) {
      this.table = new PointsTable(this.metric.name);
      this.place.append(this.table.root);
    }
    this.table.update(this.visibleSeries());
  }

  private drawPlot(styles: ReadonlyMap<string, LineStyle>, life: DisposableStore): void {
    this.place.classList.remove('is-table');
    this.table?.root.remove();
    this.table = undefined;
    const input = plotInput(this.visibleSeries(), styles, this.extent, this.host);
    const reason = typeof input === 'string' ? input : undefined;
    setText(this.message, reason ?? '');
    setShown(this.message, reason !== undefined && reason !== '');
    if (typeof input === 'string') {
      this.surface?.setShown(false);
      return;
    }
    if (this.surface === undefined) {
      this.surface = life.add(new ChartSurface(this.place, this.metric.name, input, this.host, this));
    } else {
      this.surface.setShown(true);
      this.surface.draw(input);
    }
    this.surface.setSeries(this.visibleSeries(), styles);
  }

  private toggleTable(): void {
    this.host.model.toggleTable(this.metric.name);
    this.host.viewChanged();
    this.draw();
  }
}
