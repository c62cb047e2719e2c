import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { FakeSession, makeDelta } from '../metrics/fake-session';
import { becomes, openPanel, type OpenPanel } from './open-panel';
import { CONTROLS_PROBLEM, usePages } from './page-browser';

/** How many pixels of a line's colour there are in each third of a chart, where its line runs and at its bottom. */
interface Painted {
  readonly line: readonly number[];
  readonly bottom: readonly number[];
}

interface DrawnPath {
  readonly d: string;
  readonly opacity: string | null;
}

describe('what the charts of the live panel draw', function () {
  this.timeout(60_000);
  const pages = usePages('metrics', CONTROLS_PROBLEM);
  let panel: OpenPanel | undefined;

  async function open(session: FakeSession, view: object = {}): Promise<Page> {
    const state = { ref: { connectionId: 'local', taskId: 'task-1' }, view };
    panel = await openPanel(pages, { session, state });
    await panel.painted(({ drawnPoints }) => Number(drawnPoints) > 0);
    return panel.page;
  }

  /** The lines of the first chart's picture, and where its restarts stand. */
  async function picture(page: Page): Promise<{ paths: DrawnPath[]; restarts: number }> {
    const card = page.locator('section.card').first();
    await card.hover();
    await card.getByTitle('More…').click();
    await page.getByRole('menuitem', { name: 'Save as SVG…' }).click();
    const text = (): string => panel?.deeds.files.at(-1)?.bytes.toString() ?? '';
    await becomes(() => Promise.resolve(text() !== ''), true);
    return page.evaluate((svg) => {
      const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
      const paths = [...parsed.querySelectorAll('path')].map((path) => ({
        d: path.getAttribute('d') ?? '',
        opacity: path.getAttribute('stroke-opacity'),
      }));
      return { paths, restarts: parsed.querySelectorAll('line[stroke-dasharray="1 3"]').length };
    }, text());
  }

  it('draws the axes of every chart with its first picture', async () => {
    const session = new FakeSession();
    session.report(...Array.from({ length: 12 }, (_, index) => makeDelta(`m${index}`, 'value', [1, 2])));
    const page = await open(session);
    for (const index of [0, 11]) {
      const card = page.locator('section.card').nth(index);
      await card.scrollIntoViewIfNeeded();
      const canvas = card.locator('canvas.curves');
      // Labels of the y axis stand left of the plot.
      await becomes(async () => (await canvas.evaluate(opaquePixels, 44)) > 50, true);
    }
  });

  it('shows one point among three hundred thousand, and a series of one point', async () => {
    const session = new FakeSession();
    const values = new Array<number>(300_000).fill(0).with(123_456, 1);
    session.report(makeDelta('loss', 'train', values), makeDelta('one', 'point', [42]));
    const page = await open(session, { lineWidth: 'thick' });
    const [spike, one] = await Promise.all(
      [0, 1].map((index) => page.locator('section.card').nth(index).evaluate(paintedThirds)),
    );
    assert.deepEqual(
      spike?.line.map((count) => count > 20),
      [false, true, false],
      JSON.stringify(spike),
    );
    assert.deepEqual(
      one?.line.map((count) => count > 5),
      [false, true, false],
      JSON.stringify(one),
    );
  });

  it('leaves a gap where there is no number, and marks it', async () => {
    const session = new FakeSession();
    const values = Array.from({ length: 90 }, (_, step) => (step >= 30 && step < 60 ? NaN : 1));
    session.report(makeDelta('loss', 'train', values));
    const page = await open(session, { lineWidth: 'thick' });
    const { line, bottom } = await page.locator('section.card').first().evaluate(paintedThirds);
    assert.deepEqual(
      line.map((count) => count > 20),
      [true, false, true],
      JSON.stringify(line),
    );
    assert.deepEqual(
      bottom.map((count) => count > 20),
      [false, true, false],
      JSON.stringify(bottom),
    );
    const { paths } = await picture(page);
    assert.deepEqual(
      paths.map(({ d }) => d.match(/M/g)?.length),
      [2],
    );
  });

  it('draws the smoothed line with the raw one faint behind it', async () => {
    const session = new FakeSession();
    session.report(
      makeDelta(
        'loss',
        'train',
        Array.from({ length: 60 }, (_, step) => step % 2),
      ),
    );
    const page = await open(session, { smoothing: 0.9 });
    const { paths } = await picture(page);
    assert.deepEqual(
      paths.map(({ opacity }) => opacity),
      ['0.3', '1'],
    );
    const heights = paths.map(({ d }) => {
      const ys = [...d.matchAll(/[ML]\S+ (\S+?)(?=[ML]|$)/g)].map(([, y]) => Number(y)).slice(30);
      return Math.max(...ys) - Math.min(...ys);
    });
    assert.ok((heights[1] ?? NaN) < (heights[0] ?? NaN) / 4, heights.join());
  });

  it('draws faint what a restart superseded, with an upright where it began', async () => {
    const session = new FakeSession();
    session.report(
      makeDelta('loss', 'train', [9, 8, 7, 6]),
      makeDelta('loss', 'train', [1, 2], { firstStep: 2 }),
    );
    const { paths, restarts } = await picture(await open(session));
    assert.deepEqual(
      paths.map(({ opacity }) => opacity),
      ['0.3', '1'],
    );
    assert.equal(restarts, 1);
  });

  it('draws the line strong that is pointed at in the legend, and dims the others', async () => {
    const session = new FakeSession();
    session.report(makeDelta('loss', 'train', [1, 2, 3]), makeDelta('loss', 'val', [3, 2, 1]));
    const page = await open(session);
    const layer = (): Promise<number> =>
      page.locator('canvas.layer').first().evaluate(opaquePixels, undefined);
    assert.equal(await layer(), 0);
    await page.getByRole('button', { name: 'val', exact: true }).hover();
    await becomes(async () => (await layer()) > 1_000, true);
    await page.mouse.move(2, 2);
    await becomes(layer, 0);
  });

  it('has room in a picture for the names of lines, wide letters too', async () => {
    const session = new FakeSession();
    const names = ['W', 'm', 'i'].map((letter) => letter.repeat(40));
    session.report(...names.map((name) => makeDelta('loss', name, [1, 2])));
    const page = await open(session);
    await picture(page);
    const gaps = await page.evaluate(
      (svg) => {
        const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
        document.body.append(document.adoptNode(parsed));
        const boxes = [...parsed.querySelectorAll('text')]
          .filter(({ textContent }) => textContent.endsWith('…'))
          .map((text) => text.getBoundingClientRect());
        return boxes.slice(1).map(({ left }, index) => left - (boxes[index]?.right ?? NaN));
      },
      panel?.deeds.files.at(-1)?.bytes.toString() ?? '',
    );
    // A sample of the next line stands between two names.
    assert.ok(gaps.length === 2 && gaps.every((gap) => gap >= 34), gaps.join());
  });

  it('says where a server gives means instead of points', async () => {
    const session = new FakeSession();
    session.report(makeDelta('loss', 'train', [3, 2, 1], { fidelity: { kind: 'means', buckets: 2_000 } }));
    await (await open(session)).getByText('all 3 points · means of 2,000 buckets').waitFor();
  });

  it('puts metrics that share a prefix together, what is pinned first, and what the machine did last and folded', async () => {
    const session = new FakeSession();
    session.report(
      makeDelta(':monitor:gpu', 'gpu_0_utilization', [1, 2]),
      makeDelta('val/loss', 'val/loss', [1, 2]),
      makeDelta('train/loss', 'train/loss', [1, 2]),
      makeDelta('train/accuracy', 'train/accuracy', [1, 2]),
      makeDelta('train/f1', 'train/f1', [1, 2]),
      makeDelta('lr', 'lr', [1, 2]),
    );
    const page = await open(session, { pinned: ['train/accuracy'] });
    await page.setViewportSize({ width: 900, height: 3_000 });
    const shown = (): Promise<string[]> =>
      page
        .locator('.groups h2, .groups h3')
        .evaluateAll((heads) => heads.flatMap((head) => (head.checkVisibility() ? [head.textContent] : [])));
    const train = ['train', 'train/loss', 'train/f1'];
    await becomes(shown, ['Pinned', 'train/accuracy', 'val/loss', 'lr', ...train, 'System']);
    session.report(makeDelta('val/f1', 'val/f1', [1, 2]));
    const val = ['val', 'val/loss', 'val/f1'];
    await becomes(shown, ['Pinned', 'train/accuracy', 'lr', ...train, ...val, 'System']);
    await page.getByRole('textbox', { name: 'Filter metrics' }).fill('loss');
    await becomes(shown, ['val/loss', 'train/loss']);
    await page.getByRole('textbox', { name: 'Filter metrics' }).fill('');
    await becomes(shown, ['Pinned', 'train/accuracy', 'lr', ...train, ...val, 'System']);
    await page.getByRole('heading', { name: 'System' }).click();
    await page.getByRole('heading', { name: ':monitor:gpu' }).waitFor();
    assert.match(JSON.stringify(await panel?.state()), /"folded":\[\]/);
  });

  it('keeps the order of the charts when a search has ended, pinned ones in theirs', async () => {
    const session = new FakeSession();
    const names = ['a', 'b', 'c', 'd', 'train/e', 'train/f'];
    session.report(...names.map((name) => makeDelta(name, 'value', [1, 2])));
    const page = await open(session, { pinned: ['d', 'b'] });
    const shown = (): Promise<string[]> => page.locator('.card h3').allInnerTexts();
    const order = ['d', 'b', 'a', 'c', 'train/e', 'train/f'];
    await becomes(shown, order);
    const search = page.getByRole('textbox', { name: 'Filter metrics' });
    for (const [words, found] of [
      ['b', ['b']],
      ['train/f', ['train/f']],
      ['c', ['c']],
    ] as const) {
      await search.fill(words);
      await becomes(shown, [...found]);
      await search.fill('');
      await becomes(shown, order);
    }
    await page.locator('section.card').first().hover();
    await page.getByTitle('Pinned charts come first').first().click();
    await becomes(shown, ['b', 'a', 'c', 'd', 'train/e', 'train/f']);
  });
});

