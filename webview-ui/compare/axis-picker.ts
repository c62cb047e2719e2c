import type { ComparedRow } from '../../src/core/comparison';
import { rowLabel } from '../../src/core/comparison-axes';
import { element } from '../kit/dom';
import { searchedList } from '../kit/searched-list';

/** A searchable list of what can be an axis. */
export function axisPicker(
  rows: readonly ComparedRow[],
  isChosen: (row: ComparedRow) => boolean,
  onPick: (row: ComparedRow) => void,
): HTMLElement {
  return searchedList<ComparedRow>(rows, {
    noun: 'parameters and metrics',
    textOf: (row) => rowLabel(row),
    itemOf: (row) => itemOf(row, isChosen(row), onPick),
  });
}

function itemOf(row: ComparedRow, isSet: boolean, onPick: (row: ComparedRow) => void): HTMLElement {
  const label = rowLabel(row);
  const item = element('button', {
    class: `popup-item${isSet ? ' is-set' : ''}`,
    title: label,
    attributes: { type: 'button', 'aria-pressed': String(isSet) },
  });
  item.append(
    element('span', { class: 'ellipsis', text: label }),
    element('span', { class: 'dim', text: row.format === 'number' ? 'metric' : 'parameter' }),
  );
  item.addEventListener('click', () => onPick(row));
  return item;
}
