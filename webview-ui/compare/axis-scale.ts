import { share, valueAt, type ComparedAxis } from '../../src/core/comparison-axes';
import { logarithmicTicks, niceTicks } from '../../src/core/scale-ticks';
import { formatTick, formatValue } from '../metrics/format';

export interface AxisTick {
  readonly position: number;
  readonly text: string;
}

/** What stands at an axis: round numbers, or categories as many as there is room for. */
export function ticksOf(axis: ComparedAxis, maxCount: number): AxisTick[] {
  if (axis.kind === 'category') {
    const every = Math.max(1, Math.ceil(axis.categories.length / Math.max(1, maxCount)));
    const last = axis.categories.length - 1;
    return axis.categories.flatMap((text, index) =>
      index % every === 0 ? [{ position: share(index, 0, last), text: text === '' ? '(empty)' : text }] : [],
    );
  }
  const { from, to, isLogarithmic } = axis;
  if (Number.isNaN(from)) {
    return [];
  }
  if (from === to) {
    return [{ position: 0.5, text: formatValue(from) }];
  }
  return isLogarithmic ? logarithmic(from, to, maxCount) : linear(from, to, maxCount);
}

function linear(from: number, to: number, maxCount: number): AxisTick[] {
  const ticks = niceTicks({ from, to }, maxCount);
  const step = (ticks[1] ?? to) - (ticks[0] ?? from);
  return ticks.map((tick) => ({
    position: share(tick, from, to),
    text: formatTick(tick, step),
  }));
}

function logarithmic(from: number, to: number, maxCount: number): AxisTick[] {
  const range = { from: Math.log10(from), to: Math.log10(to) };
  return logarithmicTicks(range, maxCount).map((tick) => ({
    position: share(tick, range.from, range.to),
    text: formatValue(10 ** tick),
  }));
}

/** Ends of an axis of numbers, as they are written at a brush. */
export function valueText(axis: ComparedAxis, position: number): string {
  return axis.kind === 'number' ? formatValue(valueAt(axis, position)) : '';
}

/** Why runs are not drawn, such as `3 of 50 runs are not drawn: 2 lack Args/lr, 1 is not finite in loss.` */
export function placelessText(axes: readonly ComparedAxis[], drawn: number, total: number): string {
  if (drawn === total) {
    return '';
  }
  const reasons = axes.flatMap(({ label, placeless: { missing, notFinite, notPositive } }) => [
    ...(missing > 0 ? [`${missing} without ${label}`] : []),
    ...(notFinite > 0 ? [`${notFinite} with NaN or an infinity in ${label}`] : []),
    ...(notPositive > 0 ? [`${notPositive} not above 0 in ${label} (logarithmic)`] : []),
  ]);
  return `${total - drawn} of ${total} runs have no place: ${reasons.join(', ')}.`;
}
