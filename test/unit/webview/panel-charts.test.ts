import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { FakeSession, makeDelta } from '../metrics/fake-session';
import { chromiumPath, PanelBrowser, type OpenPanel } from './panel-browser';

describe("the live panel's charts in a browser", function () {
  this.timeout(60_000);
  let browser: PanelBrowser;
  let panel: OpenPanel | undefined;

  before(async function () {
    if (chromiumPath() === undefined) {
      this.skip();
    }
    browser = await PanelBrowser.start();
  });

  after(() => browser.dispose());

  afterEach(async () => {
    const problems = panel?.problems.filter((problem) => !problem.includes('sha256-47DEQpj8HBSa'));
    await panel?.close();
    panel = undefined;
    assert.deepEqual(problems ?? [], []);
  });

  async function open(session: FakeSession, options: { width?: number; view?: object } = {}): Promise<Page> {
    const { view, ...rest } = options;
    const state = view && { ref: { connectionId: 'local', taskId: 'task-1' }, view };
    panel = await browser.open({ session, width: 1000, ...rest, ...(state === undefined ? {} : { state }) });
    await panel.painted((figures) => Number(figures.drawnPoints) > 0);
    return panel.page;
  }

  async function keptView(): Promise<string> {
    return JSON.stringify(await panel?.state());
  }

  function twoCharts(): FakeSession {
    const session = new FakeSession();
    const values = Array.from({ length: 1_000 }, (_, index) => (index === 500 ? 1_000 : 1 + (index % 10)));
    session.report(
      makeDelta('loss', 'train', values),
      makeDelta('loss', 'val', values.slice(0, 300)),
      makeDelta('epoch', 'epoch', [0, 1, 2], { steps: Float64Array.of(0, 400, 800) }),
    );
    return session;
  }

  it('zooms heights on the y axis, and goes back step by step', async () => {
    const page = await open(twoCharts());
    const loss = cardOf(page, 'loss');
    const box = await loss.locator('.surface').boundingBox();
    assert.ok(box !== null);
    await drag(page, { x: box.x + 10, y: box.y + 100 }, { x: box.x + 10, y: box.y + 150 });
    await loss.getByText(/reaches down to 1 and up to 1000 outside the picture/).waitFor();
    assert.equal(
      await cardOf(page, 'epoch')
        .getByText(/outside the picture/)
        .count(),
      0,
    );
    await drag(page, { x: box.x + 300, y: box.y + 60 }, { x: box.x + 200, y: box.y + 60 });
    await loss.getByText(/in view/).waitFor();
    await cardOf(page, 'epoch')
      .getByText(/in view/)
      .waitFor();
    await page.getByRole('button', { name: 'Zoom back' }).click();
    await loss.getByText(/of 1,300 points|all 1,300 points/).waitFor();
    assert.match(await loss.innerText(), /outside the picture/);
    await loss.locator('.surface').focus();
    await page.keyboard.press('Backspace');
    await loss.getByText(/outside the picture/).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowUp');
    await loss.getByText(/outside the picture/).waitFor();
    await page.keyboard.press('0');
    await loss.getByText(/outside the picture/).waitFor({ state: 'detached' });
  });

  it('leaves outliers out of the picture, and says so', async () => {
    const page = await open(twoCharts());
    await page.getByRole('checkbox', { name: 'Ignore outliers' }).click();
    await cardOf(page, 'loss')
      .getByText(/reaches up to 1000 outside the picture/)
      .waitFor();
    assert.match(await keptView(), /"ignoresOutliers":true/);
  });

  it('fixes the limits of one chart until they are taken away', async () => {
    const page = await open(twoCharts());
    const loss = cardOf(page, 'loss');
    await openMenu(loss, 'Limits of the Y Axis…');
    await page.getByLabel('Lowest').fill('5');
    await page.getByLabel('Highest').fill('2');
    await page.getByRole('button', { name: 'Fix' }).click();
    await page.getByText('The lowest must be below the highest.').waitFor();
    await page.getByLabel('Highest').fill('20');
    await page.keyboard.press('Enter');
    await loss.getByText(/reaches down to 1 and up to 1000 outside/).waitFor();
    assert.match(await keptView(), /"limits":\[\{"metric":"loss","from":5,"to":20\}\]/);
    await openMenu(loss, 'Limits of the Y Axis…');
    await page.getByRole('button', { name: 'Follow the values' }).click();
    await loss.getByText(/outside/).waitFor({ state: 'detached' });
  });

  it('takes another metric for the x axis, which forgets the zoom', async () => {
    const page = await open(twoCharts(), { view: { range: { from: 100, to: 200 } } });
    const loss = cardOf(page, 'loss');
    await loss.getByText(/in view/).waitFor();
    await page.locator('vscode-dropdown').first().click();
    await page.getByRole('option', { name: 'Another metric…' }).click();
    await page.getByPlaceholder('Search metrics').fill('epo');
    await page.locator('.popup').getByRole('button', { name: 'epoch' }).click();
    await loss.getByText(/points/).waitFor();
    await loss.locator('.surface').focus();
    await page.keyboard.press('End');
    await page.locator('[aria-live=polite]', { hasText: /^epoch 2: train/ }).waitFor({ state: 'attached' });
    assert.match(await keptView(), /"xLabel":"series"/);
    assert.match(await keptView(), /"range":null/);
  });

  it('shows what a restarted run reported before as what it is', async () => {
    const session = new FakeSession();
    session.report(
      makeDelta('loss', 'train', [9, 8, 7, 6]),
      makeDelta('loss', 'train', [1, 2], { firstStep: 2 }),
    );
    const page = await open(session);
    await page.getByText('all 6 points · restarted at step 2: 2 earlier points faint').waitFor();
  });
});

function cardOf(page: Page, metric: string): Locator {
  return page.locator(`section.card[aria-label="${metric}"]`);
}

async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 3 });
  await page.mouse.up();
}

async function openMenu(card: Locator, entry: string): Promise<void> {
  await card.hover();
  await card.getByTitle('More…').click();
  await card.page().getByRole('menuitem', { name: entry }).click();
}
