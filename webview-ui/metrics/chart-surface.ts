import { DisposableStore, type Disposable } from '../../src/core/disposable';
import type { AxisRange } from '../../src/core/envelope';
import { panWindow, zoomWindow, limitWindow } from '../../src/core/scale-window';
import { element, setShown } from '../shared/dom';
import type { LineStyle } from '../shared/line-styles';
import type { ChartCardHost } from './chart-card-host';
import { ChartGestures, type ChartGestureTargets } from './chart-gestures';
import { ChartOverlay, type OverlayDot } from './chart-overlay';
import { ChartPlot, type PlotInput } from './chart-plot';
import { nearestIndex, positions, toHeight } from './curve-data';
import type { PanelSeries } from './panel-model';
import { ReadoutView, readoutSentence, type ReadoutRow } from './readout-view';

interface NearPoint {
  readonly series: PanelSeries;
  readonly style: LineStyle;
  readonly x: number;
  readonly value: number;
  readonly smoothed: number | undefined;
}

/** A plot with its crosshair, read-out and gestures. */
export class ChartSurface implements ChartGestureTargets, Disposable {
  private readonly owned = new DisposableStore();
  private readonly stage: HTMLElement;
  private readonly plot: ChartPlot;
  private readonly overlay: ChartOverlay;
  private readonly readout = new ReadoutView();
  private series: readonly PanelSeries[] = [];
  private styles: ReadonlyMap<string, LineStyle> = new Map();
  private crosshair: number | undefined;
  private isPointedAt = false;
  private marked: { from: number; to: number } | undefined;

  constructor(
    place: HTMLElement,
    metric: string,
    private input: PlotInput,
    private readonly host: ChartCardHost,
    private readonly chart: { readonly extent: AxisRange | undefined },
  ) {
    const canvas = element('canvas', { class: 'curves', attributes: { 'aria-hidden': 'true' } });
    const layer = element('canvas', { class: 'layer', attributes: { 'aria-hidden': 'true' } });
    const surface = element('div', {
      class: 'surface',
      attributes: {
        tabindex: '0',
        role: 'application',
        'aria-roledescription': 'chart',
        'aria-label': `${metric}: arrows read points, shift and arrows move, plus and minus zoom, 0 shows all`,
      },
    });
    this.stage = element('div', { class: 'stage' }, [canvas, layer, surface, this.readout.root]);
    place.append(this.stage);
    this.plot = this.owned.add(new ChartPlot(canvas, input, () => this.redrawLater()));
    this.overlay = new ChartOverlay(layer, this.plot);
    this.owned.add(new ChartGestures(surface, this));
    this.owned.add({ dispose: () => this.stage.remove() });
  }

  dispose(): void {
    this.owned.dispose();
  }

  setShown(isShown: boolean): void {
    setShown(this.stage, isShown);
  }

  setSeries(series: readonly PanelSeries[], styles: ReadonlyMap<string, LineStyle>): void {
    this.series = series;
    this.styles = styles;
  }

  draw(input: PlotInput): void {
    this.input = input;
    this.plot.draw(input);
    this.drawOverlay();
  }

  showCrosshair(x: number | undefined): void {
    this.crosshair = x;
    this.drawOverlay();
  }

