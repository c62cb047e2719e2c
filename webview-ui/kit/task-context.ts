import type { TaskRef } from '../../src/core/task-ref';
import type { TaskMenu } from '../../src/features/panels/task-menu';

/** Gives a part of the page the menu of a task's row, which the editor shows; of a task that is not known, the little that fits any. */
export function offerTaskMenu(
  part: HTMLElement | SVGElement,
  ref: TaskRef,
  menu: TaskMenu | undefined,
): void {
  const { actions = [], has = [] } = menu ?? {};
  const tokens = [
    'kind=task',
    ...actions.map((action) => `can=${action}`),
    ...has.map((each) => `has=${each}`),
  ];
  part.dataset.vscodeContext = JSON.stringify({
    ...ref,
    webviewItem: `;${tokens.map((token) => `${token};`).join('')}`,
    preventDefaultContextMenuItems: true,
  });
}
