import { DisposableStore, type Disposable } from '../../src/core/disposable';
import type { AxisRange } from '../../src/core/envelope';
import { limitWindow, panWindow, zoomWindow } from '../../src/core/scale-window';
import type { Frame } from '../../src/features/metrics/panel-contract';
import type { Axis } from '../../src/features/metrics/view-contract';
import { element, setShown } from '../kit/dom';
import type { LineStyle } from '../kit/line-styles';
import type { ChartCardHost, Highlight } from './chart-card-host';
import {
  ChartGestures,
  type ChartGestureTargets,
  type GestureAxis,
  type SurfacePoint,
} from './chart-gestures';
import { ChartOverlay, type MarkedStretch, type OverlayDot, type StrongLines } from './chart-overlay';
import type { ChartSize } from './chart-axes';
import { ChartPlot, type PlotInput } from './chart-plot';
import { fromHeight, nearestIndex, positions, toHeight } from './curve-data';
import type { ChartName, PanelSeries } from './panel-series';
import type { ValuesHere } from './legend-view';
import { ReadoutView, readoutSentence, type ReadoutRow } from './readout-view';
import type { ZoomGesture } from './zoom-history';

interface NearPoint {
  readonly series: PanelSeries;
  readonly style: LineStyle;
  readonly x: number;
  readonly value: number;
  readonly smoothed: number | undefined;
  readonly band: ReadoutRow['band'];
}

