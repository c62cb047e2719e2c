import { element } from './dom';

/** Choices drawn at a time; the search brings others. */
const MOST_SHOWN = 200;

/** A list for a popup with a search above it: what has every word that is typed, in its text. */
export function searchedList<Choice>(
  choices: readonly Choice[],
  options: {
    /** What is searched, such as `metrics`. */
    readonly noun: string;
    textOf(choice: Choice): string;
    itemOf(choice: Choice): HTMLElement;
  },
): HTMLElement {
  const label = `Search ${options.noun}`;
  const search = element('input', {
    class: 'plain-input',
    attributes: { type: 'search', placeholder: label, 'aria-label': label },
  });
  const items = element('div', { class: 'popup-list popup-scroll' });
  const draw = (): void => {
    const words = search.value.toLowerCase().split(/\s+/u).filter(Boolean);
    const fitting = choices.filter((choice) => {
      const text = options.textOf(choice).toLowerCase();
      return words.every((word) => text.includes(word));
    });
    items.replaceChildren(...fitting.slice(0, MOST_SHOWN).map((choice) => options.itemOf(choice)));
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
