import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from 'playwright-core';
import * as z from 'zod';
import { SINGLE_VALUE_STEP } from '../../../src/features/metrics/panel-contract';
import { sessionOf } from '../metrics/fake-runs';
import { makeDelta, type FakeSession } from '../metrics/fake-session';
import { becomes } from './open-panel';
import { OpenRuns } from './open-runs';
import { overlapsOf } from './overlaps';
import { CONTROLS_PROBLEM, usePages, type PageOptions } from './page-browser';
import { THEMES, type ThemeName } from './themes';

const kept = z.object({ view: z.object({ pinned: z.array(z.string()), tables: z.array(z.string()) }) });

/** For pictures to look at; nothing is kept without it. */
const PICTURES = process.env.TRACKSIDE_PICTURES;

describe('the panel of several runs in a browser', function () {
  this.timeout(120_000);
  const pages = usePages('runs', CONTROLS_PROBLEM);

  async function open(sessions: readonly FakeSession[], options: PageOptions = {}): Promise<OpenRuns> {
    const opened = await pages.open((page) => new OpenRuns(page, sessions), { width: 1000, ...options });
    await opened.page.locator('.legend tbody tr').first().waitFor();
    return opened;
  }

  function threeRuns(): FakeSession[] {
    return ['seed 1', 'seed 2', 'seed 3'].map((name, index) => {
      const session = sessionOf(name, { tags: [index === 0 ? 'baseline' : 'candidate'] });
      const values = Array.from({ length: 100 }, (_, step) => 2 / (1 + step / 10) + index * 0.1);
      session.report(
        makeDelta('loss', 'train', values),
        makeDelta('accuracy', 'accuracy', [0.5, 0.6 + index / 10]),
      );
      session.details = {
        code: {},
        parameters: [
          { section: 'Args', name: 'lr', value: index === 2 ? '0.1' : '0.01' },
          { section: 'Args', name: 'seed', value: String(index) },
        ],
        configurations: [],
        artifacts: [],
        models: [],
      };
      return session;
    });
  }

  const legendOf = (card: Locator): Promise<string[]> => card.locator('.legend-name').allInnerTexts();

  it('draws runs over one another, hides one everywhere, shows one alone, and keeps that', async () => {
    const opened = await open(threeRuns());
    const { page } = opened;
    const loss = page.getByRole('region', { name: 'loss / train' });
    await page.getByRole('heading', { name: '3 runs' }).waitFor();
    await loss.getByText('all 300 points').waitFor();
    assert.deepEqual(await legendOf(loss), ['seed 3', 'seed 2', 'seed 1']);
    await page.getByRole('checkbox', { name: 'Show seed 2' }).click();
    await loss.getByText('all 200 points').waitFor();
    assert.deepEqual(await legendOf(page.getByRole('region', { name: 'accuracy' })), ['seed 3', 'seed 1']);
    await page.getByText('2 of 3 shown').waitFor();
    assert.match(JSON.stringify(await opened.state()), /"hidden":\["\[\\"seed 2\\",\\"task-1\\"\]"\]/);
    await page.getByRole('button', { name: 'More of seed 2' }).click();
    await page.getByRole('menuitem', { name: 'Show Only This Run' }).click();
    await loss.getByText('all 100 points').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await loss.getByText('all 300 points').waitFor();
  });

  it('draws no chart again when only a run’s state is another, but when its name is', async () => {
    const sessions = threeRuns();
    const { page } = await open(sessions);
    const loss = page.getByRole('region', { name: 'loss / train' });
    await loss.getByText('all 300 points').waitFor();
    await page.evaluate(() => {
      const { prototype } = CanvasRenderingContext2D;
      const value = new Proxy(Reflect.get<object, string>(prototype, 'stroke') as () => void, {
        apply: (...call) => {
          document.body.dataset['strokes'] = String(Number(document.body.dataset['strokes'] ?? 0) + 1);
          Reflect.apply(...call);
        },
      });
      Object.defineProperty(prototype, 'stroke', { value });
    });
    const strokes = (): Promise<string | null> => page.locator('body').getAttribute('data-strokes');
    const [first] = sessions;
    assert.ok(first);
    const task = first.store.task();
    assert.ok(task);
    first.store.set({ ...task, status: 'stopped' });
    await page.locator('.run', { hasText: 'seed 1' }).getByText('Stopped').waitFor({ state: 'attached' });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    assert.equal(await strokes(), null);
    first.store.set({ ...task, name: 'seed one' });
    await loss.locator('.legend-name', { hasText: 'seed one' }).waitFor();
    assert.ok(Number(await strokes()) > 0);
  });

  it('gives the row of each run the menu of its task', async () => {
    const sessions = threeRuns();
    sessions.slice(2).forEach((session) => (session.keepsConsole = false));
    const { page } = await open(sessions);
    const row = page.locator('li.run', { hasText: 'seed 2' });
    const contextOf = async (run: Locator): Promise<unknown> =>
      JSON.parse((await run.getAttribute('data-vscode-context')) ?? 'null');
    const context = {
      connectionId: 'seed 2',
      taskId: 'task-1',
      webviewItem: ';kind=task;can=clone;has=console;',
      preventDefaultContextMenuItems: true,
    };
    assert.deepEqual(await contextOf(row), context);
    assert.deepEqual(await contextOf(page.locator('li.run', { hasText: 'seed 3' })), {
      ...context,
      connectionId: 'seed 3',
      webviewItem: ';kind=task;can=clone;',
    });
    await row.evaluate((root) =>
      root.addEventListener('contextmenu', ({ target }) =>
        document.body.setAttribute('data-menu-of', String(target === root)),
      ),
    );
    await page.getByRole('button', { name: 'More of seed 2' }).click();
    await page.getByRole('menuitem', { name: 'More Actions…' }).click();
    assert.equal(await page.locator('body').getAttribute('data-menu-of'), 'true');
  });

  it('calls steps what they count, where all runs agree, and draws those over time', async () => {
    const deployed = threeRuns();
    deployed.forEach(({ series }) => (series.stepNoun = 'execution'));
    const { page } = await open(deployed);
    const axis = page.getByRole('combobox', { name: 'X axis' });
    await becomes(() => axis.getAttribute('current-value'), 'wall');
    assert.equal(await axis.locator('vscode-option[value="step"]').textContent(), 'Execution');
    const [first, ...others] = threeRuns();
    assert.ok(first);
    first.series.stepNoun = 'execution';
    const { page: mixed } = await open([first, ...others]);
    const common = mixed.getByRole('combobox', { name: 'X axis' });
    await becomes(() => common.getAttribute('current-value'), 'step');
    assert.equal(await common.locator('vscode-option[value="step"]').textContent(), 'Step');
  });

  it('marks the row of the run that is pointed at in the legend, and finds runs by name', async () => {
    const { page, deeds } = await open(threeRuns());
    const pointed = (): Promise<string> =>
      Promise.resolve(deeds.pointed.map(({ connectionId }) => connectionId).join());
    // Values order the legend: a row that is pointed at before they are there moves away.
    await page.getByRole('region', { name: 'loss / train' }).getByText('all 300 points').waitFor();
    await page.getByRole('region', { name: 'accuracy' }).getByText('all 6 points').waitFor();
    const row = page.locator('.legend tbody tr', { hasText: 'seed 1' }).first();
    // A page that is still being laid out may move the row from under a pointer that rests; a hand does not rest.
    await becomes(async () => {
      await row.hover();
      return pointed();
    }, 'seed 1');
    await page.locator('.run.is-strong', { hasText: 'seed 1' }).waitFor();
    await page.getByPlaceholder('Search runs').hover();
    await becomes(pointed, '');
    await page.getByPlaceholder('Search runs').fill('3');
    await becomes(() => page.locator('.run-name').allInnerTexts(), ['seed 3']);
    await page.getByPlaceholder('Search runs').fill('');
    await page.getByRole('button', { name: /^Order:/ }).click();
    await page.getByRole('menuitem', { name: 'Last Value of…' }).click();
    await page.locator('.popup').getByRole('button', { name: 'accuracy' }).click();
    await page.locator('.run', { hasText: '0.8' }).waitFor();
    await becomes(() => page.locator('.run-name').allInnerTexts(), ['seed 3', 'seed 2', 'seed 1']);
  });

  it('puts runs together by a parameter, with a band, and says of how many runs a mean is', async () => {
    const opened = await open(threeRuns());
    const { page } = opened;
    await page.getByRole('button', { name: /^Group by:/ }).click();
    await page.getByRole('menuitem', { name: 'Parameter…' }).click();
    await page.getByRole('button', { name: 'Args / lr (2 values)' }).click();
    const loss = page.getByRole('region', { name: 'loss / train' });
    await loss.getByText('means of 3 runs (300 points) at each common position').waitFor();
    assert.deepEqual(await legendOf(loss), ['lr = 0.1 (1 run)', 'lr = 0.01 (2 runs)']);
    const lookOf = (row: Locator): Promise<string | null> => row.locator('line').getAttribute('stroke');
    for (const [run, group] of [
      ['seed 1', 'lr = 0.01 '],
      ['seed 2', 'lr = 0.01 '],
      ['seed 3', 'lr = 0.1 '],
    ] as const) {
      const line = await lookOf(loss.locator('.legend tbody tr', { hasText: group }));
      assert.equal(await lookOf(page.locator('li.run', { hasText: run })), line, run);
    }
    await loss.getByRole('button', { name: 'Look of lr = 0.1 (1 run)' }).click();
    await page.getByRole('button', { name: 'Pink, dotted' }).click();
    await becomes(
      () => page.locator('li.run', { hasText: 'seed 3' }).locator('line').getAttribute('stroke-dasharray'),
      '2 2',
    );
    let goOn = (): void => undefined;
    opened.engine.gate = new Promise((resolve) => (goOn = resolve));
    await page.getByRole('button', { name: /^Band:/ }).click();
    await page.getByRole('menuitem', { name: 'Standard deviation' }).click();
    await loss.locator('.surface').focus();
    await page.keyboard.press('Home');
    const spoken = (ends: string): Promise<void> =>
      page
        .locator('[aria-live=polite]', { hasText: `lr = 0.01 (2 runs) 2.05 (${ends}, n = 2)` })
        .waitFor({ state: 'attached' });
    await spoken('2 to 2.1');
    goOn();
    await spoken('1.9793 to 2.1207');
    await loss.locator('.readout').getByText('1.9793 to 2.1207, n = 2').waitFor();
    await picture(opened, 'runs-grouped');
  });

  it('puts the points of a group into order by the mean of its smoothed runs', async () => {
    const sessions = ['seed 1', 'seed 2'].map((name) => sessionOf(name));
    sessions.forEach((session, index) =>
      session.report(makeDelta('loss', 'train', [5 + index, 1 + index, 3 + index])),
    );
    const refs = sessions.map(({ info }) => ({ connectionId: info.id, taskId: 'task-1' }));
    const view = { groupBy: { kind: 'project' }, smoothing: 0.6, tables: ['["loss","train"]'] };
    const { page } = await open(sessions, { state: { refs, view } });
    const table = page.getByRole('region', { name: 'Points of loss / train' });
    const cells = (): Promise<string[]> =>
      table
        .locator('tbody tr')
        .evaluateAll((rows) =>
          rows.map((row) => [...row.children].map((cell) => cell.textContent).join('|')),
        );
    await becomes(async () => (await cells()).map((row) => row.split('|')[1]), ['3.5', '1.5', '5.5']);
    const smoothed = async (): Promise<number[]> => (await cells()).map((row) => Number(row.split('|')[2]));
    const before = await smoothed();
    assert.ok(before[0] !== 3.5 && before[2] === 5.5, String(before));
    await table.getByRole('button', { name: 'Examples/Digits (2 runs): smoothed mean' }).click();
    await becomes(
      smoothed,
      before.toSorted((a, b) => a - b),
    );
    assert.notDeepEqual(await smoothed(), before);
    await table.getByText('Examples/Digits (2 runs): smoothed mean.', { exact: false }).waitFor();
  });

  it('draws runs along a metric that some do not have, and says what of the others has no place', async () => {
    const [first, second] = threeRuns();
    assert.ok(first && second);
    first.report(makeDelta('epoch', 'epoch', [0, 1], { steps: Float64Array.of(0, 50) }));
    second.report(makeDelta('only here', 'only here', [1, 2, 3]));
    const { page } = await open([first, second], { height: 1400 });
    const card = (name: string): Locator => page.getByRole('region', { name, exact: true });
    await card('only here').getByText('all 3 points').waitFor();
    await page.getByRole('combobox', { name: 'X axis' }).click();
    await page.getByRole('option', { name: 'Another metric…' }).click();
    await page.locator('.popup').getByRole('button', { name: 'epoch' }).click();
    await card('loss / train')
      .getByText('all 100 points · 100 points without a place on this axis left out')
      .waitFor();
    await card('only here').getByText('No point has a place along epoch. Choose another x axis.').waitFor();
    await card('loss / train').locator('.surface').focus();
    await page.keyboard.press('End');
    await page
      .locator('[aria-live=polite]', { hasText: /^epoch 1: seed 1 \S+$/ })
      .waitFor({ state: 'attached' });
  });

  it('draws a hundred runs, and says what it leaves out beyond five hundred', async () => {
    const sessions = Array.from({ length: 100 }, (_, index) => sessionOf(`run ${index}`));
    sessions.forEach((session, index) => session.report(makeDelta('loss', 'train', [index, index + 1])));
    const { page } = await open(sessions);
    await page.getByText('all 200 points').waitFor();
    await page.getByText('100 shown').waitFor();
    assert.equal(await page.locator('.legend tbody tr').count(), 100);
    await picture({ page }, 'runs-hundred');
  });

  it('leaves room for the curves beside runs with long names, at any width', async () => {
    const sessions = ['short', 'long '.repeat(30)].map((name) => sessionOf(name.trim()));
    sessions.forEach((session) => session.report(makeDelta('loss', 'train', [1, 2])));
    const { page } = await open(sessions);
    for (const width of [300, 600, 720, 1_000, 1_600]) {
      await page.setViewportSize({ width, height: 800 });
      const card = page.getByRole('region', { name: 'loss / train' });
      await becomes(async () => ((await card.boundingBox())?.width ?? 0) > 0.5 * Math.min(width, 600), true);
      await becomes(() => overlapsOf(page), []);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${width} px`);
    }
  });

  it('lets charts that share no prefix flow together in as many columns as there is room for', async () => {
    const sessions = ['seed 1', 'seed 2'].map((name, index) => {
      const session = sessionOf(name);
      const report = (metric: string, variant: string): void => {
        const values = Array.from({ length: 60 }, (_, step) => 2 / (1 + step / 10) + index * 0.1);
        session.report(makeDelta(metric, variant, values));
      };
      ['loss', 'accuracy', 'speed', 'memory'].forEach((metric) => report(metric, `${metric} of train`));
      report('lr', 'lr');
      report('eval', 'precision');
      report('eval', 'recall');
      return session;
    });
    for (const theme of ['light', 'dark', 'highContrast'] as const) {
      const { page } = await open(sessions, { theme, height: 1_000 });
      for (const [width, columns] of [
        [300, 1],
        [700, 1],
        [1_400, 2],
        [2_000, 4],
      ] as const) {
        await page.setViewportSize({ width, height: 1_000 });
        await becomes(() => columnsOf(page.locator('.groups > .grid > .card')), { columns, charts: 5 });
        await becomes(() => overlapsOf(page), []);
        await picture({ page }, `runs-groups-${theme}-${width}`);
      }
      const groups = page.locator('.groups > .group:not([hidden])');
      assert.deepEqual(await groups.locator('h2').allInnerTexts(), ['eval']);
      assert.deepEqual(await columnsOf(groups.locator('.card')), { columns: 2, charts: 2 });
    }
  });

  it('has a chart for each of two series that read alike, and says what tells them apart', async () => {
    const sessions = ['seed 1', 'seed 2'].map((name) => sessionOf(name));
    sessions.forEach((session) =>
      session.report(
        makeDelta('a', 'b', [1, 2, 3]),
        makeDelta('a / b', 'a / b', [7, 8]),
        makeDelta('a', 'c', [5, 6]),
        makeDelta('Summary', 'z', [1], { steps: Float64Array.of(SINGLE_VALUE_STEP) }),
        makeDelta('z', 'z', [2], { steps: Float64Array.of(SINGLE_VALUE_STEP) }),
      ),
    );
    const opened = await open(sessions);
    const { page } = opened;
    const [one, other] = ['a / b · metric “a”', 'a / b · metric “a / b”'];
    const charts = (): Promise<string[]> => page.locator('.card h3').allInnerTexts();
    await becomes(charts, [one, other, 'a / c']);
    await page.getByRole('region', { name: one }).first().getByText('all 6 points').waitFor();
    await page.getByRole('region', { name: other }).first().getByText('all 4 points').waitFor();
    await becomes(
      () => page.locator('.values thead th').allInnerTexts(),
      ['Run', 'z · metric “Summary”', 'z · metric “z”'],
    );
    await page.getByRole('region', { name: other }).first().hover();
    await page.getByRole('button', { name: `Pin ${other}` }).click();
    await becomes(charts, [other, one, 'a / c']);
    await page.getByRole('button', { name: `Show ${other} as a table` }).click();
    await becomes(() => page.locator('.card .points-table').count(), 1);
    const { view } = kept.parse(await opened.state());
    assert.deepEqual(view, { pinned: ['["a / b","a / b"]'], tables: ['["a / b","a / b"]'] });
    await page.getByRole('button', { name: 'Order: as chosen' }).click();
    await page.getByRole('menuitem', { name: 'Last Value of…' }).click();
    await becomes(() => page.locator('.popup-item').allInnerTexts(), [one, other, 'a / c']);
    await page.locator('.popup-item', { hasText: other }).click();
    await page.getByText(`Order: ${other} ↓`).waitFor();
    await becomes(() => page.locator('.run-value').allInnerTexts(), ['8', '8']);
  });

  for (const theme of Object.keys(THEMES) as ThemeName[]) {
    it(`has no accessibility problem in ${theme}, and fits into 320 pixels`, async () => {
      const opened = await open(threeRuns(), { theme });
      const { page } = opened;
      await page.getByRole('region', { name: 'loss / train' }).getByText('all 300 points').waitFor();
      const found = await new AxeBuilder({ page }).analyze();
      const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      assert.deepEqual(
        serious.map(({ id, nodes }) => [id, nodes[0]?.html]),
        [],
      );
      await picture(opened, `runs-${theme}`);
      await page.setViewportSize({ width: 320, height: 800 });
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
      await picture(opened, `runs-${theme}-narrow`);
    });
  }

  function runsWithValues(): FakeSession[] {
    const single = { steps: Float64Array.of(SINGLE_VALUE_STEP) };
    return ['seed 1', 'seed 2', '=seed, 3'].map((name, index) => {
      const session = sessionOf(name);
      session.report(
        makeDelta('loss', 'train', [3, 2, 1 + index]),
        makeDelta('Summary', 'accuracy', [[0.9, NaN, 0.123456789][index] ?? 0], single),
        makeDelta('test', 'score', [index]),
        ...(index === 0 ? [makeDelta('Summary', 'size', [Infinity], single)] : []),
      );
      return session;
    });
  }

  it('shows values of the runs as a table that sorts, leaves hidden runs out, and copies as CSV', async () => {
    const opened = await open(runsWithValues());
    const { page } = opened;
    const table = page.getByRole('region', { name: 'Values of the runs' });
    const rows = (): Promise<string[]> =>
      table
        .locator('tbody tr')
        .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent).join('|')));
    await becomes(rows, ['seed 1|0.9|0|∞', 'seed 2|NaN|1|', '=seed, 3|0.12346|2|']);
    assert.deepEqual(await table.locator('thead th').allInnerTexts(), [
      'Run',
      'accuracy',
      'test / score',
      'size',
    ]);
    await table.getByRole('button', { name: 'accuracy' }).focus();
    await page.keyboard.press('Enter');
    await becomes(rows, ['=seed, 3|0.12346|2|', 'seed 1|0.9|0|∞', 'seed 2|NaN|1|']);
    await page.getByRole('button', { name: 'Copy as CSV' }).click();
    await becomes(
      () => Promise.resolve(opened.deeds.copied.at(-1)),
      'run,accuracy,test / score,size\r\n"\'=seed, 3",0.123456789,2,\r\nseed 1,0.9,0,Infinity\r\nseed 2,NaN,1,\r\n',
    );
    await table.getByText('seed 2').hover();
    await page.locator('.run.is-strong', { hasText: 'seed 2' }).waitFor();
    await page.getByRole('checkbox', { name: 'Show seed 2' }).click();
    await becomes(async () => (await rows()).length, 2);
    const { violations } = await new AxeBuilder({ page }).include('.values').analyze();
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    );
  });

  it('keeps values of the runs within a narrow page, in every theme', async () => {
    for (const theme of ['light', 'dark', 'highContrast'] as const) {
      const opened = await open(runsWithValues(), { theme, width: 320 });
      await opened.page.getByRole('region', { name: 'Values of the runs' }).waitFor();
      const wide = await opened.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(wide, 0);
      await picture(opened, `run-values-${theme}`);
    }
  });

  async function picture({ page }: Pick<OpenRuns, 'page'>, name: string): Promise<void> {
    if (PICTURES !== undefined) {
      await page.screenshot({ path: `${PICTURES}/${name}.png` });
    }
  }
});

async function columnsOf(cards: Locator): Promise<{ columns: number; charts: number }> {
  const lefts = await cards.evaluateAll((all) => all.map((card) => card.getBoundingClientRect().left));
  return { columns: new Set(lefts).size, charts: lefts.length };
}
