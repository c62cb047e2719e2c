import { toCss } from '../shared/colour';
import type { LineStyle } from '../shared/line-styles';
import type { Theme } from '../shared/theme';
import type { ChartPlot } from './chart-plot';

export interface OverlayDot {
  readonly x: number;
  readonly height: number;
  readonly style: LineStyle;
}

export interface OverlayInput {
  /** Where the crosshair stands, in axis units. */
  readonly x: number | undefined;
  readonly dots: readonly OverlayDot[];
  /** The stretch being marked for zooming, in pixels. */
  readonly marked: { readonly from: number; readonly to: number } | undefined;
}

const NOTHING: OverlayInput = { x: undefined, dots: [], marked: undefined };

/** The transparent layer over a plot: crosshair, dots and the marked stretch. Cheap to draw at every mouse move. */
export class ChartOverlay {
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly plot: ChartPlot,
  ) {}

  draw(theme: Theme, input: OverlayInput = NOTHING): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
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
    this.drawMarked(ctx, theme, input.marked);
    this.drawCrosshair(ctx, theme, input);
  }

  private drawMarked(ctx: CanvasRenderingContext2D, theme: Theme, marked: OverlayInput['marked']): void {
    if (marked === undefined) {
      return;
    }
    const { top, bottom } = this.plot.area;
    const left = Math.min(marked.from, marked.to);
    const width = Math.abs(marked.to - marked.from);
    ctx.fillStyle = theme.accent;
    ctx.globalAlpha = 0.2;
    ctx.fillRect(left, top, width, bottom - top);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = theme.accent;
    ctx.strokeRect(left, top, width, bottom - top);
  }

  private drawCrosshair(ctx: CanvasRenderingContext2D, theme: Theme, { x, dots }: OverlayInput): void {
    const { left, right, top, bottom } = this.plot.area;
    const pixel = x === undefined ? NaN : this.plot.pixelAtX(x);
    if (!(pixel >= left && pixel <= right)) {
      return;
    }
    ctx.strokeStyle = theme.text;
    ctx.globalAlpha = 0.7;
    ctx.beginPath();
    ctx.moveTo(pixel, top);
    ctx.lineTo(pixel, bottom);
    ctx.stroke();
    ctx.globalAlpha = 1;
    for (const dot of dots) {
      ctx.fillStyle = toCss(dot.style.colour);
      ctx.strokeStyle = toCss(theme.background);
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.arc(this.plot.pixelAtX(dot.x), this.plot.pixelAtHeight(dot.height), 4, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
  }
}
