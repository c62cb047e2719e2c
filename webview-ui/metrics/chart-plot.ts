import type { AxisRange } from '../../src/core/envelope';
import type { Axis } from '../../src/features/metrics/view-contract';
import type { LineStyle } from '../kit/line-styles';
import type { Theme } from '../kit/theme';
import type { XLabels } from './axis-labels';
import { axisFont, chartAxes, drawAxes, type ChartArea, type ChartSize } from './chart-axes';
import { ChartProjection } from './chart-projection';
import type { DrawnPoint, GapMark, ValueScale } from './curve-data';
import { paintCurves } from './curve-painter';

export interface PlotLine {
  readonly key: string;
  /** Id of the line, by which it is the same in every chart. */
  readonly line: string;
  readonly name: string;
  readonly style: LineStyle;
  readonly points: DrawnPoint[];
  /** With smoothing on, this is the line and `points` stays faint behind it. */
  readonly smoothed: DrawnPoint[] | undefined;
  /** What later attempts of a restarted run reported anew; faint. */
  readonly superseded: readonly DrawnPoint[][];
  /** Where attempts after the first began. */
  readonly restarts: readonly number[];
  readonly hasDots: boolean;
  readonly marks: readonly GapMark[];
  /** What stands around the mean line of a group of runs. */
  readonly band: PlotBand | undefined;
}

export interface PlotBand {
  readonly lower: DrawnPoint[];
  readonly upper: DrawnPoint[];
}

export interface PlotInput {
  readonly lines: readonly PlotLine[];
  /** What the window is along, and which one of these. */
  readonly axis: Axis;
  readonly axisMark: string;
  readonly window: AxisRange;
  readonly heights: AxisRange;
  readonly scale: ValueScale;
  /** In pixels. */
  readonly lineWidth: number;
  /** The lowest and highest value that the y axis leaves out. */
  readonly cut: { readonly below: number | undefined; readonly above: number | undefined };
  readonly labels: XLabels;
  readonly theme: Theme;
}

const NO_AREA: ChartArea = { left: 0, right: 0, top: 0, bottom: 0 };

/**
 * The curves and axes of one chart on a canvas of its own, once it has a size. Pointer work happens in a layer above, so
 * moving the mouse never draws curves.
 */
export class ChartPlot {
  private readonly pen: CanvasRenderingContext2D | null;
  private shown: ChartSize = { width: 0, height: 0 };
  private ratio = 1;
  private places: ChartProjection | undefined;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private input: PlotInput,
  ) {
    this.pen = canvas.getContext('2d');
  }

  get size(): ChartSize {
    return this.shown;
  }

  /** Draws anew when the size is another, or pixels have become smaller or larger. A chart that is hidden has none. */
  resize({ width, height }: ChartSize): void {
    const ratio = window.devicePixelRatio || 1;
    const isSame = width === this.shown.width && height === this.shown.height && ratio === this.ratio;
    if (isSame || width === 0 || height === 0) {
      return;
    }
    this.shown = { width, height };
    this.ratio = ratio;
    this.canvas.width = Math.floor(width * ratio);
    this.canvas.height = Math.floor(height * ratio);
    // Of whole pixels on the screen, so that none is drawn over two.
    this.canvas.style.width = `${this.canvas.width / ratio}px`;
    this.canvas.style.height = `${this.canvas.height / ratio}px`;
    this.paint();
  }

  /** Draws in place; nothing moves that has not changed. */
  draw(input: PlotInput): void {
    this.input = input;
    this.paint();
  }

  /** The part of the canvas inside the axes, in CSS pixels. */
  get area(): ChartArea {
    return this.places?.area ?? NO_AREA;
  }

  /** Device pixels to a CSS pixel. */
  get pixelRatio(): number {
    return this.ratio;
  }

  xAt(pixel: number): number {
    return this.places?.xAt(pixel) ?? NaN;
  }

  pixelAtX(x: number): number {
    return this.places?.pixelAtX(x) ?? NaN;
  }

  pixelAtHeight(height: number): number {
    return this.places?.pixelAtHeight(height) ?? NaN;
  }

  heightAt(pixel: number): number {
    return this.places?.heightAt(pixel) ?? NaN;
  }

  private paint(): void {
    const { input, shown, pen } = this;
    if (pen === null || shown.width === 0) {
      return;
    }
    pen.reset();
    pen.scale(this.ratio, this.ratio);
    pen.font = axisFont(input.theme);
    const axes = chartAxes(input, shown, pen);
    const places = new ChartProjection(axes.area, input.window, input.heights, this.ratio);
    this.places = places;
    drawAxes(pen, axes, places, shown, input.theme);
    paintCurves(pen, places, input);
  }
}
