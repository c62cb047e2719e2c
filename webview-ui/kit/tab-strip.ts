import { element, setShown } from './dom';

/** Tabs by mouse and, as in the editor, by arrow keys. */
export class TabStrip<Tab extends string> {
  readonly root: HTMLElement;
  private readonly buttons: ReadonlyMap<Tab, HTMLButtonElement>;

  constructor(
    labels: readonly (readonly [Tab, string])[],
    options: {
      readonly label: string;
      /** Id of the element that shows what a tab is about. */
      paneId(tab: Tab): string;
    },
    private readonly onChoose: (tab: Tab) => void,
  ) {
    this.buttons = new Map(labels.map(([tab, text]) => [tab, this.button(tab, text, options.paneId(tab))]));
    this.root = element(
      'div',
      { class: 'tabs', attributes: { role: 'tablist', 'aria-label': options.label } },
      [...this.buttons.values()],
    );
  }

  /** Marks the one that is chosen, which stays in sight; the others as far as there is something for them. */
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
