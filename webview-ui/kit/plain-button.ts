import { element } from './dom';
import * as icons from './icon-images';
import { icon } from './icons';

interface PlainButtonOptions {
  readonly title?: string;
  /** What it opens below itself; then it shows an arrow. */
  readonly opens?: 'menu' | 'dialog';
  readonly isSubmit?: boolean;
}

/** A button of the page's own, which needs no control library and is alive at once. */
export function plainButton(
  text: string,
  onClick?: (button: HTMLButtonElement) => void,
  { title, opens, isSubmit = false }: PlainButtonOptions = {},
): HTMLButtonElement {
  const button = element('button', {
    class: 'plain-button',
    ...(title === undefined ? {} : { title }),
    attributes: {
      type: isSubmit ? 'submit' : 'button',
      ...(opens === undefined ? {} : { 'aria-haspopup': opens }),
    },
  });
  if (opens === undefined) {
    button.textContent = text;
  } else {
    button.append(element('span', { class: 'ellipsis', text }), icon(icons.chevronDown));
  }
  if (onClick !== undefined) {
    button.addEventListener('click', () => onClick(button));
  }
  return button;
}
