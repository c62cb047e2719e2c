import assert from 'node:assert/strict';
import { aiManagerEntry } from '../../../src/backends/ai-manager/ai-manager-entry';
import { AiManagerBackend } from '../../../src/backends/ai-manager/ai-manager-backend';
import { recognizeAiManager } from '../../../src/backends/ai-manager/recognition';
import { systemClock, type Clock } from '../../../src/core/clock';
import { isTracksideError } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/logger';
import type { LiveChange } from '../../../src/backends/contract';
import type { Task } from '../../../src/core/entities';
import type { SeriesDelta } from '../../../src/core/series';
import { until } from '../../unit/runner/run-harness';
import { refusal } from '../refusal';
import { ManualClock } from '../../fakes/manual-clock';
import { FAKE_USER, FakeAiManager, type AiManagerPersonality } from '../../fakes/ai-manager/fake-ai-manager';

const noSignal = (): AbortSignal => new AbortController().signal;

function open(
  fake: FakeAiManager,
  user: Readonly<Record<string, string>> = FAKE_USER,
  clock: Clock = systemClock,
): AiManagerBackend {
  return new AiManagerBackend({
    url: fake.url,
    credentials: () => Promise.resolve(user),
    logger: silentLogger,
    userAgent: 'Trackside-test',
    clock,
  });
}

async function one(backend: AiManagerBackend, id: number | string): Promise<Task> {
  const [task] = await backend.getTasks([String(id)], noSignal());
  assert.ok(task, `no run ${id}`);
  return task;
}

async function points(
  backend: AiManagerBackend,
  id: number,
  cursor?: string,
): Promise<{ deltas: SeriesDelta[]; cursor: string }> {
  const deltas: SeriesDelta[] = [];
  const reading = backend.series.read(String(id), cursor, noSignal());
  for (;;) {
    const next = await reading.next();
    if (next.done === true) {
      return { deltas, cursor: next.value };
    }
    deltas.push(next.value);
  }
}

const brief = (deltas: readonly SeriesDelta[]): unknown[] =>
  deltas.map(({ name, mode, steps, values }) => [name.metric, mode, [...steps], [...values]]);

