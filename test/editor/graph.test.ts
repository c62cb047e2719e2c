import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import type { Theme } from '../../scripts/editor/editor-settings';
import type { FakeClearMl } from '../fakes/clearml/fake-server';
import type { FakeTask } from '../fakes/clearml/fake-world';
import { clearMlWindow } from './harness/clearml-window';
import { openContextMenu } from './harness/context-menu';
import type { EditorWindow } from './harness/editor-window';
import { until } from './harness/until';

const THEMES: readonly Theme[] = ['light', 'hc', 'dark'];
const STEPS = {
  load: [],
  clean: ['load'],
  small: ['clean'],
  large: ['clean'],
  report: ['small', 'large', 'load'],
};
const MANY = 2_000;

describe('graphs of pipelines in the editor', function () {
  this.timeout(240_000);
  let fake: FakeClearMl;
  let window: EditorWindow;
  let run: FakeTask;
  let small: FakeTask;

  clearMlWindow(
    {
      name: 'graph',
      heightPx: 1_200,
      fill: (server) => {
        fake = server;
        fill();
      },
    },
    (opened) => {
      ({ window } = opened);
    },
  );

  /** The page of the panel that shows this graph: several panels of the kind have one title to begin with. */
  async function graphOf(title: string): Promise<Frame> {
    const found: { frame?: Frame } = {};
    await until(`the graph of “${title}” is shown`, async () => {
      for (const frame of window.page.frames()) {
        if ((await frame.locator('main.panel h1').allInnerTexts()).includes(title)) {
          found.frame = frame;
        }
      }
      return found.frame !== undefined;
    });
    assert.ok(found.frame);
    return found.frame;
  }

  function fill(): void {
    const { world } = fake;
    const controller = {
      type: 'controller',
      systemTags: ['pipeline'],
      runtime: { _pipeline_hash: 'abc:1.0' },
    };
    world.project('Vision/.pipelines', ['hidden']);
    const project = world.project('Vision/.pipelines/digits', ['pipeline', 'hidden']).id;
    world.addQueue('services');
    const hyperparams = { Args: { base: { section: 'Args', name: 'base', value: '3' } } };
    run = world.addTask({ ...controller, name: 'digits #4', status: 'in_progress', project, hyperparams });
    const step = (name: string, status: string): FakeTask =>
      world.addTask({ name, status, parent: run.id, project });
    const tasks: Record<string, FakeTask> = {
      load: step('load', 'completed'),
      clean: step('clean', 'completed'),
    };
    small = step('small', 'in_progress');
    tasks['small'] = small;
    tasks['large'] = step('large', 'failed');
    const stage = (name: string): string => (['small', 'large'].includes(name) ? 'train' : 'data');
    const steps = Object.entries(STEPS).map(([name, parents]): [string, object] => [
      name,
      {
        parents,
        job_id: tasks[name]?.id ?? null,
        status: tasks[name] ? 'running' : 'pending',
        stage: stage(name),
      },
    ]);
    run.configuration = pipelineOf(Object.fromEntries(steps));
    run.created = world.now() + 60_000; // the first row, which needs no scrolling
    const many = Array.from({ length: MANY - 1 }, (_, index): [string, object] => {
      const parents = index === 0 ? [] : [`job ${Math.floor((index - 1) / 3)}`];
      return [`job ${index}`, { parents, status: 'pending', job_id: null }];
    });
    const configuration = pipelineOf(Object.fromEntries(many));
    world.addTask({ ...controller, name: 'many #1', status: 'in_progress', project, configuration });
  }

  function pipelineOf(steps: object): Record<string, unknown> {
    return { Pipeline: { name: 'Pipeline', value: JSON.stringify(steps), type: 'dictionary' } };
  }

  it('opens from the row of a run and shows the steps in every theme', async () => {
    // Runs of pipelines stand in their group, not among the tasks.
    const runs = window.tree('Projects');
    await runs.show();
    for (const row of ['Pipelines', 'digits']) {
      await runs.waitForRow(row, 60_000);
      await runs.expand(row);
    }
    const row = await runs.waitForRow((each) => each.label === 'digits #4', 60_000);
    await runs.contextMenu(row.label, 'Open Dependencies');
    const frame = await graphOf('digits #4');
    await frame.getByRole('button', { name: /^large, Failed/ }).waitFor();
    await frame.getByRole('img', { name: /^report, Pending/ }).waitFor();
    for (const theme of THEMES) {
      await window.setTheme(theme);
      await window.screenshot(`graph-${theme}`);
    }
  });

  it('offers the actions of a task on its node, and follows what happens', async () => {
    const frame = await graphOf('digits #4');
    const node = frame.getByRole('button', { name: /^small, Running/ });
    const menu = await openContextMenu(window.page, () => Promise.resolve(node));
    await menu.getByText('Open Live Panel').waitFor();
    await menu.getByText('Mark as Failed…').or(menu.getByText('Mark as Failed')).first().waitFor();
    await window.screenshot('graph-menu');
    await window.page.keyboard.press('Escape');
    fake.world.task(small.id).status = 'completed';
    await frame.getByRole('button', { name: /^small, Completed/ }).waitFor({ timeout: 60_000 });
  });

  it('fits again in a narrower panel', async () => {
    const frame = await graphOf('digits #4');
    await window.page.setViewportSize({ width: 760, height: 1_200 });
    await until(
      'the page is narrower',
      async () => (await frame.evaluate<number>('window.innerWidth')) < 500,
    );
    await window.screenshot('graph-narrow');
    await window.page.setViewportSize({ width: 1_440, height: 1_200 });
  });

  it('stops the run with its steps, and starts another with other arguments', async () => {
    const running = fake.world.addTask({ name: 'extra', status: 'in_progress', parent: run.id });
    await window.tree('Projects').contextMenu('digits #4', 'Stop Pipeline with Its Steps…');
    const stopping = await window.dialog.text();
    assert.match(`${stopping.message} ${stopping.detail}`, /Stop “digits #4” with 1 step\?[^]*• extra/u);
    await window.screenshot('graph-stop');
    await window.dialog.press('Stop All');
    await until('both are asked to stop', () =>
      [run, running].every(({ id }) => fake.world.task(id).status === 'stopped'),
    );
    // Rows that are still on their way would push this one from below the mouse.
    for (const [view, label] of [
      ['Projects', 'digits #4'],
      ['Tasks', 'extra'],
    ] as const) {
      await window.tree(view).waitForRow((row) => row.label === label && /stopped/.test(row.description));
    }
    await window.tree('Projects').contextMenu('digits #4', 'Start Pipeline Run…');
    await window.quickInput.answer('Args/base');
    await window.quickInput.answer('7');
    await window.screenshot('graph-start-arguments');
    await window.quickInput.answer('Go on with these');
    await window.quickInput.answer('services');
    const starting = await window.dialog.text();
    assert.match(`${starting.message} ${starting.detail}`, /Start “digits #5”\?[^]*base = 7/u);
    await window.screenshot('graph-start');
    await window.dialog.press('Start');
    await until('the server has the copy in the queue', () =>
      fake.world.tasks.some(({ name, status }) => name === 'digits #5' && status === 'queued'),
    );
    await window.tree('Projects').waitForRow('digits #5');
  });

  it('lists the tasks made from a run, and those beside a step, in its details', async () => {
    await window.tree('Tasks').contextMenu('small', 'Open Live Panel');
    const frame = await window.livePanelFrame('small');
    await frame.getByRole('tab', { name: 'Details' }).click();
    await frame.getByText('clean', { exact: true }).first().waitFor();
    await window.screenshot('graph-details-siblings');
  });

  it('draws 2,000 nodes with a map of them', async () => {
    await window.tree('Projects').contextMenu('many #1', 'Open Dependencies');
    const frame = await graphOf('many #1');
    await frame.locator('.minimap').waitFor();
    assert.equal(await frame.locator('.node').count(), MANY);
    const drawMs = await frame.evaluate(() => document.body.dataset['drawMs']);
    process.stdout.write(`      2,000 nodes laid out and drawn in ${drawMs} ms\n`);
    await window.screenshot('graph-2000');
  });
});
