import assert from 'node:assert/strict';
import * as z from 'zod';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

/** An AI Manager of your own, to throw away afterwards: the test makes an account and runs on it. */
const AI_MANAGER = process.env['TRACKSIDE_REAL_AI_MANAGER_URL'];

/** A WhatsNext of your own whose projects can be made, to throw away afterwards. */
const WHATSNEXT = process.env['TRACKSIDE_REAL_WHATSNEXT_URL'];

/** High enough for all rows: those off screen do not exist. */
const HEIGHT = 1_400;
const PASSWORD = 'a long enough password';

const SHORT = `for step in range(1, 6):
    print(f"step={step} loss={0.5 ** step} accuracy={1 - 0.5 ** step}", flush=True)
`;
const LONG = `import time
for step in range(1, 10_000):
    print(f"step={step} loss={1 / step}", flush=True)
    time.sleep(1)
`;

const runs = z.array(
  z.object({ id: z.number(), name: z.string(), status: z.string(), ended_at: z.string().nullable() }),
);
const points = z.array(z.object({ name: z.string(), step: z.number(), value: z.number().nullable() }));
const token = z.object({ access_token: z.string() });

/** What the server itself says, past everything of ours. */
class ServerAccount {
  private bearer: string | undefined;

  constructor(
    private readonly url: string,
    readonly user: string,
  ) {}

  runs() {
    return this.get('runs/?limit=1000', runs);
  }

  async run(name: string) {
    return (await this.runs()).find((each) => each.name === name);
  }

  points(run: number) {
    return this.get(`metrics/${run}?limit=1000`, points);
  }

  private async get<T>(call: string, schema: z.ZodType<T>): Promise<T> {
    this.bearer ??= await this.signIn();
    const answer = await fetch(new URL(call, this.url), {
      headers: { authorization: `Bearer ${this.bearer}` },
    });
    return schema.parse(await answer.json());
  }

  private async signIn(): Promise<string> {
    const body = new URLSearchParams({ username: this.user, password: PASSWORD });
    const answer = await fetch(new URL('auth/login', this.url), { method: 'POST', body });
    return token.parse(await answer.json()).access_token;
  }
}

(AI_MANAGER === undefined ? describe.skip : describe)(
  'an AI Manager that really runs, in the editor',
  function () {
    this.timeout(240_000);
    const url = AI_MANAGER ?? '';
    const account = new ServerAccount(url, `ada-${Date.now()}`);
    let window: EditorWindow;

    suiteWindow(
      { name: 'real-ai-manager', files: { 'short.py': SHORT, 'long.py': LONG }, heightPx: HEIGHT },
      (opened) => {
        ({ window } = opened);
      },
    );

    /** The row of the server, not that of the same script on Local, which runs it. */
    const rowThere = async (label: string, description: RegExp): Promise<number> => {
      const place = { index: -1 };
      await until(`the server's row ${label} says ${description.source}`, async () => {
        const rows = await window.tree('Tasks').rows();
        const server = rows.findIndex((row) => row.level === 1 && row.label === new URL(url).host);
        place.index = rows.findIndex(
          (row, index) => index > server && row.label === label && description.test(row.description),
        );
        return server >= 0 && place.index > server;
      });
      return place.index;
    };

    it('makes an account', async () => {
      await window.addConnection('AI Manager', url, [
        ['AI Manager: how do you sign in?', 'New account'],
        ['AI Manager: User name', account.user],
        ['AI Manager: Password', PASSWORD],
        ['AI Manager: E-mail', `${account.user}@example.org`],
      ]);
      await window.tree('Projects').waitForRow((row) => row.label === new URL(url).host);
      assert.deepEqual(await account.runs(), []);
      await window.screenshot('real-ai-manager-account');
    });

    it('records a script that is launched here, to its end', async () => {
      await window.openFile('short.py');
      await window.runCommand('Trackside: Launch Current File as Task');
      const isRecorded = async (): Promise<boolean> =>
        (await account.run('short.py'))?.status === 'completed';
      await until('the run is told to its end', isRecorded, 120_000);
      const run = await account.run('short.py');
      assert.ok(run);
      assert.match(run.ended_at ?? '', /^\d{4}-/);
      const losses = (await account.points(run.id)).filter(({ name }) => name === 'loss');
      assert.deepEqual(
        losses.map(({ step, value }) => [step, value]),
        [1, 2, 3, 4, 5].map((step) => [step, 0.5 ** step]),
      );
    });

    it('draws what the server has of it', async () => {
      await window.runCommand('View: Close All Editors');
      await window.tree('Tasks').contextMenu(await rowThere('short.py', /completed/), 'Open Live Panel');
      const frame = await window.livePanelFrame('short.py');
      await frame.getByText('accuracy').first().waitFor();
      await frame.getByText('all 5 points').first().waitFor();
      await window.screenshot('real-ai-manager-curves');
    });

    it('ends a script here whose run is marked as stopped there', async () => {
      await window.openFile('long.py');
      await window.runCommand('Trackside: Launch Current File as Task');
      const hasPoints = async (): Promise<boolean> => {
        const run = await account.run('long.py');
        return run !== undefined && (await account.points(run.id)).length > 2;
      };
      await until('points arrive while it runs', hasPoints, 120_000);
      await window.tree('Tasks').contextMenu(await rowThere('long.py', /running/), 'Stop');
      await window.screenshot('real-ai-manager-stop');
      await window.dialog.press('Mark as Stopped');
      await window
        .tree('Tasks')
        .waitForRow((row) => row.label === 'long.py' && /stopped/.test(row.description), 60_000);
      await until(
        'the script here ends',
        async () => {
          const rows = await window.tree('Tasks').rows();
          const ofScript = rows.filter(({ label }) => label === 'long.py');
          return ofScript.length === 2 && ofScript.every(({ description }) => /stopped/.test(description));
        },
        90_000,
      );
      assert.equal((await account.run('long.py'))?.status, 'stopped');
      await window.screenshot('real-ai-manager-stopped');
    });
  },
);

