import type { Locator, Page } from 'playwright-core';
import { chooseInContextMenu, openContextMenu } from './context-menu';
import { until } from './until';

/** A row as it is on screen. */
export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** 1 for the top. */
  readonly level: number;
  /** Undefined when the row cannot be unfolded. */
  readonly isExpanded: boolean | undefined;
  readonly isSelected: boolean;
  /** What a screen reader says. */
  readonly accessibleName: string;
  /** The sign at its end; empty without one. */
  readonly mark: string;
}

/** A row to act on: its exact label, or its place among the rows on screen. */
export type RowKey = string | number;

const UNFOLD_MS = 2_000;

/** One tree view in the side bar. Only rows on screen exist, as in the workbench itself. */
export class TreeView {
  private readonly pane: Locator;

  constructor(
    private readonly page: Page,
    private readonly title: string,
  ) {
    this.pane = page.locator('.pane').filter({
      has: page.locator('.pane-header h3.title').filter({ hasText: new RegExp(`^${escapePattern(title)}$`) }),
    });
  }

  /** Unfolds the view itself. */
  async show(): Promise<void> {
    const header = this.pane.locator('.pane-header');
    await header.waitFor();
    await until(`the view ${this.title} is unfolded`, async () => {
      // What reveals a row unfolds the view, too, and a click that comes just after folds it again.
      if ((await header.getAttribute('aria-expanded')) === 'false') {
        await header.click({ timeout: UNFOLD_MS });
      }
      await this.pane.locator('.pane-body').waitFor({ timeout: UNFOLD_MS });
      return true;
    });
  }

  /** Folds the view itself: it becomes hidden for its extension. */
  async hide(): Promise<void> {
    const header = this.pane.locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) === 'true') {
      await header.click();
    }
  }

  async rows(): Promise<readonly TreeRow[]> {
    await this.show();
    return this.pane.locator('.monaco-list-row').evaluateAll((elements) =>
      elements
        .map((row) => {
          const expanded = row.getAttribute('aria-expanded');
          const text = (selector: string): string => row.querySelector(selector)?.textContent ?? '';
          const label = row.querySelector('.monaco-icon-label') ?? row;
          const { content } = getComputedStyle(label, '::after');
          return {
            top: Number.parseFloat((row instanceof HTMLElement ? row.style.top : '') || '0'),
            row: {
              label: text('.label-name'),
              description: text('.label-description'),
              level: Number(row.getAttribute('aria-level') ?? '1'),
              isExpanded: expanded === null ? undefined : expanded === 'true',
              isSelected: row.getAttribute('aria-selected') === 'true',
              accessibleName: row.getAttribute('aria-label') ?? '',
              mark: /^"(.*)"$/.exec(content)?.[1] ?? '',
            },
          };
        })
        .sort((a, b) => a.top - b.top)
        .map((entry) => entry.row),
    );
  }

  /** Waits for a row that fits and returns it. */
  async waitForRow(fits: string | ((row: TreeRow) => boolean), timeoutMs = 60_000): Promise<TreeRow> {
    const matches = typeof fits === 'string' ? (row: TreeRow) => row.label === fits : fits;
    const result: { row?: TreeRow } = {};
    try {
      await until(
        'the row is there',
        async () => {
          const row = (await this.rows()).find(matches);
          if (row !== undefined) {
            result.row = row;
          }
          return row !== undefined;
        },
        timeoutMs,
      );
    } catch (error) {
      const seen = (await this.rows()).map((row) => `${row.label} · ${row.description}`).join(' | ');
      throw new Error(`${this.title}: the awaited row did not come; rows: ${seen}`, { cause: error });
    }
    if (result.row === undefined) {
      throw new Error(`${this.title}: the row went away.`);
    }
    return result.row;
  }

  async click(key: RowKey, modifiers: readonly ('Control' | 'Shift')[] = []): Promise<void> {
    await (await this.row(key)).click({ modifiers: [...modifiers] });
  }

  async doubleClick(key: RowKey): Promise<void> {
    await (await this.row(key)).dblclick();
  }

  /** Unfolds a row; nothing happens when it is unfolded. */
  async expand(key: RowKey): Promise<void> {
    const row = await this.row(key);
    if ((await row.getAttribute('aria-expanded')) === 'false') {
      await row.locator('.monaco-tl-twistie').click();
    }
    await until('the row unfolds', async () => (await row.getAttribute('aria-expanded')) === 'true');
  }

  /** Titles in a row's context menu, which is closed again. */
  async contextMenuItems(key: RowKey): Promise<readonly string[]> {
    const menu = await this.openContextMenu(key);
    const labels = await menu
      .locator('.action-label[aria-label]')
      .evaluateAll((elements) =>
        elements.map((element) => element.getAttribute('aria-label') ?? '').filter((label) => label !== ''),
      );
    await this.page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    return labels;
  }

  /** Chooses `item` in a row's context menu. */
  async contextMenu(key: RowKey, item: string): Promise<void> {
    await chooseInContextMenu(this.page, () => this.row(key), item);
  }

  /** Presses a row's inline button by its tooltip. */
  async inlineAction(key: RowKey, action: string): Promise<void> {
    const row = await this.row(key);
    await row.hover();
    await row.locator(`.actions [aria-label="${action}"], .actions [title="${action}"]`).first().click();
  }

  /** Presses a button in the view's title bar by its tooltip. */
  async titleAction(action: string): Promise<void> {
    await this.show();
    await this.pane.locator('.pane-header').hover();
    await this.pane.locator(`.pane-header .actions [aria-label^="${action}"]`).first().click();
  }

  /** The text of a view that shows a message or welcome content instead of rows. */
  async message(): Promise<string> {
    await this.show();
    return (await this.pane.locator('.pane-body').innerText()).trim();
  }

  /** The row's element, for what these methods do not cover. */
  async row(key: RowKey): Promise<Locator> {
    await this.show();
    const label = typeof key === 'string' ? key : ((await this.rows())[key]?.label ?? '');
    const row = this.pane.locator('.monaco-list-row').filter({
      has: this.page.locator('.label-name').getByText(label, { exact: true }),
    });
    await row.first().waitFor();
    return typeof key === 'string' ? row.first() : this.nthRow(key);
  }

  private nthRow(index: number): Locator {
    return this.pane.locator(`.monaco-list-row[data-index="${index}"]`);
  }

  private openContextMenu(key: RowKey): Promise<Locator> {
    return openContextMenu(this.page, () => this.row(key));
  }
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
