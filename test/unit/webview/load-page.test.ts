import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { systemClock } from '../../../src/core/clock';
import { silentLogger } from '../../../src/core/logger';
import { LoadSession } from '../../../src/features/workers/load-session';
import type { OwnedConnectionSession } from '../../../src/store/connection-session';
import { until } from '../../editor/harness/until';
import { sessionOf } from '../../fakes/clearml/fake-connection';
import { FakeClearMl } from '../../fakes/clearml/fake-server';
import type { FakeWorker } from '../../fakes/clearml/fake-world';
import { heightMarks } from '../../../webview-ui/workers/load-model';
import { becomes } from './open-panel';
import { overlapsOf } from './overlaps';
import { CONTROLS_PROBLEM, OpenPage, usePages, type PageOptions } from './page-browser';

const SHOTS = process.env['TRACKSIDE_SHOTS'];
const STATS = 'workers.get_stats';

/** A panel of a worker's load with the real host side behind it, up to the server. */
class OpenLoad extends OpenPage {
  readonly host: LoadSession;
  readonly opened: string[] = [];
  readonly pictures: { readonly name: string; readonly bytes: Buffer }[] = [];
  title = '';

  constructor(page: Page, session: OwnedConnectionSession) {
    super(page);
    this.host = new LoadSession({
      ref: { connectionId: 'lab', workerId: 'gpu-box:0' },
      session,
      clock: systemClock,
      logger: silentLogger,
      post: (message) => this.post(message),
      setTitle: (title) => (this.title = title),
      openTask: (taskId) => this.opened.push(taskId),
      savePicture: (name, bytes) => {
        this.pictures.push({ name, bytes: Buffer.from(bytes) });
        return Promise.resolve();
      },
    });
  }
}

