import assert from 'node:assert/strict';
import { BACKEND_KINDS } from '../../../src/backends/contract';
import { readKaizenFailure } from '../../../src/backends/kaizen/failure-reading';
import type { KaizenBackend } from '../../../src/backends/kaizen/kaizen-backend';
import { shapeAt } from '../../../src/backends/kaizen/recognition';
import { backendRegistry } from '../../../src/backends/registry';
import { FakeAiManager } from '../../fakes/ai-manager/fake-ai-manager';
import { FakeGateway } from '../../fakes/clearml-gateway/fake-gateway';
import { FakeClearMl } from '../../fakes/clearml/fake-server';
import { FakeStudio } from '../../fakes/kaizen/fake-studio';
import { FakeWhatsNext } from '../../fakes/whatsnext/fake-server';
import { all, fails, noSignal, one, open, printed, runNamed, runWith, until } from './studio-questions';

describe('Kaizen Studio backend against the released server alone', () => {
  let studio: FakeStudio;
  let backend: KaizenBackend;
  beforeEach(async () => {
    studio = await FakeStudio.start('real');
    backend = open(studio);
  });
  afterEach(async () => {
    backend.dispose();
    await studio.stop();
  });

  it('nests pipelines in workspaces, also in those that the server does not know', async () => {
    studio.world.workspaces.set('w1', 'Support');
    studio.world.addPipeline('Triage', { workspaceId: 'w1' });
    studio.world.addPipeline('Lost', { workspaceId: 'nowhere-at-all' });
    const names = (await backend.listProjects(noSignal())).map(({ name }) => name);
    assert.deepEqual(names.sort(), ['Support/Triage', 'Workspace nowhere-/Lost']);
  });

  it('says that the server calls a run completed although nothing came out', async () => {
    const pipeline = studio.world.addPipeline('Triage');
    const run = studio.world.addRun(pipeline.id, { output: { response: '', output: '' } });
    assert.match((await one(backend, run.id)).statusMessage ?? '', /no output/);
  });

  it('shows what is kept of a run where a log would be, once it is over', async () => {
    const pipeline = studio.world.addPipeline('Triage');
    const run = studio.world.addRun(pipeline.id, { status: 'running', output: undefined });
    assert.equal(await printed(backend, run.id), '');
    Object.assign(run, { status: 'failed', error: 'No model' });
    assert.match(await printed(backend, run.id), /keeps no log[^]*number 1[^]*No model/);
  });

  it('tells a test of one step from a run, and does not offer it again', async () => {
    const pipeline = studio.world.addPipeline('Triage');
    const run = studio.world.addRun(pipeline.id, { input: { node_id: pipeline.nodes[1]?.id, x: 1 } });
    const task = await one(backend, run.id);
    assert.equal(task.type, 'test of a step');
    assert.deepEqual(task.can, ['delete']);
    const graph = await backend.dependencies.read({ kind: 'task', taskId: run.id }, noSignal());
    assert.equal(graph.focusId, pipeline.nodes[1]?.id);
  });

  it('marks a run that hangs as stopped, in these words, and deletes runs', async () => {
    const pipeline = studio.world.addPipeline('Triage');
    const run = studio.world.addRun(pipeline.id, { status: 'running' });
    assert.equal((await backend.actions.plan([run.id], 'stop'))?.verb, 'Mark as Stopped');
    await backend.actions.act(run.id, { action: 'stop' }, noSignal());
    assert.equal((await one(backend, run.id)).status, 'stopped');
    await backend.actions.act(run.id, { action: 'delete' }, noSignal());
    assert.deepEqual(await backend.getTasks([run.id], noSignal()), []);
  });

  it('tries to listen to a running run once, and never again', async () => {
    const pipeline = studio.world.addPipeline('Triage');
    const run = studio.world.addRun(pipeline.id, { status: 'running' });
    const other = studio.world.addRun(pipeline.id, { status: 'running' });
    await one(backend, run.id);
    await until(() => studio.streamTries === 1);
    await until(async () => {
      await one(backend, other.id);
      return studio.requests.length > 12;
    });
    assert.ok(studio.streamTries <= 2, `${studio.streamTries} tries`);
    assert.equal(studio.signIns, 1, 'a refused handshake is no refused sign-in');
  });

  it('finds more than ten deployments of a gateway by asking for each status', async () => {
    const gateway = studio.world.addGateway('Stage', 'staging');
    const agent = studio.world.addAgent('Greeter');
    for (const status of ['active', 'stopped', 'failed']) {
      for (let index = 0; index < 7; index += 1) {
        studio.world.addDeployment(agent.id, gateway.id, { status });
      }
    }
    assert.equal((await all(backend, { projectId: `gateway:${gateway.id}` })).length, 21);
  });

  it('tells that a deployment failed although the server says 200', async () => {
    const gateway = studio.world.addGateway('Broken', 'staging', true);
    studio.world.addAgent('Greeter');
    const { createdTaskIds, note } = await runNamed(backend, `gateway:${gateway.id}`, 'Deploy Greeter');
    assert.match(note ?? '', /failed: All connection attempts failed/);
    assert.equal((await one(backend, createdTaskIds[0] ?? '')).status, 'failed');
  });

  it('deploys the same anew, in words of its own, and tells when that failed', async () => {
    const gateway = studio.world.addGateway('Stage', 'staging');
    const agent = studio.world.addAgent('Greeter');
    const before = studio.world.addDeployment(agent.id, gateway.id);
    const id = `deployment:${before.id}`;
    assert.equal((await backend.actions.plan([id], 'rerun'))?.verb, 'Redeploy');
    const { createdTaskId = '' } = await backend.actions.act(id, { action: 'rerun' }, noSignal());
    assert.deepEqual(
      [(await one(backend, id)).status, (await one(backend, createdTaskId)).status],
      ['stopped', 'running'],
    );
    const mixed = await backend.actions.plan(['a-run', createdTaskId], 'rerun');
    assert.match(mixed?.says ?? '', /^Runs: A new run.*\nDeployments: It is stopped/);
    gateway.isBroken = true;
    const failed = await backend.actions.act(createdTaskId, { action: 'rerun' }, noSignal());
    assert.match(failed.note ?? '', /failed: All connection attempts failed/);
  });

  it('waits for an approval where the server wants one, and approves or rejects', async () => {
    const { world } = studio;
    const staging = world.addGateway('Stage', 'staging');
    const production = world.addGateway('Live', 'production');
    const agent = world.addAgent('Greeter');
    const source = world.addDeployment(agent.id, staging.id);
    const target = `gateway:${production.id}`;
    const asked = await runNamed(backend, target, 'Promote Greeter from Stage');
    assert.deepEqual(asked.createdTaskIds, []);
    assert.match(asked.note ?? '', /waits for an approval/);
    const approved = await runNamed(backend, target, 'Approve promotion of Greeter');
    const [created = ''] = approved.createdTaskIds;
    assert.equal((await one(backend, created)).projectId, target);
    const graph = await backend.dependencies.read({ kind: 'task', taskId: created }, noSignal());
    assert.deepEqual(graph.edges, [
      { from: source.id, to: created.replace('deployment:', ''), label: 'promoted' },
    ]);
    await runNamed(backend, target, 'Promote Greeter from Stage');
    const rejected = await runNamed(backend, target, 'Reject promotion of Greeter', { reason: 'no' });
    assert.match(rejected.note ?? '', /rejected/);
  });

  it('lists deployments of agents that are gone', async () => {
    const gateway = studio.world.addGateway('Stage', 'staging');
    studio.world.addDeployment('no-such-agent', gateway.id);
    const [task] = await all(backend, { projectId: `gateway:${gateway.id}` });
    assert.ok(task?.name.startsWith('Agent '));
    assert.equal(
      (await backend.details.read(task?.id ?? '', noSignal())).parameters[0]?.value,
      'no-such-agent (cannot be read)',
    );
  });

  it('shows the versions of an agent with its deployment, and no key of a gateway', async () => {
    const gateway = studio.world.addGateway('Stage', 'staging');
    const agent = studio.world.addAgent('Greeter', ['first', 'kinder']);
    const { id } = studio.world.addDeployment(agent.id, gateway.id);
    const details = await backend.details.read(`deployment:${id}`, noSignal());
    assert.match(
      details.configurations[0]?.text ?? '',
      /Greeter · gpt-4[^]*version 1: first[^]*version 2: kinder/,
    );
    const shown = JSON.stringify([details, await backend.listProjects(noSignal())]);
    assert.doesNotMatch(shown, /gw-secret/);
  });

  it('refuses a pipeline that the server finds invalid, in its words', async () => {
    studio.world.addPipeline('Empty', { nodes: [], links: [] });
    const [pipeline] = [...studio.world.pipelines.values()];
    assert.ok(pipeline);
    await assert.rejects(runWith(backend, pipeline, '{}'), fails('invalid', /no nodes/));
  });
});

