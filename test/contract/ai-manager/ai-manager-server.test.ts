import assert from 'node:assert/strict';
import * as z from 'zod';
import { AiManagerBackend } from '../../../src/backends/ai-manager/ai-manager-backend';
import { aiManagerEntry } from '../../../src/backends/ai-manager/ai-manager-entry';
import type { Task } from '../../../src/core/entities';
import { silentLogger } from '../../../src/core/logger';
import type { SeriesDelta } from '../../../src/core/series';
import { refusal } from '../refusal';

/** An AI Manager of your own, to throw away afterwards: the tests make accounts, projects and runs. */
const { TRACKSIDE_REAL_AI_MANAGER_URL: url = '' } = process.env;
const signal = new AbortController().signal;
const made = z.object({ id: z.number() });
const token = z.object({ access_token: z.string() });
/** What JSON has no word for, but the server's own library sends. */
const NAN = 'NaN';
const INFINITY = 'Infinity';

if (url === '') {
  it.skip('AI Manager of your own: set TRACKSIDE_REAL_AI_MANAGER_URL');
} else {
  describe('the AI Manager of TRACKSIDE_REAL_AI_MANAGER_URL', contract);
}

function open(credentials: Readonly<Record<string, string>>): AiManagerBackend {
  return new AiManagerBackend({
    url,
    credentials: () => Promise.resolve(credentials),
    logger: silentLogger,
    userAgent: 'Trackside-test',
  });
}

