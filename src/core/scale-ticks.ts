import type { AxisRange } from './envelope';

const NICE_FACTORS = [1, 2, 5, 10];

/** Round numbers within the range, at most about `maxCount` of them. Safe for any finite range, however wide or narrow. */
export function niceTicks(range: AxisRange, maxCount: number, smallestStep = 0): number[] {
  const span = range.to - range.from;
  if (!(span > 0) || !Number.isFinite(span)) {
    return [range.from];
  }
  const step = Math.max(niceStep(span / Math.max(1, maxCount)), smallestStep);
  return step > 0 ? multiples(range, step, 0, maxCount * 3) : [range.from];
}

/** Decades and their twofold and fivefold on a logarithmic axis. `range` and the result are base-10 logarithms. */
export function logarithmicTicks(range: AxisRange, maxCount: number): number[] {
  const decades = Math.floor(range.to) - Math.ceil(range.from) + 1;
  if (decades < 2) {
    const linear = { from: 10 ** range.from, to: 10 ** range.to };
    return niceTicks(linear, maxCount)
      .filter((tick) => tick > 0)
      .map(Math.log10);
  }
  const everyDecade = Math.max(1, Math.ceil(decades / maxCount));
  const ticks = multiples(range, everyDecade, 0, maxCount * 3);
  if (everyDecade > 1 || decades * 3 > maxCount) {
    return ticks;
  }
  const between = [Math.log10(2), Math.log10(5)];
  const first = Math.floor(range.from);
  const all = Array.from({ length: decades + 2 }, (_, index) => first + index).flatMap((decade) => [
    decade,
    ...between.map((part) => decade + part),
  ]);
  return all.filter((tick) => tick >= range.from && tick <= range.to);
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const TIME_STEPS_MS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
];

/**
 * Moments at round distances within a range of milliseconds. `origin` is where counting begins: the start of the
 * run for relative time, a local midnight for wall time.
 */
export function timeTicks(
  range: AxisRange,
  maxCount: number,
  origin: number,
): { ticks: number[]; stepMs: number } {
  const span = range.to - range.from;
  if (!(span > 0) || !Number.isFinite(span)) {
    return { ticks: [range.from], stepMs: SECOND };
  }
  const least = span / Math.max(1, maxCount);
  const stepMs = TIME_STEPS_MS.find((step) => step >= least) ?? niceStep(least / DAY) * DAY;
  return { ticks: multiples(range, stepMs, origin, maxCount * 3), stepMs };
}

function niceStep(least: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(least));
  if (!(magnitude > 0)) {
    return least;
  }
  const factor = NICE_FACTORS.find((nice) => nice * magnitude >= least * (1 - 1e-9)) ?? 10;
  return factor * magnitude;
}

/** So many `toFixed` takes. */
const MOST_DIGITS = 100;

/** `origin + n * step` within the range; `limit` guards against steps too small for the numbers' precision. */
function multiples(range: AxisRange, step: number, origin: number, limit: number): number[] {
  const first = Math.ceil((range.from - origin) / step - 1e-9);
  const last = Math.floor((range.to - origin) / step + 1e-9);
  const count = Math.min(Math.max(0, last - first + 1), limit);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(step)));
  return Array.from({ length: count }, (_, index) => {
    const tick = origin + (first + index) * step;
    return Math.abs(tick) < 1e15 && digits <= MOST_DIGITS ? Number(tick.toFixed(digits)) : tick;
  });
}
