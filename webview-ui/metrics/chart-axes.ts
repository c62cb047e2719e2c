import type { Theme } from '../kit/theme';
import { heightTicks, ticksAcross, type AxisTick } from './axis-labels';
import type { PlotInput } from './chart-plot';
import type { ChartProjection } from './chart-projection';

/** In CSS pixels. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/** The part of a chart inside its axes, in CSS pixels from the upper left corner. */
export interface ChartArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What is written along the axes of a chart, and where their lines are. */
export interface ChartAxes {
  readonly area: ChartArea;
  readonly across: readonly AxisTick[];
  readonly upright: readonly AxisTick[];
}

const FONT_SIZE = 11;
const TICK_LENGTH = 4;
const LABEL_GAP = 3;
const ROOM = { top: 6, right: 8, bottom: TICK_LENGTH + LABEL_GAP + FONT_SIZE + 4 } as const;
/** The same for most charts, so that curves below one another begin at the same place. */
const LEAST_LABEL_ROOM = 52;

export function axisFont({ fontFamily }: Theme): string {
  return `${FONT_SIZE}px ${fontFamily}`;
}

/** Leaves as much room at the left as the longest label takes; `ctx` has the font of the labels. */
export function chartAxes(
  { labels, window, heights, scale }: PlotInput,
  { width, height }: ChartSize,
  ctx: Pick<CanvasRenderingContext2D, 'measureText'>,
): ChartAxes {
  const { top } = ROOM;
  const right = Math.max(0, width - ROOM.right);
  const bottom = Math.max(top, height - ROOM.bottom);
  const upright = heightTicks(scale, heights, bottom - top);
  const longest = Math.max(0, ...upright.map(({ label }) => ctx.measureText(label).width));
  const left = Math.min(right, Math.ceil(Math.max(LEAST_LABEL_ROOM, longest + TICK_LENGTH + 2 * LABEL_GAP)));
  return {
    area: { left, right, top, bottom },
    across: ticksAcross(labels, window, right - left, (label) => ctx.measureText(label).width),
    upright,
  };
}

/** Grid and labels. */
export function drawAxes(
  ctx: CanvasRenderingContext2D,
  axes: ChartAxes,
  places: ChartProjection,
  { width }: ChartSize,
  theme: Theme,
): void {
  ctx.save();
  ctx.font = axisFont(theme);
  ctx.fillStyle = theme.text;
  ctx.strokeStyle = theme.grid;
  drawAcross(ctx, axes, places, width);
  drawUpright(ctx, axes, places);
  ctx.restore();
}

function drawAcross(
  ctx: CanvasRenderingContext2D,
  { area: { top, bottom }, across }: ChartAxes,
  places: ChartProjection,
  width: number,
): void {
  ctx.lineWidth = 0.5;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  ctx.beginPath();
  for (const { value, label } of across) {
    const at = places.pixelAtX(value);
    const line = onPixel(at);
    ctx.moveTo(line, top);
    ctx.lineTo(line, bottom + TICK_LENGTH);
    const half = ctx.measureText(label).width / 2;
    ctx.fillText(label, Math.max(half, Math.min(at, width - half)), bottom + TICK_LENGTH + LABEL_GAP);
  }
  ctx.stroke();
}

function drawUpright(
  ctx: CanvasRenderingContext2D,
  { area: { left, right }, upright }: ChartAxes,
  places: ChartProjection,
): void {
  ctx.lineWidth = 1;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  ctx.beginPath();
  for (const { value, label } of upright) {
    const at = places.pixelAtHeight(value);
    const line = onPixel(at);
    ctx.moveTo(left - TICK_LENGTH, line);
    ctx.lineTo(right, line);
    ctx.fillText(label, left - TICK_LENGTH - LABEL_GAP, at);
  }
  ctx.stroke();
}

/** The middle of a pixel, where a thin line is sharp. */
function onPixel(position: number): number {
  return Math.round(position - 0.5) + 0.5;
}