function contract(this: Mocha.Suite): void {
  this.timeout(60_000);
  const username = `ada-${Date.now()}`;
  const account = { username, password: 'a long enough password', email: `${username}@example.org` };
  let backend: AiManagerBackend;
  let bearer = '';
  let project = 0;

  /** Past everything of ours. */
  const send = async (path: string, body: string, method = 'POST'): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` };
    const answer = await fetch(new URL(path, url), { method, headers, body });
    return answer.ok ? answer.json() : { refusedWith: answer.status };
  };
  const newRun = async (fields: object = {}): Promise<string> => {
    const body = JSON.stringify({ name: 'a run', ...fields });
    return String(made.parse(await send(`runs/?project_id=${project}`, body)).id);
  };
  const addPoint = (run: string, name: string, step: number, value: number | string): Promise<unknown> =>
    send(`metrics/${run}`, `{"name": ${JSON.stringify(name)}, "step": ${step}, "value": ${value}}`);
  const one = async (id: string): Promise<Task> => {
    const [task] = await backend.getTasks([id], signal);
    assert.ok(task, `no run ${id}`);
    return task;
  };
  const points = async (id: string, cursor?: string): Promise<{ deltas: SeriesDelta[]; cursor: string }> => {
    const deltas: SeriesDelta[] = [];
    const reading = backend.series.read(id, cursor, signal);
    for (let next = await reading.next(); ; next = await reading.next()) {
      if (next.done === true) {
        return { deltas, cursor: next.value };
      }
      deltas.push(next.value);
    }
  };
  const brief = (deltas: readonly SeriesDelta[]): unknown[] =>
    deltas.map(({ name, mode, steps, values }) => [name.metric, mode, [...steps], [...values]]);

  before(async () => {
    backend = open(account);
    await backend.describe(signal);
    const form = new URLSearchParams({ username, password: account.password });
    const answer = await fetch(new URL('auth/login', url), { method: 'POST', body: form });
    bearer = token.parse(await answer.json()).access_token;
    project = made.parse(await send('projects/', JSON.stringify({ name: `own ${username}` }))).id;
  });
  after(() => {
    backend.dispose();
  });

  it('is recognised, and made an account that only its own password opens', async () => {
    assert.equal(await aiManagerEntry.recognize?.(url, signal), true);
    assert.equal(await aiManagerEntry.otherWays?.[0]?.isOffered(url, signal), true);
    assert.equal((await backend.describe(signal)).user, username);
    const strangers = [
      { ...account, password: 'another password' },
      { ...account, username: `eve-${username}`, email: 'eve@host.test' },
      { username, password: 'another password' },
    ];
    const said = [];
    for (const each of strangers) {
      const stranger = open(each);
      said.push((await refusal(stranger.describe(signal))).message);
      stranger.dispose();
    }
    assert.match(said[0] ?? '', /this password does not open it/);
    assert.match(said[1] ?? '', /email: value is not a valid email address/);
    assert.match(said[2] ?? '', /Incorrect username or password/);
  });

  it('reads names with slashes and spaces, steps in any order, and then only what is new', async () => {
    const id = await newRun();
    for (const [step, value] of [5, 3, 3].entries()) {
      await addPoint(id, 'train/loss of ä', value, step);
    }
    const first = await points(id);
    assert.deepEqual(brief(first.deltas), [['train/loss of ä', 'replace', [5, 3, 3], [0, 1, 2]]]);
    await addPoint(id, 'train/loss of ä', 6, 4);
    await addPoint(id, 'val/loss', 6, 8);
    const second = await points(id, first.cursor);
    assert.deepEqual(brief(second.deltas), [
      ['train/loss of ä', 'append', [6], [4]],
      ['val/loss', 'append', [6], [8]],
    ]);
    assert.deepEqual((await points(id, second.cursor)).deltas, []);
  });

  for (const value of [INFINITY, `-${INFINITY}`, NAN]) {
    it(`goes on around ${value}, and still tells the figures of a run`, async () => {
      const id = await newRun();
      await addPoint(id, 'loss', 1, 0.5);
      await addPoint(id, 'loss', 2, value);
      await addPoint(id, 'loss', 3, 0.25);
      await addPoint(id, 'accuracy', 3, 0.75);
      const { deltas } = await points(id);
      const loss = deltas.filter(({ name }) => name.metric === 'loss');
      const finite = loss.flatMap(({ steps, values }) =>
        [...steps].map((step, index) => [step, values[index]]).filter((pair) => Number.isFinite(pair[1])),
      );
      assert.deepEqual(finite, [
        [1, 0.5],
        [3, 0.25],
      ]);
      assert.ok(deltas.some(({ name }) => name.metric === 'accuracy'));
      const { configurations } = await backend.details.read(id, signal);
      const summary = configurations.find(({ name }) => name === 'Metric summary')?.text ?? '';
      assert.match(summary, /^The server fails at its summary|accuracy +0\.75/);
      const totals = await backend.series.list(id, signal);
      assert.ok(totals.some(({ name, pointCount }) => name.metric === 'accuracy' && pointCount === 1));
    });
  }

  it('marks ends in UTC, reopens, copies with changed values and deletes', async () => {
    const id = await newRun({ config: { lr: 0.1, kind: 'adam' }, tags: ['a'], notes: 'why' });
    for (const [action, status] of [
      ['stop', 'stopped'],
      ['complete', 'completed'],
      ['fail', 'failed'],
    ] as const) {
      const before = Date.now();
      await backend.actions.act(id, { action }, signal);
      const ended = await one(id);
      assert.equal(ended.status, status);
      assert.ok(Math.abs((ended.endedAt ?? 0) - before) < 10_000, 'ended at another hour');
      assert.ok(Math.abs((ended.startedAt ?? 0) - before) < 30_000, 'started at another hour');
    }
    await addPoint(id, 'loss', 1, 0.5);
    await backend.actions.act(id, { action: 'reset' }, signal);
    const reopened = await one(id);
    assert.deepEqual([reopened.status, reopened.endedAt], ['running', undefined]);
    assert.deepEqual(brief((await points(id)).deltas), [['loss', 'replace', [1], [0.5]]]);
    await backend.actions.act(id, { action: 'tag', add: ['b'], remove: ['a'] }, signal);
    await backend.actions.act(id, { action: 'rename', name: ' another name ' }, signal);
    const inputs = { parameters: [{ section: 'Config', name: 'lr', value: '0.2' }] };
    const { createdTaskId = '' } = await backend.actions.act(id, { action: 'clone', inputs }, signal);
    const copy = await one(createdTaskId);
    assert.deepEqual(
      [copy.name, copy.status, copy.tags, copy.comment, copy.projectId],
      ['another name (copy)', 'running', ['b'], 'why', String(project)],
    );
    const { parameters } = await backend.details.read(createdTaskId, signal);
    assert.deepEqual(
      parameters.map(({ name, value }) => [name, value]),
      [
        ['lr', '0.2'],
        ['kind', 'adam'],
      ],
    );
    await backend.actions.act(createdTaskId, { action: 'delete' }, signal);
    assert.deepEqual(await backend.getTasks([createdTaskId], signal), []);
  });

  it('keeps a run of a script, and tells it from the one that got its number', async () => {
    const { record } = backend;
    const wanted = { name: 'train.py', projectName: `scripts of ${username}`, parameters: {}, tags: [] };
    const recorded = await record.create(wanted, signal);
    await record.confirm(recorded, signal);
    await record.report(recorded.taskId, { step: 4, values: { 'a/b': 0.5, loss: 1 }, told: {} }, signal);
    await record.finish(recorded.taskId, 'completed', signal);
    assert.equal((await one(recorded.taskId)).status, 'completed');
    assert.deepEqual(brief((await points(recorded.taskId)).deltas), [
      ['a/b', 'replace', [4], [0.5]],
      ['loss', 'replace', [4], [1]],
    ]);
    await backend.actions.act(recorded.taskId, { action: 'delete' }, signal);
    assert.equal((await refusal(record.confirm(recorded, signal))).kind, 'notFound');
    const next = await record.create(wanted, signal);
    assert.equal((await refusal(record.confirm(recorded, signal))).kind, 'notFound');
    await record.confirm(next, signal);
  });

  it('shows what others made public, and only copies it', async () => {
    let id = 0;
    const other = open({ ...account, username: `b-${username}`, email: `b-${username}@example.org` });
    try {
      const shared = `shared by ${username}`;
      const body = JSON.stringify({ name: shared, is_public: true });
      ({ id } = made.parse(await send('projects/', body)));
      const run = String(made.parse(await send(`runs/?project_id=${id}`, '{"name": "open"}')).id);
      const projects = await other.listProjects(signal);
      assert.equal(projects.find(({ name }) => name === shared)?.note, 'of somebody else');
      const { items } = await other.listTasks({ projectId: String(id) }, { size: 10 }, signal);
      assert.deepEqual(
        items.map(({ name, can }) => [name, can]),
        [['open', ['clone']]],
      );
      assert.equal((await refusal(other.actions.act(run, { action: 'stop' }, signal))).kind, 'forbidden');
      assert.ok(projects.every(({ name }) => name !== `own ${username}`));
    } finally {
      other.dispose();
      await send(`projects/${id}`, '{"is_public": false}', 'PUT');
    }
  });
}
