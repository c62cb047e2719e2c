import { element } from '../kit/dom';
import { closePopup, openPopup } from '../kit/popup';
import { searchedList } from '../kit/searched-list';

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
  const list = searchedList(series, { noun: `${noun}s`, textOf: ({ name }) => name, itemOf: item });
  openPopup(anchor, title, list, () => {
    if (!isChosen) {
      answer.turnAway();
    }
  });
}
