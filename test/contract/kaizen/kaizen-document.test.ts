import assert from 'node:assert/strict';
import type { LiveChange } from '../../../src/backends/contract';
import type { KaizenBackend } from '../../../src/backends/kaizen/kaizen-backend';
import { FakeStudio } from '../../fakes/kaizen/fake-studio';
import { all, fails, noSignal, one, open, printed, runNamed, until } from './studio-questions';

describe('Kaizen Studio backend against the document alone', () => {
  let studio: FakeStudio;
  let backend: KaizenBackend;
  beforeEach(async () => {
    studio = await FakeStudio.start('document');
    backend = open(studio);
  });
  afterEach(async () => {
    backend.dispose();
    await studio.stop();
  });

  it('follows the steps and the log of a run as they are pushed', async () => {
    const pipeline = studio.world.addPipeline('Triage');
    const run = studio.world.addRun(pipeline.id, { status: 'running', output: undefined });
    const changes: LiveChange[] = [];
    const listening = backend.live.subscribe(
      (change) => changes.push(change),
      () => undefined,
    );
    await all(backend, { projectId: pipeline.id });
    await until(() => studio.listenersOf(run.id) === 1);
    const [first, second] = pipeline.nodes;
    studio.push(run.id, 'node_start', { node_id: first?.id });
    studio.push(run.id, 'node_complete', { node_id: first?.id, status: 'success', duration_ms: 5 });
    studio.push(run.id, 'node_start', { node_id: second?.id });
    studio.push(run.id, 'nonsense', 7);
    studio.push(run.id, 'log', { timestamp: '2026-01-05T08:00:00Z', level: 'info', message: 'Working' });
    await until(() => changes.some(({ kind }) => kind === 'console'));
    const graph = await backend.dependencies.read({ kind: 'task', taskId: run.id }, noSignal());
    assert.deepEqual(
      graph.nodes.map(({ status }) => status),
      ['completed', 'running', 'queued'],
    );
    assert.equal(await printed(backend, run.id), 'Working\n');
    run.status = 'done';
    const seen = changes.length;
    studio.push(run.id, 'result', {});
    await until(() =>
      changes.slice(seen).some((change) => change.kind === 'task' && change.ids.includes(run.id)),
    );
    assert.equal((await one(backend, run.id)).status, 'completed');
    await until(() => studio.listenersOf(run.id) === 0);
    listening.dispose();
  });

  it('shows steps without edges where no call tells them, and says so', async () => {
    studio.hasConnectionsCall = false;
    const pipeline = studio.world.addPipeline('Triage');
    const graph = await backend.dependencies.read({ kind: 'project', projectId: pipeline.id }, noSignal());
    assert.equal(graph.nodes.length, 3);
    assert.deepEqual(graph.edges, []);
    assert.ok(graph.notes.some((note) => note.includes('how the steps are connected')));
  });

  it('names the step that failed', async () => {
    const pipeline = studio.world.addPipeline('Triage');
    const run = studio.world.addRun(pipeline.id, { status: 'failed', error: 'No model' });
    await all(backend, { projectId: pipeline.id });
    const graph = await backend.dependencies.read({ kind: 'task', taskId: run.id }, noSignal());
    const last = graph.nodes.at(-1);
    assert.equal(last?.status, 'failed');
    assert.equal(last.reason, 'No model');
  });

  it('rolls back', async () => {
    const pipeline = studio.world.addPipeline('Greeter');
    const { id } = studio.world.addDeployment(pipeline.id, 'staging');
    await runNamed(backend, 'environment:staging', 'Roll back Greeter');
    assert.equal(studio.world.deployments.get(id)?.status, 'stopped');
    assert.equal(studio.world.deployments.size, 2);
  });

  it('does not offer again what it was not told the input of', async () => {
    const pipeline = studio.world.addPipeline('Triage');
    const run = studio.world.addRun(pipeline.id);
    await all(backend, { projectId: pipeline.id });
    assert.deepEqual((await one(backend, run.id)).can, []);
    await assert.rejects(backend.actions.act(run.id, { action: 'rerun' }, noSignal()), fails('invalid'));
  });
});
