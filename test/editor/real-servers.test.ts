import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { startEditor, type Editor } from './harness/editor';
import type { EditorWindow } from './harness/editor-window';
import { until } from './harness/until';

/** An AI Manager of your own, to throw away afterwards: the test makes an account and runs on it. */
const AI_MANAGER = process.env['TRACKSIDE_REAL_AI_MANAGER_URL'];

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
    const workspace = mkdtempSync(path.join(tmpdir(), 'trackside-real-'));
    const account = new ServerAccount(url, `ada-${Date.now()}`);
    let editor: Editor;
    let window: EditorWindow;

    before(async () => {
      writeFileSync(path.join(workspace, 'short.py'), SHORT);
      writeFileSync(path.join(workspace, 'long.py'), LONG);
      editor = await startEditor({ extension: 'folder', workspace });
      window = await editor.openWindow({ height: HEIGHT });
      await window.showTrackside();
    });

    after(async () => {
      await editor.dispose();
      rmSync(workspace, { recursive: true, force: true });
    });

    afterEach(async function () {
      if (this.currentTest?.state === 'failed') {
        await window.screenshot(`failed-real-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
      }
    });

    const answer = (title: string, text: string): Promise<void> =>
      window.quickInput.answerTitled(title, text);

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
      await window.runCommand('Trackside: Add Connection…');
      await answer('Add Connection', 'AI Manager');
      await answer('Add Connection: address of the server', url);
      await answer('AI Manager: how do you sign in?', 'New account');
      await answer('AI Manager: User name', account.user);
      await answer('AI Manager: Password', PASSWORD);
      await answer('AI Manager: E-mail', `${account.user}@example.org`);
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
      const frame = await window.webviewFrame('short.py');
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
