import { BasicPlatform, Chart, type ChartOptions, type Plugin } from 'chart.js';
import type { Disposable } from '../../src/core/disposable';
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
 * One Chart.js chart, once it has a size. Chart.js holds the canvas: its pixels, its size, and when it is drawn. What is
 * drawn is ours (curve-painter.ts), because Chart.js makes an object of every point. Pointer work happens in a layer
 * above, so moving the mouse never draws curves.
 */
export class ChartPlot implements Disposable {
  private readonly pen: CanvasRenderingContext2D | null;
  private chart: Chart | undefined;
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
    if (this.chart === undefined) {
      this.begin();
    } else {
      this.chart.options.devicePixelRatio = ratio;
      this.chart.resize(width, height);
    }
  }

  /** Draws in place; nothing moves that has not changed. */
  draw(input: PlotInput): void {
    this.input = input;
    this.chart?.draw();
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

  dispose(): void {
    this.chart?.destroy();
  }

  private begin(): void {
    const { width, height } = this.shown;
    if (this.pen === null) {
      return;
    }
    // Chart.js takes its size from these; else it asks the page to lay itself out for every chart.
    this.canvas.width = width;
    this.canvas.height = height;
    this.chart = new Chart(this.pen, {
      type: 'line',
      data: { datasets: [] },
      options: this.options(),
      plugins: [this.painter()],
      platform: BasicPlatform,
    });
  }

  private options(): ChartOptions<'line'> {
    return {
      animation: false,
      responsive: false,
      maintainAspectRatio: false,
      devicePixelRatio: this.ratio,
      events: [],
    };
  }

  private painter(): Plugin<'line'> {
    return { id: 'painter', afterDatasetsDraw: ({ ctx }) => this.paint(ctx) };
  }

  private paint(pen: CanvasRenderingContext2D): void {
    const { input, shown } = this;
    pen.font = axisFont(input.theme);
    const axes = chartAxes(input, shown, pen);
    const places = new ChartProjection(axes.area, input.window, input.heights, this.ratio);
    this.places = places;
    drawAxes(pen, axes, places, shown, input.theme);
    paintCurves(pen, places, input);
  }
}
