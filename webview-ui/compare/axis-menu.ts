import type { ComparedAxis } from '../../src/core/comparison-axes';
import type { AxisChoice } from '../../src/features/compare/compare-contract';
import type { MenuEntry } from '../kit/menu';

export interface AxisMenuPorts {
  readonly onFilter: () => void;
  /** Undefined while the axis has no brush. */
  readonly onClear: (() => void) | undefined;
  readonly onAxes: (axes: readonly AxisChoice[]) => void;
}

/** What can be done with the axis at a place of those that are shown. */
export function axisMenu(
  axis: ComparedAxis,
  index: number,
  choices: readonly AxisChoice[],
  { onFilter, onClear, onAxes }: AxisMenuPorts,
): MenuEntry[] {
  const others = choices.filter(({ id }) => id !== axis.id);
  const self = choices.filter(({ id }) => id === axis.id);
  const moved = (by: number) => () =>
    onAxes([...others.slice(0, index + by), ...self, ...others.slice(index + by)]);
  return [
    { label: 'Filter…', run: onFilter },
    ...(onClear === undefined ? [] : [{ label: 'Clear the Filter', run: onClear }]),
    'line',
    ...scaleEntry(axis, choices, onAxes),
    ...(index > 0 ? [{ label: 'Move Left', run: moved(-1) }] : []),
    ...(index < choices.length - 1 ? [{ label: 'Move Right', run: moved(1) }] : []),
    { label: 'Remove Axis', run: () => onAxes(others) },
  ];
}

/** A logarithm is offered where something is above 0. */
function scaleEntry(
  axis: ComparedAxis,
  choices: readonly AxisChoice[],
  onAxes: AxisMenuPorts['onAxes'],
): MenuEntry[] {
  if (axis.kind === 'category' || !(axis.to > 0)) {
    return [];
  }
  const isLogarithmic = !axis.isLogarithmic;
  const changed = choices.map((choice) => (choice.id === axis.id ? { ...choice, isLogarithmic } : choice));
  return [{ label: isLogarithmic ? 'Logarithmic Scale' : 'Linear Scale', run: () => onAxes(changed) }];
}
