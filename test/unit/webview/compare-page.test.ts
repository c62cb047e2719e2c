import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { runKey, type TaskRef } from '../../../src/core/task-ref';
import { RunLooksMemory } from '../../../src/features/metrics/run-looks-memory';
import type { OwnedConnectionSession } from '../../../src/store/connection-session';
import { fixedConnections, memorySession } from '../../fakes/memory-session';
import { toCss } from '../../../webview-ui/kit/colour';
import { LOOK_COUNT, styleOf } from '../../../webview-ui/kit/line-styles';
import { ComparedServer, details } from '../compare/compare-server';
import { memoryState } from '../metrics/memory-views';
import { ManualClock } from '../../fakes/manual-clock';
import { until } from '../../editor/harness/until';
import { OpenCompare } from './open-compare';
import { becomes, boxOf } from './open-panel';
import { overlapsOf } from './overlaps';
import { usePages, type PageOptions } from './page-browser';

const SHOTS = process.env['TRACKSIDE_SHOTS'];

describe('the comparison in a browser', function () {
  this.timeout(60_000);
  const pages = usePages('compare');
  const sessions: OwnedConnectionSession[] = [];

  afterEach(() => {
    sessions.splice(0).forEach((session) => session.dispose());
  });

  function serve(id: string): { server: ComparedServer; session: OwnedConnectionSession } {
    const server = new ComparedServer(true);
    const { session } = memorySession({ info: { id, label: id }, backend: server });
    sessions.push(session);
    return { server, session };
  }

  async function open(refs: readonly TaskRef[], options: PageOptions = {}): Promise<OpenCompare> {
    const opened = await pages.open((blank) => new OpenCompare(blank, fixedConnections(...sessions), refs), {
      width: 1_000,
      height: 600,
      ...options,
    });
    await opened.page.locator('.head-cell .status').first().waitFor();
    return opened;
  }

  /** Three runs of a sweep on one server and one of another, with everything that a comparison shows. */
  async function openSweep(options: PageOptions = {}): Promise<OpenCompare> {
    const { server } = serve('Local');
    const common = { epochs: '20', model: 'resnet18' };
    const run = (id: string, parameters: Record<string, string>, metrics: Record<string, number>): void =>
      server.run(id, { ...common, ...parameters }, metrics, {
        name: 'train.py',
        startedAt: 1_700_000_000_000,
        endedAt: 1_700_000_060_000,
      });
    run('a', { lr: '0.1', optimizer: 'sgd' }, { loss: 0.5, accuracy: 0.8 });
    run('b', { lr: '0.01', optimizer: 'adam', dropout: '0.2' }, { loss: 0.4, accuracy: 0.85 });
    run('c', { lr: '0.001', optimizer: 'adam' }, { loss: NaN, accuracy: 0.1 });
    for (const [id, text] of [
      ['a', 'torch==2.5.1\nnumpy==2.1.0\n'],
      ['b', 'torch==2.6.0\nnumpy==2.1.0\n'],
    ] as const) {
      server.made.set(id, { ...(server.made.get(id) ?? details()), packages: text });
    }
    const other = serve('team server').server;
    other.run('d', { ...common, lr: '0.05', optimizer: 'sgd' }, { loss: 0.45 }, { status: 'failed' });
    const opened = await open(
      [...['a', 'b', 'c'].map((taskId) => ref('Local', taskId)), ref('team server', 'd')],
      options,
    );
    // Once it knows of the runs, it says what is still being read until everything is.
    await opened.page.getByRole('heading', { name: 'Compare 4 runs' }).waitFor();
    await opened.page.locator('header [role=status]:empty').waitFor({ state: 'attached' });
    return opened;
  }

  it('has only the cells of 50 runs × 500 parameters in the page that are on screen', async () => {
    const { server } = serve('Local');
    const refs = Array.from({ length: 50 }, (_, run) => {
      const parameters = Array.from({ length: 500 }, (__, index) => [
        `option_${String(index).padStart(3, '0')}`,
        String(index * 1_000 + run),
      ]);
      server.run(`run-${run}`, Object.fromEntries(parameters) as Record<string, string>);
      return ref('Local', `run-${run}`);
    });
    const { page } = await open(refs);
    const grid = page.getByRole('grid');
    await page.getByText('500 rows').waitFor();
    await page.getByRole('columnheader', { name: 'run-1' }).waitFor();
    assert.equal(await grid.getAttribute('aria-colcount'), '51');
    assert.equal(await grid.getAttribute('aria-rowcount'), '502');
    await grid.evaluate((scroller) => {
      scroller.scrollTop = scroller.scrollHeight;
      scroller.scrollLeft = scroller.scrollWidth;
    });
    const corner = page.getByText('499049', { exact: true });
    await corner.waitFor();
    assert.ok((await page.locator('.cell').count()) < 600);
    const name = await page.getByRole('rowheader', { name: 'option_499' }).boundingBox();
    const base = await page.getByText('499000', { exact: true }).boundingBox();
    const last = await corner.boundingBox();
    assert.ok(name && base && last && name.x < base.x && base.x < last.x);
    await grid.press('Control+Home');
    await grid.press('Home');
    await grid.press('ArrowDown');
    await grid.press('ArrowRight');
    await grid.press('ArrowRight');
    assert.equal(await activeText(page), '≠1');
    await grid.press('End');
    assert.equal(await activeText(page), '≠49');
  });

  it('shows differences only, marks them against the baseline, and all rows when asked', async () => {
    const { page } = await openSweep();
    await page.getByText('3 rows, 2 the same in all runs').waitFor();
    assert.equal(await page.getByRole('rowheader', { name: 'epochs' }).count(), 0);
    const cells = await rowTexts(page, 'dropout');
    assert.deepEqual(cells, ['–', '≠0.2', '–', '–']);
    await menuOf(page, 2, 'Make Baseline');
    assert.deepEqual(await rowTexts(page, 'dropout'), ['0.2', '≠–', '≠–', '≠–']);
    await page.getByLabel('Differences only').uncheck();
    await page.getByRole('rowheader', { name: 'epochs' }).waitFor();
    await page.getByLabel('Filter rows').fill('adam');
    await page.getByText('1 of 5 rows').waitFor();
  });

  it('tells changes of metrics, sorts rows by a run and runs by a row', async () => {
    const { page } = await openSweep();
    await page.getByRole('tab', { name: 'Metrics' }).click();
    await page.getByRole('checkbox', { name: 'min' }).uncheck();
    await page.getByRole('checkbox', { name: 'max' }).uncheck();
    assert.deepEqual(await rowTexts(page, '(last)', 1), [
      '0.5',
      '≠0.4−0.1, −20 %',
      '≠NaN',
      '≠0.45−0.05, −10 %',
    ]);
    await menuOf(page, 2, 'Sort Rows Ascending');
    await page.locator('.head-cell[aria-sort=ascending] .run-number').getByText('2').waitFor();
    const names = await page.getByRole('rowheader').allInnerTexts();
    assert.deepEqual(
      names.map((text) => text.trim()),
      ['loss (last)', 'accuracy (last)'],
    );
    await page.getByRole('rowheader', { name: 'loss (last)' }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Order Runs Descending' }).click();
    const order = async (): Promise<string> =>
      (await page.locator('.head-cell .run-number').allInnerTexts()).map(Number).join();
    await until('runs are in the order of their losses', async () => (await order()) === '1,4,2,3');
  });

  it('compares files and consoles with the baseline, and opens what only one has', async () => {
    const opened = await openSweep();
    const { page } = opened;
    await page.getByRole('tab', { name: 'Files' }).click();
    assert.deepEqual(await rowTexts(page, 'Packages'), ['2 lines', '≠2 lines', '≠–', '≠–']);
    await page.getByRole('row', { name: 'Packages' }).getByRole('button', { name: '2 lines' }).nth(1).click();
    await page.getByRole('row', { name: 'Console' }).getByRole('button', { name: 'Compare' }).first().click();
    await page
      .getByRole('row', { name: 'Packages' })
      .getByRole('button', { name: '2 lines' })
      .first()
      .click();
    await page.getByRole('grid').press('ArrowRight');
    await page.getByRole('grid').press('ArrowRight');
    await page.getByRole('grid').press('Enter');
    await until('all is asked', () => opened.asked.length === 4);
    assert.deepEqual(opened.asked, ['packages a b', 'console a b', 'packages - a', 'packages a c']);
  });

  it('lists packages one by one in the environment', async () => {
    const { page } = await openSweep();
    await page.getByRole('tab', { name: 'Environment' }).click();
    assert.deepEqual(await rowTexts(page, 'torch'), ['2.5.1', '≠2.6.0', '≠–', '≠–']);
    assert.deepEqual(await rowTexts(page, 'Connection'), ['Local', 'Local', 'Local', '≠team server']);
  });

  it('tells durations that differ apart, however short or alike they are', async () => {
    const { server } = serve('Local');
    const lasting = { a: 120, b: 350, c: 7_620_000, d: 7_620_400 };
    for (const [id, durationMs] of Object.entries(lasting)) {
      server.run(id, {}, {}, { startedAt: 1_700_000_000_000, endedAt: 1_700_000_000_000 + durationMs });
    }
    const { page } = await open(Object.keys(lasting).map((id) => ref('Local', id)));
    await page.getByRole('tab', { name: 'Environment' }).click();
    assert.deepEqual(await rowTexts(page, 'Duration'), ['120 ms', '≠350 ms', '≠2 h 07 min', '≠2 h 07 min']);
    await menuOf(page, 3, 'Make Baseline');
    assert.deepEqual(await rowTexts(page, 'Duration'), ['2 h 07 min', '≠120 ms', '≠350 ms', '≠7,620.4 s']);
  });

  it('draws runs as points and counts those that have no place', async () => {
    const { page } = await openSweep();
    await page.getByRole('tab', { name: 'Scatter' }).click();
    await page.getByRole('button', { name: 'Vertical axis' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'loss (last)' }).click();
    await page.getByRole('button', { name: 'Horizontal axis' }).click();
    await page.getByLabel('Search').fill('lr');
    await page.getByRole('dialog').getByRole('button', { name: 'Args/lr' }).click();
    await page.getByLabel('log').nth(1).check();
    await page.getByText('1 of 4 runs have no place: 1 with NaN or an infinity in loss (last).').waitFor();
    assert.equal(await page.locator('.mark').count(), 3);
    const box = await boxOf(page.locator('.mark').nth(1));
    await page.mouse.move(box.x + 4, box.y + 4);
    await page.getByText('0.4 at 0.01').waitFor();
    await page.locator('summary:visible').click();
    await page.getByRole('table').waitFor();
    assert.equal(await page.getByRole('table').getByRole('row').count(), 5);
    const firstCells = (): Promise<string[]> => page.locator('.twin:visible tbody th').allInnerTexts();
    const numbers = async (): Promise<string> => (await firstCells()).map((text) => text.trim()[0]).join('');
    assert.equal(await numbers(), '1234');
    await page.getByRole('button', { name: 'Args/lr', exact: true }).last().click();
    assert.equal(await numbers(), '3241');
    await page.getByRole('columnheader', { name: 'loss (last)' }).getByRole('button').click();
    assert.equal(await numbers(), '2413', 'what has no value comes last');
  });

  it('saves and copies its pictures as they look, whatever runs and axes are called', async () => {
    const opened = await openSweep();
    const { page, pictures } = opened;
    const saved = async (tab: string, entry: string): Promise<{ name: string; bytes: Buffer }> => {
      const before = pictures.length;
      await page.getByRole('tab', { name: tab }).click();
      await page.locator('.plain-button:visible', { hasText: 'Picture' }).click();
      await page.getByRole('menuitem', { name: entry }).click();
      await until('the picture is there', () => pictures.length > before);
      return pictures.at(-1) ?? assert.fail();
    };
    const textsOf = (svg: Buffer): Promise<{ texts: string[]; marks: string[]; rest: number }> =>
      page.evaluate((text) => {
        const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
        return {
          texts: [...parsed.querySelectorAll('text')].map(({ textContent }) => textContent),
          marks: [...parsed.querySelectorAll('path, polyline')].map(
            (mark) => mark.getAttribute('stroke') ?? '',
          ),
          rest: parsed.querySelectorAll('[class], parsererror').length,
        };
      }, svg.toString());
    const scatter = await saved('Scatter', 'Save as SVG…');
    assert.equal(scatter.name, 'loss (last) against Args-lr.svg');
    const points = await textsOf(scatter.bytes);
    assert.equal(points.rest, 0, 'no style rule of the page is needed');
    assert.ok(points.texts.includes('loss (last) against Args/lr'), points.texts.join());
    assert.ok(points.texts.some((text) => text.startsWith('1 of 4 runs have no place')));
    assert.ok(points.texts.includes('2 · train.py'));
    const parallel = await saved('Parallel', 'Save as SVG…');
    const lines = await textsOf(parallel.bytes);
    assert.ok(lines.texts.includes('Args/optimizer') && lines.texts.includes('adam'), lines.texts.join());
    assert.ok(lines.texts.includes('4 · task d'), lines.texts.join());
    const strokes = await page
      .locator('.run-path')
      .evaluateAll((all) => all.map((line) => getComputedStyle(line).stroke));
    assert.deepEqual(lines.marks, strokes);
    const png = await saved('Parallel', 'Save as PNG…');
    assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG');
    if (SHOTS !== undefined) {
      writeFileSync(`${SHOTS}/picture-parallel.png`, png.bytes);
      writeFileSync(`${SHOTS}/picture-scatter.png`, (await saved('Scatter', 'Save as PNG…')).bytes);
    }
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('.plain-button:visible', { hasText: 'Picture' }).click();
    await page.getByRole('menuitem', { name: 'Copy as Image' }).click();
    await page.getByText('The picture is on the clipboard.').waitFor();
    const types = await page.evaluate(async () =>
      (await navigator.clipboard.read()).flatMap((item) => item.types),
    );
    assert.deepEqual(types, ['image/png']);
  });

  it('gives every look a mark of its own, told apart without colours', async () => {
    const { server, session } = serve('Local');
    const refs = Array.from({ length: LOOK_COUNT }, (_, slot) => ref('Local', `run-${slot}`));
    const looks = new RunLooksMemory(memoryState(), new ManualClock());
    refs.forEach((each, slot) => {
      server.run(each.taskId, { lr: String(slot) }, { loss: slot });
      looks.choose(runKey(each), slot);
    });
    const { page } = await pages.open(
      (blank) => new OpenCompare(blank, fixedConnections(session), refs, looks),
    );
    await page.getByRole('tab', { name: 'Scatter' }).click();
    await page
      .locator('.picture g')
      .nth(LOOK_COUNT - 1)
      .waitFor();
    const marks = await page
      .locator('.picture g')
      .evaluateAll((all) =>
        all.map((mark) =>
          [...mark.children]
            .map((part) => `${part.getAttribute('class') ?? ''} ${part.getAttribute('d') ?? ''}`)
            .join(),
        ),
      );
    assert.equal(new Set(marks).size, LOOK_COUNT);
    await page.setViewportSize({ width: 320, height: 700 });
    const cutOff = (): Promise<string[]> =>
      page.locator('.picture svg').evaluate((picture) => {
        const room = picture.getBoundingClientRect();
        return [...picture.querySelectorAll('.mark, .mark-ring, text')].flatMap((part) => {
          const { left, right, top, bottom } = part.getBoundingClientRect();
          const isWhole =
            left >= room.left && right <= room.right && top >= room.top && bottom <= room.bottom;
          return isWhole ? [] : [part.outerHTML];
        });
      });
    await becomes(async () => (await page.locator('.picture svg').boundingBox())?.width, 320);
    await becomes(cutOff, []);
  });

  it('tells which runs are pointed at in the scatter and in parallel coordinates', async () => {
    const opened = await openSweep();
    const { page } = opened;
    await page.getByRole('tab', { name: 'Scatter' }).click();
    const mark = await boxOf(page.locator('.picture svg g').first());
    await page.mouse.move(mark.x + mark.width / 2, mark.y + mark.height / 2);
    await becomes(() => Promise.resolve(opened.pointed), ['a']);
    assert.match(await page.locator('.readout:visible').innerText(), /^1 · train\.py/);
    // A tab that is left by keys leaves the pointer where it was.
    await page.getByRole('tab', { name: 'Scatter' }).press('ArrowRight');
    await becomes(() => Promise.resolve(opened.pointed), []);
    const end = await page.locator('.run-path[data-run="1"]').evaluate((path) => {
      const point = path instanceof SVGGeometryElement ? path.getPointAtLength(0) : undefined;
      const box = path.closest('svg')?.getBoundingClientRect();
      return { x: (box?.left ?? 0) + (point?.x ?? 0), y: (box?.top ?? 0) + (point?.y ?? 0) };
    });
    await page.mouse.move(end.x + 1, end.y);
    await becomes(() => Promise.resolve(opened.pointed), ['b']);
    opened.host.setVisible(false);
    assert.deepEqual(opened.pointed, []);
  });

  it('filters by brushes, by mouse and by keys, and goes on with what is left', async () => {
    const { page } = await openSweep();
    await page.getByRole('tab', { name: 'Parallel' }).click();
    await page.getByText('dropout: 3 without a value').waitFor();
    await page.getByRole('button', { name: 'Args/optimizer' }).click();
    await page.getByRole('menuitem', { name: 'Filter…' }).click();
    await page.getByLabel('sgd').uncheck();
    await page.getByText('2 of 4 runs are within the brushes').waitFor();
    await page.keyboard.press('Escape');
    const head = await boxOf(page.getByRole('button', { name: 'Args/lr' }));
    const area = await boxOf(page.locator('.picture.parallel'));
    const x = head.x + head.width / 2;
    await page.mouse.move(x, area.y + area.height - 60);
    await page.mouse.down();
    await page.mouse.move(x, area.y + area.height - 42);
    await page.mouse.up();
    await page.getByText('1 of 4 runs are within the brushes').waitFor();
    await page.getByRole('button', { name: 'Keep these runs only' }).click();
    await page.getByText('Show 3 hidden').waitFor();
    await page.getByText('1 runs').waitFor();
  });

  it('draws a run with the colour and dashes it has in other panels, also when a person gives it another look there', async () => {
    const { server, session } = serve('Local');
    const refs = ['a', 'b'].map((taskId) => ref('Local', taskId));
    refs.forEach(({ taskId }, index) => server.run(taskId, { lr: String(index) }));
    const clock = new ManualClock();
    const looks = new RunLooksMemory(memoryState(), clock);
    const [a = '', b = ''] = refs.map(runKey);
    looks.choose(a, 5);
    looks.choose(b, 12);
    const { page } = await pages.open(
      (blank) => new OpenCompare(blank, fixedConnections(session), refs, looks),
    );
    const shown = (): Promise<(string | null)[][]> =>
      page
        .locator('.head-cell .line-sample line')
        .evaluateAll((all) =>
          all.map((line) => [line.getAttribute('stroke'), line.getAttribute('stroke-dasharray')]),
        );
    const look = (slot: number): string[] => {
      const { colour, dash } = styleOf(slot, [31, 31, 31]);
      return [toCss(colour), dash.join(' ')];
    };
    // Of one colour, the second in dashes.
    assert.deepEqual([look(5)[0], look(5)[1], look(12)[1]], [look(12)[0], '', '6 3']);
    await page.locator('.head-cell .status').nth(1).waitFor();
    await becomes(shown, [look(5), look(12)]);
    looks.choose(a, 2);
    await becomes(shown, [look(2), look(12)]);
  });

  it('has nothing over anything else at any width, on any tab', async () => {
    const { page } = await openSweep();
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      for (const width of [300, 500, 1_000, 1_600]) {
        await page.setViewportSize({ width, height: 700 });
        await becomes(() => overlapsOf(page), []);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${width} px`);
      }
    }
  });

  it('copies a table and writes a report', async () => {
    const opened = await openSweep();
    await opened.page.getByRole('button', { name: 'Copy as CSV' }).click();
    await opened.page.getByRole('button', { name: 'Save report…' }).click();
    await until('the report is written', () => opened.reports.length === 1);
    assert.equal(
      opened.copied[0],
      'section,name,train.py,train.py,train.py,task d\r\n' +
        'Args,dropout,,0.2,,\r\nArgs,lr,0.1,0.01,0.001,0.05\r\nArgs,optimizer,sgd,adam,adam,sgd\r\n',
    );
    assert.match(opened.reports[0] ?? '', /^# Comparison of 4 runs$/mu);
    assert.match(opened.reports[0] ?? '', /^\| loss \\\(last\\\) \| 0\\\.5 \|/mu);
  });

  it('is as it was after a reload', async () => {
    const opened = await openSweep();
    await menuOf(opened.page, 3, 'Make Baseline');
    await opened.page.getByRole('tab', { name: 'Metrics' }).click();
    await menuOf(opened.page, 4, 'Hide Run');
    const state = await opened.state();
    const again = await openSweep({ state });
    await again.page.getByText('Show 1 hidden').waitFor();
    assert.equal(await again.page.getByRole('tab', { selected: true }).innerText(), 'Metrics');
    assert.equal(await again.page.locator('.head-cell.is-baseline .run-number').innerText(), '3');
  });

  it('leaves out what no server keeps, and says why a run is not there', async () => {
    const { server } = serve('Local');
    server.run('a', { lr: '1' });
    delete server.series;
    const { page } = await open([ref('Local', 'a'), ref('Local', 'gone')]);
    await page.getByRole('columnheader', { name: 'This task does not exist any more.' }).waitFor();
    assert.equal(await page.getByRole('tab', { name: 'Metrics' }).count(), 0);
    await page.getByText('1 could not be read').waitFor();
    assert.equal(await page.getByRole('tab', { name: 'Parameters' }).count(), 1);
  });

  const checked = {
    dark: ['Parameters', 'Scatter', 'Parallel'],
    light: ['Metrics'],
    highContrast: ['Files'],
  } as const;
  for (const theme of ['dark', 'light', 'highContrast'] as const) {
    it(`is accessible in ${theme}, and fits into 320 px`, async () => {
      const { page } = await openSweep({ theme });
      await shoot(page, theme);
      for (const tab of checked[theme]) {
        await page.getByRole('tab', { name: tab }).click();
        const { violations } = await new AxeBuilder({ page }).analyze();
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${tab} ${id}: ${nodes[0]?.html ?? ''}`),
          [],
        );
      }
      await page.setViewportSize({ width: 320, height: 600 });
      await shoot(page, `${theme}-320`);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 320, `the page is ${width} px wide`);
    });
  }
});

