import type { Page } from 'playwright-core';
import { systemClock } from '../../../src/core/clock';
import { silentLogger } from '../../../src/core/logger';
import { DrawnRuns } from '../../../src/features/metrics/drawn-runs';
import { RunLooksMemory } from '../../../src/features/metrics/run-looks-memory';
import type { SavedViews } from '../../../src/features/table/table-contract';
import { TableSession } from '../../../src/features/table/table-session';
import type { ConnectionSession } from '../../../src/store/contract';
import { memoryState } from '../metrics/memory-views';
import { OpenPage } from './page-browser';

/** A task table with the real host side behind it. */
export class OpenTable extends OpenPage {
  readonly looks = new RunLooksMemory(memoryState(), systemClock);
  readonly drawn = new DrawnRuns(this.looks);
  readonly host: TableSession;
  readonly asked: string[] = [];
  readonly copied: string[] = [];
  saved: SavedViews = [];

  constructor(page: Page, session: ConnectionSession) {
    super(page);
    this.host = new TableSession({
      ref: { connectionId: 'local', projectId: 'p', projectName: 'Vision/Detection' },
      session,
      drawn: this.drawn,
      clock: systemClock,
      logger: silentLogger,
      post: (message) => this.post(message),
      act: (action, tasks) => this.note(`${action} ${tasks.map(({ taskId }) => taskId).join(' ')}`),
      open: (tasks) => this.note(`open ${tasks.map(({ taskId }) => taskId).join(' ')}`),
      compare: (tasks) => this.note(`compare ${tasks.map(({ taskId }) => taskId).join(' ')}`),
      showCurves: (tasks) => this.note(`curves ${tasks.map(({ taskId }) => taskId).join(' ')}`),
      run: (command, { taskId }) => this.note(`${command} ${taskId}`),
      copy: (text) => {
        this.copied.push(text);
        return Promise.resolve();
      },
      views: () => this.saved,
      saveViews: (views) => {
        this.saved = views;
        return Promise.resolve();
      },
    });
  }

  /** Texts of the first column of the rows in the page, from the top. */
  async names(): Promise<string[]> {
    return this.page
      .locator('.row')
      .evaluateAll((rows) =>
        rows
          .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
          .map((row) => row.querySelector('.cell')?.textContent ?? ''),
      );
  }

  private note(words: string): Promise<void> {
    this.asked.push(words);
    return Promise.resolve();
  }
}
