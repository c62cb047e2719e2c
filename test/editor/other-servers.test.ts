import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FAKE_USER, FakeAiManager } from '../fakes/ai-manager/fake-ai-manager';
import { seedRuns } from '../fakes/ai-manager/seed-runs';
import { FakeGateway } from '../fakes/clearml-gateway/fake-gateway';
import { seedTasks } from '../fakes/clearml-gateway/seed-tasks';
import { FakeWhatsNext } from '../fakes/whatsnext/fake-server';
import { seedJobs } from '../fakes/whatsnext/seed-jobs';
import { startEditor, type Editor } from './harness/editor';
import type { EditorWindow } from './harness/editor-window';
import { until } from './harness/until';

/** High enough for all rows: those off screen do not exist. */
const HEIGHT = 1_400;

const SCRIPT = `for step in range(1, 4):
    print(f"step={step} loss={0.5 ** step}")
`;

describe('other kinds of servers, in the editor', function () {
  this.timeout(180_000);
  const workspace = mkdtempSync(path.join(tmpdir(), 'trackside-servers-'));
  let editor: Editor;
  let window: EditorWindow;

  before(async () => {
    writeFileSync(path.join(workspace, 'sweep.py'), SCRIPT);
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
      await window.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
    }
  });

  const answer = (title: string, text: string): Promise<void> => window.quickInput.answerTitled(title, text);
  const connect = async (label: string, url: string): Promise<void> => {
    await window.runCommand('Trackside: Add Connection…');
    await answer('Add Connection', label);
    await answer('Add Connection: address of the server', url);
  };

  const disconnect = async (label: string): Promise<void> => {
    await window.runCommand('View: Close All Editors');
    await window.runCommand('Trackside: Remove Connection…');
    await answer('Remove Connection', label);
    await window.dialog.press('Remove');
  };

  describe('WhatsNext', () => {
    let fake: FakeWhatsNext;

    before(async () => {
      fake = await FakeWhatsNext.start({ personality: 'real', isDefective: false });
      seedJobs(fake.world);
    });
    after(async () => {
      await disconnect(new URL(fake.url).host);
      await fake.stop();
    });

    it('lists its jobs, queue and clients', async () => {
      await connect('WhatsNext', fake.url);
      await answer('WhatsNext: API key', '');
      await window
        .tree('Tasks')
        .waitForRow((row) => row.label === 'train vit' && /running/.test(row.description));
      await window.tree('Queues').waitForRow((row) => row.label === 'evaluate vit');
      await window.tree('Workers').waitForRow('gpu-box');
      const { description } = await window
        .tree('Tasks')
        .waitForRow((row) => row.description.startsWith('WhatsNext'));
      assert.equal(description, 'WhatsNext', 'scripts cannot become jobs, so new tasks do not go here');
      await window.screenshot('whatsnext-trees');
    });

    it('draws what waits for what, and why', async () => {
      await window.runCommand('Trackside: Open Dependencies', 'report');
      const frame = await window.webviewFrame('Dependencies');
      await frame.getByText('evaluate mixer').first().waitFor();
      await window.screenshot('whatsnext-graph');
    });

    it('creates jobs of a template, a grid of values at once', async () => {
      const before = fake.world.jobs.size;
      await window.runCommand('Trackside: Run Template…');
      await answer('Run a template of which project?', 'vision');
      await answer('Run which template of “vision”?', 'train');
      await answer('train: lr (1 of 2)', '0.1, 0.2');
      await answer('train: seed (2 of 2)', '1..3');
      await answer('Name of the 6 tasks', 'sweep');
      await answer('When may it run?', 'As soon as a worker is free');
      await answer('Priority', '5');
      const { message, detail } = await window.dialog.text();
      await window.screenshot('whatsnext-grid');
      assert.match(message, /^Run “train” on 127\.0\.0\.1:\d+: 6 tasks\?$/);
      assert.match(detail, /lr=0\.2, seed=3/);
      await window.dialog.press('Run');
      await window.tree('Tasks').waitForRow((row) => row.label.startsWith('sweep'));
      assert.equal(fake.world.jobs.size, before + 6);
      assert.deepEqual([...fake.world.jobs.values()].at(-1)?.parameters, { lr: 0.2, seed: 3 });
    });
  });

  describe('AI Manager', () => {
    let fake: FakeAiManager;

    before(async () => {
      fake = await FakeAiManager.start('real');
      seedRuns(fake);
    });
    after(async () => {
      await disconnect(new URL(fake.url).host);
      await fake.stop();
    });

    it('lists its runs and draws their metrics', async () => {
      await connect('AI Manager', fake.url);
      await answer('AI Manager: how do you sign in?', 'User name and Password');
      await answer('AI Manager: User name', FAKE_USER.username);
      await answer('AI Manager: Password', FAKE_USER.password);
      await window.tree('Tasks').waitForRow('resnet 2');
      await window.screenshot('ai-manager-trees');
      await window.runCommand('Trackside: Open Live Panel', 'resnet 2');
      const frame = await window.webviewFrame('resnet 2');
      await frame.getByText('val/accuracy').first().waitFor();
      await frame.getByText('all 200 points').first().waitFor();
      await window.screenshot('ai-manager-curves');
    });

    it('keeps the run of a script that is launched here', async () => {
      await window.openFile('sweep.py');
      await window.runCommand('Trackside: Launch Current File as Task');
      const recorded = (): boolean =>
        [...fake.runs.values()].some(({ name, status }) => name === 'sweep.py' && status === 'completed');
      await until('the run is told to its end', () => Promise.resolve(recorded()), 90_000);
      const run = [...fake.runs.values()].find(({ name }) => name === 'sweep.py');
      const losses = fake.metrics.filter(({ run_id, name }) => run_id === run?.id && name === 'loss');
      assert.deepEqual(
        losses.map(({ step, value }) => [step, value]),
        [
          [1, 0.5],
          [2, 0.25],
          [3, 0.125],
        ],
      );
      await window.screenshot('ai-manager-launched');
    });

    it('marks a run as stopped, and says that nothing else happens', async () => {
      await window.runCommand('Trackside: Stop', 'resnet 2');
      const { detail } = await window.dialog.text();
      assert.match(detail, /Only the status changes/);
      await window.screenshot('ai-manager-stop');
      await window.dialog.press('Mark as Stopped');
      await window
        .tree('Tasks')
        .waitForRow((row) => row.label === 'resnet 2' && /stopped/.test(row.description));
      assert.equal(fake.runs.get(2)?.status, 'stopped');
    });
  });

  describe('the ClearML gateway', () => {
    let fake: FakeGateway;

    before(async () => {
      fake = await FakeGateway.start('real', '/clearml-api');
      seedTasks(fake);
    });
    after(async () => {
      await disconnect(new URL(fake.url).host);
      await fake.stop();
    });

    it('lists its tasks, one request at a time', async () => {
      await connect('ClearML gateway (CVAT)', fake.url);
      await window.tree('Tasks').waitForRow('detector 3');
      await window.screenshot('gateway-trees');
      assert.equal(fake.most, 1);
    });

    it('makes a draft', async () => {
      await window.runCommand('Trackside: Run Template…');
      await answer('Run a template of which project?', 'Vision');
      await answer('Run which draft of “Vision”?', 'Empty draft');
      await answer('Empty draft: type (1 of 1)', 'testing');
      await answer('Name of the task', 'to be annotated');
      const { detail } = await window.dialog.text();
      assert.match(detail, /It cannot start it/);
      await window.screenshot('gateway-draft');
      await window.dialog.press('Create');
      await window.tree('Tasks').waitForRow('to be annotated');
    });
  });
});
