import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { TracksideError } from '../../../src/core/errors';
import type { TaskImage, TaskPlot } from '../../../src/core/task-output';
import { FakeSession, makeTask } from '../metrics/fake-session';
import { until } from '../../editor/harness/until';
import { becomes, boxOf, openPanel, type OpenPanel } from './open-panel';
import { usePages } from './page-browser';

const SHOTS = process.env['TRACKSIDE_SHOTS'];

/** A red point of one pixel. */
const RED_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);
/** Empty style elements, and the one style of a heatmap's image, which the policy refuses as it should. */
const EXPECTED_PROBLEM = /inline style .*sha256-(47DEQpj8HBSa|AR\/cKIZjWPcP)/;

function plot(metric: string, iteration: number, figure: string): TaskPlot {
  return { metric, variant: 'v', iteration, json: figure };
}

function image(metric: string, iteration: number, uri: string): TaskImage {
  return { metric, variant: 'v', iteration, uri };
}

const LINE =
  '{"data":[{"type":"scatter","y":[1,NaN,3,-Infinity,5]}],"layout":{"title":{"text":"NaN \\"stays\\""}}}';
const TABLE =
  '{"data":[{"type":"table","header":{"values":[["name"],["<b>F1</b>"]]},"cells":{"values":[["cat","dog"],[0.5,0.75]]}}],"layout":{}}';