describe('errors of Kaizen Studio', () => {
  it('are read in each of the three shapes, in one line', () => {
    assert.deepEqual(
      readKaizenFailure(404, { error: { code: 'NOT_FOUND', message: '\u001b[31mno\nthing\u001b[0m' } }),
      {
        reason: 'no thing',
        serverCode: 'NOT_FOUND',
      },
    );
    assert.equal(readKaizenFailure(429, { error: 'rate_limit_exceeded', message: 'Slow' })?.reason, 'Slow');
    assert.equal(readKaizenFailure(404, { detail: 'gone', status_code: 404 })?.reason, 'gone');
    const fields = { detail: [{ loc: ['body', 'name'], msg: 'missing', type: 'x' }] };
    assert.equal(readKaizenFailure(422, fields)?.reason, 'name: missing');
    assert.equal(readKaizenFailure(502, 'a page'), undefined);
  });

  it('tell a wrong question from a wrong answer of the server', () => {
    const at = (field: string): unknown => ({
      error: { code: 'VALIDATION_ERROR', message: '', details: { errors: [{ field, message: 'bad' }] } },
    });
    assert.equal(readKaizenFailure(422, at('body.name'))?.kind, undefined);
    assert.equal(readKaizenFailure(422, at('inputs'))?.kind, 'server');
  });
});

describe('recognition of Kaizen Studio', () => {
  it('takes no other kind of server for one', async () => {
    const others = [
      await FakeAiManager.start('real'),
      await FakeClearMl.start('real'),
      await FakeGateway.start('real'),
      await FakeWhatsNext.start({ personality: 'real', isDefective: false }),
    ];
    for (const other of others) {
      assert.equal(await shapeAt(other.url, noSignal()), undefined, other.constructor.name);
      await other.stop();
    }
  });

  it('is by no other kind of backend', async () => {
    for (const personality of ['real', 'document'] as const) {
      const studio = await FakeStudio.start(personality);
      for (const kind of BACKEND_KINDS) {
        const isTaken = await backendRegistry[kind].recognize?.(studio.url, noSignal());
        assert.equal(isTaken, kind === 'kaizen', kind);
      }
      await studio.stop();
    }
  });
});
