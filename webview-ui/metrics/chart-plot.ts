import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type ChartDataset,
  type ChartOptions,
  type Plugin,
  type LinearScaleOptions,
  type Scale,
} from 'chart.js';
import type { Disposable } from '../../src/core/disposable';
import type { AxisRange } from '../../src/core/envelope';
import { toCss } from '../kit/colour';
import type { LineStyle } from '../kit/line-styles';
import type { Theme } from '../kit/theme';
import { heightTicks, TICK_DISTANCE_X, type XLabels } from './axis-labels';
import { bandPieces, lonePoints, type DrawnPoint, type GapMark, type ValueScale } from './curve-data';

Chart.register(LineController, LineElement, PointElement, LinearScale);

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

type CurveDataset = ChartDataset<'line', DrawnPoint[]>;
type CurveChart = Chart<'line', DrawnPoint[]>;
type Partly<T> = T extends (...given: never[]) => unknown
  ? T
  : T extends object
    ? { [K in keyof T]?: Partly<T[K]> }
    : T;
type CurveScale = { type: 'linear' } & Partly<LinearScaleOptions>;

const FONT_SIZE = 11;
const FAINT = 0.3;
export const BAND_OPACITY = 0.2;
const MARK_ROOM = 6;
const VALUE_AXIS_WIDTH = 52;

/** One Chart.js chart: curves only. Pointer work happens in a layer above it, so moving the mouse never draws curves. */
export class ChartPlot implements Disposable {
  private readonly chart: CurveChart;
  private input: PlotInput;

  constructor(canvas: HTMLCanvasElement, input: PlotInput, onLayout: () => void) {
    this.input = input;
    this.chart = new Chart(canvas, {
      type: 'line',
      data: { datasets: datasetsOf(input) },
      options: this.options(),
      plugins: [this.marksPlugin(), { id: 'layout', afterLayout: onLayout }],
    });
  }

  /** Draws in place; nothing moves that has not changed. */
  draw(input: PlotInput): void {
    this.input = input;
    const { data } = this.chart;
    const fresh = datasetsOf(input);
    fresh.forEach((dataset, index) => {
      const existing = data.datasets[index];
      if (existing === undefined) {
        data.datasets.push(dataset);
      } else {
        Object.assign(existing, dataset);
      }
    });
    data.datasets.length = fresh.length;
    this.applyWindow();
    this.chart.update('none');
  }

  /** The part of the canvas inside the axes, in CSS pixels. */
  get area(): { left: number; right: number; top: number; bottom: number } {
    return this.chart.chartArea;
  }

  xAt(pixel: number): number {
    return this.chart.scales.x?.getValueForPixel(pixel) ?? NaN;
  }

  pixelAtX(x: number): number {
    return this.chart.scales.x?.getPixelForValue(x) ?? NaN;
  }

  pixelAtHeight(height: number): number {
    return this.chart.scales.y?.getPixelForValue(height) ?? NaN;
  }

  heightAt(pixel: number): number {
    return this.chart.scales.y?.getValueForPixel(pixel) ?? NaN;
  }

  dispose(): void {
    this.chart.destroy();
  }

  private applyWindow(): void {
    const scales = this.chart.options.scales;
    const { window, heights } = this.input;
    if (scales?.x !== undefined && scales.y !== undefined) {
      Object.assign(scales.x, { min: window.from, max: window.to });
      Object.assign(scales.y, { min: heights.from, max: heights.to });
    }
  }

  private options(): ChartOptions<'line'> {
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      parsing: false,
      normalized: true,
      events: [],
      layout: { padding: { top: 6, right: 8 } },
      elements: { point: { radius: 0, hitRadius: 0 }, line: { borderJoinStyle: 'round' } },
      scales: { x: this.xScale(), y: this.yScale() },
    };
  }

  private xScale(): CurveScale {
    const labelled = (axis: Scale): void => {
      const maxCount = (axis.right - axis.left) / TICK_DISTANCE_X;
      const ticks = this.input.labels.ticks({ from: axis.min, to: axis.max }, maxCount);
      axis.ticks = ticks.map(({ value, label }) => ({ value, label }));
    };
    const { from, to } = this.input.window;
    return {
      ...this.commonScale(),
      min: from,
      max: to,
      afterBuildTicks: labelled,
      afterTickToLabelConversion: labelled,
    };
  }

  private yScale(): CurveScale {
    const labelled = (axis: Scale): void => {
      axis.ticks = heightTicks(this.input.scale, { from: axis.min, to: axis.max }, axis.bottom - axis.top);
    };
    const { from, to } = this.input.heights;
    return {
      ...this.commonScale(),
      min: from,
      max: to,
      afterBuildTicks: labelled,
      afterTickToLabelConversion: labelled,
      afterFit: (axis) => {
        axis.width = Math.max(axis.width, VALUE_AXIS_WIDTH);
      },
    };
  }

  /**
   * Two ticks at the ends are all that Chart.js is asked for: its own search for round numbers does not end well for
   * the widest and narrowest ranges of doubles.
   */
  private commonScale(): CurveScale {
    const grid = (): string => this.input.theme.grid;
    return {
      type: 'linear',
      border: { display: false },
      grid: {
        color: grid,
        tickColor: grid,
        tickLength: 4,
        lineWidth: (context) => (context.scale.axis === 'x' ? 0.5 : 1),
      },
      ticks: {
        color: () => this.input.theme.text,
        font: () => ({ size: FONT_SIZE, family: this.input.theme.fontFamily }),
        count: 2,
        autoSkip: false,
        maxRotation: 0,
      },
    };
  }

  /** Dots for points that no line touches, and marks for values that have no place. */
  private marksPlugin(): Plugin<'line'> {
    return {
      id: 'marks',
      beforeDatasetsDraw: (chart) => {
        clipToArea(chart, 0);
        this.input.lines.forEach((line) => drawBand(chart, line));
        chart.ctx.restore();
      },
      afterDatasetsDraw: (chart) => {
        const { ctx } = chart;
        clipToArea(chart, MARK_ROOM);
        for (const line of this.input.lines) {
          ctx.fillStyle = toCss(line.style.colour);
          ctx.strokeStyle = ctx.fillStyle;
          drawDots(chart, line);
          drawRestarts(chart, line.restarts);
          drawGaps(chart, line.marks);
        }
        ctx.restore();
      },
    };
  }
}

