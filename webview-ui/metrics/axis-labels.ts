import { capitalized } from '../../src/core/capitalized';
import type { AxisRange } from '../../src/core/envelope';
import { logarithmicTicks, niceTicks, timeTicks } from '../../src/core/scale-ticks';
import type { XAxis } from '../../src/features/metrics/view-contract';
import { fromHeight, type ValueScale } from './curve-data';
import { formatClock, formatCount, formatExact, formatMoment, formatOffset, formatTick } from './format';

export interface AxisTick {
  readonly value: number;
  readonly label: string;
}

/** How positions on the x axis are written: as steps, times since the first point, times of day, or other values. */
export interface XLabels {
  /** What the axis shows, for headings and screen readers. */
  readonly name: string;
  /** What a step is called in a heading, whatever the axis shows. */
  readonly stepName: string;
  ticks(range: AxisRange, maxCount: number): readonly AxisTick[];
  /** One position in full. */
  exact(x: number): string;
}

/** Labels stand about so many pixels apart. */
const TICK_DISTANCE_X = 90;
const TICK_DISTANCE_Y = 30;
/** As near as that on a narrow chart, so that it has the three labels that tell its scale. */
const NEAR_TICK_DISTANCE_X = 70;

/** How many labels an x axis of so many pixels has at most. */
export function tickCountAcross(pixels: number): number {
  return Math.max(pixels / TICK_DISTANCE_X, Math.min(3, pixels / NEAR_TICK_DISTANCE_X));
}

/** Where the y axis is labelled, in heights, and with which values. */
export function heightTicks(
  scale: ValueScale,
  range: AxisRange,
  pixels: number,
): { value: number; label: string }[] {
  const maxCount = Math.max(2, pixels / TICK_DISTANCE_Y);
  const heights = (scale.isLogarithmic ? logarithmicTicks : niceTicks)(range, maxCount);
  const distance = ((heights[1] ?? 0) - (heights[0] ?? 0)) / scale.factor;
  return heights.map((height) => {
    const value = fromHeight(height, scale);
    return { value: height, label: formatTick(value, scale.isLogarithmic ? value : distance) };
  });
}

const DAY_MS = 86_400_000;

/**
 * @param seriesName what the axis is called when it is another series.
 * @param stepNoun what a step counts.
 */
export function xLabels(kind: XAxis, originTime: number, seriesName = '', stepNoun = 'step'): XLabels {
  return { stepName: capitalized(stepNoun), ...labelsOf(kind, originTime, seriesName, stepNoun) };
}

function labelsOf(
  kind: XAxis,
  originTime: number,
  seriesName: string,
  stepNoun: string,
): Omit<XLabels, 'stepName'> {
  switch (kind) {
    case 'step':
      return {
        name: capitalized(stepNoun),
        ticks: (range, maxCount) => valueTicks(range, maxCount, 1),
        exact: (x) => `${stepNoun} ${formatCount(x)}`,
      };
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
    case 'series':
      return {
        name: seriesName,
        ticks: (range, maxCount) => valueTicks(range, maxCount, 0),
        exact: (x) => `${seriesName} ${formatExact(x)}`,
      };
  }
}

function valueTicks(range: AxisRange, maxCount: number, smallestStep: number): AxisTick[] {
  const ticks = niceTicks(range, maxCount, smallestStep);
  const distance = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  return ticks.map((value) => ({ value, label: formatTick(value, distance) }));
}

function midnightBefore(timeMs: number): number {
  const date = new Date(timeMs);
  date.setHours(0, 0, 0, 0);
  return date.getTime();
}