const made = z.object({ id: z.number() });
const batch = z.object({ job_ids: z.array(z.number()) });
const jobs = z.array(
  z.object({ id: z.number(), name: z.string(), parameters: z.record(z.string(), z.unknown()) }),
);
const links = z.object({ status: z.string(), dependencies: z.array(z.unknown()) });

(WHATSNEXT === undefined ? describe.skip : describe)(
  'a WhatsNext that really runs, in the editor',
  function () {
    this.timeout(240_000);
    const url = WHATSNEXT ?? '';
    /** First by name, also before those of earlier times, since only rows on screen exist. */
    const project = `a vision ${Number.MAX_SAFE_INTEGER - Date.now()}`;
    const ids = { project: 0, prepare: 0, train: 0 };
    let window: EditorWindow;

    const call = async <T>(what: string, schema: z.ZodType<T>, body?: object): Promise<T> => {
      const init = body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
      return schema.parse(await (await fetch(new URL(what, url), init)).json());
    };
    const jobsThere = () => call(`jobs/?project_id=${ids.project}&limit=1000`, jobs);
    suiteWindow({ name: 'real-whatsnext', heightPx: HEIGHT }, (opened) => {
      ({ window } = opened);
    });

    before(async () => {
      ids.project = (await call('projects/', made, { name: project, description: '', status: 'ACTIVE' })).id;
      const template = {
        name: 'train',
        project_id: ids.project,
        command_template: 'train --lr {lr} --seed {seed}',
      };
      const { id: taskId } = await call('tasks/', made, template);
      const add = async (name: string, depends: object): Promise<number> => {
        const job = { name, task_id: taskId, parameters: { lr: 0.1, seed: 1 }, depends };
        const { job_ids: added } = await call(`projects/${ids.project}/jobs/batch`, batch, { jobs: [job] });
        return added[0] ?? 0;
      };
      ids.prepare = await add('prepare', {});
      ids.train = await add('train once', { [ids.prepare]: 'prepare' });
      await add('evaluate', { [ids.train]: 'train once' });
    });

    it('lists its jobs and their queue', async () => {
      await window.addConnection('WhatsNext', url, [['WhatsNext: API key', '']]);
      await window
        .tree('Tasks')
        .waitForRow((row) => row.label === 'evaluate' && /queued/.test(row.description));
      await window.tree('Queues').waitForRow(project);
      await window.screenshot('real-whatsnext-trees');
    });

    it('marks a job as failed, and takes it back', async () => {
      const statusThere = async (): Promise<string> =>
        (await call(`jobs/${ids.prepare}/dependencies`, links)).status.toLowerCase();
      await window.tree('Tasks').contextMenu('prepare', 'Mark as Failed…');
      assert.match((await window.dialog.text()).detail, /2 tasks that wait for it/);
      await window.dialog.press('Mark as Failed');
      await window.answer('Priority from now on', '7');
      const failed = (row: { readonly label: string; readonly description: string }): boolean =>
        row.label === 'prepare' && /failed/.test(row.description);
      await window.tree('Tasks').waitForRow(failed, 60_000);
      await window.screenshot('real-whatsnext-failed');
      assert.equal(await statusThere(), 'failed');
      await window.tree('Tasks').contextMenu('prepare', 'Enqueue…');
      await window.dialog.press('Enqueue');
      await window.answer('Priority from now on', '7');
      await until('it waits again', async () => (await statusThere()) === 'pending');
    });

    it('draws what waits for what', async () => {
      await window.tree('Tasks').contextMenu('evaluate', 'Open Dependencies');
      const frame = await window.webviewFrame('Dependencies');
      await frame.getByText('prepare', { exact: true }).first().waitFor();
      await window.screenshot('real-whatsnext-graph');
    });

    it('creates jobs of a template', async () => {
      await window.runCommand('Trackside: Run Template…');
      await window.answer('Run a template of which project?', project);
      await window.answer(`Run which template of “${project}”?`, 'train');
      await window.answer('train: lr (1 of 2)', '0.1, 0.2');
      await window.answer('train: seed (2 of 2)', '1..3');
      await window.answer('Name of the 6 tasks', 'sweep');
      await window.answer('When may it run?', 'As soon as a worker is free');
      await window.answer('Priority', '5');
      await window.dialog.press('Run');
      await until('all are there', async () => (await jobsThere()).length === 3 + 6);
      await window.tree('Tasks').waitForRow((row) => row.label.startsWith('sweep'));
      const there = await jobsThere();
      assert.deepEqual(there.at(-1)?.parameters, { lr: 0.2, seed: 3 });
      await window.screenshot('real-whatsnext-sweep');
    });
  },
);
