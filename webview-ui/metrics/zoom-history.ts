import type { AxisRange } from '../../src/core/envelope';
import type { Zoom } from '../../src/features/metrics/view-contract';

/** How a zoom came about. Turns of a wheel and moves that follow one another are one step back. */
export type ZoomGesture = 'mark' | 'wheel' | 'move';

export const WHOLE: Zoom = { range: null, heights: [] };

const MOST_STEPS = 50;
/** Turns of the wheel this near to one another are one. */
const JOINED_MS = 1_000;

/** The zooms before the one that is shown, newest last. */
export class ZoomHistory {
  private steps: Zoom[] = [];
  private last: { readonly gesture: ZoomGesture; readonly atMs: number } | undefined;

  get isEmpty(): boolean {
    return this.steps.length === 0;
  }

  /** Remembers what was shown before a gesture. */
  note(before: Zoom, gesture: ZoomGesture, atMs: number): void {
    const isJoined =
      gesture !== 'mark' && this.last?.gesture === gesture && atMs - this.last.atMs < JOINED_MS;
    if (!isJoined) {
      this.steps = [...this.steps, before].slice(-MOST_STEPS);
    }
    this.last = { gesture, atMs };
  }

  /** The zoom one step back: everything, when nothing is remembered. */
  back(): Zoom {
    this.last = undefined;
    return this.steps.pop() ?? WHOLE;
  }

  clear(): void {
    this.steps = [];
    this.last = undefined;
  }
}

export function isWhole(zoom: Zoom): boolean {
  return zoom.range === null && zoom.heights.length === 0;
}

/** The part of a chart's y axis that is zoomed into, in values. */
export function heightsOf({ heights }: Zoom, chart: string): AxisRange | undefined {
  return heights.find(({ metric }) => metric === chart)?.range;
}

/** The same zoom with another part of this chart's y axis; undefined: all of it. */
export function withHeights(zoom: Zoom, chart: string, range: AxisRange | undefined): Zoom {
  const others = zoom.heights.filter(({ metric }) => metric !== chart);
  return {
    range: zoom.range,
    heights: range === undefined ? others : [...others, { metric: chart, range: { ...range } }],
  };
}
