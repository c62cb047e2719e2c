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

/** The highest value; undefined when nothing was measured. */
export function highestIn({ values }: History): number | undefined {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? undefined : Math.max(...known);
}
