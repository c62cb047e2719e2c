import type { Rgb } from './colour';

/** Rows of a chart, and its axis above them, in CSS pixels. */
export const BAR_ROW_PX = 22;
export const BAR_AXIS_PX = 22;

/** A row of a chart: a name, a value as text, and its bar. */
export interface Bar {
  readonly name: string;
  readonly text: string;
  /** Finite; undefined: there is no bar, and the text says what there is. */
  readonly value: number | undefined;
  readonly colour: Rgb;
}

/** How bars are drawn to fit the page around them. */
export interface BarLook {
  readonly text: string;
  readonly grid: string;
  readonly fontFamily: string;
}

/** In pixels: CSS pixels, and device pixels to one of them. */
export interface BarSize {
  readonly width: number;
  readonly ratio: number;
}

/** Draws bars. It comes with the first of them. */
export interface BarDrawer {
  /** Draws or redraws, as high as the rows are. */
  draw(canvas: HTMLCanvasElement, bars: readonly Bar[], look: BarLook, size: BarSize): void;
  clear(canvas: HTMLCanvasElement): void;
}

/** How high a chart of so many bars is, in CSS pixels. */
export function barsHeight(count: number): number {
  return BAR_AXIS_PX + count * BAR_ROW_PX;
}

declare global {
  interface Window {
    tracksideBars?: BarDrawer;
  }
}
