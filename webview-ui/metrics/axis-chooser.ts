import { element } from '../shared/dom';
import { closePopup, openPopup } from '../shared/popup';

const MOST_SHOWN = 100;

interface AxisSeries {
  readonly key: string;
  readonly name: string;
}

/** Asks which series the x axis is; a search finds it among thousands. */
export function chooseAxisSeries(
  anchor: HTMLElement,
  series: readonly AxisSeries[],
  answer: { choose(key: string): void; turnAway(): void },
): void {
  let isChosen = false;
  const search = element('input', {
    class: 'plain-input',
    attributes: { type: 'search', placeholder: 'Search metrics', 'aria-label': 'Search metrics' },
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
        ? [element('p', { class: 'popup-heading', text: 'No metric of this name.' })]
        : []),
    );
  };
  const item = ({ key, name }: AxisSeries): HTMLElement => {
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
  openPopup(anchor, 'Metric on the x axis', element('div', {}, [search, list]), () => {
    if (!isChosen) {
      answer.turnAway();
    }
  });
}
