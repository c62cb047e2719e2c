import * as icons from '../kit/icon-images';
import type { PointsFormat } from '../../src/features/metrics/panel-messages';
import { button, type ButtonElement } from '../kit/control-elements';
import { element } from '../kit/dom';
import { openMenu, type MenuEntry } from '../kit/menu';
import { pictureEntries, type PicturePorts } from '../kit/picture-menu';

export interface CardHeadingPorts {
  toggleTable(): void;
  togglePin(): void;
  editLimits(anchor: HTMLElement): void;
  /** The picture to copy or save; undefined while there is none. */
  picture(): PicturePorts | undefined;
  savePoints(format: PointsFormat): void;
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
      icon: icons.pinned,
      isIconOnly: true,
      title: 'Pinned charts come first',
      onClick: () => ports.togglePin(),
    });
    this.table = button({
      label: `Show ${name} as a table`,
      icon: icons.table,
      isIconOnly: true,
      title: 'Table of the points shown',
      onClick: () => ports.toggleTable(),
    });
    const more = button({
      label: `More of ${name}`,
      icon: icons.ellipsis,
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
    const { ports } = this;
    const picture = ports.picture();
    return [
      { label: this.isPinned ? 'Unpin' : 'Pin', run: () => ports.togglePin() },
      { label: this.isTable ? 'Show as Chart' : 'Show as Table', run: () => ports.toggleTable() },
      { label: 'Limits of the Y Axis…', run: () => ports.editLimits(anchor) },
      ...(picture === undefined ? [] : (['line', ...pictureEntries(picture)] as const)),
      'line',
      { label: 'Save Points as CSV…', run: () => ports.savePoints('csv') },
      { label: 'Save Points as JSON…', run: () => ports.savePoints('json') },
    ];
  }
}
