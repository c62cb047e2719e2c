import type { Raster } from './png-image';

/** A part of a picture in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A pixel belongs to a curve when it has a colour: axes, grids, texts and grounds of all products are grey. Low enough
 * for a raw line that is drawn faint behind a smoothed one.
 */
const LINE_CHROMA = 16;
/** A curve is painted when so much of its chart's width has pixels of it; the rest is for axes and margins. */
const PAINTED_WIDTH = 0.5;
/** Several lines may touch here and there, and smoothing begins far from the points. */
const PARTED_WIDTH = 0.3;
/** How far from the spike its own pixels may be, and where its neighbours are looked at, in shares of the curve. */
const SPIKE_REACH = 0.015;
const NEIGHBOURS = { from: 0.04, to: 0.1 } as const;
/** A spike stands out from both neighbourhoods by at least this share of the chart's height. */
const SPIKE_HEIGHT = 0.25;

/** Highest line pixel of each column of the box, as a row from the box's top; undefined where there is none. */
export function topsOf(picture: Raster, box: Box): (number | undefined)[] {
  const left = Math.max(0, Math.round(box.x));
  const right = Math.min(picture.width, Math.round(box.x + box.width));
  const top = Math.max(0, Math.round(box.y));
  const bottom = Math.min(picture.height, Math.round(box.y + box.height));
  return Array.from({ length: Math.max(0, right - left) }, (_, column) => {
    for (let row = top; row < bottom; row += 1) {
      if (isLine(picture, left + column, row)) {
        return row - top;
      }
    }
    return undefined;
  });
}

/** Whether all curves of the chart in this box are there: so many, one above the other. */
export function isPainted(picture: Raster, box: Box, lines = 1): boolean {
  const tops = topsOf(picture, box);
  const isWide = tops.filter((top) => top !== undefined).length >= PAINTED_WIDTH * tops.length;
  return tops.length > 0 && isWide && (lines === 1 || hasLines(picture, box, lines));
}

function hasLines(picture: Raster, box: Box, lines: number): boolean {
  const columns = Array.from({ length: Math.round(box.width) }, (_, column) => Math.round(box.x) + column);
  const full = columns.filter((x) => linesAt(picture, box, x) >= lines);
  return full.length >= PARTED_WIDTH * columns.length;
}

/** How many stretches of line pixels a column of the box has. */
function linesAt(picture: Raster, box: Box, x: number): number {
  const rows = Array.from({ length: Math.round(box.height) }, (_, row) => Math.round(box.y) + row);
  return rows.filter((y) => isLine(picture, x, y) && !isLine(picture, x, y - 1)).length;
}

/**
 * Whether one point that lies far above the rest is seen at `share` (0 to 1) of the curve's width: there, and only
 * there, the curve reaches up.
 */
export function hasSpike(picture: Raster, box: Box, share: number): boolean {
  const tops = topsOf(picture, box);
  const first = tops.findIndex((top) => top !== undefined);
  const last = tops.findLastIndex((top) => top !== undefined);
  const width = last - first;
  const highest = (from: number, to: number): number =>
    Math.min(
      ...tops
        .slice(first + Math.round(from * width), first + Math.round(to * width) + 1)
        .map((top) => top ?? Infinity),
    );
  const spike = highest(share - SPIKE_REACH, share + SPIKE_REACH);
  const neighbours = Math.min(
    highest(share - NEIGHBOURS.to, share - NEIGHBOURS.from),
    highest(share + NEIGHBOURS.from, share + NEIGHBOURS.to),
  );
  return first >= 0 && Number.isFinite(neighbours) && neighbours - spike >= SPIKE_HEIGHT * box.height;
}

function isLine({ data, width, channels }: Raster, x: number, y: number): boolean {
  const at = (y * width + x) * channels;
  const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
  return Math.max(red, green, blue) - Math.min(red, green, blue) >= LINE_CHROMA;
}
