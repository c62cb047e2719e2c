import assert from 'node:assert/strict';
import type { Theme } from '../../scripts/editor/editor-settings';
import { FAKE_USER, FakeAiManager } from '../fakes/ai-manager/fake-ai-manager';
import { seedRuns } from '../fakes/ai-manager/seed-runs';
import { FakeGateway } from '../fakes/clearml-gateway/fake-gateway';
import { seedTasks } from '../fakes/clearml-gateway/seed-tasks';
import { FakeWhatsNext } from '../fakes/whatsnext/fake-server';
import { seedJobs } from '../fakes/whatsnext/seed-jobs';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

/** High enough for all rows: those off screen do not exist. */
const HEIGHT = 1_400;

/** The last one is that of all other pictures. */
const THEMES: readonly Theme[] = ['light', 'hc', 'dark'];

const SCRIPT = `for step in range(1, 4):
    print(f"step={step} loss={0.5 ** step}")
`;

describe('other kinds of servers, in the editor', function () {
  this.timeout(180_000);
  let window: EditorWindow;

  suiteWindow({ name: 'servers', files: { 'sweep.py': SCRIPT }, heightPx: HEIGHT }, (opened) => {
    ({ window } = opened);
  });

  const screenshotsInThemes = async (name: string): Promise<void> => {
    for (const theme of THEMES) {
      await window.setTheme(theme);
      await window.screenshot(`${name}-${theme}`);
    }
  };

  const disconnect = async (label: string): Promise<void> => {
    await window.runCommand('View: Close All Editors');
    await window.runCommand('Trackside: Remove Connection…');
    await window.answer('Remove Connection', label);
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
      await window.addConnection('WhatsNext', fake.url, [['WhatsNext: API key', '']]);
      await window
        .tree('Tasks')
        .waitForRow((row) => row.label === 'train vit' && /running/.test(row.description));
      await window.tree('Queues').waitForRow((row) => row.label === 'evaluate vit');
      await window.tree('Workers').waitForRow('gpu-box');
      const { description } = await window
        .tree('Tasks')
        .waitForRow((row) => row.description.startsWith('WhatsNext'));
      assert.equal(description, 'WhatsNext', 'scripts cannot become jobs, so new tasks do not go here');
      await screenshotsInThemes('whatsnext-trees');
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
      await window.answer('Run a template of which project?', 'vision');
      await window.answer('Run which template of “vision”?', 'train');
      await window.answer('train: lr (1 of 2)', '0.1, 0.2');
      await window.answer('train: seed (2 of 2)', '1..3');
      await window.answer('Name of the 6 tasks', 'sweep');
      await window.answer('When may it run?', 'As soon as a worker is free');
      await window.answer('Priority', '5');
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
      await window.addConnection('AI Manager', fake.url, [
        ['AI Manager: how do you sign in?', 'User name and Password'],
        ['AI Manager: User name', FAKE_USER.username],
        ['AI Manager: Password', FAKE_USER.password],
      ]);
      await window.tree('Tasks').waitForRow('resnet 2');
      await window.screenshot('ai-manager-trees');
      await window.runCommand('Trackside: Open Live Panel', 'resnet 2');
      const frame = await window.livePanelFrame('resnet 2');
      await frame.getByText('val/accuracy').first().waitFor();
      await frame.getByText('all 200 points').first().waitFor();
      await screenshotsInThemes('ai-manager-curves');
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
      await window.addConnection('ClearML gateway (CVAT)', fake.url, [
        ['ClearML gateway (CVAT): Header for a proxy', ''],
      ]);
      await window.tree('Tasks').waitForRow('detector 3');
      await window.screenshot('gateway-trees');
      assert.equal(fake.most, 1);
    });

    it('shows its models and datasets when they are opened', async () => {
      for (const view of ['Tasks', 'Queues', 'Workers']) {
        await window.tree(view).hide();
      }
      const projects = window.tree('Projects');
      await projects.waitForRow('Models');
      assert.equal(fake.countOf('GET /clearml-api/models'), 0);
      await projects.expand('Datasets');
      await projects.waitForRow((row) => row.label === 'annotations' && row.description.startsWith('1.0.1'));
      await projects.expand('annotations');
      await projects.waitForRow('labels.json');
      await projects.expand('Models');
      await projects.waitForRow('detector, first');
      await projects.waitForRow((row) => row.label === 'Models' && /^2 · read /.test(row.description));
      await screenshotsInThemes('gateway-rooms');
      assert.deepEqual(
        (await projects.contextMenuItems('detector')).filter((item) => / Model/.test(item)),
        ['Open Task of Model'],
      );
      assert.equal(fake.countOf('GET /clearml-api/models'), 1);
    });

    it('makes a draft', async () => {
      await window.runCommand('Trackside: Run Template…');
      await window.answer('Run a template of which project?', 'Vision');
      await window.answer('Run which draft of “Vision”?', 'Empty draft');
      await window.answer('Empty draft: type (1 of 1)', 'testing');
      await window.answer('Name of the task', 'to be annotated');
      const { detail } = await window.dialog.text();
      assert.match(detail, /It cannot start it/);
      await window.screenshot('gateway-draft');
      await window.dialog.press('Create');
      await window.tree('Tasks').waitForRow('to be annotated');
    });
  });
});
