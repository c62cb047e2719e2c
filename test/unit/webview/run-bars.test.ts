import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from 'playwright-core';
import * as z from 'zod';
import { SINGLE_VALUE_STEP } from '../../../src/features/metrics/panel-contract';
import { sessionOf } from '../metrics/fake-runs';
import { makeDelta, type FakeSession } from '../metrics/fake-session';
import { becomes } from './open-panel';
import { OpenRuns } from './open-runs';
import { CONTROLS_PROBLEM, usePages, type PageOptions } from './page-browser';
import { THEMES, type ThemeName } from './themes';

const AXIS_PX = 22;
const ROW_PX = 22;
const kept = z.object({ view: z.object({ valueForm: z.string() }) });

/** For pictures to look at; nothing is kept without it. */
const PICTURES = process.env.TRACKSIDE_PICTURES;

/** A stretch of a row in one colour, in CSS pixels; null: nothing of that colour. */
type Stretch = { readonly from: number; readonly to: number } | null;

describe('values of several runs as bars', function () {
  this.timeout(120_000);
  const pages = usePages(
    'runs',
    new RegExp(`${CONTROLS_PROBLEM.source}|Failed to load resource: net::ERR_FAILED`),
  );

  async function open(sessions: readonly FakeSession[], options: PageOptions = {}): Promise<OpenRuns> {
    const opened = await pages.open((page) => new OpenRuns(page, sessions), { width: 1000, ...options });
    await tableOf(opened).waitFor();
    return opened;
  }

  async function openBars(sessions: readonly FakeSession[], options: PageOptions = {}): Promise<OpenRuns> {
    const opened = await open(sessions, options);
    await button(opened, 'Bars').click();
    await drawn(opened);
    return opened;
  }

  const tableOf = ({ page }: OpenRuns): Locator =>
    page.getByRole('region', { name: 'Values of the runs', exact: true });
  const barsOf = ({ page }: OpenRuns): Locator =>
    page.getByRole('region', { name: 'Values of the runs as bars; the table has the same values' });
  const button = ({ page }: OpenRuns, name: string): Locator =>
    page.getByRole('group', { name: 'Show values as' }).getByRole('button', { name });
  const charts = (opened: OpenRuns): Locator => barsOf(opened).locator('canvas');

  async function drawn(opened: OpenRuns): Promise<void> {
    await becomes(
      () =>
        charts(opened)
          .first()
          .evaluate((canvas) => canvas.clientWidth > 0),
      true,
    );
  }

  /** Of each run of the list, by its colour there: its bar in the rows of a chart. */
  async function barsIn(opened: OpenRuns, chart: number, run: string): Promise<Stretch[]> {
    const line = opened.page.locator('li.run', { hasText: run }).locator('line').first();
    const colour = (await line.getAttribute('stroke')) ?? '';
    return charts(opened).nth(chart).evaluate(stretches, { colour, axis: AXIS_PX, row: ROW_PX });
  }

  const rowsWithBar = async (opened: OpenRuns, chart: number, run: string): Promise<number[]> =>
    (await barsIn(opened, chart, run)).flatMap((stretch, row) => (stretch === null ? [] : [row]));

  const single = { steps: Float64Array.of(SINGLE_VALUE_STEP) };

  function fourRuns(): FakeSession[] {
    const values = [0.9, -0.45, 0.123456789, NaN];
    return values.map((value, index) => {
      const session = sessionOf(`seed ${index + 1}`);
      session.report(
        makeDelta('loss', 'train', [3, 2, 1 + index]),
        makeDelta('Summary', 'accuracy', [value], single),
        makeDelta('Summary', 'score', [1_000 + index], single),
        ...(index === 0 ? [makeDelta('Summary', 'size', [Infinity], single)] : []),
      );
      return session;
    });
  }

  it('draws a bar per run in its colour, from zero, in the order of the table', async () => {
    const opened = await openBars(fourRuns());
    assert.equal(await tableOf(opened).isVisible(), false);
    assert.deepEqual(await barsOf(opened).getByRole('heading').allInnerTexts(), [
      'accuracy',
      'score',
      'size',
    ]);
    const row = async (run: string, index: number): Promise<{ from: number; to: number }> => {
      const stretch = (await barsIn(opened, 0, run))[index];
      assert.ok(stretch, `the bar of ${run}`);
      return stretch;
    };
    const [first, second, third] = [await row('seed 1', 0), await row('seed 2', 1), await row('seed 3', 2)];
    // The line of zero is between them.
    assert.ok(Math.abs(second.to - first.from) <= 4, 'what is negative ends where what is positive begins');
    assert.ok(Math.abs(third.from - first.from) <= 2);
    const length = ({ from, to }: { from: number; to: number }): number => to - from;
    assert.ok(Math.abs(length(first) / length(second) - 2) < 0.1, `${length(first)} to ${length(second)}`);
    assert.ok(Math.abs(length(third) / length(first) - 0.123 / 0.9) < 0.05);
    for (const [index, run] of ['seed 1', 'seed 2', 'seed 3', 'seed 4'].entries()) {
      assert.deepEqual(await rowsWithBar(opened, 0, run), index === 3 ? [] : [index], run);
      assert.deepEqual(await rowsWithBar(opened, 1, run), [index], run);
      assert.deepEqual(await rowsWithBar(opened, 2, run), [], run);
    }
    await button(opened, 'Table').click();
    await becomes(() => barsOf(opened).count(), 0);
    await tableOf(opened).getByRole('button', { name: 'accuracy' }).click();
    await button(opened, 'Bars').click();
    await drawn(opened);
    await becomes(() => rowsWithBar(opened, 0, 'seed 2'), [0]);
    await becomes(() => rowsWithBar(opened, 0, 'seed 1'), [2]);
  });

  it('names every run with its value, also where there is no bar', async () => {
    const sessions = fourRuns();
    sessions.push(sessionOf('none reported'));
    sessions.at(-1)?.report(makeDelta('Summary', 'other', [-Infinity], single));
    const opened = await open(sessions);
    await opened.page.evaluate(() => {
      const { prototype } = CanvasRenderingContext2D;
      const value = new Proxy(Reflect.get<object, string>(prototype, 'fillText') as () => void, {
        apply: (fill, pen, words: unknown[]) => {
          document.body.dataset['words'] = `${document.body.dataset['words'] ?? ''}${String(words[0])}|`;
          Reflect.apply(fill, pen, words);
        },
      });
      Object.defineProperty(prototype, 'fillText', { value });
    });
    await button(opened, 'Bars').click();
    await drawn(opened);
    const words = (await opened.page.locator('body').getAttribute('data-words')) ?? '';
    for (const told of ['seed 4|NaN|', 'seed 1|∞|', 'seed 2|–|', 'none reported|−∞|', 'seed 3|0.12346|']) {
      assert.ok(words.includes(told), `${told} in ${words}`);
    }
  });

  it('marks the run whose row is pointed at, and tells every digit', async () => {
    const opened = await openBars(fourRuns());
    const { page } = opened;
    const stage = barsOf(opened).locator('.value-bars-stage').first();
    await stage.hover({ position: { x: 60, y: AXIS_PX + 2.5 * ROW_PX } });
    await page.locator('.run.is-strong', { hasText: 'seed 3' }).waitFor();
    await becomes(() => Promise.resolve(opened.deeds.pointed[0]?.connectionId), 'seed 3');
    assert.equal(await stage.getAttribute('title'), 'seed 3: 0.123456789');
    await stage.hover({ position: { x: 60, y: AXIS_PX + 3.5 * ROW_PX } });
    await page.locator('.run.is-strong', { hasText: 'seed 4' }).waitFor();
    assert.equal(await stage.getAttribute('title'), 'seed 4: NaN');
    await page.getByPlaceholder('Search runs').hover();
    await becomes(() => page.locator('.run.is-strong').count(), 0);
  });

  it('keeps that bars were chosen, follows hidden runs, and lets go of its charts', async () => {
    const opened = await openBars(fourRuns());
    const { page } = opened;
    assert.equal(await button(opened, 'Bars').getAttribute('aria-pressed'), 'true');
    assert.deepEqual(kept.parse(await opened.state()).view, { valueForm: 'bars' });
    await page.getByRole('checkbox', { name: 'Show seed 1' }).click();
    await becomes(() => rowsWithBar(opened, 0, 'seed 2'), [0]);
    const state = await opened.state();
    await button(opened, 'Table').click();
    assert.deepEqual(kept.parse(await opened.state()).view, { valueForm: 'table' });
    await becomes(() => page.locator('.value-bars canvas').count(), 0);
    const again = await pages.open((blank) => new OpenRuns(blank, fourRuns()), { width: 1000, state });
    await drawn(again);
    assert.equal(await tableOf(again).isVisible(), false);
    await becomes(() => rowsWithBar(again, 0, 'seed 2'), [0]);
  });

  it('draws numbers as large and as small as there are', async () => {
    const sessions = [Number.MAX_VALUE, -Number.MAX_VALUE, 1].map((value, index) => {
      const session = sessionOf(`seed ${index + 1}`);
      session.report(
        makeDelta('Summary', 'large', [value], single),
        makeDelta('Summary', 'small', [index * Number.MIN_VALUE], single),
        makeDelta('Summary', 'none', [0], single),
      );
      return session;
    });
    const opened = await openBars(sessions);
    assert.deepEqual(await rowsWithBar(opened, 0, 'seed 1'), [0]);
    assert.deepEqual(await rowsWithBar(opened, 0, 'seed 2'), [1]);
    assert.deepEqual(await rowsWithBar(opened, 1, 'seed 3'), [2]);
    assert.deepEqual(await rowsWithBar(opened, 2, 'seed 3'), []);
  });

  it('says of how many runs the bars are where a canvas cannot hold all', async () => {
    const sessions = Array.from({ length: 130 }, (_, index) => sessionOf(`run ${index}`));
    sessions.forEach((session, index) =>
      session.report(makeDelta('Summary', 'accuracy', [index / 130], single)),
    );
    const opened = await openBars(sessions, { pixelRatio: 3 });
    await opened.page.getByText('Bars of the first 120 of 130 runs. The table has all.').waitFor();
    const height = await charts(opened).evaluate((canvas: HTMLCanvasElement) => canvas.height);
    assert.ok(height > 7_000 && height <= 8_000, `${height} px`);
    await picture(opened, 'run-bars-many');
  });

  it('keeps the table and says so where bars cannot be loaded, and tries again when asked', async () => {
    const opened = await open(fourRuns());
    await opened.page.route('**/bars.js', (route) => route.abort());
    await button(opened, 'Bars').click();
    await opened.page.getByText('Bars cannot be drawn now. The table has the same values.').waitFor();
    assert.equal(await tableOf(opened).isVisible(), true);
    await opened.page.unroute('**/bars.js');
    await button(opened, 'Bars').click();
    await drawn(opened);
    assert.equal(await tableOf(opened).isVisible(), false);
    assert.equal(await opened.page.getByText('Bars cannot be drawn now.').isVisible(), false);
  });

  for (const theme of Object.keys(THEMES) as ThemeName[]) {
    it(`fits into narrow and wide pages in ${theme}, without accessibility problems`, async () => {
      const sessions = fourRuns();
      const long = sessionOf(`a run with ${'a very '.repeat(12)}long name`);
      long.report(makeDelta('Summary', 'accuracy', [0.5], single));
      const opened = await openBars([...sessions, long], { theme });
      const { page } = opened;
      for (const width of [300, 620, 1_000]) {
        await page.setViewportSize({ width, height: 800 });
        const fits = (): Promise<boolean> =>
          barsOf(opened).evaluate((root) => {
            // Charts far from what is in sight are not drawn.
            const canvases = [...root.querySelectorAll('canvas')].filter((canvas) => canvas.width > 0);
            const areWhole = canvases.every(
              ({ clientWidth, parentElement }) => clientWidth === parentElement?.clientWidth,
            );
            return (
              canvases.length > 0 &&
              areWhole &&
              root.scrollWidth <= root.clientWidth &&
              root.clientWidth <= innerWidth
            );
          });
        await barsOf(opened).scrollIntoViewIfNeeded();
        await becomes(fits, true);
        await picture(opened, `run-bars-${theme}-${width}`);
      }
      const { violations } = await new AxeBuilder({ page }).include('.values').analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
        [],
      );
    });
  }

  it('is drawn in the colours of the theme that is chosen', async () => {
    const opened = await openBars(fourRuns(), { theme: 'dark' });
    const brightest = (): Promise<number> => charts(opened).nth(2).evaluate(meanOfWords);
    const dark = await brightest();
    await opened.setTheme('light');
    await becomes(async () => (await brightest()) < dark - 20, true);
  });

  async function picture({ page }: Pick<OpenRuns, 'page'>, name: string): Promise<void> {
    if (PICTURES !== undefined) {
      await page.screenshot({ path: `${PICTURES}/${name}.png` });
    }
  }
});

