import type { PanelTab } from '../../src/features/metrics/view-contract';
import { element, setShown } from '../kit/dom';

const TABS: readonly (readonly [PanelTab, string])[] = [
  ['curves', 'Curves'],
  ['plots', 'Plots'],
  ['images', 'Images'],
  ['details', 'Details'],
];

/** The panel's tabs, by mouse and, as in the editor, by arrow keys. */
export class TabsView {
  readonly root = element('div', { class: 'tabs', attributes: { role: 'tablist', 'aria-label': 'Views' } });
  private readonly tabs: readonly (readonly [PanelTab, HTMLButtonElement])[];

  constructor(
    shown: PanelTab,
    private readonly onChoose: (tab: PanelTab) => void,
  ) {
    this.tabs = TABS.map(([tab, label]) => [tab, this.tab(tab, label)] as const);
    this.root.append(...this.tabs.map(([, button]) => button));
    this.show(shown);
  }

  /** Shows that it is chosen. Answers the tab to choose instead when the server has nothing for it. */
  show(chosen: PanelTab, lacks: readonly string[] = []): PanelTab {
    for (const [tab, button] of this.tabs) {
      setShown(button, !lacks.includes(tab));
      button.setAttribute('aria-selected', String(tab === chosen));
      button.tabIndex = tab === chosen ? 0 : -1;
    }
    const [other] = this.tabs.find(([tab]) => !lacks.includes(tab)) ?? [chosen];
    return lacks.includes(chosen) ? other : chosen;
  }

  private tab(tab: PanelTab, label: string): HTMLButtonElement {
    const button = element('button', {
      text: label,
      attributes: { type: 'button', role: 'tab', id: `tab-${tab}`, 'aria-controls': `pane-${tab}` },
    });
    button.addEventListener('click', () => this.onChoose(tab));
    button.addEventListener('keydown', ({ key }) => {
      if (key === 'ArrowLeft' || key === 'ArrowRight') {
        this.step(tab, key === 'ArrowRight' ? 1 : -1);
      }
    });
    return button;
  }

  private step(from: PanelTab, by: number): void {
    const shown = this.tabs.filter(([tab, button]) => tab === from || !button.hidden);
    const index = shown.findIndex(([tab]) => tab === from);
    const [tab, button] = shown[(index + by + shown.length) % shown.length] ?? [];
    if (tab !== undefined) {
      this.onChoose(tab);
      button?.focus();
    }
  }
}
