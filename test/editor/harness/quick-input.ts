import type { Locator, Page } from 'playwright-core';
import { until } from './until';

/** Longer than a slow window takes to look up what was typed. */
const REFILTER_MS = 5_000;
/** A window that has just opened beside another one takes seconds for each key while its extension hosts start. */
const PALETTE_TIMEOUT_MS = 90_000;
const GONE_MS = 2_000;
/** How long one try may take before it is looked at again what is asked. */
const ONE_TRY_MS = 2_000;

/** The palette, quick open, pickers and input boxes: all one widget in VS Code. */
export class QuickInput {
  private readonly widget: Locator;

  constructor(private readonly page: Page) {
    this.widget = page.locator('.quick-input-widget');
  }

  async openPalette(): Promise<void> {
    await this.open('F1');
  }

  async openQuickOpen(): Promise<void> {
    await this.open('ControlOrMeta+P');
  }

  private async open(key: string): Promise<void> {
    await until('the quick input opens', async () => {
      // A key pressed while focus moves (a webview opening, a reload) is lost.
      await this.page.keyboard.press(key);
      await this.input().waitFor({ timeout: 2_000 });
      return true;
    });
  }

  private input(): Locator {
    return this.widget.locator('.quick-input-filter input').first();
  }

  /** Labels of the rows on screen. */
  async rows(): Promise<readonly string[]> {
    const texts = await this.widget
      .locator('.quick-input-list .monaco-list-row')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? row.textContent));
    return texts;
  }

  /** The title above, or the prompt below the input. */
  async title(): Promise<string> {
    await this.widget.waitFor();
    const title = await this.widget.locator('.quick-input-title').innerText();
    return title === '' ? this.widget.locator('.quick-input-message').innerText() : title;
  }

  /** Types `text` and waits until a row whose label is `label`, or starts with it, is offered. */
  async filter(text: string, label: string): Promise<void> {
    await this.rowOf(label, text);
  }

  /** Types `text` and takes the row whose label is `label`, or else starts with it. Tells what was asked. */
  async choose(text: string, label: string): Promise<string> {
    const attempt = { asked: '', isSent: false };
    await until(`the quick input takes the row "${label}"`, async () => {
      if (attempt.isSent && !(await this.isOpen())) {
        return true;
      }
      // Rows that still come and go move the one that was found.
      const row = await this.rowOf(label, text);
      attempt.asked = await this.label();
      attempt.isSent = true;
      await row.click({ timeout: ONE_TRY_MS });
      return true;
    });
    return attempt.asked;
  }

  /** Opens the palette and runs the command with this title. Tells what was asked, as {@link choose} does. */
  runCommand(title: string): Promise<string> {
    const palette = { name: 'the palette', open: () => this.openPalette(), blank: '>' };
    return this.takeFrom(palette, `>${title}`, title);
  }

  /** Opens quick open and takes the file whose label is `label`, searched by `text`. */
  async openFile(text: string, label: string): Promise<void> {
    await this.takeFrom({ name: 'quick open', open: () => this.openQuickOpen(), blank: '' }, text, label);
  }

  /** Opens it again when it closed before the row was taken, as it does when a webview gets the focus late. */
  private async takeFrom(
    from: { readonly name: string; readonly open: () => Promise<void>; readonly blank: string },
    text: string,
    label: string,
  ): Promise<string> {
    const attempt = { asked: '', isSent: false, filteredAt: 0, waitMs: REFILTER_MS };
    await until(
      `${from.name} takes "${label}"`,
      async () => {
        const isOpen = await this.isOpen();
        const isOther = isOpen && (await this.isQuestion());
        if (attempt.isSent && (!isOpen || isOther || (await this.label()) !== attempt.asked)) {
          // A busy workbench took it: the palette closed, or what the command asks is there already.
          return true;
        }
        if (isOther) {
          // What an earlier try asked came late: what is typed for the palette would go into it.
          await this.page.keyboard.press('Escape');
          return false;
        }
        if (!isOpen) {
          await from.open();
          attempt.filteredAt = 0;
        }
        if (Date.now() - attempt.filteredAt >= attempt.waitMs) {
          // Each time ends the search that goes on, so a slow one needs longer than the time before.
          attempt.waitMs *= attempt.filteredAt === 0 ? 1 : 2;
          attempt.filteredAt = Date.now();
          // The same text again would not be looked up again, though a command may have become possible since.
          await this.input().fill(from.blank, { timeout: ONE_TRY_MS });
          await this.input().fill(text, { timeout: ONE_TRY_MS });
        }
        const index = await this.indexOf(label);
        if (index < 0) {
          return false;
        }
        if (!attempt.isSent) {
          // Later it may be the label of what the command asks, which comes while a busy workbench still shows the row.
          attempt.asked = await this.label();
          attempt.isSent = true;
        }
        await this.rowsOnScreen().nth(index).click({ timeout: ONE_TRY_MS });
        return true;
      },
      PALETTE_TIMEOUT_MS,
    );
    return attempt.asked;
  }

  /** What the input is called, which tells the palette and every picker apart; also after it closed. */
  private async label(): Promise<string> {
    return (await this.input().getAttribute('aria-label')) ?? '';
  }

  /**
   * Answers a picker with a row's label, or an input box with text. What is asked may still be on its way: the picker
   * before closes, or rows are loaded, so the kind is looked at again until the answer is taken.
   *
   * With `palette`, the label of the palette that the picker follows, the answer is false when the picker came and closed
   * unanswered: a webview that gets the focus back late, on a busy machine, takes it from the picker.
   */
  async answer(text: string, palette?: string): Promise<boolean> {
    const attempt = { isSent: false, isLost: false, openAt: Date.now() };
    await until(`the quick input takes "${text}"`, async () => {
      if (await this.isOpen()) {
        attempt.openAt = Date.now();
      } else {
        // For a moment it is closed between the palette and what the command asks.
        const isGone = Date.now() - attempt.openAt > GONE_MS;
        attempt.isLost =
          isGone && !attempt.isSent && palette !== undefined && (await this.label()) !== palette;
        // When sent: a busy workbench took it, and closed before the click or the key was known to be done.
        return attempt.isSent || attempt.isLost;
      }
      return (await this.isInputBox()) ? this.tryType(text, attempt) : this.tryChoose(text, attempt);
    });
    return !attempt.isLost;
  }

  /** Answers what is asked under this title; one box closes while the next one opens, and the title tells them apart. */
  async answerTitled(title: string, text: string): Promise<void> {
    await until(`“${title}” is asked`, async () => (await this.isOpen()) && (await this.title()) === title);
    await this.answer(text);
  }

  /** Waits until this is asked no more: VS Code checks an answer first, and what opens meanwhile would discard it. */
  async waitUntilAnswered(title: string): Promise<void> {
    await until(`“${title}” is answered`, async () => {
      const titles = await this.widget.locator('.quick-input-title').allInnerTexts();
      return !(await this.isOpen()) || !titles.includes(title);
    });
  }

  /** Something that a command asks: only that has a title, or is an input box. */
  private async isQuestion(): Promise<boolean> {
    const titles = await this.widget.locator('.quick-input-title').allInnerTexts();
    return titles.some((title) => title.trim() !== '') || this.isInputBox();
  }

  /** VS Code says below an input box, and nowhere else, that Enter confirms. */
  private async isInputBox(): Promise<boolean> {
    const messages = await this.widget.locator('.quick-input-message').allInnerTexts();
    return messages.some((message) => message.includes("'Enter'"));
  }

  private async tryChoose(text: string, attempt: { isSent: boolean }): Promise<boolean> {
    await this.input().fill(text, { timeout: ONE_TRY_MS });
    const index = await this.indexOf(text);
    if (index < 0) {
      return false;
    }
    attempt.isSent = true;
    await this.rowsOnScreen().nth(index).click({ timeout: ONE_TRY_MS });
    return true;
  }

  private async tryType(text: string, attempt: { isSent: boolean }): Promise<boolean> {
    await this.input().fill(text, { timeout: ONE_TRY_MS });
    attempt.isSent = true;
    await this.input().press('Enter', { timeout: ONE_TRY_MS });
    return true;
  }

  /** Ticks rows of a picker of several and confirms. */
  async tick(...labels: readonly string[]): Promise<void> {
    for (const label of labels) {
      await (await this.rowOf(label)).locator('[role="checkbox"], input[type="checkbox"]').first().click();
    }
    await this.input().press('Enter');
  }

  async cancel(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.widget.waitFor({ state: 'hidden' });
  }

  isOpen(): Promise<boolean> {
    return this.widget.isVisible();
  }

  /** The row of `label`, after filtering by `text` when given; filtered again while rows are still coming. */
  private async rowOf(label: string, text?: string): Promise<Locator> {
    const place = { index: -1, filteredAt: 0, waitMs: REFILTER_MS };
    await until(
      `the quick input offers "${label}"`,
      async () => {
        if (text !== undefined && Date.now() - place.filteredAt >= place.waitMs) {
          // Each time ends the search that goes on, so a slow one needs longer than the time before.
          place.waitMs *= place.filteredAt === 0 ? 1 : 2;
          place.filteredAt = Date.now();
          await this.input().fill('');
          await this.input().fill(text);
        }
        place.index = await this.indexOf(label);
        return place.index >= 0;
      },
      PALETTE_TIMEOUT_MS,
    );
    return this.rowsOnScreen().nth(place.index);
  }

  /** Index of the row whose label is `label`, or else starts with it; -1 when none is on screen. */
  private async indexOf(label: string): Promise<number> {
    const labels = await this.rowsOnScreen().evaluateAll((elements) =>
      elements.map(
        (row) => row.querySelector('.label-name')?.textContent ?? row.getAttribute('aria-label') ?? '',
      ),
    );
    const exact = labels.indexOf(label);
    return exact >= 0 ? exact : labels.findIndex((candidate) => candidate.startsWith(label));
  }

  private rowsOnScreen(): Locator {
    return this.widget.locator('.quick-input-list .monaco-list-row');
  }
}
