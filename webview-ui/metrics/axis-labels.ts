import type { AxisRange } from '../../src/core/envelope';
import { niceTicks, timeTicks } from '../../src/core/scale-ticks';
import type { ViewState } from '../../src/features/metrics/panel-contract';
import { formatClock, formatCount, formatMoment, formatOffset, formatTick } from './format';

export interface AxisTick {
  readonly value: number;
  readonly label: string;
}

/** How positions on the x axis are written: as steps, as time since the first point, or as time of day. */
export interface XLabels {
  /** What the axis shows, for headings and screen readers. */
  readonly name: string;
  ticks(range: AxisRange, maxCount: number): readonly AxisTick[];
  /** One position in full. */
  exact(x: number): string;
}

const DAY_MS = 86_400_000;

export function xLabels(kind: ViewState['xLabel'], originTime: number): XLabels {
  switch (kind) {
    case 'step':
      return { name: 'Step', ticks: stepTicks, exact: (x) => `step ${formatCount(x)}` };
    case 'relative':
      return {
        name: 'Relative time',
        ticks: (range, maxCount) => {
          const { ticks, stepMs } = timeTicks(range, maxCount, originTime);
          return ticks.map((value) => ({ value, label: formatOffset(value - originTime, stepMs) }));
        },
        exact: (x) => `${formatOffset(x - originTime, 1)} after the first point`,
      };
    case 'wall':
      return {
        name: 'Time',
        ticks: (range, maxCount) => {
          const { ticks, stepMs } = timeTicks(range, maxCount, midnightBefore(range.from));
          return ticks.map((value) => ({ value, label: formatClock(value, Math.min(stepMs, DAY_MS)) }));
        },
        exact: formatMoment,
      };
  }
}

function stepTicks(range: AxisRange, maxCount: number): AxisTick[] {
  const ticks = niceTicks(range, maxCount, 1);
  const distance = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  return ticks.map((value) => ({ value, label: formatTick(value, distance) }));
}

function midnightBefore(timeMs: number): number {
  const date = new Date(timeMs);
  date.setHours(0, 0, 0, 0);
  return date.getTime();
}
