import { element } from './dom';
import { closePopup, openPopup, type PopupAnchor } from './popup';

/** An entry of a menu; `line` begins a new part. */
export type MenuEntry = 'line' | { readonly label: string; run(): void };

/** Shows entries below `anchor`; choosing one closes the menu before it runs. */
export function openMenu(anchor: PopupAnchor, label: string, entries: readonly MenuEntry[]): void {
  const items = entries.map((entry) => {
    if (entry === 'line') {
      return element('div', { class: 'popup-line', attributes: { role: 'separator' } });
    }
    const item = element('button', {
      class: 'popup-item',
      text: entry.label,
      attributes: { type: 'button', role: 'menuitem' },
    });
    item.addEventListener('click', () => {
      closePopup();
      entry.run();
    });
    return item;
  });
  const list = element(
    'div',
    { class: 'popup-list', attributes: { role: 'menu', 'aria-label': label } },
    items,
  );
  openPopup(anchor, label, list);
}
