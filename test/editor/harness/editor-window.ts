import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, Frame, Locator, Page } from 'playwright-core';
import type { Theme } from '../../../scripts/editor/editor-settings';
import { cacheFolder } from '../../../scripts/editor/toolchain';
import { Dialog } from './dialog';
import { QuickInput } from './quick-input';
import { TreeView } from './tree-view';
import { until } from './until';
import { webviewFrame } from './webview-frames';

/** A picker that lost the focus before it was answered is asked for again, as a person would. */
const COMMAND_RUNS = 3;
const READY_TIMEOUT_MS = 60_000;

const LAYOUT_SAVED_MS = 8_000;

/** How the theme picker names a theme, and the workbench's class for it. */
const THEME_PICKS = {
  dark: { label: 'Dark Modern', className: 'vs-dark' },
  light: { label: 'Light Modern', className: 'vs' },
  hc: { label: 'Dark High Contrast', className: 'hc-black' },
} as const satisfies Readonly<Record<Theme, object>>;

/** One workbench window, used as a person uses it. Every method waits until what it names is there. */
export class EditorWindow {
  private readonly consoleLines: string[] = [];

  private constructor(readonly page: Page) {
    page.on('console', (message) => this.consoleLines.push(`[${message.type()}] ${message.text()}`));
    page.on('pageerror', (error) => this.consoleLines.push(`[pageerror] ${error.message}`));
  }

  /** Opens `address` in a new page of `context` and waits for the workbench. */
  static async open(context: BrowserContext, address: string): Promise<EditorWindow> {
    const window = new EditorWindow(await context.newPage());
    await window.page.goto(address);
    await window.waitUntilReady();
    return window;
  }

  /** Reloads the page some time after the last change: the workbench writes its layout down every five seconds. */
  async reload(): Promise<void> {
    await this.page.waitForTimeout(LAYOUT_SAVED_MS);
    await this.page.reload();
    await this.waitUntilReady();
  }

