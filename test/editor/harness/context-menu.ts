import type { Locator, Page } from 'playwright-core';
import { until } from './until';

const ONE_TRY_MS = 2_000;

/** Presses `target` with the right button until its menu is there, and returns the menu. */
export async function openContextMenu(page: Page, target: () => Promise<Locator>): Promise<Locator> {
  const menu = page.locator('.context-view .monaco-menu');
  const attempt = { isRepeated: false };
  await until('the context menu opens', async () => {
    // One that a busy window opened late keeps the mouse from what is below it.
    if (await menu.isVisible()) {
      return true;
    }
    // The tooltip of a row on which the mouse rests covers those below it.
    if (attempt.isRepeated) {
      await page.mouse.move(0, 0);
    }
    attempt.isRepeated = true;
    // A panel that gets the focus late closes a menu that is just opening.
    await (await target()).click({ button: 'right', timeout: ONE_TRY_MS });
    await menu.waitFor({ timeout: ONE_TRY_MS });
    return true;
  });
  return menu;
}

/** Chooses `item` in an open menu. */
export async function chooseInContextMenu(menu: Locator, item: string): Promise<void> {
  const entry = menu.getByRole('menuitem', { name: item, exact: true });
  await until(`the context menu takes "${item}"`, async () => {
    // A menu that was just drawn ignores the mouse for a moment.
    await entry.click({ timeout: ONE_TRY_MS });
    await menu.waitFor({ state: 'hidden', timeout: 1_000 });
    return true;
  });
}
