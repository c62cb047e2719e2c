import { element } from '../kit/dom';
import { closePopup, openPopup } from '../kit/popup';

const MOST_SHOWN = 100;

export interface NamedSeries {
  readonly key: string;
  readonly name: string;
}

/** Asks for one of many metrics, or of other things with names; a search finds it among thousands. */
export function chooseNamed(
  anchor: HTMLElement,
  { title, noun }: { readonly title: string; readonly noun: string },
  series: readonly NamedSeries[],
  answer: { choose(key: string): void; turnAway(): void },
): void {
  let isChosen = false;
  const search = element('input', {
    class: 'plain-input',
    attributes: { type: 'search', placeholder: `Search ${noun}s`, 'aria-label': `Search ${noun}s` },
  });
  const list = element('div', { class: 'popup-list popup-scroll' });
  const show = (): void => {
    const words = search.value.trim().toLowerCase();
    const found = series.filter(({ name }) => name.toLowerCase().includes(words));
    const rest = found.length - MOST_SHOWN;
    list.replaceChildren(
      ...found.slice(0, MOST_SHOWN).map((each) => item(each)),
      ...(rest > 0 ? [element('p', { class: 'popup-heading', text: `and ${rest} more: search` })] : []),
      ...(found.length === 0
        ? [element('p', { class: 'popup-heading', text: `No ${noun} of this name.` })]
        : []),
    );
  };
  const item = ({ key, name }: NamedSeries): HTMLElement => {
    const button = element('button', { class: 'popup-item', title: name, attributes: { type: 'button' } }, [
      element('span', { class: 'ellipsis', text: name }),
    ]);
    button.addEventListener('click', () => {
      isChosen = true;
      closePopup();
      answer.choose(key);
    });
    return button;
  };
  search.addEventListener('input', show);
  show();
  openPopup(anchor, title, element('div', {}, [search, list]), () => {
    if (!isChosen) {
      answer.turnAway();
    }
  });
}