/** Runs in the page, on a card of one line. */
function paintedThirds(card: Element): Painted {
  const canvas = card.querySelector('canvas') ?? document.createElement('canvas');
  const stroke = card.querySelector('.legend line')?.getAttribute('stroke') ?? '';
  const colour = (/\d+[, ]+\d+[, ]+\d+/.exec(stroke)?.[0] ?? '').split(/[, ]+/).map(Number);
  const { width, height } = canvas;
  // The plot begins right of the labels of its y axis.
  const left = Math.round(0.15 * width);
  const third = Math.floor((width - left) / 3);
  const lineHeight = Math.round(0.75 * height);
  const countIn = (x: number, y: number, high: number): number => {
    const data = canvas.getContext('2d')?.getImageData(x, y, third, high).data ?? new Uint8ClampedArray();
    const isLine = (pixel: number): boolean =>
      (data[4 * pixel + 3] ?? 0) > 200 &&
      colour.every((part, index) => Math.abs(part - (data[4 * pixel + index] ?? 0)) < 12);
    return Array.from({ length: third * high }, (_, pixel) => isLine(pixel)).filter(Boolean).length;
  };
  const thirds = [0, 1, 2].map((index) => left + index * third);
  return {
    line: thirds.map((x) => countIn(x, 0, lineHeight)),
    bottom: thirds.map((x) => countIn(x, lineHeight, height - lineHeight)),
  };
}

/** Runs in the page: in the first so many columns of pixels, or in all. */
function opaquePixels(canvas: HTMLCanvasElement, columns = canvas.width): number {
  const data = canvas.getContext('2d')?.getImageData(0, 0, columns, canvas.height).data ?? [];
  let count = 0;
  for (let index = 3; index < data.length; index += 4) {
    count += Number((data[index] ?? 0) > 0);
  }
  return count;
}