/** Marks stand a little over the edge. The caller restores. */
function clipToArea({ ctx, chartArea: { left, right, top, bottom } }: Chart, room: number): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top - room, right - left, bottom - top + 2 * room);
  ctx.clip();
}

function drawBand({ ctx, scales: { x, y } }: Chart, { band, style }: PlotLine): void {
  if (band === undefined || x === undefined || y === undefined) {
    return;
  }
  ctx.fillStyle = toCss(style.colour, BAND_OPACITY);
  for (const corners of bandPieces(band)) {
    ctx.beginPath();
    corners.forEach((corner) => ctx.lineTo(x.getPixelForValue(corner.x), y.getPixelForValue(corner.y)));
    ctx.fill();
  }
}

function drawDots({ ctx, scales }: Chart, line: PlotLine): void {
  for (const { x, y } of line.hasDots ? line.points : lonePoints(line.points)) {
    if (Number.isFinite(y) && scales.x !== undefined && scales.y !== undefined) {
      ctx.beginPath();
      ctx.arc(scales.x.getPixelForValue(x), scales.y.getPixelForValue(y), 2.2, 0, 2 * Math.PI);
      ctx.fill();
    }
  }
}

/** A dotted upright where an attempt began. */
function drawRestarts({ ctx, scales, chartArea }: Chart, restarts: readonly number[]): void {
  ctx.save();
  ctx.setLineDash([1, 3]);
  for (const step of restarts) {
    const left = scales.x?.getPixelForValue(step) ?? NaN;
    ctx.beginPath();
    ctx.moveTo(left, chartArea.top);
    ctx.lineTo(left, chartArea.bottom);
    ctx.stroke();
  }
  ctx.restore();
}

function drawGaps({ ctx, scales, chartArea }: Chart, marks: readonly GapMark[]): void {
  const { top, bottom } = chartArea;
  for (const { x, kind } of marks) {
    const left = scales.x?.getPixelForValue(x) ?? NaN;
    ctx.beginPath();
    if (kind === 'nan') {
      ctx.moveTo(left - 3, bottom - 7);
      ctx.lineTo(left + 3, bottom - 1);
      ctx.moveTo(left + 3, bottom - 7);
      ctx.lineTo(left - 3, bottom - 1);
      ctx.stroke();
    } else {
      const [base, tip] = kind === 'above' ? [top + 7, top] : [bottom - 7, bottom];
      ctx.moveTo(left - 4, base);
      ctx.lineTo(left + 4, base);
      ctx.lineTo(left, tip);
      ctx.fill();
    }
  }
}

function datasetsOf(input: PlotInput): CurveDataset[] {
  return input.lines.flatMap(({ style, points, smoothed, superseded }) => {
    const look = { style, width: input.lineWidth };
    const isFaint = smoothed !== undefined;
    const raw = curve(points, look, isFaint ? FAINT : 1, isFaint ? 1 : 0);
    const earlier = superseded.map((piece) => curve(piece, look, FAINT, 2));
    const current = smoothed === undefined ? [raw] : [curve(smoothed, look, 1, 0), raw];
    return [...current, ...earlier];
  });
}

function curve(
  data: DrawnPoint[],
  { style, width }: { readonly style: LineStyle; readonly width: number },
  opacity: number,
  order: number,
): CurveDataset {
  return {
    data,
    borderColor: toCss(style.colour, opacity),
    borderDash: [...style.dash],
    borderWidth: width,
    order,
    spanGaps: false,
    tension: 0,
  };
}
