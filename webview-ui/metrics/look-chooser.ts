import type { Rgb } from '../kit/colour';
import { element } from '../kit/dom';
import { LOOK_COUNT, lookName, styleOf } from '../kit/line-styles';
import { closePopup, openPopup } from '../kit/popup';
import { lineSample } from '../kit/line-sample';

/** Lets a person choose colour and dashes of a line; undefined: as by itself. */
export function chooseLook(
  name: string,
  anchor: HTMLElement,
  background: Rgb,
  onChoose: (slot: number | undefined) => void,
): void {
  const choice = (label: string, content: Node, slot: number | undefined): HTMLElement => {
    const button = element(
      'button',
      { class: 'look', title: label, attributes: { type: 'button', 'aria-label': label } },
      [content],
    );
    button.addEventListener('click', () => {
      closePopup();
      onChoose(slot);
    });
    return button;
  };
  const looks = Array.from({ length: LOOK_COUNT }, (_, slot) =>
    choice(lookName(slot), lineSample(styleOf(slot, background)), slot),
  );
  const automatic = choice('Automatic', document.createTextNode('Automatic'), undefined);
  automatic.className = 'popup-item';
  const grid = element('div', { class: 'looks' }, looks);
  openPopup(anchor, `Look of ${name}`, element('div', {}, [grid, automatic]));
}
