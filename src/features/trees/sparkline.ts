import type { History } from '../../core/entities';

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** Where nobody measured. A blank would be lost in a tooltip. */
const GAP = '·';

/** A history as a row of blocks from 0 to `top`; absent: to its own highest value. */
export function sparkline({ values }: History, top?: number): string {
  const known = values.filter((value) => value !== null);
  const highest = top ?? Math.max(0, ...known);
  return values
    .map((value) => {
      if (value === null) {
        return GAP;
      }
      const share = highest <= 0 ? 0 : Math.min(1, Math.max(0, value / highest));
      return BLOCKS[Math.round(share * (BLOCKS.length - 1))] ?? GAP;
    })
    .join('');
}

/** The same history in at most `count` steps, each as high as the highest within it, so that no peak is lost. */
export function coarser(history: History, count: number): History {
  const width = Math.ceil(history.values.length / count);
  const values = Array.from({ length: Math.ceil(history.values.length / width) }, (_, index) => {
    const part = history.values.slice(index * width, (index + 1) * width).filter((value) => value !== null);
    return part.length === 0 ? null : Math.max(...part);
  });
  return width <= 1 ? history : { from: history.from, stepMs: history.stepMs * width, values };
}

/** The highest value; undefined when nothing was measured. */
export function highestIn(history: History | undefined): number | undefined {
  const known = (history?.values ?? []).filter((value) => value !== null);
  return known.length === 0 ? undefined : Math.max(...known);
}
