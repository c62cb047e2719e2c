import type { ChartProjection } from './chart-projection';
import type { DrawnPoint } from './curve-data';

/** What a path is traced with. */
export type PathPen = Pick<CanvasRenderingContext2D, 'moveTo' | 'lineTo'>;

/**
 * Traces a curve, with a gap at each height that is NaN. Of the points that follow one another within one device
 * pixel of width, the first, lowest, highest and last are traced, in their order: all that can be seen of them.
 */
export function tracePath(
  pen: PathPen,
  points: readonly DrawnPoint[],
  places: Pick<ChartProjection, 'pixelAtX' | 'pixelAtHeight' | 'pixelRatio'>,
): void {
  const column = new PixelColumn(pen, places.pixelRatio);
  let isDown = false;
  for (const { x, y } of points) {
    if (Number.isNaN(y)) {
      column.end();
      isDown = false;
      continue;
    }
    const left = places.pixelAtX(x);
    const top = places.pixelAtHeight(y);
    if (isDown) {
      column.add(left, top);
    } else {
      pen.moveTo(left, top);
      column.begin(left, top);
      isDown = true;
    }
  }
  column.end();
}

/** Points of a line within one device pixel of width. What was traced last is the first of them. */
class PixelColumn {
  private pixel = NaN;
  private left = 0;
  private low = 0;
  private high = 0;
  private last = 0;
  private lowLeft = 0;
  private highLeft = 0;
  private isEmpty = true;

  constructor(
    private readonly pen: PathPen,
    private readonly pixelRatio: number,
  ) {}

  begin(left: number, top: number): void {
    this.pixel = this.pixelOf(left);
    this.left = this.lowLeft = this.highLeft = left;
    this.low = this.high = this.last = top;
    this.isEmpty = true;
  }

  add(left: number, top: number): void {
    if (this.pixelOf(left) !== this.pixel) {
      this.end();
      this.pen.lineTo(left, top);
      this.begin(left, top);
      return;
    }
    this.isEmpty = false;
    this.left = left;
    this.last = top;
    if (top < this.low) {
      this.low = top;
      this.lowLeft = left;
    } else if (top > this.high) {
      this.high = top;
      this.highLeft = left;
    }
  }

  private pixelOf(left: number): number {
    return Math.floor(left * this.pixelRatio);
  }

  /** Traces what the column still lacks. */
  end(): void {
    if (this.isEmpty) {
      return;
    }
    this.isEmpty = true;
    const { pen, low, high, lowLeft, highLeft } = this;
    if (lowLeft <= highLeft) {
      pen.lineTo(lowLeft, low);
      pen.lineTo(highLeft, high);
    } else {
      pen.lineTo(highLeft, high);
      pen.lineTo(lowLeft, low);
    }
    pen.lineTo(this.left, this.last);
  }
}
