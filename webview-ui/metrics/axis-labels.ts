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

/** Round positions may be farther apart than the ends of the axis; a quarter of it has at least one. */
const COUNT_THAT_FINDS_ONE = 4;
/** At least so much is free between two labels. */
const LABEL_GAP_X = 12;

/**
 * Where an x axis of so many pixels is labelled: no label touches the next.
 * @param widthOf how many pixels a label takes.
 */
export function ticksAcross(
  labels: XLabels,
  range: AxisRange,
  pixels: number,
  widthOf: (label: string) => number,
): readonly AxisTick[] {
  const count = Math.max(pixels / TICK_DISTANCE_X, Math.min(3, pixels / NEAR_TICK_DISTANCE_X));
  const ticks = labels.ticks(range, count);
  const needed = Math.max(0, ...ticks.map(({ label }) => widthOf(label))) + LABEL_GAP_X;
  const fitting = distanceOf(ticks, range, pixels) >= needed ? ticks : labels.ticks(range, pixels / needed);
  return fitting.length > 0 ? fitting : labels.ticks(range, COUNT_THAT_FINDS_ONE).slice(0, 1);
}

/** Pixels between neighbours; Infinity where there are none. */
function distanceOf([first, second]: readonly AxisTick[], range: AxisRange, pixels: number): number {
  return first === undefined || second === undefined
    ? Infinity
    : (pixels * (second.value - first.value)) / (range.to - range.from);
}

/** Where nothing can be measured: small Latin letters and digits of the usual size. */
export function usualWidth(label: string): number {
  return label.length * 7;
}

/** Where the y axis is labelled, in heights, and with which values. */
export function heightTicks(
  scale: ValueScale,
  range: AxisRange,
  pixels: number,
): { value: number; label: string }[] {
  const maxCount = Math.max(2, pixels / TICK_DISTANCE_Y);
  const heights = (scale.isLogarithmic ? logarithmicTicks : niceTicks)(range, maxCount);
  const values = heights.map((height) => fromHeight(height, scale));
  const ends = { from: fromHeight(range.from, scale), to: fromHeight(range.to, scale) };
  return heights.map((height, place) => {
    const [before, value = height, after] = [values[place - 1], values[place], values[place + 1]];
    const gaps = [before, after].flatMap((other) => (other === undefined ? [] : Math.abs(other - value)));
    return {
      value: height,
      label: formatTick(value, gaps.length === 0 ? distanceOfOne(value, ends) : Math.min(...gaps)),
    };
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
  const [first = 0, second] = ticks;
  const distance = second === undefined ? distanceOfOne(first, range) : second - first;
  return ticks.map((value) => ({ value, label: formatTick(value, distance) }));
}

/** Of a tick that is alone: what is farther from it is no longer on the axis. */
function distanceOfOne(value: number, { from, to }: AxisRange): number {
  const span = Math.abs(to - from) / 2;
  return span > 0 ? span : Math.max(1e-4, Math.abs(value) * 1e-4);
}

function midnightBefore(timeMs: number): number {
  const date = new Date(timeMs);
  date.setHours(0, 0, 0, 0);
  return date.getTime();
}
