import {
  BasicPlatform,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type ChartDataset,
  type ChartOptions,
  type Plugin,
} from 'chart.js';
import type { Disposable } from '../../src/core/disposable';
import type { AxisRange } from '../../src/core/envelope';
import type { Axis } from '../../src/features/metrics/view-contract';
import { toCss } from '../kit/colour';
import type { LineStyle } from '../kit/line-styles';
import type { Theme } from '../kit/theme';
import type { XLabels } from './axis-labels';
import { axisFont, chartAxes, drawAxes, type ChartArea, type ChartAxes, type ChartSize } from './chart-axes';
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

type CurveDataset = ChartDataset<'line', DrawnPoint[]>;
type CurveChart = Chart<'line', DrawnPoint[]>;

const FAINT = 0.3;
export const BAND_OPACITY = 0.2;
const MARK_ROOM = 6;
const NO_AREA: ChartArea = { left: 0, right: 0, top: 0, bottom: 0 };

/**
 * One Chart.js chart: curves only, once it has a size. Axes are drawn here, because Chart.js' own take longer than its
 * curves; pointer work happens in a layer above, so moving the mouse never draws curves.
 */
export class ChartPlot implements Disposable {
  private readonly ctx: CanvasRenderingContext2D | null;
  private chart: CurveChart | undefined;
  private axes: ChartAxes | undefined;
  private shown: ChartSize = { width: 0, height: 0 };
  private ratio = 1;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private input: PlotInput,
  ) {
    this.ctx = canvas.getContext('2d');
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
      this.draw(this.input);
    } else {
      this.layOut(this.chart.options);
      this.chart.options.devicePixelRatio = ratio;
      this.chart.resize(width, height);
    }
  }

  /** Draws in place; nothing moves that has not changed. */
  draw(input: PlotInput): void {
    this.input = input;
    if (this.chart === undefined) {
      this.begin();
    } else {
      this.replaceLines(this.chart.data.datasets);
      this.layOut(this.chart.options);
      this.chart.update('none');
    }
  }

  /** The part of the canvas inside the axes, in CSS pixels. */
  get area(): ChartArea {
    return this.chart?.chartArea ?? NO_AREA;
  }

  xAt(pixel: number): number {
    return this.chart?.scales.x?.getValueForPixel(pixel) ?? NaN;
  }

  pixelAtX(x: number): number {
    return this.chart?.scales.x?.getPixelForValue(x) ?? NaN;
  }

  pixelAtHeight(height: number): number {
    return this.chart?.scales.y?.getPixelForValue(height) ?? NaN;
  }

  heightAt(pixel: number): number {
    return this.chart?.scales.y?.getValueForPixel(pixel) ?? NaN;
  }

  dispose(): void {
    this.chart?.destroy();
  }

  private begin(): void {
    const { width, height } = this.shown;
    if (this.ctx === null || width === 0 || height === 0) {
      return;
    }
    // Chart.js takes its size from these; else it asks the page to lay itself out for every chart.
    this.canvas.width = width;
    this.canvas.height = height;
    const options = this.options();
    this.layOut(options);
    this.chart = new Chart(this.ctx, {
      type: 'line',
      data: { datasets: datasetsOf(this.input) },
      options,
      plugins: [this.surroundings()],
      platform: BasicPlatform,
    });
  }

  private replaceLines(datasets: CurveDataset[]): void {
    const fresh = datasetsOf(this.input);
    fresh.forEach((dataset, index) => {
      const existing = datasets[index];
      if (existing === undefined) {
        datasets.push(dataset);
      } else {
        Object.assign(existing, dataset);
      }
    });
    datasets.length = fresh.length;
  }

  /** Chart.js gets the ends of the axes, and the room that their labels need. */
  private layOut(options: ChartOptions<'line'>): void {
    const { window, heights, theme } = this.input;
    const { width, height } = this.shown;
    if (this.ctx === null) {
      return;
    }
    this.ctx.font = axisFont(theme);
    this.axes = chartAxes(this.input, this.shown, this.ctx);
    const { left, right, top, bottom } = this.axes.area;
    options.layout = { padding: { left, top, right: width - right, bottom: height - bottom } };
    options.scales = { x: bareScale(window), y: bareScale(heights) };
  }

  private options(): ChartOptions<'line'> {
    return {
      animation: false,
      responsive: false,
      devicePixelRatio: this.ratio,
      parsing: false,
      normalized: true,
      events: [],
      elements: { point: { radius: 0, hitRadius: 0 }, line: { borderJoinStyle: 'round' } },
    };
  }

  /** Axes and bands below the curves; above them dots for points that no line touches, and marks for what has no place. */
  private surroundings(): Plugin<'line'> {
    return {
      id: 'surroundings',
      beforeDatasetsDraw: (chart) => {
        this.drawAxes(chart.ctx);
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

  private drawAxes(ctx: CanvasRenderingContext2D): void {
    if (this.axes !== undefined) {
      const places = {
        x: (value: number) => this.pixelAtX(value),
        y: (height: number) => this.pixelAtHeight(height),
      };
      drawAxes(ctx, this.axes, places, this.shown, this.input.theme);
    }
  }
}

type BareScale = NonNullable<ChartOptions<'line'>['scales']>[string];

/**
 * Two ticks at the ends are all that Chart.js is asked for, and none is drawn: its own search for round numbers does not
 * end well for the widest and narrowest ranges of doubles.
 */
function bareScale({ from, to }: AxisRange): BareScale {
  return { type: 'linear', display: false, min: from, max: to, ticks: { display: false, count: 2 } };
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
