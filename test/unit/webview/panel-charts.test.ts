import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import * as z from 'zod';
import { TracksideError } from '../../../src/core/errors';
import { seriesKey } from '../../../src/core/series';
import type { ViewMemory } from '../../../src/features/metrics/view-memory';
import { memoryViews } from '../metrics/memory-views';
import { FakeSession, makeDelta, makeTask } from '../metrics/fake-session';
import { becomes, boxOf, openPanel, type OpenPanel } from './open-panel';
import { CONTROLS_PROBLEM, usePages } from './page-browser';

const savedPoints = z.object({
  series: z.array(
    z.object({
      name: z.string(),
      points: z.array(z.tuple([z.number(), z.number().nullable(), z.union([z.number(), z.string()])])),
    }),
  ),
});

const keptRange = z.object({
  view: z.object({ range: z.nullable(z.object({ from: z.number(), to: z.number() })) }),
});

describe("the live panel's charts in a browser", function () {
  this.timeout(60_000);
  const pages = usePages('metrics', CONTROLS_PROBLEM);
  let panel: OpenPanel | undefined;

  async function open(
    session: FakeSession,
    options: {
      width?: number;
      pixelRatio?: number;
      isToldEarly?: boolean;
      view?: object;
      views?: ViewMemory;
    } = {},
  ): Promise<Page> {
    const { view, ...rest } = options;
    const state = view && { ref: { connectionId: 'local', taskId: 'task-1' }, view };
    panel = await openPanel(pages, {
      session,
      width: 1000,
      ...rest,
      ...(state === undefined ? {} : { state }),
    });
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
    const box = await boxOf(loss.locator('.surface'));
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

  it('touches the layer over a chart only while there is something on it', async () => {
    const session = twoCharts();
    const page = await open(session);
    const surface = await boxOf(cardOf(page, 'loss').locator('.surface'));
    await page.evaluate(countClearedLayers);
    const cleared = (): Promise<number> =>
      page.evaluate(() => Number(document.body.dataset.clearedLayers ?? '0'));
    const grow = async (firstStep: number): Promise<void> => {
      const before = (await panel?.painted(() => true))?.paintedGeneration;
      session.report(makeDelta('loss', 'train', [2], { firstStep }));
      await panel?.painted(({ paintedGeneration }) => paintedGeneration !== before);
    };
    await grow(1_200);
    assert.equal(await cleared(), 0, 'nothing is pointed at');
    await page.mouse.move(surface.x + 250, surface.y + 60);
    await becomes(async () => (await cleared()) > 0, true);
    const pointed = await cleared();
    await grow(1_400);
    assert.ok((await cleared()) > pointed, 'the crosshair follows the curves');
    await page.mouse.move(2, 2);
    await becomes(() => layerIsBlank(page), true);
    const left = await cleared();
    await grow(1_600);
    assert.equal(await cleared(), left);
  });

  it('zooms by the wheel with a modifier, moves by shift, and reads all charts at one place', async () => {
    const page = await open(twoCharts());
    const [loss, epoch] = [cardOf(page, 'loss'), cardOf(page, 'epoch')];
    const box = await boxOf(loss.locator('.surface'));
    const range = async (): Promise<{ from: number; to: number } | null> =>
      keptRange.parse(await panel?.state()).view.range;
    const moved = async (deed: () => Promise<void>): Promise<{ from: number; to: number }> => {
      const before = JSON.stringify(await range());
      await deed();
      await becomes(async () => JSON.stringify(await range()) === before, false);
      return (await range()) ?? assert.fail();
    };
    await page.mouse.move(box.x + 250, box.y + 60);
    await page.mouse.wheel(0, -300);
    await becomes(() => epoch.locator('td.of-here').innerText(), '1');
    assert.equal(await range(), null, 'without a modifier the page scrolls');
    await page.keyboard.down('Control');
    const zoomed = await moved(() => page.mouse.wheel(0, -300));
    await page.keyboard.up('Control');
    assert.ok(zoomed.from > 0 && zoomed.to < 999, JSON.stringify(zoomed));
    await Promise.all([loss, epoch].map((card) => card.getByText(/in view/).waitFor()));
    await page.keyboard.down('Shift');
    const later = await moved(() =>
      drag(page, { x: box.x + 250, y: box.y + 60 }, { x: box.x + 200, y: box.y + 60 }),
    );
    await page.keyboard.up('Shift');
    const width = ({ from, to }: { from: number; to: number }): number => Math.round(to - from);
    assert.ok(later.from > zoomed.from && width(later) === width(zoomed), JSON.stringify(later));
    await loss.locator('.surface').focus();
    const earlier = await moved(() => page.keyboard.press('Shift+ArrowLeft'));
    assert.ok(earlier.from < later.from && width(earlier) === width(later), JSON.stringify(earlier));
    await page.mouse.move(box.x + 10, box.y + 100);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    await loss.getByText(/outside the picture/).waitFor();
    assert.equal(await epoch.getByText(/outside the picture/).count(), 0);
    assert.deepEqual(await range(), earlier, 'the wheel on the y axis is about heights');
  });

  it('fills the place of each chart when the page has become narrower or wider', async () => {
    const page = await open(twoCharts());
    const loss = cardOf(page, 'loss');
    const sizes = (part: string): Promise<readonly number[]> =>
      loss.locator(part).evaluate(({ clientWidth, clientHeight }) => [clientWidth, clientHeight]);
    for (const width of [320, 1_500]) {
      const before = await sizes('.stage');
      await page.setViewportSize({ width, height: 800 });
      await becomes(async () => (await sizes('.stage'))[0] === before[0], false);
      await becomes(() => sizes('canvas.curves'), await sizes('.stage'));
    }
  });

  /** How many buckets the points of the first chart are of, as its note tells. */
  async function bucketsOf(page: Page): Promise<number> {
    const note = await page.locator('.card-note').first().innerText();
    const drawn = Number(/^([\d,]+) of 300,000 points/.exec(note)?.[1]?.replaceAll(',', ''));
    return Math.round(drawn / 4 / 500) * 500;
  }

  function longCurve(): FakeSession {
    const session = new FakeSession();
    session.report(
      makeDelta(
        'loss',
        'train',
        Array.from({ length: 300_000 }, (_, step) => Math.sin(step * step)),
      ),
    );
    return session;
  }

  it('draws a bucket of points for each pixel of the widest chart, and asks for no more when it is narrower', async () => {
    const page = await open(longCurve(), { width: 460 });
    await becomes(() => bucketsOf(page), 500);
    const watches = (): number => panel?.heard.filter((type) => type === 'watch').length ?? NaN;
    const before = watches();
    await page.setViewportSize({ width: 500, height: 800 });
    await page.setViewportSize({ width: 760, height: 800 });
    await becomes(() => bucketsOf(page), 1_000);
    assert.equal(watches(), before + 1);
    for (const width of [460, 760, 1_500]) {
      await page.setViewportSize({ width, height: 800 });
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))),
      );
    }
    assert.deepEqual([await bucketsOf(page), watches()], [1_000, before + 1]);
  });

  it('draws a bucket for each device pixel where they are smaller, at once when the panel comes back', async () => {
    const page = await open(longCurve(), { width: 760, pixelRatio: 2, isToldEarly: true, view: {} });
    await becomes(() => bucketsOf(page), 2_000);
    assert.ok(panel);
    panel.setVisible(false);
    panel.hold();
    panel.heard.length = 0;
    panel.sent.length = 0;
    panel.setVisible(true);
    await page.reload();
    await panel.painted(({ drawnPoints }) => Number(drawnPoints) > 0);
    assert.equal(await bucketsOf(page), 2_000);
    await becomes(() => Promise.resolve(panel?.heard.includes('watch')), true);
    assert.ok(!panel.heard.includes('ready'), panel.heard.join());
    const drawn = panel.sent.flatMap((message) =>
      message.type === 'update' ? message.frames.map(({ drawnCount }) => drawnCount > 7_000) : [],
    );
    assert.deepEqual(drawn, [true]);
  });

  it('leaves outliers out of the picture, and says so', async () => {
    const page = await open(twoCharts());
    await page.getByRole('checkbox', { name: 'Ignore outliers' }).click();
    await cardOf(page, 'loss')
      .getByText(/reaches up to 1000 outside the picture/)
      .waitFor();
    assert.match(await keptView(), /"ignoresOutliers":true/);
  });

  it('draws lines as wide as somebody wants them, on the page and in pictures', async () => {
    const page = await open(twoCharts());
    const loss = cardOf(page, 'loss');
    const drawn = (): Promise<number> =>
      loss.locator('canvas.curves').evaluate((canvas: HTMLCanvasElement) => {
        const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
        return [...(data ?? [])].reduce<number>(
          (count, part, index) => count + Number(index % 4 === 3 && part > 200),
          0,
        );
      });
    const normal = await drawn();
    for (const [name, isWidth] of [
      ['Thick', (now: number) => now > normal * 1.1],
      ['Thin', (now: number) => now < normal],
    ] as const) {
      await page.getByRole('combobox', { name: 'Width of lines' }).click();
      await page.getByRole('option', { name }).click();
      await becomes(async () => isWidth(await drawn()), true);
    }
    assert.match(await keptView(), /"lineWidth":"thin"/);
    await openMenu(loss, 'Save as SVG…');
    const svg = (): string => panel?.deeds.files[0]?.bytes.toString() ?? '';
    await becomes(() => Promise.resolve(svg().includes('stroke-width="0.9"')), true);
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

  async function chooseEpochAsAxis(page: Page): Promise<void> {
    await page.getByRole('combobox', { name: 'X axis' }).click();
    await page.getByRole('option', { name: 'Another metric…' }).click();
    await page.getByPlaceholder('Search metrics').fill('epo');
    await page.locator('.popup').getByRole('button', { name: 'epoch' }).click();
  }

  it('takes another metric for the x axis, which forgets the zoom', async () => {
    const page = await open(twoCharts(), { view: { range: { from: 100, to: 200 } } });
    const loss = cardOf(page, 'loss');
    await loss.getByText(/in view/).waitFor();
    await chooseEpochAsAxis(page);
    await loss.getByText(/in view/).waitFor({ state: 'detached' });
    await loss.locator('.surface').focus();
    await page.keyboard.press('End');
    await page.locator('[aria-live=polite]', { hasText: /^epoch 2: train/ }).waitFor({ state: 'attached' });
    assert.match(await keptView(), /"xLabel":"series"/);
    assert.match(await keptView(), /"range":null/);
  });

  it('keeps the picture of one x axis, with its words, until the points of another have come', async () => {
    const page = await open(twoCharts(), { view: { range: { from: 100, to: 200 } } });
    const loss = cardOf(page, 'loss');
    const spoken = page.locator('[aria-live=polite]');
    await loss.getByText(/in view/).waitFor();
    panel?.hold();
    await chooseEpochAsAxis(page);
    await becomes(async () => (await keptView()).includes('"xLabel":"series"'), true);
    await loss.locator('.surface').focus();
    await page.keyboard.press('End');
    await spoken.filter({ hasText: /^step 200: train/ }).waitFor({ state: 'attached' });
    assert.match(await loss.innerText(), /in view/);
    panel?.release();
    await loss.getByText(/in view/).waitFor({ state: 'detached' });
    assert.equal(await spoken.filter({ hasText: /^epoch/ }).count(), 0);
    await page.keyboard.press('End');
    await spoken.filter({ hasText: /^epoch 2: train/ }).waitFor({ state: 'attached' });
  });

  it('reads no line whose points of the new x axis have not come', async () => {
    const xSeries = seriesKey({ metric: 'epoch', variant: 'epoch' });
    const page = await open(twoCharts(), { view: { xLabel: 'series', xSeries } });
    const loss = cardOf(page, 'loss');
    const { engine } = panel ?? assert.fail();
    const all = engine.frames.bind(engine);
    engine.frames = async (panelId, keys, selection) =>
      (await all(panelId, keys, selection)).filter(({ variant }) => variant !== 'val');
    await page.getByRole('combobox', { name: 'X axis' }).click();
    await page.getByRole('option', { name: 'Step' }).click();
    await loss.getByText('all 1,000 points', { exact: true }).waitFor();
    await loss.locator('.surface').focus();
    await page.keyboard.press('Home');
    await page.locator('[aria-live=polite]', { hasText: /^step 0: train 1$/ }).waitFor({ state: 'attached' });
    await becomes(() => loss.locator('td.of-here').allInnerTexts(), ['1', '']);
    assert.deepEqual(await loss.locator('.readout-name').allInnerTexts(), ['train']);
    await loss.hover();
    await loss.getByRole('button', { name: 'Show loss as a table' }).click();
    await becomes(() => loss.locator('.plot thead th').allInnerTexts(), ['Step', 'Time', 'train']);
  });

  it('says why there is nothing to draw along a metric that the task does not have, until it has', async () => {
    const session = new FakeSession();
    session.report(makeDelta('loss', 'train', [3, 2, 1]));
    const xSeries = seriesKey({ metric: 'epoch', variant: 'epoch' });
    panel = await openPanel(pages, {
      session,
      state: { ref: { connectionId: 'local', taskId: 'task-1' }, view: { xLabel: 'series', xSeries } },
    });
    const loss = cardOf(panel.page, 'loss');
    await loss
      .getByText('No point has a place along a metric that this task does not have. Choose another x axis.')
      .waitFor();
    await loss.getByText('3 points without a place on this axis left out').waitFor();
    session.report(makeDelta('epoch', 'epoch', [0, 0.5, 1]));
    await loss.getByText('all 3 points').waitFor();
    assert.equal(await loss.getByText('No point has a place').isVisible(), false);
  });

  it('saves pictures and every point, and copies a picture', async () => {
    const session = new FakeSession(makeTask({ name: 'a/b' }));
    const values = Array.from({ length: 30_000 }, (_, index) => index / 7);
    values[3] = NaN;
    session.report(
      makeDelta('<b>&', '"x",y', values),
      makeDelta('<b>&', 'z', [1, -Infinity], { times: Float64Array.of(NaN, 0) }),
    );
    const page = await open(session);
    const card = page.locator('section.card').first();
    const saved = async (entry: string): Promise<{ name: string; bytes: Buffer }> => {
      const files = panel?.deeds.files ?? [];
      const before = files.length;
      await openMenu(card, entry);
      for (const deadline = Date.now() + 20_000; files.length === before && Date.now() < deadline;) {
        await page.waitForTimeout(20);
      }
      const file = files.at(-1);
      assert.ok(file !== undefined && files.length === before + 1, entry);
      return file;
    };
    const svg = await saved('Save as SVG…');
    assert.equal(svg.name, 'a-b -b-&.svg');
    const drawn = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
      const texts = [...parsed.querySelectorAll('text')].map(({ textContent }) => textContent);
      return { root: parsed.documentElement.tagName, paths: parsed.querySelectorAll('path').length, texts };
    }, svg.bytes.toString());
    assert.deepEqual([drawn.root, drawn.paths], ['svg', 2]);
    assert.ok(['<b>&', '"x",y', 'Step'].every((text) => drawn.texts.includes(text)));
    assert.ok(drawn.texts.some((text) => text.includes('exact envelope')));
    const png = await saved('Save as PNG…');
    assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG');
    assert.equal(png.bytes.readUInt32BE(16), 1_600);
    const csv = (await saved('Save Points as CSV…')).bytes.toString().split('\n');
    assert.equal(csv.length, 1 + 30_002 + 1);
    assert.deepEqual(csv.slice(0, 2), [
      'metric,series,step,time,value',
      '<b>&,"""x"",y",0,2023-11-14T22:13:20.000Z,0',
    ]);
    assert.match(csv[4] ?? '', /,3,.*,NaN$/);
    assert.deepEqual(csv.slice(-3), ['<b>&,z,0,,1', '<b>&,z,1,1970-01-01T00:00:00.000Z,-Infinity', '']);
    const json = savedPoints.parse(JSON.parse((await saved('Save Points as JSON…')).bytes.toString()));
    assert.deepEqual(
      json.series.map(({ name, points }) => [name, points.length]),
      [
        ['"x",y', 30_000],
        ['z', 2],
      ],
    );
    assert.deepEqual(json.series[1]?.points, [
      [0, null, 1],
      [1, 0, '-Infinity'],
    ]);
    assert.equal(json.series[0]?.points[29_999]?.[2], 29_999 / 7);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await openMenu(card, 'Copy as Image');
    await page.locator('[aria-live=polite]', { hasText: 'on the clipboard' }).waitFor({ state: 'attached' });
    const types = await page.evaluate(async () =>
      (await navigator.clipboard.read()).flatMap((item) => item.types),
    );
    assert.deepEqual(types, ['image/png']);
    await page.evaluate(() => {
      navigator.clipboard.write = () => Promise.reject(new Error('refused'));
    });
    await openMenu(card, 'Copy as Image');
    await card.getByText('The editor does not take the picture from this page. Save it instead.').waitFor();
  });

  it('begins as the project was looked at last, its zoom for its own task only', async () => {
    const views = memoryViews();
    const first = await open(twoCharts(), { views });
    await first.getByRole('checkbox', { name: 'Log y' }).click();
    await cardOf(first, 'epoch').hover();
    await cardOf(first, 'epoch').getByTitle('Pinned charts come first').click();
    assert.equal(await first.locator('section.card').first().getAttribute('aria-label'), 'epoch');
    await cardOf(first, 'loss').locator('.surface').focus();
    await first.keyboard.press('+');
    await cardOf(first, 'loss')
      .getByText(/in view/)
      .waitFor();
    await panel?.close();
    const again = await open(twoCharts(), { views });
    await cardOf(again, 'loss')
      .getByText(/in view/)
      .waitFor();
    assert.equal(await again.getByRole('checkbox', { name: 'Log y' }).getAttribute('aria-checked'), 'true');
    assert.equal(await again.locator('section.card').first().getAttribute('aria-label'), 'epoch');
    const drawnFor = panel?.sent.flatMap((sent) => (sent.type === 'update' ? [sent.selectionId] : []));
    assert.deepEqual([...new Set(drawnFor)], [0]);
  });

  it('orders the legend by value, shows one line alone, and gives lines another look', async () => {
    const page = await open(twoCharts());
    const legend = cardOf(page, 'loss').locator('.legend');
    const names = () => legend.locator('.legend-name').allInnerTexts();
    await becomes(names, ['train', 'val']);
    await legend.getByRole('button', { name: 'Max' }).click();
    await legend.locator('[aria-sort=descending]').waitFor();
    await becomes(names, ['train', 'val']);
    await legend.getByRole('button', { name: 'Max' }).click();
    await becomes(names, ['val', 'train']);
    assert.equal(await legend.locator('[aria-sort=ascending]').innerText(), 'Max');
    await legend.getByRole('button', { name: 'val', exact: true }).hover();
    assert.equal(
      await legend.locator('tr.is-strong').innerText(),
      await legend.locator('tbody tr').first().innerText(),
    );
    await legend.getByRole('button', { name: 'Look of val' }).click();
    await page.getByRole('button', { name: 'Pink, dotted' }).click();
    assert.match(await keptView(), /"looks":\[\{"name":"val","slot":17\}\]/);
    await becomes(() => legend.locator('tr[data-line=val] line').getAttribute('stroke-dasharray'), '2 2');
  });

  it('orders the legend by the value at the crosshair, by keys alone, and keeps it when the crosshair goes', async () => {
    const session = new FakeSession();
    session.report(
      makeDelta('loss', 'falls', [9, 5]),
      makeDelta('loss', 'rises', [1, 7, 8]),
      makeDelta('loss', 'stays', [6, 6, 6]),
    );
    const page = await open(session, { width: 340 });
    const card = cardOf(page, 'loss');
    const rows = (): Promise<string[]> =>
      card.locator('.legend tbody tr').evaluateAll((all) =>
        all.map((row) => {
          const texts = ['.legend-name', '.of-here'].map((part) => row.querySelector(part)?.textContent);
          return texts.join(' ').trim();
        }),
      );
    await card.getByRole('button', { name: 'Here' }).focus();
    await page.keyboard.press('Enter');
    assert.equal(await card.locator('th[aria-sort="descending"]').innerText(), 'Here');
    await card.getByRole('application').focus();
    await page.keyboard.press('Home');
    await becomes(rows, ['falls 9', 'stays 6', 'rises 1']);
    await page.keyboard.press('ArrowRight');
    await becomes(rows, ['rises 7', 'stays 6', 'falls 5']);
    await page.keyboard.press('ArrowRight');
    // A line that has ended before has nothing here.
    await becomes(rows, ['rises 8', 'stays 6', 'falls']);
    await page.locator('.curves').first().hover({ force: true });
    await page.mouse.move(2, 2);
    await becomes(() => card.locator('.readout').isVisible(), false);
    assert.ok(
      (await rows()).some((row) => /^rises \d/.test(row)),
      'the values stay',
    );
    assert.match((await card.getByRole('button', { name: 'Here' }).getAttribute('title')) ?? '', /step \d/i);
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(wide, 0);
  });

  it('draws a hundred lines, the last one too, and says what is beyond five hundred', async () => {
    const session = new FakeSession();
    const values = [1, 2, 3];
    session.report(
      ...Array.from({ length: 100 }, (_, index) => makeDelta('many', `line ${index}`, values)),
      ...Array.from({ length: 501 }, (_, index) => makeDelta('more', `line ${index}`, values)),
    );
    const page = await open(session);
    await cardOf(page, 'many').getByText('all 300 points').waitFor();
    assert.equal(await cardOf(page, 'many').locator('.legend tbody tr').count(), 100);
    await cardOf(page, 'more').getByText('1 more line: filter by name to see it.').waitFor();
    await page.getByRole('textbox', { name: 'Filter metrics' }).fill('line 500');
    await cardOf(page, 'more').getByText('all 3 points').waitFor();
  });

  it('keeps curves that a lost connection or a deleted task left behind, looking stale', async () => {
    const session = twoCharts();
    const page = await open(session);
    session.series.failure = new TracksideError('notFound', 'The task is gone.', 'Close this panel.');
    session.report();
    await page.getByText('The task is gone. Close this panel.').waitFor();
    assert.equal(await page.locator('.panel.is-stale section.card').count(), 2);
    session.series.failure = undefined;
    session.report(makeDelta('loss', 'train', [5], { firstStep: 1_000 }));
    await cardOf(page, 'loss')
      .getByText(/1,301 points/)
      .waitFor();
    assert.equal(await page.locator('.panel.is-stale').count(), 0);
    assert.match(await page.locator('header').innerText(), /updated \d+ s ago/);
  });

  it('says that more points come while the first reading goes on', async () => {
    const session = new FakeSession();
    const rest = Promise.withResolvers<undefined>();
    session.series.read = async function* () {
      yield makeDelta('loss', 'train', [3, 2, 1]);
      await rest.promise;
      yield makeDelta('loss', 'train', [0], { firstStep: 3 });
      return '1';
    };
    const page = await open(session);
    await cardOf(page, 'loss').getByText('3 points so far').waitFor();
    await page.locator('header', { hasText: 'reading more' }).waitFor();
    rest.resolve(undefined);
    await cardOf(page, 'loss').getByText('all 4 points').waitFor();
    await page.locator('header', { hasText: /updated \d+ s ago/ }).waitFor();
    assert.doesNotMatch(await page.locator('header').innerText(), /reading more/);
  });

  it('has room for names of any length and direction, and for a clock that went back', async () => {
    const session = new FakeSession();
    const names = ['x'.repeat(5_000), '‮مرحبا/بالعالم', 'a/b/c', '__proto__'];
    const times = Float64Array.of(2e12, 1e12, 3e12);
    session.report(...names.map((name) => makeDelta(name, name, [1, 2, 3], { times })));
    const page = await open(session, { width: 300, view: { xLabel: 'wall', pinned: ['__proto__'] } });
    for (const name of names) {
      const card = page.locator('section.card', { has: page.locator('h3', { hasText: name }) });
      await card.getByText('all 3 points').waitFor();
    }
    await page.getByRole('button', { name: 'Chart options' }).click();
    await page.getByRole('checkbox', { name: 'Log y' }).waitFor();
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(wide, 0);
  });

  it('has no accessibility problem with its menus and options open', async () => {
    const page = await open(twoCharts(), {
      width: 600,
      view: { pinned: ['loss'], legendOrder: { column: 'last', isDescending: true } },
    });
    await page.waitForFunction(() => customElements.get('vscode-button') !== undefined);
    await page.getByRole('button', { name: 'Chart options' }).click();
    for (const open of ['More…', 'Choose colour and dashes']) {
      await cardOf(page, 'loss').hover();
      const opener = cardOf(page, 'loss').getByTitle(open).first();
      await opener.click();
      await page.locator('.popup').waitFor();
      const { violations } = await new AxeBuilder({ page }).include('.popup').analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html.slice(0, 90)).join()}`),
        [],
      );
      // Where there is little room below the button, the popup lies over it.
      await opener.dispatchEvent('click');
      assert.equal(await page.locator('.popup').count(), 0, 'its button closes it');
    }
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

/** Runs in the page: counts, on its body, how often a layer over a chart was cleared for a new drawing. */
function countClearedLayers(): void {
  const { prototype } = CanvasRenderingContext2D;
  const original = Object.getOwnPropertyDescriptor(prototype, 'clearRect');
  Object.defineProperty(prototype, 'clearRect', {
    value(this: CanvasRenderingContext2D, ...box: readonly number[]): void {
      if (this.canvas.classList.contains('layer')) {
        const { dataset } = document.body;
        dataset.clearedLayers = String(Number(dataset.clearedLayers ?? '0') + 1);
      }
      const clear: unknown = original?.value;
      if (typeof clear === 'function') {
        Reflect.apply(clear, this, box);
      }
    },
  });
}

function layerIsBlank(page: Page): Promise<boolean> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLCanvasElement>('canvas.layer')].every(
      (canvas) =>
        canvas
          .getContext('2d')
          ?.getImageData(0, 0, canvas.width, canvas.height)
          .data.every((byte) => byte === 0) ?? false,
    ),
  );
}
