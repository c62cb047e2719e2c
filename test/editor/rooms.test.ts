import assert from 'node:assert/strict';
import type { Theme } from '../../scripts/editor/editor-settings';
import type { FakeClearMl } from '../fakes/clearml/fake-server';
import type { FakeWorld } from '../fakes/clearml/fake-world';
import { startClearMlWindow, type ClearMlWindow } from './harness/clearml-window';
import type { EditorWindow } from './harness/editor-window';
import { until } from './harness/until';

const THEMES: readonly Theme[] = ['light', 'hc', 'dark'];

/** What a team has on its server after a while. */
function fill(world: FakeWorld): void {
  const vision = world.project('Vision');
  const maker = world.addTask({ name: 'train net', status: 'completed', project: vision.id });
  world.addTask({ name: 'failed try', status: 'failed', type: 'testing', project: vision.id });
  world.addTask({ name: 'put away', status: 'stopped', systemTags: ['archived'], project: vision.id });
  world.project('Vision/.pipelines', ['hidden']);
  const nightly = world.project('Vision/.pipelines/nightly', ['pipeline', 'hidden']);
  world.addTask({ name: 'nightly #1', status: 'completed', type: 'controller', project: nightly.id });
  world.project('Vision/.datasets', ['hidden']);
  const digits = world.project('Vision/.datasets/digits', ['dataset', 'hidden']);
  world.addTask({
    name: 'digits',
    status: 'completed',
    project: digits.id,
    systemTags: ['dataset'],
    runtime: { version: '1.0.2', ds_file_count: 70_000, ds_total_size: 12_000_000 },
  });
  world.addModel({ name: 'net', project: vision.id, task: maker.id, tags: ['best'] });
  world.addModel({ name: 'net, first', isReady: true, project: vision.id });
  world.workers.set('gpu-box:0', {
    id: 'gpu-box:0',
    queues: [],
    figures: {
      cpu_usage: 80,
      memory_used: 20_480,
      memory_free: 45_056,
      gpu_usage: 97,
      gpu_memory_used: 8_192,
    },
    buckets: 170,
    lastReport: Date.now(),
  });
  world.addModel({ name: 'old net', systemTags: ['archived'] });
}

describe('Rooms of a ClearML server', function () {
  this.timeout(240_000);
  let shown: ClearMlWindow;
  let fake: FakeClearMl;
  let window: EditorWindow;

  before(async () => {
    shown = await startClearMlWindow({ name: 'rooms', heightPx: 1_300, fill: ({ world }) => fill(world) });
    ({ window, fake } = shown);
  });

  after(async () => {
    await window.screenshot('rooms-last');
    await shown.dispose();
  });

  const answer = (title: string, text: string): Promise<void> => window.quickInput.answerTitled(title, text);

  it('stand at the end of the projects and open', async () => {
    for (const name of ['Tasks', 'Queues']) {
      await window.tree(name).hide();
    }
    await window.tree('Workers').waitForRow('gpu-box:0');
    await window.tree('Workers').expand('gpu-box:0');
    await window.tree('Workers').waitForRow((row) => row.label === 'GPU' && /█/.test(row.description));
    await window.screenshot('rooms-workers');
    await window.tree('Workers').contextMenu('gpu-box:0', 'Open Load Charts');
    const load = await window.webviewFrame('Load of gpu-box:0');
    await load.getByRole('heading', { name: 'Memory per GPU' }).waitFor();
    for (const theme of THEMES) {
      await window.setTheme(theme);
      await window.screenshot(`rooms-load-${theme}`);
    }
    await window.tree('Workers').hide();
    const projects = window.tree('Projects');
    await projects.waitForRow('Pipelines');
    const labels = (await projects.rows()).map(({ label }) => label);
    assert.deepEqual(labels.slice(labels.indexOf('Vision')), [
      'Vision',
      'Pipelines',
      'Datasets',
      'Models',
      'Archived tasks',
      'Archived models',
    ]);
    for (const group of ['Pipelines', 'nightly', 'Datasets', 'digits', 'Models', 'Archived tasks']) {
      await projects.waitForRow(group);
      await projects.expand(group);
    }
    await projects.waitForRow('digits 1.0.2');
    await projects.waitForRow('nightly #1');
    await projects.waitForRow('put away');
    const model = await projects.waitForRow('net');
    assert.match(model.description, /PyTorch · #best · .*Vision/);
    assert.deepEqual(
      (await projects.contextMenuItems('net')).filter((item) => / Model|Address/.test(item)),
      [
        'Open Task of Model',
        'Save Model File…',
        'Publish Model…',
        'Rename Model…',
        'Edit Tags of Model…',
        'Copy Address of Model',
        'Archive Model',
        'Delete Model…',
      ],
    );
  });

  for (const theme of THEMES) {
    it(`are there in the ${theme} theme`, async () => {
      await window.setTheme(theme);
      await window.tree('Projects').waitForRow('digits 1.0.2');
      await window.screenshot(`rooms-${theme}`);
    });
  }

  it('let a model be archived and a project be made', async () => {
    const projects = window.tree('Projects');
    await projects.contextMenu('net', 'Archive Model');
    await until('the model is out of the list', async () =>
      (await projects.rows()).every(({ label }) => label !== 'net'),
    );
    await projects.contextMenu('Vision', 'Create Project…');
    await window.quickInput.answer('Detection');
    await until('the server has it', () =>
      fake.world.projects.some(({ name }) => name === 'Vision/Detection'),
    );
  });

  it('narrow the tasks by type, under a name', async () => {
    const tasks = window.tree('Tasks');
    await tasks.waitForRow('train net');
    await window.runCommand('Trackside: Filter Tasks…', 'Status…');
    await until('statuses are asked', () => window.quickInput.isOpen());
    await window.screenshot('rooms-filter');
    await window.page.keyboard.press('Escape');
    await window.runCommand('Trackside: Filter Tasks…', 'Order…');
    await answer('Narrow the tasks of which connection?', '127.0.0.1');
    await answer('Show tasks in order of', 'Name');
    await answer('In order of Name', 'A first');
    await window.runCommand('Trackside: Filter Tasks…', 'Save this filter…', 'by name');
    await until('the view says so', async () => /in order of name, A first/.test(await tasks.message()));
    const labels = (await tasks.rows()).map(({ label }) => label).filter((label) => /try|net/.test(label));
    assert.deepEqual(labels, ['failed try', 'train net']);
    await window.screenshot('rooms-filtered');
  });
});
