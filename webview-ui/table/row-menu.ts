import type { TaskAction } from '../../src/core/actions';
import type { RowCommand } from '../../src/features/table/table-contract';
import { element } from '../kit/dom';
import { closePopup, openPopup } from '../kit/popup';
import { ACTION_LABELS, SINGLE } from './action-labels';
import { choice } from './filter-bar';
import type { TableModel } from './table-model';

export interface RowMenuPorts {
  open(ids: readonly string[]): void;
  compare(ids: readonly string[]): void;
  showCurves(ids: readonly string[]): void;
  run(command: RowCommand, id: string): void;
  act(action: TaskAction): void;
  copyRows(): void;
  copyText(text: string): void;
}

/** What can be done with the selected rows, in a menu at this place of the page. Nothing opens without a selection. */
export function openRowMenu(
  model: TableModel,
  ports: RowMenuPorts,
  place: { readonly x: number; readonly y: number; readonly focus: HTMLElement },
): void {
  const ids = [...model.selected.keys()];
  const [only] = [...model.selected.values()];
  if (only === undefined) {
    return;
  }
  const isOne = ids.length === 1;
  const actions = model.actions().filter((action) => isOne || !SINGLE.has(action));
  const items = [
    item(isOne ? 'Open Live Panel' : 'Open Live Panels', () => ports.open(ids)),
    item('Compare…', () => ports.compare(ids)),
    item('Show Curves Together', () => ports.showCurves(ids)),
    ...(isOne ? [item('Open Console', () => ports.run('openConsole', only.id))] : []),
    ...(isOne && only.hasWebPage ? [item('Open in Web UI', () => ports.run('openInBrowser', only.id))] : []),
    item(isOne ? 'Copy Row' : 'Copy Rows', () => ports.copyRows()),
    item(isOne ? 'Copy Id' : 'Copy Ids', () => ports.copyText(ids.join('\n'))),
    element('div', { class: 'popup-line' }),
    ...actions.map((action) => item(ACTION_LABELS[action], () => ports.act(action))),
  ];
  openPopup(place, 'Actions', element('div', { class: 'popup-list' }, items));
}

function item(label: string, work: () => void): HTMLElement {
  return choice(label, false, () => {
    closePopup();
    work();
  });
}
