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

/**
 * Chooses `item` in the menu of `target`, which is opened if it is not. A row on which something is being done offers
 * less until that is over: then the menu is opened anew.
 */
export async function chooseInContextMenu(
  page: Page,
  target: () => Promise<Locator>,
  item: string,
): Promise<void> {
  const attempt = { isChosen: false };
  await until(`the context menu takes "${item}"`, async () => {
    if (attempt.isChosen && !(await page.locator('.context-view .monaco-menu').isVisible())) {
      return true;
    }
    const menu = await openContextMenu(page, target);
    const entry = menu.getByRole('menuitem', { name: item, exact: true });
    try {
      // A menu that was just drawn ignores the mouse for a moment.
      await entry.click({ timeout: ONE_TRY_MS });
    } catch (error) {
      await page.keyboard.press('Escape');
      throw error;
    }
    attempt.isChosen = true;
    await menu.waitFor({ state: 'hidden', timeout: 1_000 });
    return true;
  });
}
