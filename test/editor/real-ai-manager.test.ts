import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import * as z from 'zod';
import { readPanel } from '../../scripts/demo/paint-log';
import { CountingProxy } from '../bench/counting-proxy';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

/** An AI Manager of your own, to throw away afterwards: the test makes an account and a long run on it. */
const AI_MANAGER = process.env['TRACKSIDE_REAL_AI_MANAGER_URL'];

const PASSWORD = 'a long enough password';
const RUN = 'a long run';
/** The server takes reports step by step, and about as long over one value as over a hundred. */
const LONG = { names: ['accuracy', 'loss/train', 'loss/val', 'norm'], steps: 1_000 };
const WIDE = { names: Array.from({ length: 400 }, (_, layer) => `layer/${layer}`), steps: 490 };
const POINTS = LONG.names.length * LONG.steps + WIDE.names.length * WIDE.steps;
const SPIKE = { step: 700, value: 7.5 };
const PAGE = 1_000;

const SEEDING_MS = 900_000;
const READING_MS = 300_000;
const MINUTE_MS = 60_000;

const made = z.object({ id: z.number() });
const token = z.object({ access_token: z.string() });

/** Past everything of ours. */
class OwnServer {
  private headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' };

  constructor(
    private readonly url: string,
    readonly user: string,
  ) {}

  async signUp(): Promise<void> {
    const account = { email: `${this.user}@example.org`, username: this.user, password: PASSWORD };
    await this.post('auth/register', account);
    const body = new URLSearchParams(account);
    const answer = await fetch(new URL('auth/login', this.url), { method: 'POST', body });
    const { access_token } = token.parse(await answer.json());
    this.headers = { ...this.headers, authorization: `Bearer ${access_token}` };
  }

  /** Id of a run that goes on, with {@link POINTS} points; some steps come in reverse order. */
  async longRun(): Promise<number> {
    const project = made.parse(await this.post('projects/', { name: `long runs of ${this.user}` }));
    const path = `runs/?project_id=${project.id}`;
    const { id } = made.parse(await this.post(path, { name: RUN, config: { lr: 0.1 } }));
    for (let place = 0; place < LONG.steps; place += 1) {
      const step = place >= 500 && place < 510 ? 1_009 - place : place;
      await this.report(id, step, (metric) =>
        metric === 2 && step === SPIKE.step ? SPIKE.value : Math.exp((-step * (metric + 1)) / LONG.steps),
      );
    }
    for (let step = 0; step < WIDE.steps; step += 1) {
      await this.report(id, step, (layer) => Math.sin((step + layer) / 50), WIDE.names);
    }
    return id;
  }

  async report(
    run: number,
    step: number,
    valueOf: (metric: number) => number,
    names: readonly string[] = LONG.names,
  ): Promise<void> {
    const metrics = Object.fromEntries(names.map((name, metric) => [name, valueOf(metric)]));
    await this.post(`metrics/${run}/batch`, { metrics, step });
  }

  private async post(call: string, body: object): Promise<unknown> {
    const request = { method: 'POST', headers: this.headers, body: JSON.stringify(body) };
    const answer = await fetch(new URL(call, this.url), request);
    assert.ok(answer.ok, `POST ${call}: ${answer.status}`);
    return answer.json();
  }
}