function describeContract(personality: AiManagerPersonality): void {
  describe(`AI Manager backend against a server that behaves like the ${personality}`, () => {
    let fake: FakeAiManager;
    let backend: AiManagerBackend;
    beforeEach(async () => {
      fake = await FakeAiManager.start(personality);
      backend = open(fake);
    });
    afterEach(async () => {
      backend.dispose();
      await fake.stop();
    });

    it('says what the server is, who is signed in, and what is missing and why', async () => {
      const { product, user, abilities } = await backend.describe(noSignal());
      assert.equal(product, 'AI Manager 1.0.0');
      assert.equal(user, 'ada');
      assert.ok(abilities.every(({ isAvailable, reason }) => isAvailable || (reason ?? '') !== ''));
      assert.equal(await recognizeAiManager(fake.url, noSignal()), true);
    });

    it('refuses a wrong password as such', async () => {
      const stranger = open(fake, { ...FAKE_USER, password: 'wrong one' });
      await assert.rejects(stranger.listProjects(noSignal()), (error) => {
        assert.ok(isTracksideError(error));
        assert.equal(error.kind, 'unauthorized');
        assert.ok(!error.message.includes('wrong one'));
        return true;
      });
      stranger.dispose();
    });

    it('makes an account only where that is wanted and offered, once', async () => {
      const [way] = aiManagerEntry.otherWays ?? [];
      assert.equal(await way?.isOffered(fake.url, noSignal()), true);
      const grace = { username: 'grace', password: 'a new one', email: 'grace@example.com' };
      const { email: _email, ...unknown } = grace;
      const without = open(fake, unknown);
      await assert.rejects(without.describe(noSignal()), /Incorrect username or password/);
      assert.equal(fake.accounts.size, 1);
      without.dispose();
      for (const account of [grace, grace, unknown]) {
        const hers = open(fake, account);
        await hers.describe(noSignal());
        hers.dispose();
      }
      assert.equal(fake.accounts.get('grace'), grace.password);
      assert.equal(fake.requests.filter((request) => request === 'POST /auth/register').length, 1);
      const taken = open(fake, { ...grace, password: 'another' });
      await assert.rejects(taken.describe(noSignal()), /this password does not open it/);
      taken.dispose();
      const odd = open(fake, { ...grace, username: 'eve', email: 'eve@host.test' });
      await assert.rejects(odd.describe(noSignal()), /email: value is not a valid email address/);
      odd.dispose();
      fake.isOpen = false;
      assert.equal(await way?.isOffered(fake.url, noSignal()), false);
    });

    it('signs in once for many calls, and again after a refused token', async () => {
      await Promise.all([backend.listProjects(noSignal()), backend.listProjects(noSignal())]);
      assert.equal(fake.signInCount, 1);
      fake.expireToken();
      await backend.listProjects(noSignal());
      assert.equal(fake.signInCount, 2);
    });

    it('signs in again before the half hour of a token is over', async () => {
      const clock = new ManualClock(Date.now());
      const patient = open(fake, FAKE_USER, clock);
      await patient.listProjects(noSignal());
      await clock.advance(27 * 60_000);
      await patient.listProjects(noSignal());
      assert.equal(fake.signInCount, 1);
      await clock.advance(2 * 60_000);
      await patient.listProjects(noSignal());
      assert.equal(fake.signInCount, 2);
      assert.ok(!fake.wasRefused, 'the token was renewed before the server refused it');
      patient.dispose();
    });

    it('does once what a person asks for with a token that has ended', async () => {
      const run = fake.addRun();
      await backend.listProjects(noSignal());
      fake.expireToken();
      await backend.actions.act(String(run.id), { action: 'stop' }, noSignal());
      assert.equal((await one(backend, run.id)).status, 'stopped');
      fake.expireToken();
      const before = fake.runs.size;
      await backend.actions.act(String(run.id), { action: 'clone' }, noSignal());
      assert.equal(fake.runs.size, before + 1);
      assert.equal(fake.signInCount, 3);
    });

    it('waits out the documented limit of requests', async () => {
      await backend.listProjects(noSignal());
      fake.refusals = 1;
      assert.equal((await backend.listProjects(noSignal())).length, 2);
    });

    it('reads all runs of a project, newest first, beyond the first page of the server', async () => {
      for (let index = 0; index < 250; index += 1) {
        fake.addRun();
      }
      fake.addRun({ project_id: 2, name: 'of another' });
      const query = { projectId: '1' };
      const page = await backend.listTasks(query, { size: 100 }, noSignal());
      assert.equal(page.totalCount, 250);
      assert.equal(page.items[0]?.id, '250');
      const asked = fake.requests.length;
      const next = await backend.listTasks(query, { size: 200, cursor: page.next ?? '' }, noSignal());
      assert.equal(next.items.at(-1)?.id, '1');
      assert.equal(fake.requests.length, asked, 'a further page costs no request');
    });

    it('reads times as UTC and words it does not know as unknown', async () => {
      const run = fake.addRun({ status: 'banana', started_at: '2026-11-20T22:09:14.329283', notes: 'why' });
      const task = await one(backend, run.id);
      assert.equal(task.startedAt, Date.UTC(2026, 10, 20, 22, 9, 14, 329));
      assert.equal(task.status, 'unknown');
      assert.equal(task.serverStatus, 'banana');
      assert.equal(task.comment, 'why');
      assert.equal(task.projectName, 'own');
    });

    it('shows rows that have no name and no status', async () => {
      const run = fake.addRun();
      Object.assign(run, { name: null, status: null });
      Object.assign(fake.projects[0] ?? {}, { name: null });
      const { items } = await backend.listTasks({ projectId: '1' }, { size: 9 }, noSignal());
      assert.deepEqual(
        items.map(({ name, status, serverStatus }) => [name, status, serverStatus]),
        [[`Run ${run.id}`, 'unknown', 'not told']],
      );
      const projects = await backend.listProjects(noSignal());
      assert.deepEqual(
        projects.map(({ name, note }) => [name, note]),
        [
          ['Project 1', undefined],
          ['shared', 'of somebody else'],
        ],
      );
    });

    it('shows the other rows where one cannot be read', async () => {
      Array.from({ length: 120 }, () => fake.addRun());
      Object.assign(fake.runs.get(2) ?? {}, { tags: ['a', null] });
      Object.assign(fake.runs.get(3) ?? {}, { started_at: 7 });
      const { items } = await backend.listTasks({ projectId: '1' }, { size: 200 }, noSignal());
      assert.equal(items.length, 119);
      assert.deepEqual(items.find(({ id }) => id === '2')?.tags, ['a']);
    });

    it('offers only a copy of what belongs to somebody else', async () => {
      const run = fake.addRun({ project_id: 2 });
      assert.deepEqual((await one(backend, run.id)).can, ['clone']);
    });

    it('leaves out runs that do not exist', async () => {
      assert.deepEqual(await backend.getTasks(['77'], noSignal()), []);
    });

    it('marks ends in UTC, renames, tags and comments', async () => {
      const run = fake.addRun({ tags: ['a'] });
      const id = String(run.id);
      const before = Math.floor(Date.now());
      const { note } = await backend.actions.act(id, { action: 'stop' }, noSignal());
      assert.match(note ?? '', /Marked as stopped/);
      const stopped = await one(backend, id);
      assert.equal(stopped.status, 'stopped');
      assert.ok((stopped.endedAt ?? 0) >= before);
      await backend.actions.act(id, { action: 'rename', name: ' new ' }, noSignal());
      await backend.actions.act(id, { action: 'tag', add: ['b'], remove: ['a'] }, noSignal());
      await backend.actions.act(id, { action: 'comment', comment: 'said' }, noSignal());
      const changed = await one(backend, id);
      assert.deepEqual([changed.name, changed.tags, changed.comment], ['new', ['b'], 'said']);
      await assert.rejects(backend.actions.act(id, { action: 'rename', name: '  ' }, noSignal()));
      assert.equal(run.name, 'new');
    });

    it('clones with changed parameters of the same type and deletes with a word about metrics', async () => {
      const run = fake.addRun({ config: { lr: 0.1, kind: 'adam' }, notes: 'kept', tags: ['t'] });
      const parameters = [
        { section: 'Config', name: 'lr', value: '0.2' },
        { section: 'Config', name: 'kind', value: '7' },
      ];
      const id = String(run.id);
      const { createdTaskId } = await backend.actions.act(
        id,
        { action: 'clone', inputs: { parameters } },
        noSignal(),
      );
      const copy = fake.runs.get(Number(createdTaskId));
      assert.deepEqual(
        [copy?.name, copy?.config, copy?.notes, copy?.tags, copy?.project_id],
        ['run 1 (copy)', { lr: 0.2, kind: '7' }, 'kept', ['t'], 1],
      );
      const { note } = await backend.actions.act(id, { action: 'delete' }, noSignal());
      assert.match(note ?? '', /metrics stay on the server/);
      assert.deepEqual(await backend.getTasks([id], noSignal()), []);
    });

    it('shows config as parameters and the summary of metrics', async () => {
      const run = fake.addRun({ config: { lr: 0.1, layers: [1, 2] } });
      fake.addMetric(run.id, 'loss', 1, 0.5);
      const { parameters, configurations } = await backend.details.read(String(run.id), noSignal());
      assert.deepEqual(
        parameters.map(({ name, value }) => [name, value]),
        [
          ['lr', '0.1'],
          ['layers', '[1,2]'],
        ],
      );
      assert.match(configurations.find(({ name }) => name === 'Metric summary')?.text ?? '', /loss +0\.5/);
    });

    it('asks rarely for a summary that took the server long, and anew once the run has ended', async () => {
      const clock = new ManualClock(Date.now());
      const patient = open(fake, FAKE_USER, clock);
      const run = fake.addRun();
      fake.addMetric(run.id, 'loss', 1, 0.5);
      const read = async (): Promise<string> => {
        const { configurations } = await patient.details.read(String(run.id), noSignal());
        return configurations.find(({ name }) => name === 'Metric summary')?.text ?? '';
      };
      const summaries = (): number => fake.requests.filter((request) => request.endsWith('/summary')).length;
      try {
        fake.onSummary = () => clock.setBy(10_000);
        await read();
        await clock.advance(60_000);
        assert.match(await read(), /loss +0\.5/);
        assert.equal(summaries(), 1);
        await clock.advance(141_000);
        await read();
        assert.equal(summaries(), 2);
        fake.addMetric(run.id, 'loss', 2, 0.25);
        run.status = 'completed';
        fake.onSummary = () => undefined;
        assert.match(await read(), /loss +0\.25/);
        fake.addMetric(run.id, 'loss', 3, 0.125);
        assert.match(await read(), /loss +0\.125/, 'what took no time is asked for each time');
        assert.equal(summaries(), 4);
      } finally {
        patient.dispose();
      }
    });

    it('reads points once, then only new ones, with names and steps of any kind', async () => {
      const { id } = fake.addRun();
      fake.addMetric(id, 'train/loss', 5, 1);
      fake.addMetric(id, 'train/loss', 3, 2);
      fake.addMetric(id, 'train/loss', 3, null);
      const first = await points(backend, id);
      assert.deepEqual(brief(first.deltas), [['train/loss', 'replace', [5, 3, 3], [1, 2, Number.NaN]]]);
      fake.addMetric(id, 'train/loss', 6, 4);
      const asked = fake.requests.length;
      const second = await points(backend, id, first.cursor);
      assert.deepEqual(brief(second.deltas), [['train/loss', 'append', [6], [4]]]);
      assert.deepEqual(fake.requests.slice(asked), [
        `GET /metrics/${id}?skip=2&limit=1`,
        `GET /metrics/${id}?skip=3&limit=1000`,
      ]);
      const third = await points(backend, id, second.cursor);
      assert.deepEqual(third.deltas, []);
    });

    it('pages long runs', async () => {
      const { id } = fake.addRun();
      for (let step = 0; step < 2500; step += 1) {
        fake.addMetric(id, 'loss', step, step);
      }
      const { deltas } = await points(backend, id);
      assert.deepEqual(
        deltas.map(({ mode, steps }) => [mode, steps.length]),
        [
          ['replace', 1000],
          ['append', 1000],
          ['append', 500],
        ],
      );
    });

    it('shows 200,000 points from the first page on, and never asks for all of them at once', async () => {
      const run = fake.addRun();
      const count = 200_000;
      for (let step = 0; step < count; step += 1) {
        fake.addMetric(run.id, 'loss', step, step / 2);
      }
      const reading = backend.series.read(String(run.id), undefined, noSignal());
      const first = await reading.next();
      assert.ok(first.done !== true && first.value.steps.length === 1_000);
      const asked = fake.requests.filter((request) => request.includes('/metrics/'));
      assert.deepEqual(asked, [`GET /metrics/${run.id}?skip=0&limit=1000`]);
      await reading.return('');
      const rest = await points(
        backend,
        run.id,
        JSON.stringify({ seen: count - 1_500, byName: {}, isApart: false }),
      );
      assert.equal(
        rest.deltas.reduce((sum, { steps }) => sum + steps.length, 0),
        1_500,
      );
      const limits = fake.requests.flatMap((request) => /limit=(\d+)/.exec(request)?.[1] ?? []);
      assert.ok(limits.every((limit) => Number(limit) <= 1_000));
      assert.equal(fake.requests.filter((request) => /summary|history/.test(request)).length, 0);
    });

    it('reads anew when the id was given to another run', async () => {
      const { id } = fake.addRun();
      fake.addMetric(id, 'loss', 1, 1);
      const { cursor } = await points(backend, id);
      fake.metrics = [];
      fake.addMetric(id, 'loss', 1, 9);
      assert.deepEqual(brief((await points(backend, id, cursor)).deltas), [['loss', 'replace', [1], [9]]]);
    });

    it('hears what a run’s channel says, and asks on where it says nothing', async () => {
      const run = fake.addRun();
      const other = fake.addRun();
      const heard: LiveChange[] = [];
      const ear = backend.live.subscribe((change) => heard.push(change));
      await points(backend, run.id);
      await until(() => fake.channels.length === 1, 'a channel');
      assert.deepEqual(fake.channels, [`/ws/${run.id}`]);
      fake.addMetric(other.id, 'loss', 1, 1);
      fake.addMetric(run.id, 'loss', 1, 1);
      if (personality === 'document') {
        await until(() => heard.length > 0, 'a hint');
        fake.push({ run_id: run.id, status: 'completed' });
        await until(() => heard.length > 2, 'a status');
      }
      const series = { kind: 'series', taskId: String(run.id) };
      const told =
        personality === 'document' ? [series, series, { kind: 'task', ids: [String(run.id)] }] : [];
      assert.deepEqual(heard, told);
      ear.dispose();
      assert.equal((await points(backend, run.id)).deltas.length, 1);
    });

    it('keeps a run of a script on this machine, in a project of one’s own', async () => {
      const { record } = backend;
      const request = { name: 'train.py', projectName: 'shared', parameters: { lr: 0.1 }, tags: ['a'] };
      const recorded = await record.create(request, noSignal());
      const { taskId: id } = recorded;
      await record.confirm(recorded, noSignal());
      const created = await one(backend, id);
      assert.deepEqual([created.status, created.tags], ['running', ['a']]);
      const project = fake.runs.get(Number(id))?.project_id;
      assert.equal(project, 3, 'another’s public project of that name is left alone');
      await record.report(id, { step: 4, values: { 'a/b': 0.5, loss: 1 }, told: {} }, noSignal());
      assert.deepEqual(brief((await points(backend, Number(id))).deltas), [
        ['a/b', 'replace', [4], [0.5]],
        ['loss', 'replace', [4], [1]],
      ]);
      await record.finish(id, 'failed', noSignal());
      assert.match(fake.runs.get(Number(id))?.ended_at ?? '', /Z$/);
      assert.equal((await one(backend, id)).status, 'failed');
      const { taskId: next } = await record.create(request, noSignal());
      assert.equal(fake.runs.get(Number(next))?.project_id, project);
    });

    it('tells a run of a script from the one that got its number after a delete', async () => {
      const { record } = backend;
      const request = { name: 'train.py', projectName: 'own', parameters: {}, tags: [] };
      const recorded = await record.create(request, noSignal());
      fake.runs.delete(Number(recorded.taskId));
      assert.equal((await refusal(record.confirm(recorded, noSignal()))).kind, 'notFound');
      assert.equal(fake.addRun({ name: 'of somebody else' }).id, Number(recorded.taskId));
      const { kind, message } = await refusal(record.confirm(recorded, noSignal()));
      assert.equal(kind, 'notFound');
      assert.match(message, /another one has its number/);
    });

    it('reopens a run that has ended, with its metrics', async () => {
      const run = fake.addRun({ status: 'failed', ended_at: '2026-01-01T02:00:00' });
      fake.addMetric(run.id, 'loss', 1, 1);
      assert.ok((await one(backend, run.id)).can.includes('reset'));
      const plan = await backend.actions.plan?.([String(run.id)], 'reset', noSignal());
      assert.equal(plan?.verb, 'Reopen');
      await backend.actions.act(String(run.id), { action: 'reset' }, noSignal());
      const reopened = await one(backend, run.id);
      assert.deepEqual([reopened.status, reopened.endedAt], ['running', undefined]);
      assert.equal((await points(backend, run.id)).deltas.length, 1);
    });

    it('leaves out the one point that the server fails at', async () => {
      const { id } = fake.addRun();
      for (let step = 0; step < 40; step += 1) {
        fake.addMetric(id, 'loss', step, step === 17 ? 'poison' : step);
      }
      const { deltas, cursor } = await points(backend, id);
      const steps = deltas.flatMap((delta) => [...delta.steps]);
      assert.equal(steps.length, 39);
      assert.ok(!steps.includes(17));
      fake.addMetric(id, 'loss', 40, 40);
      assert.deepEqual(brief((await points(backend, id, cursor)).deltas), [['loss', 'append', [40], [40]]]);
      const [summary] = await backend.series.list(String(id), noSignal());
      assert.equal(summary?.pointCount, 40);
      const { configurations } = await backend.details.read(String(id), noSignal());
      assert.match(
        configurations.find(({ name }) => name === 'Metric summary')?.text ?? '',
        /^The server fails at its summary of this run/,
      );
    });

    it('goes on with the other metrics of a run that is no number any more', async () => {
      const { id } = fake.addRun();
      const report = (from: number, to: number): void => {
        for (let step = from; step < to; step += 1) {
          fake.addMetric(id, 'loss', step, step < 300 ? step : 'poison');
          fake.addMetric(id, 'eval/accuracy', step, step);
        }
      };
      report(0, 2_000);
      const first = await points(backend, id);
      const stepsOf = (deltas: readonly SeriesDelta[], metric: string): number[] =>
        deltas.filter(({ name }) => name.metric === metric).flatMap(({ steps }) => [...steps]);
      assert.deepEqual(
        stepsOf(first.deltas, 'loss'),
        Array.from({ length: 300 }, (_, step) => step),
      );
      assert.deepEqual(
        stepsOf(first.deltas, 'eval/accuracy'),
        Array.from({ length: 2_000 }, (_, step) => step),
      );
      assert.equal(first.deltas.filter(({ mode }) => mode === 'replace').length, 2);
      assert.ok(fake.requests.length < 400, `${fake.requests.length} requests`);

      let { cursor } = first;
      for (let more = 0; more < 12; more += 1) {
        cursor = (await points(backend, id, cursor)).cursor;
      }
      report(2_000, 2_003);
      fake.addMetric(id, 'late', 1, 7);
      const deltas = await points(backend, id, cursor);
      assert.deepEqual(stepsOf(deltas.deltas, 'eval/accuracy'), [2_000, 2_001, 2_002]);
      const asked = fake.requests.length;
      const last = await points(backend, id, deltas.cursor);
      assert.deepEqual(stepsOf([...deltas.deltas, ...last.deltas], 'late'), [1]);
      assert.ok(fake.requests.length - asked < 10, `${fake.requests.length - asked} requests`);
    });

    it('has no curves of a run that never was a number, and tells a server that fails at everything', async () => {
      const { id } = fake.addRun();
      for (let step = 0; step < 5; step += 1) {
        fake.addMetric(id, 'loss', step, 'poison');
      }
      const { deltas, cursor } = await points(backend, id);
      assert.deepEqual(deltas, []);
      assert.deepEqual(await backend.series.list(String(id), noSignal()), []);
      fake.addMetric(id, 'loss', 5, 1);
      assert.deepEqual(brief((await points(backend, id, cursor)).deltas), [['loss', 'append', [5], [1]]]);
      fake.areMetricsAway = true;
      await assert.rejects(
        points(backend, id),
        (error) => isTracksideError(error) && error.kind === 'server',
      );
    });
  });
}

describeContract('document');
describeContract('real');
