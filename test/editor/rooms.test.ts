import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Theme } from '../../scripts/editor/editor-settings';
import type { FakeClearMl } from '../fakes/clearml/fake-server';
import type { FakeWorld } from '../fakes/clearml/fake-world';
import { clearMlWindow } from './harness/clearml-window';
import type { EditorWindow } from './harness/editor-window';
import { until } from './harness/until';

const THEMES: readonly Theme[] = ['light', 'hc', 'dark'];

const NET = { name: 'net', type: 'yaml', value: 'depth: 3' };

/** What a team has on its server after a while. */
function fill(world: FakeWorld): void {
  const vision = world.project('Vision');
  const maker = world.addTask({ name: 'train net', status: 'completed', project: vision.id });
  world.addTask({ name: 'next try', project: vision.id, configuration: { net: NET } });
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
  let fake: FakeClearMl;
  let window: EditorWindow;

  clearMlWindow({ name: 'rooms', heightPx: 1_300, fill: ({ world }) => fill(world) }, (opened) => {
    ({ window, fake } = opened);
  });

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

  it('let a task be made without launching one, which its row then shows', async () => {
    await window.tree('Projects').contextMenu('Vision', 'New Task…');
    await window.quickInput.answer('hand made');
    await window.answer('New task “hand made”: project', 'Vision');
    await window.answer('New task “hand made”: type', 'testing');
    await until('the code is asked', async () => (await window.quickInput.title()).endsWith(': code'));
    await window.screenshot('rooms-new-task');
    await window.answer('New task “hand made”: code', 'Code in a git repository…');
    await window.answer('New task “hand made”: repository', 'https://example.com/vision.git');
    await window.answer('New task “hand made”: branch', 'next');
    await window.answer('New task “hand made”: entry point', 'test.py');
    await until('that row alone is selected', async () => {
      const selected = (await window.tree('Tasks').rows()).filter((row) => row.isSelected);
      return selected.map(({ label }) => label).join() === 'hand made';
    });
    await window.screenshot('rooms-new-task-shown');
    const made = fake.world.tasks.find(({ name }) => name === 'hand made');
    assert.deepEqual(
      [made?.status, made?.type, made?.script['entry_point']],
      ['created', 'testing', 'test.py'],
    );
  });

  it('let the text of a draft’s configuration be saved, and never over what somebody else saved', async () => {
    const draft = fake.world.tasks.find(({ name }) => name === 'next try');
    assert.ok(draft);
    const kept = (): unknown => draft.configuration['net'];
    const type = async (text: string): Promise<void> => {
      await window.page.locator('.monaco-editor .view-lines').first().click();
      await window.page.keyboard.press('ControlOrMeta+A');
      await window.page.keyboard.type(text);
    };
    const save = (): Promise<void> => window.page.keyboard.press('ControlOrMeta+S');
    await window.tree('Tasks').click('next try');
    const panel = await window.livePanelFrame('next try');
    await panel.getByRole('tab', { name: 'Details' }).click();
    await panel.getByText('1 line · can be edited').waitFor();
    await panel.getByRole('button', { name: 'net' }).click();
    await window.waitForEditorText('depth: 3');
    await type('depth: 4');
    await save();
    await until('the server has it', () => isDeepStrictEqual(kept(), { ...NET, value: 'depth: 4' }));
    await window.screenshot('rooms-configuration');
    // A text that is not saved yet is kept; any other is read anew, also for what this editor just saved.
    await type('depth: 5');
    draft.configuration = { net: { ...NET, value: 'depth: 9' } };
    await save();
    await until('the difference is told', async () =>
      (await window.notifications()).some((text) => /net.* newer/su.test(text)),
    );
    await window.screenshot('rooms-configuration-newer');
    assert.deepEqual(kept(), { ...NET, value: 'depth: 9' });
    await window.pressNotification('Overwrite');
    await until('it is overwritten as wanted', () =>
      isDeepStrictEqual(kept(), { ...NET, value: 'depth: 5' }),
    );
    await window.runCommand('View: Close All Editors');
  });

  it('narrow the tasks by type, under a name', async () => {
    const tasks = window.tree('Tasks');
    await tasks.waitForRow('train net');
    await window.runCommand('Trackside: Filter Tasks…', 'Status…');
    await until('statuses are asked', () => window.quickInput.isOpen());
    await window.screenshot('rooms-filter');
    await window.page.keyboard.press('Escape');
    await window.runCommand('Trackside: Filter Tasks…', 'Order…');
    await window.answer('Narrow the tasks of which connection?', '127.0.0.1');
    await window.answer('Show tasks in order of', 'Name');
    await window.answer('In order of Name', 'A first');
    await window.runCommand('Trackside: Filter Tasks…', 'Save this filter…', 'by name');
    await until('the view says so', async () => /in order of name, A first/.test(await tasks.message()));
    const labels = (await tasks.rows()).map(({ label }) => label).filter((label) => /try|net/.test(label));
    assert.deepEqual(labels, ['failed try', 'next try', 'train net']);
    await window.screenshot('rooms-filtered');
  });
});
