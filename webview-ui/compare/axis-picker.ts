import type { ComparedRow } from '../../src/core/comparison';
import { rowLabel } from '../../src/core/comparison-axes';
import { element } from '../kit/dom';

/** Choices drawn at a time; the search brings others. */
const MOST_SHOWN = 200;

/** A searchable list of what can be an axis. */
export function axisPicker(
  rows: readonly ComparedRow[],
  isChosen: (row: ComparedRow) => boolean,
  onPick: (row: ComparedRow) => void,
): HTMLElement {
  const search = element('input', {
    attributes: { type: 'search', placeholder: 'Search parameters and metrics', 'aria-label': 'Search' },
  });
  const items = element('div', { class: 'popup-scroll' });
  const draw = (): void => {
    const words = search.value.toLowerCase().split(/\s+/u).filter(Boolean);
    const fitting = rows.filter((row) => {
      const label = rowLabel(row).toLowerCase();
      return words.every((word) => label.includes(word));
    });
    items.replaceChildren(...fitting.slice(0, MOST_SHOWN).map((row) => itemOf(row, isChosen(row), onPick)));
    const more = fitting.length - MOST_SHOWN;
    if (more > 0 || fitting.length === 0) {
      const text = more > 0 ? `And ${more} more; search for them.` : 'Nothing like that.';
      items.append(element('div', { class: 'popup-heading', text }));
    }
  };
  search.addEventListener('input', draw);
  draw();
  return element('div', { class: 'popup-list' }, [search, items]);
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