  hover(pixel: number): void {
    this.isPointedAt = true;
    const { left, right } = this.plot.area;
    const x = this.plot.xAt(Math.min(Math.max(pixel, left), right));
    const near = this.nearPoints(x);
    const nearest = near.toSorted((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0];
    this.host.setCrosshair(nearest?.x ?? x);
  }

  leave(): void {
    this.isPointedAt = false;
    this.readout.hide();
    this.host.setCrosshair(undefined);
  }

  mark(from: number, to: number): void {
    const { left, right } = this.plot.area;
    const limit = (pixel: number): number => Math.min(Math.max(pixel, left), right);
    this.marked = { from: limit(from), to: limit(to) };
    this.readout.hide();
    this.drawOverlay();
  }

  unmark(): void {
    this.marked = undefined;
    this.drawOverlay();
  }

  zoomTo(from: number, to: number): void {
    const { left, right } = this.plot.area;
    const limit = (pixel: number): number => Math.min(Math.max(pixel, left), right);
    const window = { from: this.plot.xAt(limit(from)), to: this.plot.xAt(limit(to)) };
    const { extent } = this.chart;
    if (extent !== undefined && window.to > window.from) {
      this.host.setWindow(limitWindow(window, extent));
    }
  }

  zoomBy(factor: number, pixel?: number): void {
    const { extent } = this.chart;
    const { window } = this.input;
    const middle = this.crosshair ?? (window.from + window.to) / 2;
    const anchor = pixel === undefined ? middle : this.plot.xAt(pixel);
    if (extent !== undefined) {
      this.host.setWindow(zoomWindow(window, extent, anchor, factor));
    }
  }

  panBy(share: number): void {
    const { extent } = this.chart;
    if (extent !== undefined && this.host.model.view.range !== null) {
      this.host.setWindow(panWindow(this.input.window, extent, share));
    }
  }

  resetZoom(): void {
    this.host.setWindow(undefined);
  }

  moveTo(where: 'previous' | 'next' | 'first' | 'last'): void {
    this.isPointedAt = true;
    const target = this.positionOf(where);
    if (target !== undefined) {
      this.host.setCrosshair(target);
      this.host.announce(readoutSentence(this.input.labels.exact(target), this.readoutRows(target)));
    }
  }

  private positionOf(where: 'previous' | 'next' | 'first' | 'last'): number | undefined {
    const { window } = this.input;
    const { axis } = this.host.model.selection;
    const all = this.series.flatMap(({ frame }) =>
      frame === undefined
        ? []
        : [...positions(frame.points, axis)].filter((x) => x >= window.from && x <= window.to),
    );
    const here = this.crosshair;
    const later = (limit: number): number => Math.min(...all.filter((x) => x > limit));
    const earlier = (limit: number): number => Math.max(...all.filter((x) => x < limit));
    const isBackwards = where === 'previous' || where === 'last';
    const isStep = here !== undefined && (where === 'previous' || where === 'next');
    const found = isBackwards ? earlier(isStep ? here : Infinity) : later(isStep ? here : -Infinity);
    return Number.isFinite(found) ? found : here;
  }

  /** The point of every line that is nearest to this position. */
  private nearPoints(x: number): NearPoint[] {
    const { axis } = this.host.model.selection;
    return this.series.flatMap((series) => {
      const { frame } = series;
      const style = this.styles.get(series.key);
      if (frame === undefined || style === undefined) {
        return [];
      }
      const xs = positions(frame.points, axis);
      const index = nearestIndex(xs, x);
      const value = index === undefined ? undefined : frame.points.values[index];
      const at = index === undefined ? undefined : xs[index];
      if (value === undefined || at === undefined) {
        return [];
      }
      const smoothedIndex =
        frame.smoothed === null ? undefined : nearestIndex(positions(frame.smoothed, axis), x);
      const smoothed = smoothedIndex === undefined ? undefined : frame.smoothed?.values[smoothedIndex];
      return [{ series, style, x: at, value, smoothed }];
    });
  }

  private readoutRows(x: number, pointerHeight?: number): ReadoutRow[] {
    return this.nearPoints(x).map((point) => {
      const pixel = this.plot.pixelAtHeight(toHeight(point.value, this.input.scale));
      return {
        name: point.series.entry.variant,
        style: point.style,
        value: point.value,
        smoothed: point.smoothed,
        place: point.x === x ? undefined : this.input.labels.exact(point.x),
        distance: pointerHeight === undefined || Number.isNaN(pixel) ? 0 : Math.abs(pixel - pointerHeight),
      };
    });
  }

  private drawOverlay(): void {
    const x = this.crosshair;
    const dots = x === undefined ? [] : this.dots(x);
    this.overlay.draw(this.host.theme(), { x, dots, marked: this.marked });
    if (x === undefined || !this.isPointedAt || this.marked !== undefined) {
      this.readout.hide();
      return;
    }
    const pixel = this.plot.pixelAtX(x);
    this.readout.show(this.input.labels.exact(x), this.readoutRows(x), pixel, this.stage.clientWidth);
  }

  private dots(x: number): OverlayDot[] {
    return this.nearPoints(x).flatMap((point) => {
      const height = toHeight(point.value, this.input.scale);
      return Number.isNaN(height) ? [] : [{ x: point.x, height, style: point.style }];
    });
  }

  /** The chart lays itself out anew when its card changes size; the layer above follows once it has. */
  private redrawLater(): void {
    queueMicrotask(() => {
      if (this.stage.isConnected) {
        this.drawOverlay();
      }
    });
  }
}
