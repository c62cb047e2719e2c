import assert from 'node:assert/strict';
import * as z from 'zod';
import type { Theme } from '../../scripts/editor/editor-settings';
import { Seeder } from '../contract/clearml/contract-server';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

/** An empty ClearML server of your own, to throw away: the test fills it, and asks it what the editor did. */
const {
  TRACKSIDE_REAL_CLEARML_URL: url,
  CLEARML_API_ACCESS_KEY: accessKey = '',
  CLEARML_API_SECRET_KEY: secretKey = '',
} = process.env;

const THEMES: readonly Theme[] = ['light', 'hc', 'dark'];
const STEPS = 300;

const told = z.object({
  task: z.object({ status: z.string(), name: z.string() }),
});

(url === undefined ? describe.skip : describe)(
  'a ClearML server that really runs, in the editor',
  function () {
    this.timeout(300_000);
    const address = url ?? '';
    const seed = new Seeder({ url: address, keys: { accessKey, secretKey } });
    const stamp = Date.now().toString(36);
    const names = {
      project: `Vision ${stamp}`,
      queue: `gpu ${stamp}`,
      run: `train ${stamp}`,
      other: `train more ${stamp}`,
      draft: `next ${stamp}`,
      pipeline: `nightly ${stamp}`,
      worker: `box-${stamp}:0`,
    };
    const ids = { project: '', queue: '', run: '', other: '', draft: '' };
    let window: EditorWindow;

    suiteWindow({ name: 'real-clearml', theme: 'light', heightPx: 1_300 }, async (opened) => {
      ({ window } = opened);
      await fill();
    });

    async function fill(): Promise<void> {
      ids.project = await seed.project(names.project);
      ids.queue = String((await seed.call('queues.create', { name: names.queue }))['id']);
      ids.run = await run(names.run, '0.1', 1);
      ids.other = await run(names.other, '0.01', 2);
      await seed.call('tasks.completed', { task: ids.other });
      const script = {
        repository: 'https://example.com/vision.git',
        branch: 'main',
        entry_point: 'train.py',
      };
      ids.draft = await seed.task({ name: names.draft, project: ids.project, script });
      await seed.call('models.create', {
        ...{ name: `net ${stamp}`, uri: 'file:///tmp/net.pt', project: ids.project, ready: false },
        ...{ framework: 'PyTorch', task: ids.other },
      });
      const worker = { worker: names.worker, queues: [ids.queue], timeout: 600 };
      await seed.call('workers.register', worker);
      await fillPipeline();
    }

    async function run(name: string, rate: string, scale: number): Promise<string> {
      const lr = { section: 'Args', name: 'lr', value: rate };
      const configuration = { net: { name: 'net', type: 'yaml', value: `depth: ${scale}` } };
      const task = await seed.task({
        name,
        project: ids.project,
        hyperparams: { Args: { lr } },
        configuration,
      });
      await seed.call('tasks.started', { task });
      const points = Array.from({ length: STEPS }, (_, step): [number, number] => [step, scale / (step + 1)]);
      await seed.scalars(task, 'loss', 'train', points);
      const figure = JSON.stringify({ data: [{ type: 'bar', y: [scale, 3] }], layout: {} });
      await seed.events([
        { type: 'plot', task, metric: 'confusion', variant: 'val', iter: 1, plot_str: figure },
        { type: 'log', task, worker: names.worker, level: 'info', msg: `hello from ${name}\n`, iter: 0 },
      ]);
      return task;
    }

    async function fillPipeline(): Promise<void> {
      const make = { description: '', system_tags: ['hidden'] };
      await seed.call('projects.create', { ...make, name: `${names.project}/.pipelines` });
      const name = `${names.project}/.pipelines/${names.pipeline}`;
      const made = await seed.call('projects.create', { ...make, name, system_tags: ['pipeline', 'hidden'] });
      const project = String(made['id']);
      const step = { base_task_id: null, queue: null, executed: null, status: 'pending', stage: 'data' };
      const value = JSON.stringify({
        load: { ...step, parents: [], job_id: ids.other, status: 'completed' },
        fit: { ...step, parents: ['load'], job_id: null },
      });
      const controller = await seed.task({
        ...{ name: `${names.pipeline} #1`, type: 'controller', project, system_tags: ['pipeline'] },
        ...{ runtime: { _pipeline_hash: 'abc:1.0' } },
        configuration: { Pipeline: { name: 'Pipeline', type: 'dictionary', value } },
      });
      await seed.call('tasks.started', { task: controller });
    }

    const draft = async (): Promise<z.infer<typeof told>['task']> =>
      told.parse(await seed.call('tasks.get_by_id', { task: ids.draft })).task;

    const screenshotsInThemes = async (name: string): Promise<void> => {
      for (const theme of THEMES) {
        await window.setTheme(theme);
        await window.screenshot(`real-clearml-${name}-${theme}`);
      }
    };

    it('is signed in to with a pair of keys, and shows what it has', async () => {
      await window.addConnection('ClearML', address, [
        ['ClearML: Access key', accessKey],
        ['ClearML: Secret key', secretKey],
      ]);
      await window
        .tree('Tasks')
        .waitForRow(({ label, description }) => label === names.run && description.startsWith('running'));
      await window.tree('Queues').waitForRow(names.queue);
      await window.tree('Workers').waitForRow(names.worker);
      const projects = window.tree('Projects');
      await projects.waitForRow(names.project);
      await screenshotsInThemes('trees');
    });

    it('draws every point of a run, and the next one as it comes', async () => {
      await window.tree('Tasks').contextMenu(names.run, 'Open Live Panel');
      const frame = await window.livePanelFrame(names.run);
      await frame.getByText(`all ${STEPS} points`).first().waitFor();
      await seed.scalars(ids.run, 'loss', 'train', [[STEPS, 7]]);
      await frame
        .getByText(`all ${STEPS + 1} points`)
        .first()
        .waitFor();
      await screenshotsInThemes('curves');
      await frame.getByRole('tab', { name: 'Details' }).click();
      await frame.locator('table.parameters').first().waitFor();
      await window.screenshot('real-clearml-details');
      await frame.getByRole('tab', { name: 'Plots' }).click();
      await frame.locator('.plot-figure .main-svg').first().waitFor();
      await window.screenshot('real-clearml-plots');
    });

    it('shows what a run printed', async () => {
      await window.tree('Tasks').contextMenu(names.run, 'Open Console');
      await window.waitForEditorText(`hello from ${names.run}`);
      await window.runCommand('View: Close Editor');
    });

    it('lets a draft wait in a queue, and takes it out again', async () => {
      const tasks = window.tree('Tasks');
      await tasks.contextMenu(names.draft, 'Enqueue…');
      await window.answer(`Enqueue “${names.draft}”`, names.queue);
      await until('the server has it waiting', async () => (await draft()).status === 'queued');
      const queues = window.tree('Queues');
      await queues.waitForRow((row) => row.label === names.queue && /^1\b/.test(row.description));
      await window.screenshot('real-clearml-queue');
      await tasks.waitForRow((row) => row.label === names.draft && row.description.startsWith('queued'));
      await tasks.contextMenu(names.draft, 'Dequeue');
      await until('it waits no more', async () => (await draft()).status === 'created');
    });

    it('renames a task', async () => {
      const tasks = window.tree('Tasks');
      await tasks.waitForRow((row) => row.label === names.draft && row.description.startsWith('draft'));
      await tasks.contextMenu(names.draft, 'Rename…');
      await window.quickInput.answer(`${names.draft} renamed`);
      await until('it has the name', async () => (await draft()).name === `${names.draft} renamed`);
      await tasks.waitForRow(`${names.draft} renamed`);
    });

    it('stops a run that no agent runs, says what a reset deletes, and resets it', async () => {
      const tasks = window.tree('Tasks');
      await tasks.contextMenu(names.run, 'Stop');
      await tasks.waitForRow(({ label, description }) => label === names.run && /^stopped/.test(description));
      await tasks.contextMenu(names.run, 'Reset…');
      const { detail } = await window.dialog.text();
      assert.match(detail, /metrics, console and output .* are destroyed/u);
      await window.screenshot('real-clearml-reset');
      await window.dialog.press('Reset');
      await tasks.waitForRow(({ label, description }) => label === names.run && /^draft/.test(description));
      const frame = await window.livePanelFrame(names.run);
      await frame.getByText('confusion / val').waitFor({ state: 'detached' });
      await frame
        .getByText(`${STEPS + 1} points`)
        .first()
        .waitFor({ state: 'detached' });
      await window.screenshot('real-clearml-after-reset');
    });

    it('draws the steps of a pipeline', async () => {
      const projects = window.tree('Projects');
      // Rows that do not fit on the screen do not exist.
      for (const name of ['Tasks', 'Queues', 'Workers']) {
        await window.tree(name).hide();
      }
      await projects.waitForRow('Models');
      for (const group of ['Pipelines', names.pipeline]) {
        await projects.waitForRow(group);
        await projects.expand(group);
      }
      await projects.contextMenu(`${names.pipeline} #1`, 'Open Dependencies');
      const frame = await window.webviewFrame('Dependencies');
      await frame.getByRole('button', { name: /^load, Completed/ }).waitFor();
      await frame.getByRole('img', { name: /^fit, Pending/ }).waitFor();
      await window.screenshot('real-clearml-pipeline');
    });

    it('lists the tasks of the project in a table, by their last loss', async () => {
      await window.tree('Projects').contextMenu(names.project, 'Open Task Table');
      const frame = await window.webviewFrame(`Tasks: ${names.project}`);
      await frame.locator('.row', { hasText: names.other }).waitFor();
      await window.screenshot('real-clearml-table');
    });

    it('tells the version of the server in its diagnostics', async () => {
      await window.runCommand('Trackside: Show Diagnostics');
      await window.waitForEditorText(new URL(address).host);
      await window.screenshot('real-clearml-diagnostics');
    });
  },
);
