import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import * as z from 'zod';
import { seriesKey } from '../../../src/core/series';
import { SINGLE_VALUE_STEP } from '../../../src/features/metrics/panel-contract';
import { viewState } from '../../../src/features/metrics/view-contract';
import { TracksideError } from '../../../src/core/errors';
import { FakeSession, makeDelta, makeTask } from '../metrics/fake-session';
import { becomes, boxOf, openPanel, type OpenPanel } from './open-panel';
import { overlapsOf } from './overlaps';
import { CONTROLS_PROBLEM, usePages } from './page-browser';
import type { ThemeName } from './themes';

const LOSS = seriesKey({ metric: 'loss', variant: 'train' });

const lastSteps = z.record(z.string(), z.number());

function lastLossStep(figures: Record<string, string | undefined>): number | undefined {
  return lastSteps.parse(JSON.parse(figures['lastSteps'] ?? '{}'))[LOSS];
}

describe('the live panel in a browser', function () {
  this.timeout(60_000);
  const pages = usePages('metrics', CONTROLS_PROBLEM);
  let panel: OpenPanel | undefined;

  async function open(
    session: FakeSession,
    options: { theme?: ThemeName; width?: number; state?: unknown; isToldEarly?: boolean } = {},
  ) {
    panel = await openPanel(pages, { session, ...options });
    return panel;
  }

  function curves(): FakeSession {
    const session = new FakeSession(makeTask({ can: ['stop', 'clone', 'reset'] }));
    const values = Array.from({ length: 5_000 }, (_, index) => 3 / (1 + index / 300));
    values[2_345] = 9;
    session.report(
      makeDelta('loss', 'train', values),
      makeDelta('loss', 'validation', values.slice(0, 500)),
      makeDelta('accuracy', 'train', values.slice(0, 300)),
      makeDelta('Summary', 'best', [0.97], { steps: Float64Array.of(SINGLE_VALUE_STEP) }),
    );
    return session;
  }

  function detailed(): FakeSession {
    const session = new FakeSession(
      makeTask({
        comment: 'first try',
        createdAt: 1_700_000_000_000,
        parentId: 'mother',
        tags: ['a', 'b c'],
      }),
    );
    session.report(makeDelta('loss', 'train', [3, 2, 1]));
    const many = Array.from({ length: 10 }, (_, index) => ({
      section: 'Args',
      name: `p${index}`,
      value: String(index),
      type: 'int',
    }));
    session.details = {
      code: { entryPoint: 'train.py', uncommittedDiff: 'diff --git a b\n+1\n' },
      arguments: ['--lr', '0.1'],
      packages: 'numpy',
      parameters: [
        ...many,
        { section: 'Net', name: 'odd', value: '<img src=x onerror=alert(1)>' },
        { section: 'Net', name: 'long '.repeat(30), value: 'x'.repeat(3_000), description: 'wide' },
      ],
      configurations: [{ name: 'net/../deep.yaml', text: 'depth: 3' }],
      artifacts: [
        {
          name: 'features',
          direction: 'output',
          type: 'custom',
          uri: 's3://bucket/f.npz',
          sizeBytes: 2_000_000_000,
          hash: 'cafe',
          addedAt: 1_700_000_000_000,
          preview: 'x, y\n1, 2',
        },
      ],
      models: [{ id: 'm', name: 'net', direction: 'output' }],
    };
    return session;
  }

  it('paints curves, legends, values and an honest count', async () => {
    const { page, painted } = await open(curves()).then((opened) => ({
      page: opened.page,
      painted: opened.painted((figures) => Number(figures.drawnPoints) > 0),
    }));
    const figures = await painted;
    assert.equal(figures.knownPoints, '5801');
    assert.equal(lastLossStep(figures), 4_999);
    const loss = page.locator('section.card', { has: page.getByRole('heading', { name: 'loss' }) });
    assert.match(await loss.innerText(), /of 5,500 points · exact envelope/);
    assert.match(
      await loss.locator('tr', { hasText: 'train' }).innerText(),
      /train\s+0\.1698\d*\s+0\.1698\d*\s+9/,
    );
    assert.match(await page.locator('.values').innerText(), /best\s+0\.97/);
    assert.match(await page.locator('header').innerText(), /digits train\s+Running/);
  });

  it('shows a new point at once and says so in its figures', async () => {
    const session = curves();
    const opened = await open(session);
    await opened.painted((figures) => Number(figures.drawnPoints) > 0);
    session.report(makeDelta('loss', 'train', [0.1], { firstStep: 5_000 }));
    const figures = await opened.painted((painted) => lastLossStep(painted) === 5_000);
    assert.ok(Number(figures.paintedAt) > 0);
  });

  it('zooms by dragging, keeps the zoom while points arrive, and follows again after a reset', async () => {
    const session = curves();
    const opened = await open(session);
    await opened.painted((figures) => Number(figures.drawnPoints) > 0);
    const surface = opened.page.locator('.surface').first();
    const box = await boxOf(surface);
    await opened.page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    await opened.page.mouse.down();
    await opened.page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 4 });
    await opened.page.mouse.up();
    const card = opened.page.locator('section.card').first();
    await card.getByText(/in view/).waitFor();
    session.report(makeDelta('loss', 'train', [0.1], { firstStep: 5_000 }));
    await opened.painted(({ knownPoints }) => knownPoints === '5802');
    assert.match(await card.innerText(), /in view/);
    await surface.focus();
    await opened.page.keyboard.press('0');
    await card.getByText('of 5,501 points').waitFor();
  });

  it('is used with the keyboard alone: points are read out, zoomed and moved', async () => {
    const opened = await open(curves());
    await opened.painted((figures) => Number(figures.drawnPoints) > 0);
    await opened.page.locator('.surface').first().focus();
    await opened.page.keyboard.press('Home');
    await opened.page.keyboard.press('ArrowRight');
    const live = opened.page.locator('[aria-live=polite]');
    assert.match((await live.textContent()) ?? '', /^step 1: train 3 \(step 0\), validation 2\.99\d+$/);
    assert.equal(await opened.page.locator('.readout:visible').count(), 1);
    await opened.page.keyboard.press('+');
    await opened.page
      .locator('section.card')
      .first()
      .getByText(/in view/)
      .waitFor();
  });

  it('hides a line by its legend and shows the points as a table', async () => {
    const opened = await open(curves());
    await opened.painted((figures) => Number(figures.drawnPoints) > 0);
    const card = opened.page.locator('section.card').first();
    const train = card.getByRole('button', { name: 'train', exact: true });
    await train.click();
    await becomes(() => train.getAttribute('aria-pressed'), 'false');
    await card.getByText('all 500 points').waitFor();
    await card.getByTitle('Table of the points shown').click();
    assert.match(await card.locator('table').first().innerText(), /Step\s+Time\s+validation/);
    assert.match(JSON.stringify(await opened.state()), /"tables":\["loss"\]/);
    const table = card.getByRole('region', { name: 'Points of loss' });
    const firstStep = (): Promise<string> => table.locator('tbody th').first().innerText();
    await becomes(firstStep, '499');
    await table.getByText('newest first').waitFor();
    await table.getByRole('button', { name: 'Step' }).click();
    await becomes(firstStep, '0');
    await table.getByText('first 200 of 500 rows, by Step').waitFor();
    assert.equal(
      await table.getByRole('columnheader', { name: 'Step' }).getAttribute('aria-sort'),
      'ascending',
    );
  });

  it('draws what it is told while it loads, without asking', async () => {
    const { page, heard } = await open(curves(), { isToldEarly: true });
    await page.locator('.card').first().waitFor();
    await panel?.painted((figures) => lastLossStep(figures) === 4_999);
    assert.deepEqual(
      heard.filter((type) => type === 'ready'),
      [],
    );
  });

  it('asks for what it showed when it is told something else, and draws nothing of that', async () => {
    const ref = { connectionId: 'local', taskId: 'task-1' };
    const view = { ...viewState.parse({}), range: { from: 1_000, to: 2_000 } };
    const { heard } = await open(curves(), { state: { ref, view } });
    const figures = await panel?.painted((each) => lastLossStep(each) !== undefined);
    assert.ok(Math.abs((figures && lastLossStep(figures)) ?? 0) <= 2_001);
    assert.ok(heard.includes('ready'));
  });

  it('comes back after a reload as it was', async () => {
    const view = { xLabel: 'relative', range: null, isLogarithmic: true, smoothing: 0.6, filter: 'loss' };
    const opened = await open(curves(), {
      state: { ref: { connectionId: 'local', taskId: 'task-1' }, view },
    });
    await opened.painted((figures) => Number(figures.drawnPoints) > 0);
    assert.deepEqual(await opened.page.locator('section.card h3').allInnerTexts(), ['loss']);
    const selections = opened.sent.filter(({ type }) => type === 'update');
    assert.ok(
      selections.some(
        (update) => update.type === 'update' && update.frames.some(({ smoothed }) => smoothed !== null),
      ),
    );
  });

  it('draws NaN, infinities and the largest doubles without giving up', async () => {
    const session = new FakeSession();
    session.report(
      makeDelta('odd', 'values', [1, NaN, Infinity, -Infinity, 1e308, -1e308, 5e-324, 0]),
      makeDelta('nothing', 'finite', [NaN, NaN]),
      makeDelta('one', 'point', [42]),
    );
    const opened = await open(session);
    await opened.painted((figures) => Number(figures.drawnPoints) > 0);
    assert.match(
      await opened.page.locator('section.card').first().innerText(),
      /1 NaN marked × · 2 infinite marked/,
    );
    await opened.page.getByRole('checkbox', { name: 'Log y' }).click();
    await opened.page.getByText(/have no place on a log axis/).waitFor();
  });

  it('stays quick with ten thousand metrics, of which it draws those on screen', async () => {
    const session = new FakeSession();
    session.report(
      ...Array.from({ length: 10_000 }, (_, index) => makeDelta(`metric ${index}`, 'value', [index, 1])),
    );
    const opened = await open(session);
    const figures = await opened.painted(
      ({ knownSeries, drawnPoints }) => knownSeries === '10000' && Number(drawnPoints) > 0,
    );
    assert.ok(Number(figures.drawnPoints) < 100);
    await opened.page.getByRole('textbox', { name: 'Filter metrics' }).pressSequentially('9876');
    await opened.page.waitForFunction(() => document.querySelectorAll('section.card').length === 1);
    await opened.painted(({ lastSteps }) => (lastSteps ?? '').includes('metric 9876'));
  });

  it('never takes names for markup', async () => {
    const name = '<img src=x onerror="document.body.dataset.bad=1">';
    const session = new FakeSession(makeTask({ name }));
    session.report(makeDelta(name, name, [1, 2]));
    const opened = await open(session);
    const figures = await opened.painted(({ drawnPoints }) => Number(drawnPoints) > 0);
    assert.equal(figures.bad, undefined);
    assert.equal(await opened.page.locator('h1').innerText(), name);
  });

  it('says what it waits for, what failed and what to do', async () => {
    const session = new FakeSession();
    const opened = await open(session);
    await opened.page.getByText('Waiting for the first points').waitFor();
    session.series.failure = new TracksideError(
      'unreachable',
      'No answer from the server.',
      'Check that it runs.',
    );
    session.report();
    await opened.page.getByText('No answer from the server. Check that it runs.').waitFor();
    const fact = opened.page.locator('header').getByText('not up to date', { exact: true });
    await fact.waitFor();
    session.series.failure = undefined;
    session.series.log.push(makeDelta('loss', 'train', [1]));
    await opened.page.getByText('Try again').click();
    await opened.painted(({ drawnPoints }) => Number(drawnPoints) > 0);
    await becomes(() => opened.page.locator('.notice:visible').count(), 0);
    await becomes(() => fact.count(), 0);
  });

  it('offers exactly what the task allows', async () => {
    const session = curves();
    const opened = await open(session);
    const labels = () => opened.page.locator('.actions vscode-button:visible').allInnerTexts();
    await opened.page.getByText('Stop', { exact: true }).click();
    assert.deepEqual(
      (await labels()).map((label) => label.trim()),
      ['Stop', 'Reset', 'Clone', 'Console'],
    );
    session.store.set(makeTask({ status: 'draft', can: ['enqueue', 'clone'] }));
    await opened.page.getByText('Enqueue', { exact: true }).waitFor();
    assert.deepEqual(
      (await labels()).map((label) => label.trim()),
      ['Enqueue', 'Clone', 'Console'],
    );
    await becomes(() => Promise.resolve(opened.deeds.acted), ['stop']);
  });

  for (const theme of ['dark', 'light', 'highContrast', 'highContrastLight'] as const) {
    it(`has no accessibility problem in ${theme}`, async () => {
      const { page, painted } = await opened(theme);
      await painted;
      await page.waitForFunction(() => customElements.get('vscode-button') !== undefined);
      assert.deepEqual(await violationsOf(page), []);
      await page.getByRole('tab', { name: 'Details' }).click();
      await page.locator('table.parameters').first().waitFor();
      assert.deepEqual(await violationsOf(page), []);
    });
  }

  async function opened(theme: ThemeName) {
    const session = curves();
    session.details = detailed().details;
    const shown = await open(session, { theme });
    return { page: shown.page, painted: shown.painted((figures) => Number(figures.drawnPoints) > 0) };
  }

  it('reads details only while they are shown, filters parameters, opens texts and copies', async () => {
    const session = detailed();
    const opened = await open(session);
    const { page } = opened;
    await opened.painted((figures) => Number(figures.drawnPoints) > 0);
    assert.equal(session.detailReads, 0);
    await page.getByRole('tab', { name: 'Details' }).click();
    const parameters = page.locator('table.parameters');
    await parameters.first().waitFor();
    assert.equal(session.detailReads, 1);
    assert.match(await page.locator('.details').first().innerText(), /Comment\s+first try\s+Created/);
    assert.match(await page.locator('.details').first().innerText(), /Arguments\s+--lr 0\.1/);
    assert.equal(await page.locator('table.parameters tr').count(), 13);
    await page.getByRole('textbox', { name: 'Filter parameters' }).fill('<img');
    assert.deepEqual((await parameters.locator('tr').allInnerTexts()).slice(1), [
      'odd\t<img src=x onerror=alert(1)>',
    ]);
    await page.getByRole('button', { name: 'Uncommitted changes' }).click();
    await page.getByRole('button', { name: 'Copy the address of features' }).click();
    await page.getByTitle('Open the task that this one was made from').click();
    await becomes(
      () => Promise.resolve([opened.deeds.opened, opened.deeds.copied]),
      [['changes', 'mother'], ['s3://bucket/f.npz']],
    );
    assert.match(JSON.stringify(await opened.state()), /"tab":"details"/);
    await page.getByRole('tab', { name: 'Details' }).press('ArrowRight');
    assert.equal(await page.locator('section.card').first().isVisible(), true);
    session.scheduler.notify({ kind: 'task', ids: ['task-1'] });
    assert.equal(session.detailReads, 1);
  });

  it('says why there are no details, and tries again when the task changes', async () => {
    const session = new FakeSession();
    session.details = new TracksideError('server', 'The server answered 500.', 'Try again later.');
    const opened = await open(session);
    await opened.page.getByRole('tab', { name: 'Details' }).click();
    await opened.page.getByText('could not be read. The server answered 500. Try again later.').waitFor();
    session.details = detailed().details;
    session.scheduler.notify({ kind: 'task', ids: ['task-1'] });
    await opened.page.locator('table.parameters').first().waitFor();
    await opened.page.getByText('could not be read').waitFor({ state: 'hidden' });
  });

  it('keeps details that cannot be read again as they are, and says that they are not up to date', async () => {
    const session = detailed();
    const { page } = await open(session);
    await page.getByRole('tab', { name: 'Details' }).click();
    const preview = page.locator('.artifact details');
    await preview.locator('summary').click();
    const { details } = session;
    session.details = new TracksideError('server', 'The server answered 500.', 'Try again later.');
    session.scheduler.notify({ kind: 'task', ids: ['task-1'] });
    const note = page.getByText('Not up to date. The server answered 500. Try again later.');
    await note.waitFor();
    assert.equal(await preview.getAttribute('open'), '', 'what a person opened stays open');
    assert.equal(await page.locator('table.parameters tr').count(), 13);
    session.details = details;
    session.scheduler.notify({ kind: 'task', ids: ['task-1'] });
    await note.waitFor({ state: 'hidden' });
    assert.equal(await preview.getAttribute('open'), '');
  });

  it('is laid out in as many columns as there is room for, with nothing over anything else', async () => {
    const long = 'and a name that goes on '.repeat(6);
    const session = new FakeSession(
      makeTask({
        name: long,
        projectName: long,
        status: 'failed',
        statusReason: long,
        can: ['reset', 'clone'],
      }),
    );
    const values = Array.from({ length: 50 }, (_, step) => -123_456.789 * Math.sin(step));
    session.report(
      ...['a', 'b', 'c', long].map((name) => makeDelta(name, `${name} ${long}`, values)),
      makeDelta('train/loss', 'loss', [42]),
      makeDelta('Summary', long, [0.123456789], { steps: Float64Array.of(SINGLE_VALUE_STEP) }),
    );
    const { page, painted } = await open(session).then((opened) => ({
      page: opened.page,
      painted: opened.painted(({ drawnPoints }) => Number(drawnPoints) > 0),
    }));
    await painted;
    const columns = (): Promise<number> =>
      page
        .locator('.groups > .grid > .card')
        .evaluateAll((cards) => new Set(cards.map((card) => card.getBoundingClientRect().left)).size);
    for (const [width, expected] of [
      [300, 1],
      [500, 1],
      [900, 2],
      [1_300, 3],
      [2_000, 5],
    ] as const) {
      await page.setViewportSize({ width, height: 1_000 });
      await becomes(columns, expected);
      await becomes(() => overlapsOf(page), []);
      assert.equal(await overflowOf(page), 0, `${width} px`);
    }
    await page
      .locator('.legend-scroll')
      .first()
      .evaluate(({ style }) => (style.marginTop = '-60px'));
    assert.notDeepEqual(await overlapsOf(page), [], 'what lies over something else is found');
  });

  it('fits into 300 pixels', async () => {
    const narrow = await open(detailed(), { width: 300 });
    await narrow.painted((figures) => Number(figures.drawnPoints) > 0);
    assert.equal(await overflowOf(narrow.page), 0);
    await narrow.page.getByRole('tab', { name: 'Details' }).click();
    await narrow.page.locator('table.parameters').first().waitFor();
    assert.equal(await overflowOf(narrow.page), 0);
    assert.deepEqual(await overlapsOf(narrow.page), []);
  });
});

async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
}

/** By how much the page is wider than its window, in pixels. */
function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
