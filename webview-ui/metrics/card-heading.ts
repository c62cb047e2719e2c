import { button, type ButtonElement } from '../shared/control-elements';
import { element } from '../shared/dom';
import { openMenu, type MenuEntry } from '../shared/menu';

export interface CardHeadingPorts {
  toggleTable(): void;
  togglePin(): void;
  editLimits(anchor: HTMLElement): void;
}

/** The name of a chart, and what can be done with the chart: quiet until it is pointed at. */
export class CardHeading {
  readonly root: HTMLElement;
  private readonly pin: ButtonElement;
  private readonly table: ButtonElement;
  private isPinned = false;
  private isTable = false;

  constructor(
    private readonly name: string,
    private readonly ports: CardHeadingPorts,
  ) {
    this.pin = button({
      label: `Pin ${name}`,
      icon: 'pinned',
      isIconOnly: true,
      title: 'Pinned charts come first',
      onClick: () => ports.togglePin(),
    });
    this.table = button({
      label: `Show ${name} as a table`,
      icon: 'table',
      isIconOnly: true,
      title: 'Table of the points shown',
      onClick: () => ports.toggleTable(),
    });
    const more = button({
      label: `More of ${name}`,
      icon: 'ellipsis',
      isIconOnly: true,
      title: 'More…',
      onClick: () => openMenu(more.root, `More of ${this.name}`, this.entries(more.root)),
    });
    more.root.setAttribute('aria-haspopup', 'menu');
    this.root = element('div', { class: 'card-heading' }, [
      element('h3', { class: 'ellipsis', text: name, title: name }),
      element('div', { class: 'card-buttons' }, [this.pin.root, this.table.root, more.root]),
    ]);
  }

  update(state: { readonly isTable: boolean; readonly isPinned: boolean }): void {
    this.isPinned = state.isPinned;
    this.isTable = state.isTable;
    this.pin.setPressed(state.isPinned);
    this.table.setPressed(state.isTable);
    this.root.classList.toggle('is-pinned', state.isPinned);
  }

  private entries(anchor: HTMLElement): readonly MenuEntry[] {
    return [
      { label: this.isPinned ? 'Unpin' : 'Pin', run: () => this.ports.togglePin() },
      { label: this.isTable ? 'Show as Chart' : 'Show as Table', run: () => this.ports.toggleTable() },
      { label: 'Limits of the Y Axis…', run: () => this.ports.editLimits(anchor) },
    ];
  }
}