/** A line this near to the pointer is the one that is pointed at. */
const POINTED_PIXELS = 14;

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
  private pointerHeight: number | undefined;
  private marked: MarkedStretch | undefined;
  private highlight: Highlight | undefined;
  /** What keys read last, and for which selections its lines were drawn. */
  private spoken: { readonly x: number; readonly drawnFor: string } | undefined;

  constructor(
    place: HTMLElement,
    private readonly named: ChartName,
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
        'aria-label': `${named.name}: left and right read points, up and down zoom heights, plus and minus zoom, shift and arrows move, Backspace goes back, 0 shows all`,
      },
    });
    this.stage = element('div', { class: 'stage' }, [canvas, layer, surface, this.readout.root]);
    place.append(this.stage);
    this.plot = new ChartPlot(canvas, input);
    this.overlay = new ChartOverlay(layer, this.plot);
    this.owned.add(new ChartGestures(surface, this));
    this.owned.add({ dispose: () => this.stage.remove() });
    this.followSize();
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
    if (input.axisMark !== this.input.axisMark) {
      // A place on one axis means nothing on another.
      this.crosshair = undefined;
      this.spoken = undefined;
    }
    this.input = input;
    this.plot.draw(input);
    this.drawOverlay();
    this.speakAnew();
  }

  /** What the lines are at this position: their nearest point, where they have begun and not ended yet. */
  valuesAt(x: number): ValuesHere {
    const { axis, labels } = this.input;
    const near = this.nearPoints(x).filter(
      ({ series: { frame } }) => frame !== undefined && reaches(frame, axis, x),
    );
    return {
      place: labels.exact(x),
      values: new Map(
        near.map((point) => [
          point.series.key,
          { value: point.value, place: point.x === x ? undefined : labels.exact(point.x) },
        ]),
      ),
    };
  }

  showCrosshair(x: number | undefined): void {
    this.crosshair = x;
    this.drawOverlay();
  }

  showHighlight(highlight: Highlight | undefined): void {
    this.highlight = highlight;
    this.drawOverlay();
  }

  axisAt({ x }: SurfacePoint): GestureAxis {
    return x < this.plot.area.left ? 'y' : 'x';
  }

  hover(point: SurfacePoint): void {
    this.isPointedAt = true;
    this.spoken = undefined;
    this.pointerHeight = point.y;
    const x = this.plot.xAt(this.limit('x', point.x));
    const near = this.nearPoints(x);
    const nearest = near.toSorted((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0];
    this.host.setCrosshair(nearest?.x ?? x);
    const [pointed] = this.readoutRows(nearest?.x ?? x).toSorted((a, b) => a.distance - b.distance);
    const isNear = this.series.length > 1 && pointed !== undefined && pointed.distance <= POINTED_PIXELS;
    this.host.setHighlight(isNear ? { line: pointed.line, isAlone: false } : undefined);
  }

  leave(): void {
    this.isPointedAt = false;
    this.spoken = undefined;
    this.pointerHeight = undefined;
    this.readout.hide();
    this.host.setCrosshair(undefined);
    this.host.setHighlight(undefined);
  }

  mark(axis: GestureAxis, from: number, to: number): void {
    this.marked = { axis, from: this.limit(axis, from), to: this.limit(axis, to) };
    this.readout.hide();
    this.drawOverlay();
  }

  unmark(): void {
    this.marked = undefined;
    this.drawOverlay();
  }

  zoomTo(axis: GestureAxis, from: number, to: number): void {
    const [start, end] = [this.limit(axis, from), this.limit(axis, to)];
    if (axis === 'y') {
      this.zoomHeights({ from: this.plot.heightAt(end), to: this.plot.heightAt(start) }, 'mark');
      return;
    }
    const window = { from: this.plot.xAt(start), to: this.plot.xAt(end) };
    const { extent } = this.chart;
    if (extent !== undefined && window.to > window.from) {
      this.host.zoomWindow(limitWindow(window, extent), 'mark');
    }
  }

  zoomBy(axis: GestureAxis, factor: number, pixel?: number): void {
    const { extent } = this.chart;
    const { window, heights } = this.input;
    if (axis === 'y') {
      const anchor = pixel === undefined ? (heights.from + heights.to) / 2 : this.plot.heightAt(pixel);
      const scaled = (height: number): number => anchor + (height - anchor) * factor;
      this.zoomHeights({ from: scaled(heights.from), to: scaled(heights.to) }, 'wheel');
    } else if (extent !== undefined) {
      const middle = this.crosshair ?? (window.from + window.to) / 2;
      const anchor = pixel === undefined ? middle : this.plot.xAt(pixel);
      this.host.zoomWindow(zoomWindow(window, extent, anchor, factor), 'wheel');
    }
  }

  panBy(axis: GestureAxis, share: number): void {
    const { extent } = this.chart;
    const { window, heights } = this.input;
    if (axis === 'y') {
      const shift = (heights.to - heights.from) * share;
      this.zoomHeights({ from: heights.from + shift, to: heights.to + shift }, 'move');
    } else if (extent !== undefined && this.host.model.view.range !== null) {
      this.host.zoomWindow(panWindow(window, extent, share), 'move');
    }
  }

  zoomBack(): void {
    this.host.zoomBack();
  }

  resetZoom(axis: GestureAxis): void {
    if (axis === 'y') {
      this.host.zoomHeights(this.named.id, undefined, 'mark');
    } else {
      this.host.resetZoom();
    }
  }

  /** Values are kept, not heights: they mean the same on a logarithmic axis. */
  private zoomHeights(heights: AxisRange, gesture: ZoomGesture): void {
    const { scale } = this.input;
    const values = { from: fromHeight(heights.from, scale), to: fromHeight(heights.to, scale) };
    if (values.to > values.from && Number.isFinite(values.to - values.from)) {
      this.host.zoomHeights(this.named.id, values, gesture);
    }
  }

  private limit(axis: GestureAxis, pixel: number): number {
    const { left, right, top, bottom } = this.plot.area;
    return axis === 'x' ? Math.min(Math.max(pixel, left), right) : Math.min(Math.max(pixel, top), bottom);
  }

  moveTo(where: 'previous' | 'next' | 'first' | 'last'): void {
    this.isPointedAt = true;
    const target = this.positionOf(where);
    if (target !== undefined) {
      this.host.setCrosshair(target);
      this.speak(target);
    }
  }

  private speak(x: number): void {
    this.spoken = { x, drawnFor: this.drawnFor };
    this.host.announce(readoutSentence(this.input.labels.exact(x), this.readoutRows(x)));
  }

  /** What the person chose before the key may arrive after it; points that only come in are not spoken of. */
  private speakAnew(): void {
    if (this.spoken !== undefined && this.spoken.drawnFor !== this.drawnFor) {
      this.speak(this.spoken.x);
    }
  }

  private get drawnFor(): string {
    return this.series.map(({ frameSelectionId }) => frameSelectionId ?? '').join();
  }

  private positionOf(where: 'previous' | 'next' | 'first' | 'last'): number | undefined {
    const here = this.crosshair;
    const isBackwards = where === 'previous' || where === 'last';
    const isStep = here !== undefined && (where === 'previous' || where === 'next');
    const limit = isStep ? here : isBackwards ? Infinity : -Infinity;
    const isNearer = (x: number, than: number): boolean => (isBackwards ? x > than : x < than);
    let found: number | undefined;
    for (const x of this.positionsInView()) {
      if (isNearer(limit, x) && (found === undefined || isNearer(x, found))) {
        found = x;
      }
    }
    return found ?? here;
  }

  private *positionsInView(): Generator<number> {
    const { window, axis } = this.input;
    for (const { frame } of this.series) {
      for (const x of frame === undefined ? [] : positions(frame.points, axis)) {
        if (x >= window.from && x <= window.to) {
          yield x;
        }
      }
    }
  }

  /** The point of every line that is nearest to this position. */
  private nearPoints(x: number): NearPoint[] {
    const { axis } = this.input;
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
      return [{ series, style, x: at, value, smoothed, band: bandAt(frame, index) }];
    });
  }

  private readoutRows(x: number): ReadoutRow[] {
    const { pointerHeight } = this;
    return this.nearPoints(x).map((point) => {
      const pixel = this.plot.pixelAtHeight(toHeight(point.value, this.input.scale));
      return {
        line: point.series.line.id,
        name: point.series.line.label,
        style: point.style,
        value: point.value,
        smoothed: point.smoothed,
        band: point.band,
        place: point.x === x ? undefined : this.input.labels.exact(point.x),
        distance: pointerHeight === undefined || Number.isNaN(pixel) ? 0 : Math.abs(pixel - pointerHeight),
        isStrong: this.highlight?.line === point.series.line.id,
      };
    });
  }

  private drawOverlay(): void {
    const x = this.crosshair;
    const dots = x === undefined ? [] : this.dots(x);
    this.overlay.draw(this.host.theme(), { x, dots, marked: this.marked, strong: this.strongLines() });
    if (x === undefined || !this.isPointedAt || this.marked !== undefined) {
      this.readout.hide();
      return;
    }
    const pixel = this.plot.pixelAtX(x);
    this.readout.show(this.input.labels.exact(x), this.readoutRows(x), pixel, this.plot.size.width);
  }

  private strongLines(): StrongLines | undefined {
    const { highlight } = this;
    const lines = this.input.lines.filter(({ line }) => line === highlight?.line);
    return highlight === undefined
      ? undefined
      : {
          curves: lines.map(({ points, smoothed, style }) => ({ points: smoothed ?? points, style })),
          isAlone: highlight.isAlone && this.input.lines.length > 1,
          width: this.input.lineWidth,
        };
  }

  private dots(x: number): OverlayDot[] {
    return this.nearPoints(x).flatMap((point) => {
      const height = toHeight(point.value, this.input.scale);
      return Number.isNaN(height) ? [] : [{ x: point.x, height, style: point.style }];
    });
  }

  /** Pixels of another size come with an event of the window, and not always with another size of the stage. */
  private followSize(): void {
    const sizes = new ResizeObserver(([entry]) => {
      if (entry !== undefined) {
        this.resize(entry.contentRect);
      }
    });
    sizes.observe(this.stage);
    this.owned.add({ dispose: () => sizes.disconnect() });
    const abort = new AbortController();
    window.addEventListener('resize', () => this.resize(this.plot.size), { signal: abort.signal });
    this.owned.add({ dispose: () => abort.abort() });
  }

  private resize(size: ChartSize): void {
    this.plot.resize(size);
    this.drawOverlay();
    this.host.chartResized((this.plot.area.right - this.plot.area.left) * this.plot.pixelRatio);
  }
}

/** Whether there are points on both sides of this position, or exactly there. */
function reaches({ points }: Frame, axis: Axis, x: number): boolean {
  const xs = positions(points, axis);
  return x >= (xs[0] ?? NaN) && x <= (xs.at(-1) ?? NaN);
}

function bandAt({ band }: Frame, index: number | undefined): ReadoutRow['band'] {
  if (band === null || index === undefined) {
    return undefined;
  }
  const at = (column: Float64Array): number => column[index] ?? NaN;
  return { lower: at(band.lowers), upper: at(band.uppers), count: at(band.counts) };
}
