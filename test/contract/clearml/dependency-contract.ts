import assert from 'node:assert/strict';
import type { DependencyGraph } from '../../../src/core/dependency-graph';
import type { ContractState } from './backend-contract';
import { noSignal } from './contract-server';

type Steps = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What every SDK since stages exist writes for a step that has not run. */
const WAITING = {
  base_task_id: null,
  queue: null,
  parents: [],
  executed: null,
  job_id: null,
  status: 'pending',
};

interface Hands {
  readonly read: (taskId: string) => Promise<DependencyGraph>;
  /** A controller whose configuration is still empty, since steps need its id. */
  readonly controller: (name: string, hash?: string) => Promise<string>;
  readonly setSteps: (controller: string, steps: Steps) => Promise<void>;
  readonly step: (name: string, controller: string, ...calls: readonly string[]) => Promise<string>;
}

/** Graphs of pipelines and datasets, whoever answers. */
export function describeDependencyContract(state: () => ContractState): void {
  const hands: Hands = {
    read: (taskId) => state().backend.dependencies.read({ kind: 'task', taskId }, noSignal()),
    controller: (name, hash) =>
      state().seed.task({
        name,
        type: 'controller',
        system_tags: ['pipeline'],
        runtime: hash === undefined ? {} : { _pipeline_hash: hash },
      }),
    setSteps: async (controller, steps) => {
      const entry = { name: 'Pipeline', value: JSON.stringify(steps), type: 'dictionary' };
      const body = { task: controller, configuration: [entry], force: true };
      await state().seed.call('tasks.edit_configuration', body);
    },
    step: async (name, parent, ...calls) => {
      const id = await state().seed.task({ name, parent });
      for (const call of calls) {
        await state().seed.call(`tasks.${call}`, { task: id });
      }
      return id;
    },
  };
  describePipelines(state, hands);
  describePipelineCases(state, hands);
  describeDatasets(state, hands);
}

/** `load: completed`, or with the word that says more: `check: draft/Pending`. */
function statesOf({ nodes }: DependencyGraph): string[] {
  return nodes.map(
    ({ label, status, word, isMissing }) =>
      `${label}: ${isMissing === true ? 'gone' : status}${word === undefined ? '' : `/${word}`}`,
  );
}

function edgesOf({ nodes, edges }: DependencyGraph): string[] {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  return edges.map(({ from, to }) => `${labels.get(from)} → ${labels.get(to)}`);
}

function describePipelines(state: () => ContractState, { read, controller, setSteps, step }: Hands): void {
  it('draws a running pipeline with what its steps say themselves, and what it waits for', async () => {
    const run = await controller('digits #4', 'abc:1.0');
    await state().seed.call('tasks.started', { task: run });
    const load = await step('load', run, 'started', 'completed');
    const train = await step('train', run, 'started', 'failed');
    await setSteps(run, {
      load: {
        ...WAITING,
        executed: load,
        job_id: load,
        status: 'completed',
        stage: 'data',
        job_type: 'training',
      },
      // The configuration is written now and then: the task knows better.
      train: { ...WAITING, parents: ['load'], job_id: train, status: 'running', stage: 'model' },
      check: { ...WAITING, parents: ['train', 'load', 'ghost'], stage: 'model' },
      report: { ...WAITING, parents: ['load'], status: 'skipped', skip_job: true, executed: false },
    });
    const graph = await read(run);
    assert.equal(graph.title, 'digits #4');
    assert.equal(graph.focusId, run);
    assert.deepEqual(statesOf(graph), [
      'digits #4: running',
      'load: completed',
      'train: failed',
      'check: draft/Pending',
      'report: draft/Skipped',
      'ghost: gone',
    ]);
    assert.deepEqual(edgesOf(graph), [
      'digits #4 → load',
      'load → train',
      'train → check',
      'load → check',
      'ghost → check',
      'load → report',
    ]);
    assert.deepEqual(
      graph.nodes.map(({ taskId }) => taskId),
      [run, load, train, undefined, undefined, undefined],
    );
    assert.deepEqual(
      graph.nodes.map(({ stage }) => stage),
      [undefined, 'data', 'model', 'model', undefined, undefined],
    );
  });

  it('shows the same pipeline to who asks for one of its steps', async () => {
    const run = await controller('asked by a step', 'abc:1.0');
    const load = await step('load', run, 'started');
    await setSteps(run, { load: { ...WAITING, job_id: load } });
    const inner = await state().seed.task({ name: 'made by load', parent: load });
    const graph = await read(load);
    assert.equal(graph.title, 'asked by a step');
    assert.equal(graph.nodes.find(({ id }) => id === graph.focusId)?.taskId, load);
    assert.deepEqual(edgesOf(graph), ['asked by a step → load', 'load → made by load']);
    assert.equal(graph.nodes.at(-1)?.taskId, inner);
  });

  it('tells children and siblings with the details of a task', async () => {
    const { backend, seed } = state();
    const parent = await seed.task({ name: 'parent of three' });
    const [first, own] = [await step('first', parent, 'started'), await step('own', parent)];
    const child = await step('child', own, 'started', 'failed');
    const { children, siblings } = await backend.details.read(own, noSignal());
    assert.deepEqual(children, { tasks: [{ id: child, name: 'child', status: 'failed' }], hasMore: false });
    assert.deepEqual(siblings, { tasks: [{ id: first, name: 'first', status: 'running' }], hasMore: false });
    assert.equal((await backend.details.read(parent, noSignal())).siblings, undefined);
  });

  it('takes a task whose configuration is no pipeline for what it is', async () => {
    const { seed } = state();
    const entry = { name: 'Pipeline', value: 'stages:\n- first', type: 'yaml' };
    const id = await seed.task({ name: 'own words', configuration: { Pipeline: entry } });
    assert.deepEqual(statesOf(await read(id)), ['own words: draft']);
  });
}

