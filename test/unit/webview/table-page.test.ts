import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { TracksideError } from '../../../src/core/errors';
import { runKey, type TaskRef } from '../../../src/core/task-ref';
import { toCss, type Rgb } from '../../../webview-ui/kit/colour';
import { lookName, styleOf } from '../../../webview-ui/kit/line-styles';
import { MemoryTable, TableFakeSession, makeRow } from '../table/memory-table';
import { OpenTable } from './open-table';
import { usePages } from './page-browser';
import type { ThemeName } from './themes';

const SHOTS = process.env['TRACKSIDE_SHOTS'];

describe('the task table in a browser', function () {
  this.timeout(60_000);
  const pages = usePages('table');
  let table: OpenTable | undefined;

  async function open(
    server: MemoryTable,
    options: { theme?: ThemeName; width?: number; state?: unknown } = {},
  ): Promise<OpenTable> {
    table = await pages.open((blank) => new OpenTable(blank, new TableFakeSession(server)), {
      width: 1_000,
      height: 600,
      ...options,
    });
    await table.page.getByRole('columnheader', { name: 'loss/validation' }).waitFor();
    await table.page.locator('.row[data-line="0"] .status').waitFor();
    return table;
  }

  it('scrolls through 100,000 tasks with few rows in the page and few requests', async () => {
    const server = new MemoryTable(100_000);
    const { page, names } = await open(server).then((opened) => ({
      page: opened.page,
      names: () => opened.names(),
    }));
    assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), '100001');
    await page.getByText('100,000 tasks').waitFor();
    const before = server.reads.length;
    await page.getByRole('grid').evaluate((grid) => {
      for (let step = 1; step <= 40; step += 1) {
        grid.scrollTop = step * 40_000;
      }
    });
    await page.getByText('resnet sweep 38461', { exact: true }).waitFor();
    assert.ok((await names()).length < 70);
    assert.ok(server.reads.length - before < 10, `${server.reads.length - before} reads`);
  });

  it('keeps rows that cannot be read again in their place, and says that they are not up to date', async () => {
    const server = new MemoryTable(300);
    const { page, host } = await open(server);
    await page.getByRole('grid').evaluate((grid) => (grid.scrollTop = 2_000));
    await page.getByText('resnet sweep 220', { exact: true }).waitFor();
    server.failure = new TracksideError('unreachable', 'The lab cannot be reached.', 'Check the network.');
    host.receive({ type: 'retry' });
    await page.getByText(/^Not up to date\. The lab cannot be reached\. Check the network\./u).waitFor();
    await page.getByText('resnet sweep 220', { exact: true }).waitFor();
    await page.getByText('300 tasks').waitFor();
    if (SHOTS !== undefined) {
      await page.screenshot({ path: `${SHOTS}/table-stale.png` });
    }
    server.failure = undefined;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(/^Not up to date/u).waitFor({ state: 'hidden' });
    await page.getByText('resnet sweep 220', { exact: true }).waitFor();
  });

  it('sorts by a column, keeps the focus there, and filters by text and status', async () => {
    const { page } = await open(new MemoryTable(300));
    const head = page.getByRole('columnheader', { name: 'Name' });
    await head.getByRole('button').click();
    await page.locator('.row[data-line="0"]').getByText('resnet sweep 0', { exact: true }).waitFor();
    assert.equal(await head.getAttribute('aria-sort'), 'ascending');
    await page.getByRole('toolbar').getByRole('button', { name: 'Status' }).click();
    await page.getByLabel('Failed').check();
    await page.keyboard.press('Escape');
    await page.getByText('43 tasks').waitFor();
    await page.getByLabel('Filter by text').fill('sweep 2');
    await page.locator('.row[data-line="0"]').getByText('resnet sweep 2', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Remove filter: Failed' }).click();
    await page.getByText('111 tasks').waitFor();
  });

  it('selects by mouse and keyboard, copies rows and runs actions on all of them', async () => {
    const opened = await open(new MemoryTable(300));
    const { page } = opened;
    await page.locator('.row[data-line="0"] .cell').first().click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Control+ArrowDown');
    await page.keyboard.press('Control+ArrowDown');
    await page.keyboard.press('Control+ ');
    await page.getByText('3 selected').waitFor();
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Shift+F10');
    await page.getByRole('button', { name: 'Clone', exact: true }).click();
    for (const together of ['Compare…', 'Show Curves Together']) {
      await page.keyboard.press('Shift+F10');
      await page.getByRole('button', { name: together }).click();
    }
    await page.keyboard.press('Enter');
    await page.waitForFunction('true');
    const all = 'task-299 task-298 task-296';
    assert.deepEqual(opened.asked, [`clone ${all}`, `compare ${all}`, `curves ${all}`, 'open task-296']);
    const copied = opened.copied[0]?.split('\n').map((line) => line.split('\t')[0]);
    assert.deepEqual(copied, ['Name', 'resnet sweep 299', 'resnet sweep 298', 'resnet sweep 296']);
  });

  it('groups with counts and what the tasks have of a metric, and folds', async () => {
    const opened = await open(new MemoryTable(300));
    const { page } = opened;
    await page.getByRole('button', { name: 'Group' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'User', exact: true }).click();
    const head = page.locator('.row.is-group').first();
    await head.getByText('150 tasks').waitFor();
    assert.match(
      await head.innerText(),
      /Ada\s+150 tasks\s+loss\/validation: [\d.]+ ± [\d.]+, best 0\.020408/,
    );
    const words = (await head.getByTitle(/95 % interval/).getAttribute('title')) ?? '';
    const found =
      /mean (\S+) of 150 tasks, standard deviation (\S+), 95 % interval of the mean (\S+) to (\S+),/.exec(
        words,
      );
    const [mean = NaN, deviation = NaN, from = NaN, to = NaN] = (found ?? []).slice(1).map(Number);
    // Student's t for 149 degrees of freedom is 1.976.
    const half = (1.976 * deviation) / Math.sqrt(150);
    assert.ok(
      Math.abs(mean - half - from) < half / 1_000 && Math.abs(mean + half - to) < half / 1_000,
      words,
    );
    await head.click();
    await page.locator('.row[data-line="1"].is-group').getByText('Grace').waitFor();
  });

  it('shows changes of visible rows and stays where it was scrolled', async () => {
    const server = new MemoryTable(5_000);
    const session = new TableFakeSession(server);
    table = await pages.open((blank) => new OpenTable(blank, session), { width: 1_000, height: 600 });
    const { page } = table;
    await page.locator('.row[data-line="0"] .status').waitFor();
    await page.getByRole('grid').evaluate((grid) => (grid.scrollTop = 26 * 1_000));
    const row = page.locator('.row').filter({ hasText: 'resnet sweep 3999' });
    await row.waitFor();
    const changed = makeRow(3_999);
    server.rowsHeld[3_999] = { ...changed, task: { ...changed.task, name: 'renamed meanwhile' } };
    session.scheduler.notify({ kind: 'task', ids: ['task-3999'] });
    await page.getByText('renamed meanwhile').waitFor();
    assert.equal(await page.getByRole('grid').evaluate((grid) => grid.scrollTop), 26_000);
  });

  it('keeps rows, place and selection while a column is added, and fills it when it was read', async () => {
    const opened = await open(new MemoryTable(5_000));
    const { page } = opened;
    await page.getByRole('grid').evaluate((grid) => (grid.scrollTop = 26 * 1_000));
    const row = page.locator('.row').filter({ hasText: 'resnet sweep 3999' });
    await row.locator('.cell').first().click();
    await page.getByText('1 selected').waitFor();
    opened.hold();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByLabel('Args/lr').check();
    await page.keyboard.press('Escape');
    await page.getByText('5,000 tasks · Reading…').waitFor();
    const cells = row.locator('.cell');
    const count = await cells.count();
    assert.equal(await cells.nth(count - 1).textContent(), '');
    await page.getByText('1 selected').waitFor();
    opened.release();
    await page.getByText('Reading…').waitFor({ state: 'detached' });
    await row
      .locator('.cell')
      .nth(count - 1)
      .filter({ hasText: /\d/ })
      .waitFor();
    assert.equal(await page.getByRole('grid').evaluate((grid) => grid.scrollTop), 26_000);
    await page.getByText('1 selected').waitFor();
  });

  it('leaves the focus on what acts on the selection while rows change', async () => {
    const server = new MemoryTable(300);
    const session = new TableFakeSession(server);
    const { page } = await pages.open((blank) => new OpenTable(blank, session));
    await page.locator('.row[data-line="0"] .status').waitFor();
    await page.locator('.row[data-line="0"] .cell').first().click();
    await page.getByRole('button', { name: 'Actions' }).focus();
    const changed = makeRow(299);
    server.rowsHeld[299] = { ...changed, task: { ...changed.task, name: 'renamed meanwhile' } };
    session.scheduler.notify({ kind: 'task', ids: ['task-299'] });
    await page.getByText('renamed meanwhile').waitFor();
    assert.equal(await focused(page), 'Actions');
  });

  it('says that there are no tasks only where nothing is filtered', async () => {
    const { page } = await pages.open(
      (blank) => new OpenTable(blank, new TableFakeSession(new MemoryTable(0))),
    );
    await page.getByText('There are no tasks here yet.').waitFor();
    await page.getByLabel('Filter by text').fill('sweep');
    await page.getByText('No task fits.').waitFor();
  });

  it('keeps the keys in a popup until Escape, wherever the focus is', async () => {
    const { page } = await open(new MemoryTable(30));
    await page.getByRole('toolbar').getByRole('button', { name: 'Status' }).click();
    const popup = page.getByRole('dialog');
    await popup.getByRole('checkbox').last().focus();
    await page.keyboard.press('Tab');
    assert.ok(
      await popup
        .getByRole('checkbox')
        .first()
        .evaluate((box) => box === document.activeElement),
    );
    await page.keyboard.press('Shift+Tab');
    assert.ok(
      await popup
        .getByRole('checkbox')
        .last()
        .evaluate((box) => box === document.activeElement),
    );
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) {
        document.activeElement.blur();
      }
    });
    await page.keyboard.press('Escape');
    await popup.waitFor({ state: 'detached' });
    assert.equal(await focused(page), 'Status');
  });

  it('closes a popup when its button is pressed again, and opens it with the next press', async () => {
    const { page } = await open(new MemoryTable(30));
    const button = page.getByRole('toolbar').getByRole('button', { name: 'Status' });
    const popup = page.getByRole('dialog');
    await button.click();
    await popup.getByRole('checkbox').first().check();
    await button.click();
    assert.equal(await popup.count(), 0);
    assert.equal(await focused(page), 'Status');
    await button.click();
    assert.ok(await popup.getByRole('checkbox').first().isChecked());
  });

  it('is restored with its columns, and saves views', async () => {
    const opened = await open(new MemoryTable(30));
    await opened.page.getByRole('button', { name: 'Columns' }).click();
    await opened.page.getByLabel('Args/lr').check();
    await opened.page.keyboard.press('Escape');
    await opened.page.getByRole('columnheader', { name: 'Args/lr' }).waitFor();
    await opened.page.getByRole('button', { name: 'Views' }).click();
    await opened.page.getByLabel('Name of this view').fill('rates');
    await opened.page.keyboard.press('Enter');
    await opened.page.getByRole('button', { name: 'Views' }).click();
    await opened.page.getByRole('button', { name: 'rates', exact: true }).waitFor();
    assert.equal(opened.saved[0]?.view.columns.length, 9);
    const state = await opened.page.evaluate('window.keptState');
    await opened.close();
    const again = await open(new MemoryTable(30), { state });
    assert.equal(await again.page.getByRole('columnheader', { name: 'Args/lr' }).count(), 1);
  });

  it('wears the lines of tasks that open panels draw, as they are now, and no others', async () => {
    const { page, drawn, looks } = await open(new MemoryTable(300), { theme: 'dark' });
    const refOf = (taskId: string, connectionId = 'local'): TaskRef => ({ connectionId, taskId });
    const lines = page.locator('.row .line-sample');
    const isDrawnAs = async (look: number, background: Rgb): Promise<void> => {
      const { colour, dash } = styleOf(look, background);
      const style = `[stroke="${toCss(colour)}"][stroke-dasharray="${dash.join(' ')}"]`;
      await page.locator(`.row[data-line="1"] .line-sample line${style}`).waitFor({ state: 'attached' });
    };
    assert.equal(await lines.count(), 0);
    const elsewhere = drawn.open([refOf('task-297', 'team')]);
    const panel = drawn.open([refOf('task-299'), refOf('task-298')]);
    await lines.nth(1).waitFor();
    assert.equal(await lines.count(), 2);
    looks.choose(runKey(refOf('task-298')), 8);
    await isDrawnAs(8, [31, 31, 31]);
    const cell = page.getByRole('gridcell', { name: `resnet sweep 298 Drawn in a panel: ${lookName(8)}` });
    await cell.waitFor();
    await page.getByRole('gridcell', { name: 'resnet sweep 297', exact: true }).waitFor();
    const [left, other] = await page
      .locator('.row .is-name > .ellipsis')
      .evaluateAll((names) => [1, 5].map((place) => names[place]?.getBoundingClientRect().left));
    assert.equal(left, other);
    await table?.setTheme('light');
    await isDrawnAs(8, [255, 255, 255]);
    panel.dispose();
    await lines.first().waitFor({ state: 'detached' });
    assert.equal(await lines.count(), 0);
    elsewhere.dispose();
  });

  it('knows the lines again when its page is loaded anew', async () => {
    const server = new MemoryTable(300);
    const { page, drawn } = await open(server);
    const panel = drawn.open([{ connectionId: 'local', taskId: 'task-299' }]);
    const line = page.locator('.row .line-sample');
    await line.waitFor();
    await page.reload();
    await line.waitFor();
    panel.dispose();
    await line.waitFor({ state: 'detached' });
  });

  for (const theme of ['dark', 'light', 'highContrast'] as const) {
    it(`is accessible in ${theme}, and nothing overlaps at 300 px`, async () => {
      const { page, drawn } = await open(new MemoryTable(300), { theme });
      drawn.open(
        Array.from({ length: 9 }, (_, place) => ({ connectionId: 'local', taskId: `task-${298 - place}` })),
      );
      await page.locator('.line-sample').nth(8).waitFor();
      await page.locator('.row[data-line="1"] .cell').first().click();
      await page.keyboard.press('Shift+ArrowDown');
      await page.getByText('2 selected').waitFor();
      if (SHOTS !== undefined) {
        await page.screenshot({ path: `${SHOTS}/table-${theme}.png` });
      }
      const { violations } = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
        [],
      );
      await page.setViewportSize({ width: 300, height: 600 });
      if (SHOTS !== undefined) {
        await page.screenshot({ path: `${SHOTS}/table-${theme}-300.png` });
      }
      const bottoms = await page.evaluate(() =>
        ['header', '.bars', '.grid'].map((part) => {
          const box = document.querySelector(part)?.getBoundingClientRect();
          const inner = [...(document.querySelector(part)?.children ?? [])].map(
            (child) => child.getBoundingClientRect().bottom,
          );
          const bottom = part === '.grid' ? (box?.bottom ?? 0) : Math.max(...inner);
          return { top: box?.top ?? 0, bottom };
        }),
      );
      bottoms.slice(1).forEach(({ top }, index) => assert.ok(top >= (bottoms[index]?.bottom ?? 0)));
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 300, `the page is ${width} px wide`);
    });
  }
});

/** Text of what has the focus. */
async function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent ?? '');
}