(AI_MANAGER === undefined ? describe.skip : describe)(
  'a run of 200,000 points on an AI Manager that really runs, in the editor',
  function () {
    this.timeout(SEEDING_MS);
    const url = AI_MANAGER ?? '';
    const server = new OwnServer(url, `ada-${Date.now()}`);
    let window: EditorWindow;
    let proxy: CountingProxy;
    let frame: Frame;
    let run = 0;

    /** Places and sizes of the pages that were asked for since `from`, by the order of {@link CountingProxy.asked}. */
    const pagesSince = (from: number, untilMs = Number.POSITIVE_INFINITY): (readonly [number, number])[] =>
      proxy.asked
        .slice(from)
        .filter(({ atMs, line }) => atMs <= untilMs && line.startsWith('GET /metrics/'))
        .map(({ line }) => {
          const [, skip, limit] = /^GET \/metrics\/\d+\?skip=(\d+)&limit=(\d+)$/.exec(line) ?? [];
          assert.ok(skip !== undefined && limit !== undefined, `${line} is no page`);
          return [Number(skip), Number(limit)];
        });
    const pointsKnown = async (): Promise<number> => (await readPanel(frame)).points;

    suiteWindow({ name: 'real-ai-manager-long', heightPx: 1_000 }, (opened) => {
      ({ window } = opened);
    });
    before(async function () {
      this.timeout(SEEDING_MS);
      await server.signUp();
      run = await server.longRun();
      proxy = await CountingProxy.start(url);
    });
    after(() => proxy.stop());

    it('is drawn long before it is read, page by page and each once', async () => {
      await window.addConnection('AI Manager', proxy.url, [
        ['AI Manager: how do you sign in?', 'User name and Password'],
        ['AI Manager: User name', server.user],
        ['AI Manager: Password', PASSWORD],
      ]);
      await window.tree('Tasks').waitForRow(RUN);
      await window.tree('Tasks').contextMenu(RUN, 'Open Live Panel');
      frame = await window.livePanelFrame(RUN);
      const drawnAt = async (): Promise<number> =>
        Number(await frame.evaluate(() => document.body.dataset['firstCurvesAt'] ?? 'NaN'));
      await until('the first curves are drawn', async () => (await drawnAt()) > 0, READING_MS);
      await frame.locator('header', { hasText: 'reading more' }).waitFor();
      await window.screenshot('real-ai-manager-long-first');
      await until('all points are known', async () => (await pointsKnown()) === POINTS, READING_MS);
      const whole = pagesSince(0);
      const before = pagesSince(0, await drawnAt());
      process.stdout.write(
        `      ${before.length} of ${whole.length} pages asked for before the first curve\n`,
      );
      assert.ok(before.length < whole.length / 4);
      assert.deepEqual(
        whole.slice(0, POINTS / PAGE),
        Array.from({ length: POINTS / PAGE }, (_, page) => [page * PAGE, PAGE]),
      );
    });

    it('shows the one point that lies far above the rest', async () => {
      const card = frame.locator('section.card[aria-label="loss/val"]');
      await card.getByText(String(SPIKE.value), { exact: true }).waitFor();
      await window.screenshot('real-ai-manager-long-dark');
    });

    it('is asked for nothing but what may be new, and draws that', async () => {
      const from = proxy.asked.length;
      await window.page.waitForTimeout(MINUTE_MS);
      const asked = pagesSince(from);
      assert.ok(asked.length > 0, 'a run that goes on is asked for new points');
      assert.ok(asked.every(([skip]) => skip >= POINTS - 1));
      await server.report(run, LONG.steps, () => 0.5);
      const all = POINTS + LONG.names.length;
      await until('the new points are known', async () => (await pointsKnown()) === all);
      assert.ok(pagesSince(from).every(([skip]) => skip >= POINTS - 1));
    });

    it('shows its points as a table, for which nothing is asked', async () => {
      const from = proxy.asked.length;
      const card = frame.locator('section.card[aria-label="loss/val"]');
      await card.hover();
      await card.getByRole('button', { name: 'as a table' }).click();
      await card.getByRole('columnheader', { name: 'Step' }).waitFor();
      await card.getByRole('rowheader', { name: '1,000', exact: true }).waitFor();
      await window.screenshot('real-ai-manager-long-table');
      await card.getByRole('button', { name: 'as a table' }).click();
      assert.ok(pagesSince(from).every(([skip]) => skip >= POINTS - 1));
    });

    it('tells its config and the summary that the server makes', async () => {
      await frame.getByRole('tab', { name: 'Details' }).click();
      await frame.getByRole('button', { name: 'Metric summary' }).waitFor();
      await window.screenshot('real-ai-manager-long-details');
      await frame.getByRole('button', { name: 'Metric summary' }).click();
      await window.waitForEditorText('layer/0');
      await window.tab(RUN).click();
      await window.setTheme('light');
      await frame.getByRole('tab', { name: 'Curves' }).click();
      await window.screenshot('real-ai-manager-long-light');
    });
  },
);
