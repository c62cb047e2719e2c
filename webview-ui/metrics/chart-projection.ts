import type { AxisRange } from '../../src/core/envelope';
import type { ChartArea } from './chart-axes';

/** Farther away than this no canvas draws as it should; what lies there is far outside any picture. */
const FARTHEST_PIXEL = 32_767;

/** Where positions and heights stand in a chart, in CSS pixels from its upper left corner, and back. Both axes are linear. */
export class ChartProjection {
  constructor(
    readonly area: ChartArea,
    private readonly window: AxisRange,
    private readonly heights: AxisRange,
    /** Device pixels to a CSS pixel. */
    readonly pixelRatio = 1,
  ) {}

  pixelAtX(x: number): number {
    const { left, right } = this.area;
    return near(left + share(x, this.window) * (right - left));
  }

  pixelAtHeight(height: number): number {
    const { top, bottom } = this.area;
    return near(bottom - share(height, this.heights) * (bottom - top));
  }

  xAt(pixel: number): number {
    const { left, right } = this.area;
    return along(this.window, (pixel - left) / (right - left));
  }

  heightAt(pixel: number): number {
    const { top, bottom } = this.area;
    return along(this.heights, (bottom - pixel) / (bottom - top));
  }
}

function share(value: number, { from, to }: AxisRange): number {
  return to > from ? (value - from) / (to - from) : 0;
}

function along({ from, to }: AxisRange, part: number): number {
  return from + part * (to - from);
}

function near(pixel: number): number {
  return Math.max(-FARTHEST_PIXEL, Math.min(FARTHEST_PIXEL, pixel));
}
