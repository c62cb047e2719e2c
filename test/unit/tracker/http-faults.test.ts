import assert from 'node:assert/strict';
import http from 'node:http';
import { CommitGroup } from '../../../src/tracker/events/commit-group';
import { EventWriter } from '../../../src/tracker/events/event-writer';
import { batchOf } from '../../../src/tracker/events/read-batch';
import { verifyToken } from '../../../src/tracker/http/web-token';
import {
  at,
  basic,
  call,
  createTask,
  idOf,
  keys,
  report,
  scalar,
  send,
  startTracker,
  type RunningTracker,
} from './tracker-fixture';

describe('tracker: HTTP', () => {
  let running: RunningTracker;
  let port: number;
  before(async () => {
    running = await startTracker();
    port = running.port;
  });
  after(() => running.end());

  const authorization = basic();

  it('answers GET, POST and PUT with a body alike, with and without a version', async () => {
    const task = await createTask(port);
    for (const method of ['GET', 'POST', 'PUT']) {
      for (const path of ['/tasks.get_by_id', '/v2.23/tasks.get_by_id', '/v999.0/tasks.get_by_id/']) {
        const headers = { authorization, 'content-type': 'application/json', 'content-length': '0' };
        const body = JSON.stringify({ task, method: 'get' });
        headers['content-length'] = String(body.length);
        const answer = await send(port, { method, path, headers, body });
        assert.equal(at(answer.data, 'task', 'id'), task, `${method} ${path}: ${answer.message}`);
      }
    }
  });

  it('closes after each answer to a client that forks, and keeps the connection for others', async () => {
    const python = { 'user-agent': 'python-requests/2.34.2', 'x-clearml-client': 'clearml-2.1.12' };
    const targets = [
      ...[python, { 'x-trains-agent': 'api-3.0.3' }].map(
        (headers) => ['/debug.ping', headers, 'close'] as const,
      ),
      ['/files/nothing', python, 'close'] as const,
      ['/debug.ping', { 'user-agent': 'trackside' }, 'keep-alive'] as const,
    ];
    for (const [path, headers, expected] of targets) {
      assert.equal(await connectionAfter(port, path, { authorization, ...headers }), expected, path);
    }
  });

  it('merges the query into the body', async () => {
    const answer = await send(port, {
      path: '/tasks.get_all_ex?page=0&page_size=0',
      headers: { authorization },
    });
    assert.deepEqual([answer.status, answer.code, answer.subcode], [400, 400, 12]);
  });

  const refusals: readonly [string, Parameters<typeof send>[1], number, number][] = [
    ['an unknown endpoint', { path: '/v2.34/tasks.fly', headers: { authorization } }, 404, 0],
    ['malformed JSON', { path: '/tasks.get_all_ex', headers: { authorization }, body: '{"page": ' }, 400, 0],
    ['an array as the body', { path: '/tasks.get_all_ex', headers: { authorization }, body: '[1]' }, 500, 0],
    ['a text as the body', { path: '/tasks.get_all_ex', headers: { authorization }, body: '"x"' }, 500, 0],
    ['a missing field', { path: '/tasks.get_by_id', headers: { authorization }, body: '{}' }, 400, 11],
    ['a wrong type', { path: '/tasks.get_by_id', headers: { authorization }, body: '{"task": 3}' }, 400, 12],
    [
      'an unknown task',
      { path: '/tasks.get_by_id', headers: { authorization }, body: '{"task": "nope"}' },
      400,
      101,
    ],
    [
      'an unknown queue',
      { path: '/queues.get_by_id', headers: { authorization }, body: '{"queue": "nope"}' },
      400,
      701,
    ],
    [
      'an unknown project',
      { path: '/projects.get_by_id', headers: { authorization }, body: '{"project": "nope"}' },
      400,
      401,
    ],
    [
      'an unknown field',
      { path: '/tasks.get_all_ex', headers: { authorization }, body: '{"only_fields": ["nope"]}' },
      400,
      14,
    ],
    [
      'an unknown order',
      { path: '/tasks.get_all_ex', headers: { authorization }, body: '{"order_by": ["nope"]}' },
      400,
      14,
    ],
    [
      'a broken pattern',
      { path: '/tasks.get_all_ex', headers: { authorization }, body: '{"name": "("}' },
      400,
      21,
    ],
    ['a path that is none', { path: '/nothing', headers: { authorization } }, 400, 0],
    ['missing credentials', { path: '/tasks.get_all_ex' }, 401, 20],
    [
      'wrong credentials',
      { path: '/auth.login', headers: { authorization: basic({ ...keys, secretKey: 'x' }) } },
      401,
      22,
    ],
    ['an unknown scheme', { path: '/auth.login', headers: { authorization: 'Digest x' } }, 401, 10],
    [
      'a token that is none',
      { path: '/tasks.get_all_ex', headers: { authorization: 'Bearer x.y.z' } },
      401,
      30,
    ],
    ['a foreign host', { path: '/debug.ping', headers: { authorization, host: 'evil.example:80' } }, 403, 0],
    [
      'an empty batch',
      { path: '/events.add_batch', headers: { authorization, 'content-type': 'application/json-lines' } },
      400,
      17,
    ],
    [
      'another line type',
      {
        path: '/events.add_batch',
        headers: { authorization, 'content-type': 'application/x-ndjson' },
        body: '{}\n{}',
      },
      400,
      0,
    ],
  ];
  for (const [what, request, code, subcode] of refusals) {
    it(`refuses ${what} with ${code}/${subcode}`, async () => {
      const answer = await send(port, request);
      assert.deepEqual([answer.status, answer.code, answer.subcode], [code, code, subcode], answer.message);
      assert.notEqual(answer.message, '');
    });
  }

  it('refuses a body of 50 MB and stays well', async () => {
    const headers = { authorization, 'content-type': 'application/json-lines' };
    const answer = await send(port, {
      path: '/events.add_batch',
      headers,
      body: Buffer.alloc(50_000_000, 0x20),
    });
    assert.deepEqual([answer.status, answer.code], [413, 413]);
    assert.equal((await call(port, 'debug.ping')).code, 200);
  });

  it('takes a batch of 15 MiB', async () => {
    const task = await createTask(port);
    const msg = 'x'.repeat(15 * 1024 * 1024);
    assert.equal((await report(port, [{ type: 'log', task, msg }])).code, 200);
  });

  it('gives a token that the clients can read and that opens the API', async () => {
    const answer = await send(port, { path: '/auth.login', method: 'GET', headers: { authorization } });
    const token = String(answer.data['token']);
    const secret = running.tracker.context.storage.meta.get('signing-secret') ?? '';
    const checked = verifyToken(token, secret, Date.now() / 1000);
    assert.ok('claims' in checked);
    const { exp, api_version: api, server_version: server, feature_set: features } = checked.claims;
    assert.deepEqual([api, server, features], ['2.34', '2.3.0', 'basic']);
    assert.ok(Number(exp) > Date.now() / 1000 + 29 * 24 * 3600);
    const again = await send(port, {
      path: '/users.get_current_user',
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(again.code, 200);
    const forged = `${token.slice(0, -4)}AAAA`;
    assert.equal(
      (await send(port, { path: '/server.info', headers: { authorization: `Bearer ${forged}` } })).subcode,
      30,
    );
  });

  it('stores the good lines of a batch and counts the bad ones', async () => {
    const task = await createTask(port);
    const good = JSON.stringify(scalar(task, 1, 0.5));
    const lines = [
      good,
      '{broken',
      JSON.stringify(scalar('nope', 1, 1)),
      JSON.stringify(scalar(task, 2, 'high')),
      '{"type":"x"}',
    ];
    const headers = { authorization, 'content-type': 'application/json-lines' };
    const answer = await send(port, { path: '/events.add_batch', headers, body: lines.join('\n') });
    assert.deepEqual([answer.code, answer.data['added'], answer.data['errors']], [200, 1, 4]);
    const none = await send(port, { path: '/events.add_batch', headers, body: '{broken' });
    assert.deepEqual([none.code, none.subcode], [400, 131]);
  });

  it('keeps NaN, infinities and 1e308, bare or as words, and never writes them bare', async () => {
    const task = await createTask(port);
    const bare = `{"type":"training_stats_scalar","task":"${task}","metric":"NaN","variant":"v","iter":9,"value":NaN}`;
    const headers = { authorization, 'content-type': 'application/json-lines' };
    assert.equal((await send(port, { path: '/events.add_batch', headers, body: bare })).code, 200);
    await report(port, [
      scalar(task, 1, 'NaN'),
      scalar(task, 2, '-Infinity'),
      scalar(task, 3, 'Infinity'),
      scalar(task, 4, 1e308),
    ]);
    const answer = await call(port, 'events.scalar_metrics_iter_histogram', { task });
    assert.deepEqual(at(answer.data, 'loss', 'train', 'y'), ['NaN', '-Infinity', 'Infinity', 1e308]);
    assert.deepEqual(at(answer.data, 'NaN', 'v', 'y'), ['NaN']);
  });

  it('drops what was read from the console once the SDK reports for the task, and keeps its text', async () => {
    const task = await createTask(port);
    const capture = { 'x-trackside-capture': '1' };
    await call(port, 'tasks.started', { task }, { 'x-clearml-client': 'clearml-2.1.12' });
    await report(port, [scalar(task, 1, 1, 'captured'), { type: 'log', task, msg: 'line' }], capture);
    await report(port, [scalar(task, 1, 1, 'reported')]);
    const summary = await call(port, 'trackside.summary', { task });
    assert.deepEqual(at(summary.data, 'series', 0, 'metric'), 'reported');
    assert.equal(at(summary.data, 'series', 1), undefined);
    const text = await call(port, 'trackside.console', { task, limit: 10 });
    assert.equal(at(text.data, 'chunks', 0, 'text'), 'line');
  });

  it('takes nothing from a run that its task was taken from, not even what it had sent before', async () => {
    const { context } = running.tracker;
    const task = await createTask(port);
    const [gone, other] = ['task-1a', 'task-1b'].map((name) => ({ 'x-trackside-capture': name }));
    await report(port, [scalar(task, 1, 1)], gone);
    const waiting = new CommitGroup(context.storage);
    const batch = batchOf({ ...scalar(task, 2, 2) }, { worker: '', nowMs: Date.now() });
    const late = waiting.submit(() =>
      new EventWriter(context).write(batch, { isSdk: false, runName: 'task-1a' }),
    );
    context.revokedRuns.revoke('task-1a');
    await assert.rejects(late, /taken from its run task-1a/);
    const refused = await report(port, [scalar(task, 3, 3)], gone);
    assert.deepEqual([refused.code, refused.subcode], [400, 101]);
    const ended = await call(port, 'tasks.completed', { task }, gone);
    assert.deepEqual([ended.code, ended.subcode], [400, 101]);
    assert.equal((await report(port, [scalar(task, 4, 4)], other)).code, 200);
    assert.equal(at((await call(port, 'trackside.summary', { task })).data, 'series', 0, 'count'), 2);
  });

  it('acknowledges nothing on a full disk, says so, and goes on once there is space', async () => {
    const { db } = running.tracker.context.storage;
    const task = await createTask(port);
    await report(port, [scalar(task, 1, 1)]);
    const pages = Number(db.get('PRAGMA page_count')?.['page_count']);
    db.exec(`PRAGMA max_page_count = ${pages + 1}`);
    const big = { type: 'log', task, msg: 'x'.repeat(1_000_000) };
    const answers = await Promise.all([report(port, [big]), report(port, [big, scalar(task, 2, 2)])]);
    assert.deepEqual(
      answers.map(({ code, subcode }) => [code, subcode]),
      [
        [500, 4],
        [500, 4],
      ],
    );
    assert.match(answers[0].message, /Low disk space/);
    assert.equal(at((await call(port, 'trackside.summary', { task })).data, 'series', 0, 'count'), 1);
    db.exec('PRAGMA max_page_count = 1073741823');
    assert.equal((await report(port, [big, scalar(task, 2, 2)])).code, 200);
    assert.equal(at((await call(port, 'trackside.summary', { task })).data, 'series', 0, 'count'), 2);
  });

  it('finds tasks by text, pattern, tag, status and archive, page after page', async () => {
    const project = idOf(await call(port, 'projects.create', { name: `Finding/${Date.now()}` }));
    const names = ['alpha_1', 'alpha-2', 'BETA 100%', 'gämma', 'delta'];
    for (const [index, name] of names.entries()) {
      await createTask(port, { name, project, tags: index % 2 === 0 ? ['even'] : ['odd'] });
    }
    const find = async (filters: object): Promise<unknown[]> => {
      const request = { project: [project], order_by: ['created'], only_fields: ['name'], ...filters };
      const { data, message } = await call(port, 'tasks.get_all_ex', request);
      assert.equal(message, 'OK');
      return Array.isArray(data['tasks']) ? data['tasks'].map((task: unknown) => at(task, 'name')) : [];
    };
    const text = (pattern: string): object => ({ _any_: { fields: ['name', 'comment'], pattern } });
    assert.deepEqual(await find(text('ALPHA')), ['alpha_1', 'alpha-2']);
    assert.deepEqual(await find(text('a_1')), ['alpha_1'], 'an underscore is no wildcard');
    assert.deepEqual(await find(text('100%')), ['BETA 100%']);
    assert.deepEqual(await find(text('GÄMMA')), ['gämma']);
    assert.deepEqual(await find({ name: '^alpha\\-2$' }), ['alpha-2']);
    assert.deepEqual(await find({ name: 'a$' }), ['gämma', 'delta']);
    assert.deepEqual(await find({ tags: ['odd'] }), ['alpha-2', 'gämma']);
    assert.deepEqual(await find({ tags: ['__$not', 'odd'] }), ['alpha_1', 'BETA 100%', 'delta']);
    assert.deepEqual(await find({ page: 1, page_size: 2 }), ['BETA 100%', 'gämma']);
    assert.deepEqual(await find({ order_by: ['-name'], page: 0, page_size: 2 }), ['gämma', 'delta']);
    assert.deepEqual(await find({ status: ['completed'] }), []);
    const [first] = await Promise.all([
      call(port, 'tasks.get_all_ex', { project: [project], page: 0, page_size: 1 }),
    ]);
    await call(port, 'tasks.archive_many', { ids: [at(first.data, 'tasks', 0, 'id')] });
    assert.equal((await find({ system_tags: ['__$not', 'archived'] })).length, 4);
    assert.deepEqual(await find({ system_tags: ['archived'] }), ['alpha_1']);
  });
});

/** What the server says it does with the connection after this request. */
function connectionAfter(
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<string | undefined> {
  const agent = new http.Agent({ keepAlive: true });
  return new Promise<string | undefined>((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path, headers, agent }, (response) => {
      response.resume().on('end', () => resolve(response.headers.connection));
    });
    request.on('error', reject);
  }).finally(() => agent.destroy());
}