describe('the load of a worker in a browser', function () {
  this.timeout(60_000);
  const pages = usePages('workers', CONTROLS_PROBLEM);
  let fake: FakeClearMl;
  let session: OwnedConnectionSession;
  let worker: FakeWorker;

  beforeEach(async () => {
    fake = await FakeClearMl.start('real');
    const { id: task } = fake.world.addTask({ name: 'train net', status: 'in_progress' });
    worker = {
      id: 'gpu-box:0',
      queues: [],
      task,
      figures: {
        ...{ cpu_usage: 80, memory_used: 20_480, memory_free: 45_056, network_rx: 12.5, network_tx: 3 },
        ...{ gpu_usage: 97, gpu_memory_used: 8_192 },
      },
      buckets: 180,
      lastReport: Date.now(),
    };
    fake.world.workers.set(worker.id, worker);
    session = sessionOf(fake, { id: 'lab', label: 'Lab' });
  });
  afterEach(async () => {
    session.dispose();
    await fake.stop();
  });

  async function open(options: PageOptions = {}): Promise<OpenLoad> {
    const opened = await pages.open((page) => new OpenLoad(page, session), { height: 900, ...options });
    await opened.page.locator('.chart').first().waitFor();
    return opened;
  }
  const asked = (): Record<string, unknown>[] =>
    fake.requests.filter(({ call }) => call === STATS).map(({ body }) => body);

  it('draws what the server measured, means and peaks, and says them', async () => {
    const { page, title } = await open();
    await page.getByText('Runs train net').waitFor();
    assert.equal(title, 'Load of gpu-box:0');
    assert.deepEqual(await page.locator('.chart h2').allInnerTexts(), [
      'CPU',
      'GPU',
      'Memory',
      'Memory per GPU',
      'Network',
    ]);
    const words = await page.locator('.chart .words').allInnerTexts();
    assert.match(words[0] ?? '', /^now 80 %mean 40 %, up to 80 %$/u);
    assert.match(words[2] ?? '', /^now 20\.0 of 64\.0 GBmean 10\.1 GB, up to 20\.0 GB$/u);
    assert.match(words[4] ?? '', /^Received: mean 6\.3 MB\/s, up to 12\.5 MB\/sSent: mean 1\.5 MB\/s/u);
    const request = asked().find(({ interval }) => interval === 60);
    const items = JSON.stringify(request?.['items']);
    assert.ok(items.includes('"key":"cpu_usage","aggregation":"max"'), items);
    assert.equal(Number(request?.['to_date']) - Number(request?.['from_date']), 3 * 3_600);
  });

  it('is read step by step with keys, in all charts at once; gaps are called so', async () => {
    const { page } = await open();
    await page.locator('.surface').first().focus();
    await page.keyboard.press('End');
    const words = page.locator('.chart .words');
    assert.equal(await words.first().innerText(), 'not measured');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await words.first().innerText(), '80 %, up to 80 %');
    assert.equal(await words.nth(1).innerText(), '97 %, up to 97 %');
    assert.match(
      (await page.locator('.surface').first().getAttribute('aria-label')) ?? '',
      /^CPU\. .*\d\d:\d\d.*: 80 %, up to 80 %$/u,
    );
    assert.match(
      await page.locator('[aria-live=polite]').first().innerText(),
      /^CPU\. .*: 80 %, up to 80 %$/u,
    );
    await page.keyboard.press('Escape');
    assert.match(await words.first().innerText(), /^now 80 %/u);
  });

  it('goes further back, keeps that, shows a table, and opens the task', async () => {
    const opened = await open();
    const { page } = opened;
    await page.getByRole('combobox', { name: 'Time' }).click();
    await page.getByRole('option', { name: 'Last 7 days' }).click();
    await until('a week is asked for', () => asked().some(({ interval }) => interval === 1_800));
    await page.getByText('Lines: means of 30 min').waitFor();
    assert.deepEqual(await opened.state(), {
      ref: { connectionId: 'lab', workerId: 'gpu-box:0' },
      span: '7d',
    });
    await page.getByRole('button', { name: 'Show as Table' }).click();
    assert.equal(await page.locator('tbody tr').count(), 180);
    assert.match(await page.locator('tbody tr').nth(1).innerText(), /80 %, up to 80 %/u);
    // The newest step, which nobody measured yet, comes first by time and last by value.
    assert.match(await page.locator('tbody tr').first().innerText(), /not measured/u);
    for (const order of ['ascending', 'descending']) {
      await page.getByRole('columnheader', { name: 'CPU' }).getByRole('button').click();
      await page.locator(`th[aria-sort=${order}]`, { hasText: 'CPU' }).waitFor();
    }
    assert.match(await page.locator('tbody tr').first().innerText(), /80 %, up to 80 %/u);
    assert.match(await page.locator('tbody tr').last().innerText(), /not measured/u);
    await page.getByRole('button', { name: 'Open Task' }).click();
    await until('it is opened', () => opened.opened.length === 1);
    assert.deepEqual(opened.opened, [worker.task]);
  });

  it('comes back as it was, asks for nothing while hidden, and says why it cannot', async () => {
    const state = { ref: { connectionId: 'lab', workerId: 'gpu-box:0' }, span: '30min' };
    const { page, host } = await open({ state });
    await until('half an hour is asked for', () =>
      asked().some((body) => Number(body['to_date']) - Number(body['from_date']) === 1_800),
    );
    fake.fault = (call) => (call === STATS ? { kind: 'html' } : undefined);
    host.receive({ type: 'retry' });
    await page.getByText(/web page instead of data/u).waitFor();
    assert.equal(await page.locator('.chart').count(), 5, 'what was there stays');
    worker.queues.push(fake.world.addQueue('night').id);
    await session.store.refresh({ kind: 'workers' });
    await page.getByText('Takes from night').waitFor();
    await page.getByText(/^Not up to date\. .*web page instead of data/u).waitFor();
    fake.fault = () => ({ kind: 'html' });
    await assert.rejects(session.store.refresh({ kind: 'workers' }));
    await page.getByText(/^Not up to date: .*Takes from night/u).waitFor();
    const again = page.getByRole('button', { name: 'Try Again' });
    await again.waitFor();
    fake.fault = () => undefined;
    await again.click();
    await page.getByText(/^Not up to date\. /u).waitFor({ state: 'hidden' });
    await session.store.refresh({ kind: 'workers' });
    await page.getByText(/^Not up to date: /u).waitFor({ state: 'hidden' });
    host.setVisible(false);
    assert.deepEqual(session.scheduler.figures().heldNeeds, []);
  });

  for (const theme of ['dark', 'light'] as const) {
    it(`saves the picture of a chart as it looks in ${theme}`, async () => {
      const { page, pictures } = await open({ theme });
      const save = async (format: string): Promise<Buffer> => {
        const count = pictures.length;
        await page.getByRole('button', { name: 'Picture of Network' }).click();
        await page.getByRole('menuitem', { name: `Save as ${format}…` }).click();
        await until('the picture is handed over', () => pictures.length > count);
        return pictures.at(-1)?.bytes ?? assert.fail();
      };
      const svg = (await save('SVG')).toString();
      const png = await save('PNG');
      assert.deepEqual(
        pictures.map(({ name }) => name),
        ['Network- gpu-box-0.svg', 'Network- gpu-box-0.png'],
      );
      assert.match(svg, />Network: gpu-box:0</u);
      assert.match(svg, /Received: mean 6\.3 MB\/s, up to 12\.5 MB\/s; Sent: mean 1\.5 MB\/s/u);
      const lines = await page
        .locator('.chart')
        .last()
        .locator('.curve')
        .evaluateAll((curves) =>
          curves.map((curve) => ({ drawn: curve.getAttribute('d'), stroke: getComputedStyle(curve).stroke })),
        );
      assert.equal(lines.length, 2);
      for (const { drawn, stroke } of lines) {
        assert.ok(svg.includes(`d="${drawn}"`) && svg.includes(`stroke="${stroke}"`), stroke);
      }
      assert.ok(!svg.includes('class='), 'it needs no style rules of the page');
      assert.match(svg, /text-anchor="end"/u);
      assert.equal(png.subarray(1, 4).toString(), 'PNG');
      if (SHOTS !== undefined) {
        writeFileSync(`${SHOTS}/load-picture-${theme}.png`, png);
      }
    });
  }

  for (const theme of ['dark', 'light', 'highContrast'] as const) {
    it(`has no accessibility violations in ${theme}`, async () => {
      const { page } = await open({ theme });
      await page.locator('vscode-button').first().waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))]),
        [],
      );
      if (SHOTS !== undefined) {
        await page.screenshot({ path: `${SHOTS}/load-${theme}.png` });
      }
    });
  }

  it('says on each axis in what it measures, with room for it', async () => {
    const { page } = await open();
    const marks = await page
      .locator('.chart')
      .evaluateAll((charts) =>
        charts.map((chart) => [...chart.querySelectorAll('.is-height')].map((mark) => mark.textContent)),
      );
    assert.deepEqual(marks, [
      ['0', '50 %', '100 %'],
      ['0', '50 %', '100 %'],
      ['0', '20 GB', '40 GB', '60 GB'],
      ['0', '5 GB'],
      ['0', '5 MB/s', '10 MB/s'],
    ]);
    const starts = await page
      .locator('.is-height')
      .evaluateAll((all) =>
        all.flatMap((mark) => (mark instanceof SVGGraphicsElement ? [mark.getBBox().x] : [])),
      );
    assert.equal(starts.length, marks.flat().length);
    assert.ok(Math.min(...starts) >= 0, `the labels begin at ${starts.join(', ')}`);
    const labels = (unit: string, top: number): string[] =>
      heightMarks({ unit, top }, 4).map(({ label }) => label);
    assert.deepEqual(labels('GB', 0.3), ['0', '100 MB', '200 MB', '300 MB']);
    assert.deepEqual(labels('GB', 1_500), ['0', '0.5 TB', '1 TB']);
    assert.deepEqual(labels('MB/s', 0.012), ['0', '5 kB/s', '10 kB/s']);
    assert.deepEqual(heightMarks({ unit: 'MB/s', top: 2_000 }, 4).at(-1), { value: 2_000, label: '2 GB/s' });
  });

  it('fits any width from 300 px up, with nothing over anything else', async () => {
    const { page } = await open({ width: 320 });
    for (const width of [1_200, 600, 300]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `at ${width} px it is ${overflow} px too wide`);
      await becomes(() => overlapsOf(page), []);
    }
    if (SHOTS !== undefined) {
      await page.screenshot({ path: `${SHOTS}/load-300.png` });
    }
  });
});