/** Runs in the page: of each row of a chart, from where to where it has that colour. */
function stretches(
  node: Element,
  { colour, axis, row }: { colour: string; axis: number; row: number },
): Stretch[] {
  const canvas = node as HTMLCanvasElement;
  const rgb = (/\d+[, ]+\d+[, ]+\d+/.exec(colour)?.[0] ?? '').split(/[, ]+/).map(Number);
  const ratio = canvas.width / canvas.clientWidth;
  const pen = canvas.getContext('2d');
  return Array.from({ length: Math.round((canvas.clientHeight - axis) / row) }, (_, index) => {
    const middle = Math.round((axis + (index + 0.5) * row) * ratio);
    const data = pen?.getImageData(0, middle, canvas.width, 1).data ?? new Uint8ClampedArray();
    const isBar = (x: number): boolean =>
      (data[4 * x + 3] ?? 0) > 200 &&
      rgb.every((part, channel) => Math.abs(part - (data[4 * x + channel] ?? 0)) < 4);
    const found = Array.from({ length: canvas.width }, (_, x) => x).filter(isBar);
    const [from, to] = [found[0], found.at(-1)];
    return from === undefined || to === undefined ? null : { from: from / ratio, to: to / ratio };
  });
}

/** Runs in the page: how bright what is painted on a chart without bars is. */
function meanOfWords(node: Element): number {
  const canvas = node as HTMLCanvasElement;
  const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
  const seen = Array.from({ length: data.length / 4 }, (_, pixel) => pixel).filter(
    (pixel) => (data[4 * pixel + 3] ?? 0) > 200,
  );
  return seen.reduce((sum, pixel) => sum + (data[4 * pixel] ?? 0), 0) / seen.length;
}