function describePipelineCases(
  state: () => ContractState,
  { read, controller, setSteps, step }: Hands,
): void {
  it('does not show a fresh clone with the statuses of the run it was made from', async () => {
    const { seed } = state();
    const run = await controller('cloned #1', 'abc:1.0');
    const load = await step('load', run, 'started', 'completed');
    await setSteps(run, {
      load: { ...WAITING, executed: load, job_id: load, status: 'completed' },
      train: { ...WAITING, parents: ['load'], status: 'skipped' },
    });
    const { id } = await seed.call('tasks.clone', { task: run, new_task_name: 'cloned #2' });
    const graph = await read(String(id));
    assert.deepEqual(statesOf(graph), ['cloned #2: draft', 'load: draft/Pending', 'train: draft/Pending']);
    assert.ok(graph.nodes.slice(1).every(({ taskId }) => taskId === undefined));
    assert.ok(graph.notes.some((note) => note.includes('has not run')));
  });

  it('does not believe what a stopped pipeline last noted', async () => {
    const { seed } = state();
    const run = await controller('stopped early', 'abc:1.0');
    await seed.call('tasks.started', { task: run });
    const load = await step('load', run, 'started', 'stopped');
    const lost = await step('lost', run);
    await setSteps(run, {
      load: { ...WAITING, job_id: load, status: 'running' },
      lost: { ...WAITING, job_id: lost, status: 'queued' },
      train: { ...WAITING, parents: ['load'] },
    });
    await seed.call('tasks.delete', { task: lost, force: true });
    await seed.call('tasks.stopped', { task: run });
    assert.deepEqual(statesOf(await read(run)), [
      'stopped early: stopped',
      'load: stopped',
      'lost: gone',
      'train: draft/Not started',
    ]);
  });

  it('understands what old SDKs wrote, which note a task when it is done and nothing else', async () => {
    const run = await controller('old SDK');
    await state().seed.call('tasks.started', { task: run });
    const load = await step('load', run, 'started', 'completed');
    const earlier = await step('train', run, 'started', 'failed');
    const train = await step('train', run, 'started');
    await setSteps(run, {
      load: { base_task_id: 'x', parents: [], executed: load },
      train: { base_task_id: 'x', parents: ['load'], executed: null },
      check: { base_task_id: 'x', parents: ['train'] },
    });
    const graph = await read(run);
    assert.deepEqual(statesOf(graph), [
      'old SDK: running',
      'load: completed',
      'train: running',
      'check: draft/Pending',
      'train: failed',
    ]);
    assert.equal(graph.nodes[2]?.taskId, train);
    assert.equal(graph.nodes[4]?.taskId, earlier);
  });

  it('says which step was taken from an earlier run', async () => {
    const run = await controller('with a cache', 'abc:1.0');
    const earlier = await state().seed.task({ name: 'load of before' });
    await state().seed.call('tasks.started', { task: earlier });
    await state().seed.call('tasks.completed', { task: earlier });
    await setSteps(run, { load: { ...WAITING, job_id: earlier, executed: earlier, status: 'cached' } });
    const graph = await read(run);
    assert.deepEqual(statesOf(graph), ['with a cache: draft', 'load: completed/Cached']);
    assert.equal(graph.nodes[1]?.taskId, earlier);
  });
}

function describeDatasets(state: () => ContractState, { read }: Hands): void {
  it('draws the versions of a dataset, those it came from and those that came of it', async () => {
    const { seed } = state();
    const project = await seed.project('Data/.datasets/digits');
    const version = async (name: string): Promise<string> =>
      seed.task({
        name: 'digits',
        type: 'data_processing',
        system_tags: ['dataset'],
        project,
        comment: name,
      });
    const [a, b, c, d] = [await version('0'), await version('1'), await version('2'), await version('3')];
    const other = await version('other');
    const entry = (id: string, number: string, parents: readonly string[]): object => ({
      job_id: id,
      name: 'digits',
      version: number,
      status: 'in_progress',
      parents,
    });
    const set = async (task: string, value: object): Promise<void> => {
      const struct = { name: 'Dataset Struct', value: JSON.stringify(value), type: 'json' };
      await seed.call('tasks.edit_configuration', { task, configuration: [struct], force: true });
    };
    await set(a, { 0: entry(a, '1.0.0', []) });
    await set(b, { 0: entry(a, '1.0.0', []), 1: entry(b, '1.0.1', ['0']) });
    await set(c, { 0: entry(a, '1.0.0', []), 1: entry(c, '1.0.2', ['0']) });
    await set(d, {
      0: entry(b, '1.0.1', ['1']),
      1: entry(a, '1.0.0', []),
      2: entry(c, '1.0.2', ['1']),
      3: entry(d, '1.0.3', ['0', '2']),
    });
    await set(other, { 0: entry(other, '9.0.0', []) });
    await seed.call('tasks.started', { task: a });
    await seed.call('tasks.completed', { task: a });
    const graph = await read(b);
    assert.deepEqual(statesOf(graph).sort(), [
      'digits 1.0.0: completed',
      'digits 1.0.1: draft',
      'digits 1.0.2: draft',
      'digits 1.0.3: draft',
    ]);
    assert.deepEqual(edgesOf(graph).sort(), [
      'digits 1.0.0 → digits 1.0.1',
      'digits 1.0.0 → digits 1.0.2',
      'digits 1.0.1 → digits 1.0.3',
      'digits 1.0.2 → digits 1.0.3',
    ]);
    assert.equal(graph.focusId, b);
  });
}