/** Pictures for people, where a folder for them is named. */
async function shoot(page: Page, name: string): Promise<void> {
  for (const tab of SHOTS === undefined ? [] : await page.getByRole('tab').all()) {
    await tab.click();
    await page.screenshot({ path: `${SHOTS ?? ''}/compare-${name}-${await tab.innerText()}.png` });
  }
}

function ref(connectionId: string, taskId: string): TaskRef {
  return { connectionId, taskId };
}

/** Texts of a row's cells in the order of the runs; `place` counts rows of the same name. */
async function rowTexts(page: Page, name: string, place = 0): Promise<string[]> {
  const row = page
    .locator('.row')
    .filter({ has: page.getByRole('rowheader', { name }) })
    .nth(place);
  await row.waitFor();
  return row
    .locator('[role=gridcell]')
    .evaluateAll((cells) =>
      cells
        .sort((a, b) => Number(a.getAttribute('aria-colindex')) - Number(b.getAttribute('aria-colindex')))
        .map((cell) => cell.textContent),
    );
}

async function menuOf(page: Page, number: number, item: string): Promise<void> {
  await page
    .locator('.head-cell')
    .filter({ has: page.getByText(String(number), { exact: true }) })
    .click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function activeText(page: Page): Promise<string | null> {
  const id = await page.getByRole('grid').getAttribute('aria-activedescendant');
  return page.locator(`[id="${id ?? ''}"]`).textContent();
}