describe('plots and images of the live panel', function () {
  this.timeout(60_000);
  const pages = usePages('metrics', EXPECTED_PROBLEM);
  let panel: OpenPanel | undefined;

  async function open(session: FakeSession, tab: 'Plots' | 'Images'): Promise<OpenPanel> {
    panel = await openPanel(pages, { session });
    await panel.page.getByRole('tab', { name: tab }).click();
    return panel;
  }

  it('draws plots as data, with NaN in them, tables as tables, and names what it cannot draw', async () => {
    const session = new FakeSession();
    session.plots = [
      plot('line', 4, LINE),
      plot('confusion <b>', 1, '{"data":[{"type":"heatmap","z":[[1,2],[3,4]]}],"layout":{}}'),
      plot('table', 2, TABLE),
      plot('deep', 3, '{"data":[{"type":"surface","z":[[1,2],[3,4]]},{"type":"mesh3d"}],"layout":{}}'),
      plot('broken', 5, '{"data": [1, }'),
    ];
    const { page, deeds } = await open(session, 'Plots');
    const card = (name: string) => page.getByRole('region', { name: `${name} / v` });
    await card('line').locator('.main-svg').first().waitFor();
    assert.match((await card('line').getByRole('figure').getAttribute('aria-label')) ?? '', /NaN "stays"/);
    // Three numbers with gaps between them: no line joins them, and the gaps are not drawn as zero.
    assert.equal(await card('line').locator('.scatterlayer .point').count(), 3);
    await card('confusion <b>').locator('.heatmaplayer image').waitFor();
    assert.deepEqual(await card('table').locator('td').allInnerTexts(), ['cat', '0.5', 'dog', '0.75']);
    assert.deepEqual(await card('table').locator('th').allInnerTexts(), ['name', 'F1']);
    await card('deep').getByText('Drawn flat: the third dimension is the colour.').waitFor();
    await card('deep').getByText('A part of the kind “mesh3d” cannot be drawn here').waitFor();
    await card('broken').getByText('This plot is not readable').waitFor();
    await page.getByText('5 plots from the newest iteration of each.').waitFor();
    await page.getByRole('button', { name: 'Open the data of table / v' }).click();
    assert.deepEqual(deeds.opened, ['table/v at 2']);
  });

  it('tells the values behind a plot as tables that sort, and saves and copies its picture', async () => {
    const session = new FakeSession(makeTask({ name: 'run' }));
    const bytes = Buffer.from(Float64Array.of(3, 1, 2).buffer).toString('base64');
    const figure = {
      data: [
        {
          type: 'heatmap',
          name: 'confusion',
          x: ['cat', 'dog'],
          y: ['is cat', 'is dog'],
          z: [
            [9, 1],
            [2, null],
          ],
        },
        { type: 'scatter', y: { dtype: 'f8', bdata: bytes } },
      ],
      layout: { title: { text: 'a & <b' } },
    };
    session.plots = [plot('a/b', 1, JSON.stringify(figure)), plot('table', 1, TABLE)];
    const { page, deeds } = await open(session, 'Plots');
    const card = page.getByRole('region', { name: 'a/b / v' });
    await card.locator('.main-svg').first().waitFor();
    await card.getByText('Values', { exact: true }).click();
    const cells = (part: string): Promise<string[]> =>
      card
        .getByRole('region', { name: `${part} of a/b` })
        .locator('th, td')
        .allInnerTexts();
    assert.deepEqual(await cells('confusion'), ['', 'cat', 'dog', 'is cat', '9', '1', 'is dog', '2', '']);
    assert.deepEqual(await cells('Part 2'), ['x', 'y', '0', '3', '1', '1', '2', '2']);
    await card.getByRole('region', { name: 'Part 2 of a/b' }).getByRole('button', { name: 'y' }).click();
    assert.deepEqual(await cells('Part 2'), ['x', 'y', '1', '1', '2', '2', '0', '3']);
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
      [],
    );
    const tableCard = page.getByRole('region', { name: 'table / v' });
    assert.equal(await tableCard.getByText('Values', { exact: true }).isVisible(), false);
    assert.equal(await tableCard.getByRole('button', { name: /^Picture of/ }).isVisible(), false);
    const choose = async (entry: string): Promise<void> => {
      await card.getByRole('button', { name: 'Picture of a/b / v' }).click();
      await page.getByRole('menuitem', { name: entry }).click();
    };
    for (const [entry, name, begins] of [
      ['Save as SVG…', 'run a-b - v.svg', '<svg'],
      ['Save as PNG…', 'run a-b - v.png', '\u0089PNG'],
    ] as const) {
      const before = deeds.files.length;
      await choose(entry);
      await becomes(() => Promise.resolve(deeds.files.length), before + 1);
      const file = deeds.files.at(-1);
      assert.equal(file?.name, name);
      assert.ok(file.bytes.toString('latin1').startsWith(begins), file.bytes.toString('latin1').slice(0, 80));
      if (SHOTS !== undefined) {
        writeFileSync(`${SHOTS}/${name}`, file.bytes);
      }
    }
    const [svg] = deeds.files;
    assert.match(svg?.bytes.toString() ?? '', /<image [^>]*image-rendering="pixelated"/);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await choose('Copy as Image');
    await card.getByText('The picture is on the clipboard.').waitFor();
    if (SHOTS !== undefined) {
      await page.screenshot({ path: `${SHOTS}/plot-values.png` });
    }
  });

  it('puts the rows of a table in order by a column, and back', async () => {
    const session = new FakeSession();
    const cells = [
      Array.from({ length: 600 }, (_, row) => `row ${row}`),
      ['9', '', '1e1', 'none', ...new Array<number>(596).fill(5)],
    ];
    const table = { type: 'table', header: { values: ['name', 'support'] }, cells: { values: cells } };
    session.plots = [plot('table', 2, JSON.stringify({ data: [table], layout: {} }))];
    const { page } = await open(session, 'Plots');
    const firstCells = (): Promise<string[]> =>
      page.locator('.figure-table tbody tr:nth-child(-n+3) td:first-child').allInnerTexts();
    const head = page.getByRole('columnheader', { name: 'support' });
    await page.getByText('100 more rows are in the data.').waitFor();
    await head.getByRole('button').click();
    assert.deepEqual(await firstCells(), ['row 4', 'row 5', 'row 6']);
    assert.equal(await head.getAttribute('aria-sort'), 'ascending');
    await head.getByRole('button').press('Enter');
    // Words come before numbers when it goes down; what is empty is last either way.
    assert.deepEqual(await firstCells(), ['row 3', 'row 2', 'row 0']);
    await head.getByRole('button').press('Enter');
    assert.deepEqual(await firstCells(), ['row 0', 'row 1', 'row 2']);
    assert.equal(await head.getAttribute('aria-sort'), 'none');
  });

  it('goes through the iterations of a plot when older ones are asked for', async () => {
    const session = new FakeSession();
    session.plots = [1, 2, 3].map((iteration) =>
      plot('hist', iteration, `{"data":[{"type":"bar","y":[${iteration}]}],"layout":{}}`),
    );
    const { page } = await open(session, 'Plots');
    await page.getByText('iteration 3', { exact: true }).waitFor();
    assert.equal(await page.getByRole('slider', { name: 'Iteration of hist / v' }).isVisible(), false);
    await page.getByRole('button', { name: 'Show older' }).click();
    const slider = page.getByRole('slider', { name: 'Iteration of hist / v' });
    await slider.waitFor();
    await slider.press('Home');
    await page.getByText('iteration 1 · 1 of 3').waitFor();
    assert.deepEqual(session.asked, ['plots 1', 'plots 20']);
    // A newer one that comes while an old one is looked at does not take its place.
    session.plots = [...session.plots, plot('hist', 4, '{"data":[],"layout":{}}')];
    session.scheduler.notify({ kind: 'series', taskId: 'task-1' });
    await page.getByText('iteration 1 · 1 of 4').waitFor();
  });

  it('keeps plots that cannot be read again, and says above them that they are not up to date', async () => {
    const session = new FakeSession();
    session.plots = [plot('table', 2, TABLE)];
    const { page } = await open(session, 'Plots');
    const cell = page.getByRole('region', { name: 'table / v' }).getByText('dog');
    await cell.waitFor();
    session.outputFailure = new TracksideError('unreachable', 'No answer.', 'Check the network.');
    session.scheduler.notify({ kind: 'series', taskId: 'task-1' });
    const note = page.getByText('Not up to date. No answer. Check the network.');
    await note.waitFor();
    const [above, below] = [await boxOf(note), await boxOf(cell)];
    assert.ok(above.y < below.y, JSON.stringify([above, below]));
    await page.getByText('1 plot from the newest iteration of each.').waitFor();
    session.outputFailure = undefined;
    session.scheduler.notify({ kind: 'series', taskId: 'task-1' });
    await note.waitFor({ state: 'hidden' });
    assert.ok(await cell.isVisible());
  });

  it('shows images as they come into view, and says why one cannot be shown', async () => {
    const session = new FakeSession();
    const many = Array.from({ length: 60 }, (_, index) =>
      image(`m${index}`, 1, `https://files.example/${index}.png`),
    );
    session.images = [
      image('a gone', 1, 'https://files.example/gone.png'),
      image('a page', 1, 'https://files.example/page.png'),
      ...many,
    ];
    many.forEach(({ uri }) => session.files.set(uri, RED_PNG));
    session.files.set('https://files.example/page.png', Buffer.from([0, 1, 2, 3]));
    const { page, deeds } = await open(session, 'Images');
    const picture = page.getByRole('button', { name: 'm0 / v at iteration 1' });
    await picture.waitFor();
    assert.equal(await picture.evaluate((element) => (element as HTMLImageElement).naturalWidth), 1);
    await page.getByText('The file is gone. Run the task again.').waitFor();
    await page.getByText('This is nothing that can be shown here.').waitFor();
    const readAtFirst = session.asked.filter((each) => each.startsWith('https')).length;
    assert.ok(readAtFirst < 62, `${readAtFirst} of 62 were read at once`);
    await page.getByRole('region', { name: 'm59 / v' }).scrollIntoViewIfNeeded();
    await page.getByRole('button', { name: 'm59 / v at iteration 1' }).waitFor();
    await page.getByRole('textbox', { name: 'Filter images' }).fill('m7');
    assert.equal(await page.locator('.output-card:visible').count(), 1);
    await page.getByRole('button', { name: 'Save m7 / v' }).click();
    assert.deepEqual(deeds.opened, ['m7/v at 1']);
  });

  it('shows texts and pages as text, and says what plays recordings without reading them', async () => {
    const session = new FakeSession();
    const markup = '<html><script>document.title = "run"</script>é</html>';
    session.images = ['page.html', 'long.txt', 'beep.wav', 'clip.mp4'].map((name) =>
      image(name, 1, `https://files.example/${name}`),
    );
    session.files.set('https://files.example/page.html', Buffer.from(markup));
    session.files.set('https://files.example/long.txt', Buffer.from('word '.repeat(30_000)));
    const { page, deeds } = await open(session, 'Images');
    const text = (name: string) =>
      page.getByRole('region', { name: `${name} / v at iteration 1`, exact: true });
    assert.equal(await text('page.html').innerText(), markup);
    assert.notEqual(await page.title(), 'run');
    assert.match(await text('long.txt').innerText(), /word \n… The rest is in the file: save it\.$/);
    await page.getByText('This is a sound: beep.wav. Save it to play it.').waitFor();
    await page.getByText('This is a video: clip.mp4. Save it to play it.').waitFor();
    assert.equal(session.asked.filter((each) => each.startsWith('https')).length, 2);
    await page.getByRole('button', { name: 'Save clip.mp4 / v' }).click();
    assert.deepEqual(deeds.opened, ['clip.mp4/v at 1']);
  });

  it('says that there are none, and leaves out what the server does not keep', async () => {
    const session = new FakeSession();
    session.keepsConsole = false;
    session.plots = [];
    const { page } = await open(session, 'Plots');
    await page.getByText('The task has reported no plots.').waitFor();
    assert.deepEqual(await page.getByRole('tab').allInnerTexts(), ['Curves', 'Plots', 'Details']);
    assert.equal(await page.getByRole('button', { name: 'Console' }).isVisible(), false);
    await page.getByRole('tab', { name: 'Plots' }).press('ArrowRight');
    assert.equal(await page.getByRole('tab', { selected: true }).innerText(), 'Details');
  });

  it('lets parameters and arguments be edited only while the server takes them', async () => {
    const session = new FakeSession(makeTask({ status: 'draft', can: ['edit', 'enqueue'] }));
    session.details = {
      code: {},
      arguments: ['--lr', '0.1'],
      parameters: [{ section: 'Args', name: 'lr', value: '0.1' }],
      configurations: [],
      artifacts: [],
      models: [],
    };
    panel = await openPanel(pages, { session });
    const { page, deeds } = panel;
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.getByRole('button', { name: 'Edit Args/lr' }).click();
    const field = page.getByRole('textbox', { name: 'Args/lr' });
    await field.fill('0.5');
    await field.press('Escape');
    assert.deepEqual(deeds.edits, []);
    await page.getByRole('button', { name: 'Edit Args/lr' }).click();
    await field.fill('0.25');
    await field.press('Enter');
    await field.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Edit Arguments of the script' }).click();
    await page.getByRole('textbox', { name: 'Arguments of the script' }).fill('--lr 1');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('textbox', { name: 'Arguments of the script' }).waitFor({ state: 'detached' });
    assert.deepEqual(deeds.edits, [
      { kind: 'parameter', section: 'Args', name: 'lr', value: '0.25' },
      { kind: 'arguments', value: '--lr 1' },
    ]);
    await page.getByRole('button', { name: 'Edit code and container…' }).click();
    await page.getByRole('button', { name: 'Add or delete configurations…' }).click();
    await until('both are told', () => deeds.commands.length === 2);
    assert.deepEqual(deeds.commands, ['editCode', 'editConfigurations']);
    session.store.set(makeTask({ status: 'running', can: ['stop'] }));
    await page.getByText('They can be changed until the task starts').waitFor();
    assert.equal(await page.getByRole('button', { name: /^Edit|configurations…$/u }).count(), 0);
  });

  for (const theme of ['dark', 'light', 'highContrast'] as const) {
    it(`has no accessibility problem in ${theme}`, async () => {
      const session = new FakeSession();
      session.plots = [plot('line', 4, LINE), plot('table', 2, TABLE)];
      session.images = [
        image('m', 1, 'https://files.example/m.png'),
        image('text', 1, 'https://files.example/note.txt'),
      ];
      session.files.set('https://files.example/note.txt', Buffer.from('note'));
      session.files.set('https://files.example/m.png', RED_PNG);
      panel = await openPanel(pages, { session, theme });
      const { page } = panel;
      await page.waitForFunction(() => customElements.get('vscode-button') !== undefined);
      await page.getByRole('tab', { name: 'Plots' }).click();
      await page.locator('.main-svg').first().waitFor();
      assert.deepEqual(await violations(page), []);
      await page.getByRole('tab', { name: 'Images' }).click();
      await page.locator('.image-body img:visible').waitFor();
      await page.locator('.image-body pre:visible').waitFor();
      assert.deepEqual(await violations(page), []);
    });
  }

  async function violations(page: OpenPanel['page']): Promise<string[]> {
    const found = await new AxeBuilder({ page }).analyze();
    return found.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    );
  }
});
