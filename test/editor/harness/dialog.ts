import type { Page } from 'playwright-core';

/** A modal dialog of the workbench. */
export class Dialog {
  private readonly box;

  constructor(page: Page) {
    this.box = page.locator('.monaco-dialog-box');
  }

  isOpen(): Promise<boolean> {
    return this.box.isVisible();
  }

  /** The question and, below it, its detail. */
  async text(): Promise<{ readonly message: string; readonly detail: string }> {
    await this.box.waitFor();
    const message = await this.box.locator('.dialog-message').innerText();
    const detail = this.box.locator('.dialog-message-detail');
    return { message, detail: (await detail.count()) > 0 ? await detail.innerText() : '' };
  }

  /** Presses a button by its exact label. */
  async press(button: string): Promise<void> {
    await this.box.getByRole('button', { name: button, exact: true }).click();
    await this.box.waitFor({ state: 'hidden' });
  }
}