  private async waitUntilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench .activitybar').waitFor({ timeout: READY_TIMEOUT_MS });
    // Extensions' contributions come later; a palette opened before them would never offer their commands.
    await this.activityBarItem().waitFor({ timeout: READY_TIMEOUT_MS });
  }

  /**
   * Runs a command by F1 and its full title (`Trackside: Refresh`), then answers the pickers and input boxes that
   * follow, one `answer` each: the label of a row, or the text to enter.
   */
  async runCommand(title: string, ...answers: readonly string[]): Promise<void> {
    const [first, ...others] = answers;
    let isAnswered = false;
    for (let run = 1; !isAnswered && run <= COMMAND_RUNS; run += 1) {
      isAnswered = await this.startCommand(title, first);
    }
    if (!isAnswered) {
      throw new Error(`The picker of "${title}" closed ${COMMAND_RUNS} times before it was answered.`);
    }
    for (const answer of others) {
      await this.quickInput.answer(answer);
    }
  }

  /** False when what it asks first closed before it was answered, so that nothing has happened yet. */
  private async startCommand(title: string, answer: string | undefined): Promise<boolean> {
    const input = this.quickInput;
    const palette = await input.runCommand(title);
    return answer === undefined || input.answer(answer, palette);
  }

  /** Changes the colour theme as a person does, and waits until the workbench wears it. */
  async setTheme(theme: Theme): Promise<void> {
    const { label, className } = THEME_PICKS[theme];
    await this.runCommand('Preferences: Color Theme', label);
    await this.page.locator(`.monaco-workbench.${className}`).waitFor();
  }

  /** The picker or input box on screen. */
  get quickInput(): QuickInput {
    return new QuickInput(this.page);
  }

  /** Answers the picker or input box with this title, once it is there: the label of a row, or the text to enter. */
  answer(title: string, text: string): Promise<void> {
    return this.quickInput.answerTitled(title, text);
  }

  /** Adds a server of this kind, as the picker names it; `answers` by the titles of what is asked after its address. */
  async addConnection(
    kind: string,
    url: string,
    answers: readonly (readonly [title: string, text: string])[],
  ): Promise<void> {
    await this.runCommand('Trackside: Add Connection…');
    await this.answer('Add Connection', kind);
    await this.answer('Add Connection: address of the server', url);
    for (const [title, text] of answers) {
      await this.answer(title, text);
      await this.quickInput.waitUntilAnswered(title);
    }
  }

  /** The modal dialog on screen. */
  get dialog(): Dialog {
    return new Dialog(this.page);
  }

  /** Opens a file of the workspace by its name or relative path, in the active group. */
  async openFile(name: string): Promise<void> {
    const base = path.posix.basename(name);
    await this.quickInput.openFile(name, base);
    await this.tab(base).waitFor();
    await this.page.locator('.editor-group-container.active .monaco-editor .view-line').first().waitFor();
  }

  /** An editor tab, by its exact label. */
  tab(label: string): Locator {
    return this.page
      .locator('.tabs-container .tab')
      .filter({ has: this.page.getByText(label, { exact: true }) });
  }

  /** Labels of all editor tabs, by group from left to right. */
  tabLabels(): Promise<readonly string[]> {
    return this.page.locator('.tabs-container .tab .monaco-icon-name-container').allInnerTexts();
  }

  /** Opens Trackside's container in the side bar. */
  async showTrackside(): Promise<void> {
    const item = this.activityBarItem();
    await item.waitFor();
    if ((await item.getAttribute('aria-selected')) !== 'true') {
      await item.click();
    }
    await this.page.locator('.sidebar .pane-header').first().waitFor();
  }

  private activityBarItem(): Locator {
    return this.page.locator('.activitybar .action-item:has(> .action-label[aria-label^="Trackside"])');
  }

  /** The number on Trackside's activity bar icon; 0 without a badge. */
  async badge(): Promise<number> {
    const badge = this.activityBarItem().locator('.badge-content');
    return (await badge.isVisible()) ? Number(await badge.innerText()) : 0;
  }

  /** Titles of the views in the side bar, from top to bottom. */
  viewTitles(): Promise<readonly string[]> {
    return this.page.locator('.sidebar .pane-header h3.title').allInnerTexts();
  }

  /** A view of the side bar by its title (`Tasks`); opened and unfolded by its methods. */
  tree(viewTitle: string): TreeView {
    return new TreeView(this.page, viewTitle);
  }

  /** The document inside the webview whose tab has this title; waits until it runs its scripts. */
  webviewFrame(title: string): Promise<Frame> {
    return webviewFrame(this.page, title);
  }

  /** The live panel's document. Its frame keeps its first title: the task's name, or a general one while none knew it. */
  livePanelFrame(taskName: string): Promise<Frame> {
    return webviewFrame(this.page, taskName, 'Live panel');
  }

  /** Texts of the notifications on screen. */
  async notifications(): Promise<readonly string[]> {
    const texts = await this.page
      .locator('.notification-toast .notification-list-item-message')
      .allInnerTexts();
    return texts.map((text) => text.trim());
  }

  /** Presses a button of the notification on screen. */
  async pressNotification(button: string): Promise<void> {
    await this.page.locator('.notification-toast').getByRole('button', { name: button }).click();
  }

  /**
   * The lines on screen of the editor in the active group, or of the one whose tab is `label` when that is the active
   * tab of its group. The workbench renders only what fits.
   */
  async editorLines(label?: string): Promise<readonly string[]> {
    const group =
      label === undefined
        ? this.page.locator('.editor-group-container.active')
        : this.page.locator('.editor-group-container').filter({ has: this.tab(label) });
    const lines = await group.locator('.monaco-editor .view-lines > .view-line').evaluateAll((elements) =>
      elements
        .map((element) => ({ top: Number.parseFloat(element.style.top), text: element.textContent }))
        .sort((a, b) => a.top - b.top)
        .map((line) => line.text),
    );
    return lines.map((line) => line.replaceAll('\u00a0', ' '));
  }

  /** Waits until some line on screen contains `text`. */
  async waitForEditorText(text: string, label?: string, timeoutMs = 60_000): Promise<void> {
    let shown: readonly string[] = [];
    const isShown = async (): Promise<boolean> => {
      shown = await this.editorLines(label);
      return shown.some((line) => line.includes(text));
    };
    await until(`the editor ${label ?? ''} shows "${text}"`, isShown, timeoutMs).catch((error: unknown) => {
      throw new Error(`It shows instead:\n${shown.join('\n')}`, { cause: error });
    });
  }

  /** Texts of the status bar's items. */
  async statusBar(): Promise<readonly string[]> {
    const texts = await this.page.locator('.statusbar .statusbar-item').allInnerTexts();
    return texts.map((text) => text.trim()).filter((text) => text !== '');
  }

  /** What the extension host printed to its console, and what the page did. */
  console(): readonly string[] {
    return this.consoleLines;
  }

  /** Lines of {@link console} that come from the extension host. */
  hostConsole(): readonly string[] {
    return this.consoleLines.filter((line) => line.includes('[Extension Host]'));
  }

  /** Saves what a person sees as `<folder>/<name>.png`; default folder: `screenshots` in the cache. Returns the path. */
  async screenshot(name: string, folder = path.join(cacheFolder(), 'screenshots')): Promise<string> {
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  /** Closes the page; the extension host of this window ends a while later. */
  async close(): Promise<void> {
    await this.page.close();
  }
}
