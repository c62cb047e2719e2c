import { toCss } from '../kit/colour';
import type { LineStyle } from '../kit/line-styles';
import type { Theme } from '../kit/theme';
import type { GestureAxis } from './chart-gestures';
import type { ChartPlot } from './chart-plot';
import type { DrawnPoint } from './curve-data';
import { tracePath } from './curve-path';

export interface OverlayDot {
  readonly x: number;
  readonly height: number;
  readonly style: LineStyle;
}

/** A stretch being marked for zooming, in pixels. */
export interface MarkedStretch {
  readonly axis: GestureAxis;
  readonly from: number;
  readonly to: number;
}

/** Lines that are pointed at, drawn strong; with `isAlone` over a veil that dims the others. */
export interface StrongLines {
  readonly curves: readonly { readonly points: readonly DrawnPoint[]; readonly style: LineStyle }[];
  readonly isAlone: boolean;
  /** Of the lines as they are drawn otherwise, in pixels. */
  readonly width: number;
}

export interface OverlayInput {
  /** Where the crosshair stands, in axis units. */
  readonly x: number | undefined;
  readonly dots: readonly OverlayDot[];
  readonly marked: MarkedStretch | undefined;
  readonly strong: StrongLines | undefined;
}

/** A strong line is so many times as wide. */
const STRONG = 2;
const VEIL = 0.72;

/** The transparent layer over a plot: crosshair, dots, marked stretch. Cheap to draw at every mouse move. */
export class ChartOverlay {
  private isClear = true;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly plot: ChartPlot,
  ) {}

  draw(theme: Theme, input: OverlayInput): void {
    const isEmpty = input.x === undefined && input.marked === undefined && input.strong === undefined;
    if (isEmpty && this.isClear) {
      return;
    }
    this.isClear = isEmpty;
    const { width, height } = this.plot.size;
    const ratio = window.devicePixelRatio || 1;
    if (
      this.canvas.width !== Math.round(width * ratio) ||
      this.canvas.height !== Math.round(height * ratio)
    ) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const ctx = this.canvas.getContext('2d');
    if (ctx === null) {
      return;
    }
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    this.drawStrong(ctx, theme, input.strong);
    this.drawMarked(ctx, theme, input.marked);
    this.drawCrosshair(ctx, theme, input);
  }

  private drawStrong(ctx: CanvasRenderingContext2D, theme: Theme, strong: StrongLines | undefined): void {
    if (strong === undefined || strong.curves.length === 0) {
      return;
    }
    const { left, right, top, bottom } = this.plot.area;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, right - left, bottom - top);
    ctx.clip();
    if (strong.isAlone) {
      ctx.fillStyle = toCss(theme.background, VEIL);
      ctx.fillRect(left, top, right - left, bottom - top);
    }
    for (const { points, style } of strong.curves) {
      ctx.lineWidth = STRONG * strong.width;
      this.strokeLine(ctx, points, style);
    }
    ctx.restore();
  }

  private strokeLine(ctx: CanvasRenderingContext2D, points: readonly DrawnPoint[], style: LineStyle): void {
    ctx.strokeStyle = toCss(style.colour);
    ctx.lineJoin = 'round';
    ctx.setLineDash([...style.dash]);
    ctx.beginPath();
    tracePath(ctx, points, this.plot);
    ctx.stroke();
  }

  private drawMarked(ctx: CanvasRenderingContext2D, theme: Theme, marked: MarkedStretch | undefined): void {
    if (marked === undefined) {
      return;
    }
    const { left, right, top, bottom } = this.plot.area;
    const start = Math.min(marked.from, marked.to);
    const size = Math.abs(marked.to - marked.from);
    const box =
      marked.axis === 'x'
        ? ([start, top, size, bottom - top] as const)
        : ([left, start, right - left, size] as const);
    ctx.fillStyle = theme.accent;
    ctx.globalAlpha = 0.2;
    ctx.fillRect(...box);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = theme.accent;
    ctx.lineWidth = 1;
    ctx.strokeRect(...box);
  }

  private drawCrosshair(ctx: CanvasRenderingContext2D, theme: Theme, { x, dots }: OverlayInput): void {
    const { left, right, top, bottom } = this.plot.area;
    const pixel = x === undefined ? NaN : this.plot.pixelAtX(x);
    if (!(pixel >= left && pixel <= right)) {
      return;
    }
    ctx.strokeStyle = theme.text;
    ctx.lineWidth = 1;
    ctx.globalAlpha = 0.7;
    ctx.beginPath();
    ctx.moveTo(pixel, top);
    ctx.lineTo(pixel, bottom);
    ctx.stroke();
    ctx.globalAlpha = 1;
    for (const dot of dots) {
      const height = this.plot.pixelAtHeight(dot.height);
      if (height >= top && height <= bottom) {
        ctx.fillStyle = toCss(dot.style.colour);
        ctx.strokeStyle = toCss(theme.background);
        ctx.lineWidth = 1.5;
        ctx.beginPath();
        ctx.arc(this.plot.pixelAtX(dot.x), height, 4, 0, 2 * Math.PI);
        ctx.fill();
        ctx.stroke();
      }
    }
  }
}
