import assert from 'node:assert/strict';
import type { KaizenBackend } from '../../../src/backends/kaizen/kaizen-backend';
import { shapeAt } from '../../../src/backends/kaizen/recognition';
import { Redactor } from '../../../src/client/redaction';
import { FakeAiManager } from '../../fakes/ai-manager/fake-ai-manager';
import { FAKE_ACCOUNT, FakeStudio, type StudioPersonality } from '../../fakes/kaizen/fake-studio';
import type { FakeDeployment } from '../../fakes/kaizen/fake-world';
import { ManualClock } from '../../fakes/manual-clock';
import {
  all,
  deltasOf,
  deployable,
  fails,
  noSignal,
  one,
  open,
  printed,
  projectId,
  runNamed,
  runWith,
} from './studio-questions';

function describeContract(personality: StudioPersonality): void {
  describe(`Kaizen Studio backend against a server that behaves like the ${personality === 'real' ? 'released one' : 'document'}`, () => {
    let studio: FakeStudio;
    let backend: KaizenBackend;
    beforeEach(async () => {
      studio = await FakeStudio.start(personality);
      backend = open(studio);
    });
    afterEach(async () => {
      backend.dispose();
      await studio.stop();
    });

    /** Something deployed, its place by name, and what stands for it in names. */
    function deployed(): { deployment: FakeDeployment; place: RegExp; other: RegExp; what: string } {
      const { world } = studio;
      if (personality === 'document') {
        const { id } = world.addPipeline('Greeter');
        return {
          deployment: world.addDeployment(id, 'staging'),
          place: /\/staging$/,
          other: /\/development$/,
          what: 'Greeter',
        };
      }
      const staging = world.addGateway('Stage', 'staging');
      world.addGateway('Dev', 'development');
      const agent = world.addAgent('Greeter', ['first', 'better']);
      return {
        deployment: world.addDeployment(agent.id, staging.id),
        place: /\/Stage$/,
        other: /\/Dev$/,
        what: 'Greeter',
      };
    }

    async function only(project: string): Promise<string> {
      const [task] = await all(backend, { projectId: project });
      assert.ok(task);
      return task.id;
    }

    it('says what the server is, who is signed in, and what is missing and why', async () => {
      const { product, user, abilities } = await backend.describe(noSignal());
      assert.equal(
        product,
        personality === 'real' ? 'Kaizen Studio 0.1.0' : 'Kaizen Studio 0.1.0 (API as planned)',
      );
      assert.equal(user, FAKE_ACCOUNT.email);
      assert.ok(abilities.every(({ isAvailable, reason }) => isAvailable || (reason ?? '') !== ''));
    });

    it('is recognized, also by the address of its API, and other servers are not', async () => {
      assert.ok(await shapeAt(studio.url, noSignal()));
      assert.ok(await shapeAt(`${studio.url}/api/v1/`, noSignal()));
      const other = await FakeAiManager.start('real');
      assert.equal(await shapeAt(other.url, noSignal()), undefined);
      await other.stop();
    });

    it('works where the server does not describe its calls', async () => {
      studio.isDescribed = false;
      const { id } = studio.world.addPipeline('Triage');
      studio.world.addRun(id);
      assert.equal((await all(backend)).length, 1);
      assert.ok(await shapeAt(studio.url, noSignal()));
    });

    it('refuses a wrong password as such', async () => {
      const stranger = open(studio, { ...FAKE_ACCOUNT, password: 'wrong one' });
      await assert.rejects(stranger.listProjects(noSignal()), fails('unauthorized', /^(?!.*wrong one)/));
      stranger.dispose();
    });

    it('makes an account where one is asked for, once', async () => {
      const account = {
        email: 'new@example.com',
        password: 'long enough',
        name: 'New',
        organization: 'New Ltd',
      };
      const first = open(studio, account);
      await first.describe(noSignal());
      first.dispose();
      const second = open(studio, account);
      await second.describe(noSignal());
      second.dispose();
      assert.equal(studio.countOf(/auth\/register/), 1);
      const wrong = open(studio, { ...account, password: 'mistyped it' });
      await assert.rejects(wrong.describe(noSignal()), fails('unauthorized', /password is another/));
      wrong.dispose();
    });

    it('renews with one refresh for many calls, and never uses a refresh token twice', async () => {
      await backend.listProjects(noSignal());
      for (let round = 1; round <= 3; round += 1) {
        studio.expireAccess();
        await Promise.all([1, 2, 3].map(() => backend.listProjects(noSignal())));
        assert.equal(studio.refreshes, round);
      }
      assert.equal(studio.reusedRefreshTokens, 0);
      assert.equal(studio.signIns, 1);
    });

    it('does once what a person asks for with a token that has ended', async () => {
      const pipeline = studio.world.addPipeline('Triage');
      const [template] = await backend.templates.list(pipeline.id, noSignal());
      assert.ok(template);
      studio.expireAccess();
      const runs = [{ name: 'x', inputs: {}, document: '{"ticket": "late"}' }];
      const { createdTaskIds } = await backend.templates.run(template, runs, noSignal());
      assert.deepEqual([createdTaskIds.length, studio.world.runs.size, studio.signIns], [1, 1, 1]);
    });

    it('signs in with the password when the refresh token is refused', async () => {
      await backend.listProjects(noSignal());
      studio.expireAccess();
      studio.expireRefresh();
      await backend.listProjects(noSignal());
      assert.equal(studio.signIns, 2);
    });

    it('lets two windows of one account live, and signs nobody out', async () => {
      const other = open(studio);
      await backend.listProjects(noSignal());
      await other.listProjects(noSignal());
      studio.expireAccess();
      await Promise.all([backend.listProjects(noSignal()), other.listProjects(noSignal())]);
      other.dispose();
      studio.expireAccess();
      await backend.listProjects(noSignal());
      assert.equal(studio.reusedRefreshTokens, 0);
      assert.equal(studio.signIns, 2);
      assert.equal(studio.signOuts, 0);
    });

    it('makes its tokens useless when it signs out, also after they had to be renewed, and no others', async () => {
      const clock = new ManualClock();
      const other = open(studio, FAKE_ACCOUNT, new Redactor(), { clock });
      await other.listProjects(noSignal());
      const ofOther = studio.validTokens;
      await backend.listProjects(noSignal());
      await backend.signOut(noSignal());
      assert.deepEqual([studio.signOuts, studio.validTokens], [1, ofOther]);
      await other.listProjects(noSignal());
      studio.expireAccess();
      await clock.advance(3_600_000);
      await other.signOut(noSignal());
      assert.deepEqual([studio.signOuts, studio.validTokens, studio.reusedRefreshTokens], [2, 0, 0]);
      assert.equal(studio.signIns, 2);
      other.dispose();
    });

    it('hides tokens and passwords from what is written', async () => {
      const redactor = new Redactor();
      const careful = open(studio, FAKE_ACCOUNT, redactor);
      await careful.listProjects(noSignal());
      assert.doesNotMatch(redactor.redact(`x ${FAKE_ACCOUNT.password} y`), /correct horse/);
      careful.dispose();
    });

    it('takes pipelines as projects, also those of one name or with a slash in it', async () => {
      studio.world.addPipeline('in/out');
      studio.world.addPipeline('twin');
      studio.world.addPipeline('twin');
      studio.world.addPipeline('old', { status: 'archived' });
      const projects = await backend.listProjects(noSignal());
      const names = projects.map(({ name }) => name);
      assert.equal(new Set(names).size, 4);
      assert.ok(names.includes('in∕out'));
      assert.equal(projects.find(({ name }) => name === 'old')?.isArchived, true);
    });

    it('reads all runs of a pipeline, newest first, however the server orders and cuts them', async () => {
      const pipeline = studio.world.addPipeline('Triage');
      const runs = Array.from({ length: 620 }, () => studio.world.addRun(pipeline.id));
      const query = { projectId: pipeline.id };
      const page = await backend.listTasks(query, { size: 100 }, noSignal());
      assert.equal(page.totalCount, 620);
      assert.deepEqual(
        page.items.slice(0, 3).map(({ id }) => id),
        runs
          .slice(-3)
          .map(({ id }) => id)
          .reverse(),
      );
      const asked = studio.requests.length;
      const next = await backend.listTasks(query, { size: 600, cursor: page.next ?? '' }, noSignal());
      assert.equal(next.items.at(-1)?.id, runs[0]?.id);
      assert.equal(studio.requests.length, asked, 'a further page costs no request');
    });

    it('lists more pipelines than one page has', async () => {
      for (let index = 0; index < 130; index += 1) {
        studio.world.addPipeline(`p${index}`);
      }
      const projects = await backend.listProjects(noSignal());
      assert.equal(projects.filter(({ name }) => /^p\d+$/.test(name)).length, 130);
    });

    it('reads words, times and what is absent', async () => {
      const pipeline = studio.world.addPipeline('Triage');
      const run = studio.world.addRun(pipeline.id, { durationMs: 2_500 });
      const odd = studio.world.addRun(pipeline.id, { status: 'banana' });
      const failed = studio.world.addRun(pipeline.id, {
        status: 'failed',
        error: 'No model',
        output: undefined,
      });
      const tasks = new Map((await all(backend)).map((task) => [task.id, task]));
      const task = tasks.get(run.id);
      assert.equal(task?.status, 'completed');
      assert.equal(task.startedAt, run.atMs);
      assert.equal(task.endedAt, run.atMs + 2_500);
      assert.equal(task.statusMessage, undefined);
      assert.equal(task.projectName, 'Triage');
      assert.equal(tasks.get(odd.id)?.status, 'unknown');
      assert.equal(tasks.get(odd.id)?.serverStatus, 'banana');
      assert.equal(tasks.get(failed.id)?.status, 'failed');
      assert.equal(tasks.get(failed.id)?.statusMessage, 'No model');
    });

    it('finds, filters and forgets runs', async () => {
      const pipeline = studio.world.addPipeline('Triage');
      const run = studio.world.addRun(pipeline.id);
      studio.world.addRun(pipeline.id, { status: 'failed' });
      assert.deepEqual(
        (await all(backend, { statuses: ['completed'] })).map(({ id }) => id),
        [run.id],
      );
      assert.deepEqual(
        (await all(backend, { text: run.id })).map(({ id }) => id),
        [run.id],
      );
      assert.deepEqual(await backend.getTasks([run.id, 'gone'], noSignal()).then((found) => found.length), 1);
      await assert.rejects(all(backend, { projectId: 'gone' }), fails('notFound'));
    });

    it('runs a pipeline with a document, begun from the newest input', async () => {
      const pipeline = studio.world.addPipeline('Triage');
      const [created] = await runWith(backend, pipeline, '{"ticket": "help"}');
      const run = studio.world.runs.get(created ?? '');
      assert.deepEqual(run?.input, { ticket: 'help' });
      assert.equal((await one(backend, created ?? '')).status, 'completed');
      const [template] = await backend.templates.list(pipeline.id, noSignal());
      assert.deepEqual(template?.documentSchema, { type: 'object', default: { ticket: 'help' } });
      await assert.rejects(runWith(backend, pipeline, '[1]'), fails('invalid', /JSON object/));
      assert.equal(studio.world.runs.size, 1);
    });

    it('takes the schema that the input step holds', async () => {
      const schema = { type: 'object', properties: { n: { type: 'number' } } };
      const nodes = [{ id: 'in', type: 'input', label: 'In', config: { schema } }];
      const { id } = studio.world.addPipeline('Typed', { nodes });
      const [template] = await backend.templates.list(id, noSignal());
      assert.deepEqual(template?.documentSchema, schema);
    });

    it('tells that a run failed', async () => {
      const pipeline = studio.world.addPipeline('Triage');
      studio.work = (run) => {
        run.status = 'failed';
        run.error = 'No model';
        return Promise.resolve();
      };
      const [template] = await backend.templates.list(pipeline.id, noSignal());
      assert.ok(template);
      const { note } = await backend.templates.run(
        template,
        [{ name: 'x', inputs: {}, document: '{}' }],
        noSignal(),
      );
      assert.equal(note, 'The run failed: No model.');
    });

    it('runs again with the same input, saying so first', async () => {
      const pipeline = studio.world.addPipeline('Triage');
      const [first = ''] = await runWith(backend, pipeline, '{"ticket": "again"}');
      assert.ok((await one(backend, first)).can.includes('rerun'));
      const plan = await backend.actions.plan([first], 'rerun');
      assert.equal(plan?.verb, 'Run Again');
      const { createdTaskId } = await backend.actions.act(first, { action: 'rerun' }, noSignal());
      assert.notEqual(createdTaskId, first);
      assert.deepEqual(studio.world.runs.get(createdTaskId ?? '')?.input, { ticket: 'again' });
    });

    it('shows what a run was given and what came out', async () => {
      const pipeline = studio.world.addPipeline('Triage');
      const [id = ''] = await runWith(backend, pipeline, '{"ticket": "help", "n": 2}');
      const { parameters, configurations } = await backend.details.read(id, noSignal());
      const input = parameters.filter(({ section }) => section === 'Input');
      assert.deepEqual(
        input.map(({ name, value }) => [name, value]),
        [
          ['ticket', 'help'],
          ['n', '2'],
        ],
      );
      const output = configurations.find(({ name }) => name === 'Output');
      assert.match(output?.text ?? '', /solved/);
    });

    it('draws the steps of a pipeline and of a run, with edges to what is gone', async () => {
      const pipeline = studio.world.addPipeline('Triage');
      const [input, , output] = pipeline.nodes;
      pipeline.links.push({ from: 'deleted-step', to: output?.id ?? '' });
      const run = studio.world.addRun(pipeline.id);
      await all(backend, { projectId: pipeline.id });
      const plan = await backend.dependencies.read({ kind: 'project', projectId: pipeline.id }, noSignal());
      assert.equal(plan.title, 'Triage');
      assert.deepEqual(
        plan.nodes.map(({ label, status }) => [label, status]),
        [
          ['Ticket', 'draft'],
          ['Classify', 'draft'],
          ['Answer', 'draft'],
        ],
      );
      assert.deepEqual(
        plan.edges.map(({ from }) => from),
        [input?.id, pipeline.nodes[1]?.id, 'deleted-step'],
      );
      const graph = await backend.dependencies.read({ kind: 'task', taskId: run.id }, noSignal());
      const status = personality === 'real' ? 'unknown' : 'completed';
      assert.ok(graph.nodes.every((node) => node.status === status));
      assert.equal(
        graph.notes.some((note) => note.includes('nothing about its steps')),
        personality === 'real',
      );
      const asked = studio.requests.length;
      await backend.dependencies.read({ kind: 'task', taskId: run.id }, noSignal());
      assert.equal(studio.requests.length, asked, 'a run that is over is not asked for again');
    });

    it('lists what is deployed where, with what happened to it', async () => {
      const { deployment, place, what } = deployed();
      const [task] = await all(backend, { projectId: await projectId(backend, place) });
      assert.ok(task?.name.startsWith(what), task?.name);
      assert.equal(task?.status, 'running');
      assert.equal(task.serverStatus, 'active');
      assert.equal(task.startedAt, deployment.atMs);
      const text = await printed(backend, task.id);
      assert.match(text, /started[^]*building[^]*registered/);
      const { parameters } = await backend.details.read(task.id, noSignal());
      assert.ok(parameters.every(({ section, value }) => section === 'Deployment' && value !== ''));
    });

    it('draws figures of a deployment over time, oldest first, and not again what has not changed', async () => {
      const { deployment, place } = deployed();
      const at = [3, 1, 2].map((minute) => deployment.atMs + minute * 60_000);
      at.forEach((atMs, index) =>
        studio.world.metrics.push({
          deploymentId: deployment.id,
          atMs,
          latencyMs: 100 * (index + 1),
          isSuccess: index > 0,
        }),
      );
      const taskId = await only(await projectId(backend, place));
      const [deltas, cursor] = await deltasOf(backend, taskId);
      const latency = deltas.find(({ name }) => name.metric === 'latency (ms)');
      assert.deepEqual(
        [...(latency?.times ?? [])],
        [...at].sort((a, b) => a - b),
      );
      assert.deepEqual([...(latency?.values ?? [])], [200, 300, 100]);
      assert.deepEqual([...(latency?.steps ?? [])], [1, 2, 3]);
      assert.equal(backend.series.stepNoun, personality === 'real' ? 'execution' : 'interval');
      assert.deepEqual((await deltasOf(backend, taskId, cursor))[0], []);
      const summaries = await backend.series.list(taskId, noSignal());
      assert.equal(summaries.find(({ name }) => name.metric === 'latency (ms)')?.max, 300);
    });

    it('sums up what a deployment did lately', async () => {
      const { deployment, place } = deployed();
      const taskId = await only(await projectId(backend, place));
      const before = await backend.details.read(taskId, noSignal());
      assert.ok(!before.configurations.some(({ name }) => name === 'Metric summary'));
      const hourMs = 3_600_000;
      for (const [index, ageMs] of [0.5 * hourMs, 3 * hourMs, 100 * hourMs].entries()) {
        studio.world.metrics.push({
          deploymentId: deployment.id,
          atMs: Date.now() - ageMs,
          latencyMs: 100 * (index + 1),
          isSuccess: index > 0,
        });
      }
      const { configurations } = await backend.details.read(taskId, noSignal());
      const table = configurations.find(({ name }) => name === 'Metric summary')?.text ?? '';
      const lines = table.split('\n').map((line) => line.split(/ {2,}/).slice(0, 4));
      assert.deepEqual(lines, [
        ['last', 'requests', 'failed', 'average ms'],
        ['1h', '1', '1', '100'],
        ['6h', '2', '1', '150'],
        ['24h', '2', '1', '150'],
        ['7d', '3', '1', '200'],
        ['30d', '3', '1', '200'],
      ]);
    });

    it('keeps what is deployed to apart from the projects', async () => {
      studio.world.addPipeline('Triage');
      const { place, other } = deployed();
      const projects = await backend.listProjects(noSignal());
      assert.ok(projects.every(({ name }) => !place.test(name)));
      const places = await deployable(backend);
      for (const wanted of [place, other]) {
        const [found, ...more] = places.filter(({ name }) => wanted.test(name));
        assert.equal(found?.name, `Deployments/${found?.label ?? ''}`);
        assert.deepEqual(more, []);
      }
    });

    it('deploys and promotes', async () => {
      const { place, other, what } = deployed();
      const target = await projectId(backend, other);
      const source = /(staging|Stage)$/.exec(
        (await deployable(backend)).find(({ name }) => place.test(name))?.name ?? '',
      )?.[1];
      const { createdTaskIds } = await runNamed(backend, target, `Promote ${what} from ${source ?? ''}`);
      assert.equal(createdTaskIds.length, 1);
      await runNamed(backend, target, `Deploy ${what}`);
      const tasks = await all(backend, { projectId: target });
      assert.equal(tasks.length, 2);
      assert.ok(tasks.some(({ id }) => id === createdTaskIds[0]));
    });

    it('takes a deployment down', async () => {
      const { deployment, place } = deployed();
      const [task] = await all(backend, { projectId: await projectId(backend, place) });
      const action = personality === 'real' ? 'stop' : 'delete';
      assert.deepEqual(task?.can, personality === 'real' ? ['rerun', 'stop'] : ['delete']);
      await backend.actions.act(task.id, { action }, noSignal());
      assert.equal(
        studio.world.deployments.get(deployment.id)?.status,
        personality === 'real' ? 'stopped' : undefined,
      );
    });

    it('shows the rest to accounts that may not see deployments', async () => {
      studio.world.addPipeline('Triage');
      studio.faults.push({ match: personality === 'real' ? /gateways/ : /\/deployments/, kind: 'forbid' });
      assert.deepEqual(
        (await backend.listProjects(noSignal())).map(({ name }) => name),
        ['Triage'],
      );
      assert.deepEqual(await deployable(backend), []);
    });

    it('asks again after a limit, and on a new connection after the server cut the old one', async () => {
      const pipeline = studio.world.addPipeline('Triage');
      studio.world.addRun(pipeline.id);
      await backend.listProjects(noSignal());
      studio.faults.push({ match: /history|test\/pipeline\//, kind: 'limit' });
      assert.equal((await all(backend, { projectId: pipeline.id })).length, 1);
      studio.faults.push({ match: /history|test\/pipeline\//, kind: 'crash' });
      await assert.rejects(all(backend, { projectId: pipeline.id }), fails('server', /Traceback: boom\.$/));
      assert.equal((await all(backend, { projectId: pipeline.id })).length, 1);
    });

    it('never sends a run twice when its answer is lost', async () => {
      const pipeline = studio.world.addPipeline('Triage');
      await backend.templates.list(pipeline.id, noSignal());
      studio.faults.push({ match: /executions\/start|test\/execute/, kind: 'lose' });
      const running = runWith(backend, pipeline, '{"ticket": "lost"}');
      if (personality === 'real') {
        const [id] = await running;
        assert.deepEqual(studio.world.runs.get(id ?? '')?.input, { ticket: 'lost' });
      } else {
        await assert.rejects(running, fails('unreachable', /not known/));
      }
      assert.equal(studio.world.runs.size, 1);
    });
  });
}

describeContract('document');
describeContract('real');
