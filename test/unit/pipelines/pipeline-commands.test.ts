import assert from 'node:assert/strict';
import { registerPipelines } from '../../../src/features/pipelines/register-pipelines';
import { nextRunName } from '../../../src/features/pipelines/run-name';
import { COMMANDS } from '../../../src/platform/command-ids';
import type { OwnedConnectionSession } from '../../../src/store/connection-session';
import { sessionOf } from '../../fakes/clearml/fake-connection';
import { FakeClearMl } from '../../fakes/clearml/fake-server';
import type { FakeTask } from '../../fakes/clearml/fake-world';
import { fixedConnections } from '../../fakes/memory-session';
import { ScriptedPlatform } from '../../fakes/scripted-platform';

describe('Commands on pipelines', () => {
  let server: FakeClearMl;
  let session: OwnedConnectionSession;
  let platform: ScriptedPlatform;
  let run: FakeTask;

  beforeEach(async () => {
    server = await FakeClearMl.start('real');
    platform = new ScriptedPlatform();
    session = sessionOf(server, { id: 'team', label: 'Team' });
    registerPipelines({ platform, connections: fixedConnections(session), workspaceState: platform.state });
    const { world } = server;
    const parameter = (section: string, name: string, value: string): object => ({ section, name, value });
    run = world.addTask({
      name: 'digits #4',
      type: 'controller',
      status: 'completed',
      project: world.project('Vision/.pipelines/digits').id,
      systemTags: ['pipeline'],
      runtime: { _pipeline_hash: 'abc:1.0' },
      hyperparams: {
        Args: { base: parameter('Args', 'base', '3'), label: parameter('Args', 'label', 'first') },
        pipeline: { default_queue: parameter('pipeline', 'default_queue', 'default') },
      },
      configuration: { Pipeline: { name: 'Pipeline', value: JSON.stringify({ load: { parents: [] } }) } },
    });
    world.addQueue('services');
  });

  afterEach(async () => {
    session.dispose();
    await server.stop();
  });

  const refOf = (task: FakeTask): object => ({ connectionId: 'team', taskId: task.id });

  it('start a copy with other arguments in the chosen queue, after saying so', async () => {
    platform.answers.push('Args/base', '7', 'Go on with these', 'services', true);
    await platform.run(COMMANDS.startPipelineRun, refOf(run));
    const copy = server.world.tasks.at(-1);
    assert.ok(copy);
    assert.deepEqual([copy.name, copy.type, copy.status], ['digits #5', 'controller', 'queued']);
    assert.deepEqual(copy.systemTags, ['pipeline']);
    assert.equal(JSON.stringify(copy.hyperparams).includes('"value":"7"'), true);
    assert.equal(server.world.queues.find(({ name }) => name === 'services')?.entries[0]?.task, copy.id);
    assert.ok(!platform.asked[0]?.includes('default_queue'), 'only arguments of the pipeline are asked for');
    assert.match(
      platform.asked.at(-1) ?? '',
      /^Start “digits #5”\?\n.*queue services of Team[^]*• base = 7\n/,
    );
    assert.match(platform.said[0] ?? '', /^“digits #5” is in the queue services\. Waiting: no worker/);
    assert.ok(run.status === 'completed');
  });

  it('start the newest run of the project of a pipeline', async () => {
    await session.store.refresh({ kind: 'projects' });
    const older = server.world.addTask({ ...run, id: 'older', name: 'digits #2', created: 1 });
    platform.answers.push('Go on with these', 'services', true);
    await platform.run(COMMANDS.startPipelineRun, {
      kind: 'project',
      id: 'team:project:Vision/.pipelines/digits',
      connectionId: 'team',
      path: 'Vision/.pipelines/digits',
    });
    const copy = server.world.tasks.at(-1);
    assert.equal(copy?.name, 'digits #5');
    assert.equal(copy.parent, run.id);
    assert.equal(older.status, 'completed');
  });

  it('send nothing when the person turns away, at any question', async () => {
    const count = server.world.tasks.length;
    for (const answers of [
      [undefined],
      ['Go on with these', undefined],
      ['Go on with these', 'services', false],
    ]) {
      platform.answers.push(...answers);
      await platform.run(COMMANDS.startPipelineRun, refOf(run));
      assert.equal(platform.answers.length, 0);
    }
    assert.equal(server.world.tasks.length, count);
    assert.equal(server.countOf('tasks.clone') + server.countOf('tasks.enqueue'), 0);
  });

  it('stop a run with those of its steps that run or wait, naming them, and nothing else', async () => {
    const { world } = server;
    run.status = 'in_progress';
    const step = (name: string, status: string, over: Partial<FakeTask> = {}): FakeTask =>
      world.addTask({ name, status, parent: run.id, ...over });
    const [load, train, check] = [
      step('load', 'completed'),
      step('train', 'in_progress'),
      step('check', 'queued'),
    ];
    const copied = step('digits #5', 'in_progress', { type: 'controller', systemTags: ['pipeline'] });
    const other = world.addTask({ name: 'other', status: 'in_progress' });
    platform.answers.push(true);
    await platform.run(COMMANDS.stopPipeline, refOf(run));
    assert.equal(
      platform.asked[0],
      [
        'Stop “digits #4” with 2 steps?',
        'These are stopped; what has ended stays as it is:',
        '• digits #4 (running)',
        '• train (running)',
        '• check (queued)',
      ].join('\n'),
    );
    assert.deepEqual(
      [run, load, train, check, copied, other].map(({ status }) => status),
      ['stopped', 'completed', 'stopped', 'stopped', 'in_progress', 'in_progress'],
    );
    assert.equal(
      server.requests.find(({ call }) => call === 'tasks.stop')?.body['task'],
      run.id,
      'the run first, so that it starts no more',
    );
    await platform.run(COMMANDS.stopPipeline, refOf(run));
    assert.match(platform.said.at(-1) ?? '', /^Nothing to stop/);
  });

  it('stop the steps of a run that has ended already', async () => {
    run.status = 'stopped';
    const left = server.world.addTask({ name: 'left', status: 'in_progress', parent: run.id });
    platform.answers.push(true);
    await platform.run(COMMANDS.stopPipeline, refOf(run));
    assert.equal(left.status, 'stopped');
    assert.equal(server.countOf('tasks.stop'), 1);
  });

  it('refuse a task that is no run of a pipeline', async () => {
    const task = server.world.addTask({ name: 'plain' });
    await assert.rejects(platform.run(COMMANDS.stopPipeline, refOf(task)), { kind: 'invalid' });
    await assert.rejects(platform.run(COMMANDS.startPipelineRun, refOf(task)), { kind: 'invalid' });
  });

  it('count runs as the SDK does', () => {
    assert.equal(nextRunName('digits', ['digits']), 'digits #2');
    assert.equal(nextRunName('digits #2', ['digits', 'digits #9', 'digits x #30']), 'digits #10');
  });
});
