import { element, setShown } from '../kit/dom';

/** Tabs by mouse and, as in the editor, by arrow keys. */
export class TabStrip<Tab extends string> {
  readonly root = element('div', { class: 'tabs', attributes: { role: 'tablist', 'aria-label': 'Parts' } });
  private readonly buttons: ReadonlyMap<Tab, HTMLButtonElement>;

  constructor(
    labels: readonly (readonly [Tab, string])[],
    paneId: string,
    private readonly onChoose: (tab: Tab) => void,
  ) {
    this.buttons = new Map(labels.map(([tab, label]) => [tab, this.button(tab, label, paneId)]));
    this.root.append(...this.buttons.values());
  }

  show(chosen: Tab, isOffered: (tab: Tab) => boolean): void {
    for (const [tab, button] of this.buttons) {
      setShown(button, tab === chosen || isOffered(tab));
      button.setAttribute('aria-selected', String(tab === chosen));
      button.tabIndex = tab === chosen ? 0 : -1;
    }
  }

  private button(tab: Tab, text: string, paneId: string): HTMLButtonElement {
    const button = element('button', {
      text,
      attributes: { type: 'button', role: 'tab', id: `tab-${tab}`, 'aria-controls': paneId },
    });
    button.addEventListener('click', () => this.onChoose(tab));
    button.addEventListener('keydown', ({ key }) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
      if (by !== undefined) {
        this.step(tab, by);
      }
    });
    return button;
  }

  private step(from: Tab, by: number): void {
    const offered = [...this.buttons].filter(([, button]) => !button.hidden);
    const at = offered.findIndex(([tab]) => tab === from);
    const [tab, button] = offered[(at + by + offered.length) % offered.length] ?? [];
    if (tab !== undefined) {
      this.onChoose(tab);
      button?.focus();
    }
  }
}
