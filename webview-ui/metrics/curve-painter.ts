import { toCss } from '../kit/colour';
import type { ChartProjection } from './chart-projection';
import type { PlotInput, PlotLine } from './chart-plot';
import { bandPieces, lonePoints, type DrawnPoint, type GapMark } from './curve-data';
import { tracePath } from './curve-path';

export const BAND_OPACITY = 0.2;
export const FAINT = 0.3;
export const DOT_RADIUS = 2.2;

/** Pixels over the edge of a chart's area that something may reach. */
interface Room {
  readonly across: number;
  readonly upright: number;
}

const NO_ROOM: Room = { across: 0, upright: 0 };
/** The dot of the first or last point is whole. */
const MARK_ROOM: Room = { across: DOT_RADIUS, upright: 6 };

type Pen = CanvasRenderingContext2D;

/** Bands, curves, dots for points that no line touches, and marks for values without a place, in this order. */
export function paintCurves(pen: Pen, places: ChartProjection, { lines, lineWidth }: PlotInput): void {
  clipped(pen, places, NO_ROOM, () => lines.forEach((line) => paintBand(pen, places, line)));
  clipped(pen, places, { across: 0, upright: lineWidth / 2 }, () => {
    pen.lineWidth = lineWidth;
    pen.lineJoin = 'round';
    for (const line of lines) {
      line.superseded.forEach((piece) => stroke(pen, places, piece, line, FAINT));
    }
    for (const line of lines) {
      if (line.smoothed !== undefined) {
        stroke(pen, places, line.points, line, FAINT);
      }
    }
    for (const line of lines) {
      stroke(pen, places, line.smoothed ?? line.points, line, 1);
    }
  });
  clipped(pen, places, MARK_ROOM, () => lines.forEach((line) => paintMarks(pen, places, line)));
}

function clipped(pen: Pen, { area }: ChartProjection, room: Room, paint: () => void): void {
  const { left, right, top, bottom } = area;
  pen.save();
  pen.beginPath();
  pen.rect(
    left - room.across,
    top - room.upright,
    right - left + 2 * room.across,
    bottom - top + 2 * room.upright,
  );
  pen.clip();
  paint();
  pen.restore();
}

function stroke(
  pen: Pen,
  places: ChartProjection,
  points: readonly DrawnPoint[],
  { style }: PlotLine,
  opacity: number,
): void {
  pen.strokeStyle = toCss(style.colour, opacity);
  pen.setLineDash([...style.dash]);
  pen.beginPath();
  tracePath(pen, points, places);
  pen.stroke();
}

function paintBand(pen: Pen, places: ChartProjection, { band, style }: PlotLine): void {
  if (band === undefined) {
    return;
  }
  pen.fillStyle = toCss(style.colour, BAND_OPACITY);
  for (const corners of bandPieces(band)) {
    pen.beginPath();
    corners.forEach((corner) => pen.lineTo(places.pixelAtX(corner.x), places.pixelAtHeight(corner.y)));
    pen.fill();
  }
}

function paintMarks(pen: Pen, places: ChartProjection, line: PlotLine): void {
  pen.fillStyle = toCss(line.style.colour);
  pen.strokeStyle = pen.fillStyle;
  pen.lineWidth = 1;
  paintDots(pen, places, line);
  paintRestarts(pen, places, line.restarts);
  paintGaps(pen, places, line.marks);
}

function paintDots(pen: Pen, places: ChartProjection, line: PlotLine): void {
  for (const { x, y } of line.hasDots ? line.points : lonePoints(line.points)) {
    if (Number.isFinite(y)) {
      pen.beginPath();
      pen.arc(places.pixelAtX(x), places.pixelAtHeight(y), DOT_RADIUS, 0, 2 * Math.PI);
      pen.fill();
    }
  }
}

/** A dotted upright where an attempt began. */
function paintRestarts(pen: Pen, places: ChartProjection, restarts: readonly number[]): void {
  const { top, bottom } = places.area;
  pen.setLineDash([1, 3]);
  for (const step of restarts) {
    const left = places.pixelAtX(step);
    pen.beginPath();
    pen.moveTo(left, top);
    pen.lineTo(left, bottom);
    pen.stroke();
  }
  pen.setLineDash([]);
}

function paintGaps(pen: Pen, places: ChartProjection, marks: readonly GapMark[]): void {
  const { top, bottom } = places.area;
  for (const { x, kind } of marks) {
    const left = places.pixelAtX(x);
    pen.beginPath();
    if (kind === 'nan') {
      pen.moveTo(left - 3, bottom - 7);
      pen.lineTo(left + 3, bottom - 1);
      pen.moveTo(left + 3, bottom - 7);
      pen.lineTo(left - 3, bottom - 1);
      pen.stroke();
    } else {
      const [base, tip] = kind === 'above' ? [top + 7, top] : [bottom - 7, bottom];
      pen.moveTo(left - 4, base);
      pen.lineTo(left + 4, base);
      pen.lineTo(left, tip);
      pen.fill();
    }
  }
}
