import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { nameHash } from '../../../src/tracker/ids';
import {
  at,
  basic,
  call,
  createTask,
  report,
  scalar,
  send,
  startTracker,
  type Answer,
  type RunningTracker,
} from './tracker-fixture';

const BOUNDARY = 'between-the-parts';

function form(name: string, content: Buffer | string): Buffer {
  const head =
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n` +
    'Content-Type: application/octet-stream\r\n\r\n';
  return Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}

describe('tracker: the files host', () => {
  let running: RunningTracker;

  beforeEach(async () => {
    running = await startTracker();
  });
  afterEach(() => running.end());

  const headers = { authorization: basic() };
  const upload = (name: string, content: Buffer | string): Promise<Answer> =>
    send(running.port, {
      path: '/files',
      headers: { ...headers, 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
      body: form(name, content),
    });
  const get = (target: string, method = 'GET'): Promise<Answer> =>
    send(running.port, { method, path: target, headers });
  const filesOnDisk = (): string[] =>
    readdirSync(path.join(running.folder, 'files'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);

  it('gives back exactly what was uploaded, by the literal name, also zero bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
    const name = '/SDK tests/im%231 %3F.abc/artifacts/ä & b/data.npz';
    const { status, bytes: told } = await upload(name, bytes);
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(told.toString('utf8')), [name]);
    const quoted = `/files${name.split('/').map(encodeURIComponent).join('/')}`;
    const got = await get(quoted);
    assert.equal(got.status, 200);
    assert.ok(bytes.equals(got.bytes));
    assert.equal((await get(quoted, 'HEAD')).bytes.length, 0);
    await upload('/empty', '');
    assert.equal((await get('/files/empty')).status, 200);
    assert.equal((await get('/files/empty')).bytes.length, 0);
    await upload('/empty', 'no more');
    assert.equal((await get('/files/empty')).bytes.toString('utf8'), 'no more');
  });

  it('keeps to its own folder whatever a path says', async () => {
    for (const name of ['/../escape', '/a/../../escape', '..', '/', '/a/./b', `/${'x'.repeat(5_000)}`]) {
      assert.equal((await upload(name, 'x')).status, 400, name.slice(0, 20));
    }
    for (const odd of ['/C:\\windows\\x', '/con', `/${'long'.repeat(200)}`, '/%2e%2e/kept as a name']) {
      assert.equal((await upload(odd, odd)).status, 200, odd.slice(0, 20));
    }
    for (const target of [
      '/files/../tracker.sqlite',
      '/files/%2e%2e/tracker.sqlite',
      '/files/..%2f..%2fetc/passwd',
    ]) {
      assert.equal((await get(target)).status, 404, target);
    }
    assert.ok(filesOnDisk().every((name) => /^[0-9a-f]{64}$/.test(name)));
    assert.equal((await get('/files/%252e%252e/kept%20as%20a%20name')).status, 200);
    assert.equal((await get('/files/%zz')).status, 400);
  });

  it('wants credentials and this machine, and says what it has not', async () => {
    await upload('/secret', 'x');
    assert.equal((await send(running.port, { method: 'GET', path: '/files/secret' })).status, 401);
    const foreign = { ...headers, host: 'evil.example' };
    const answer = await send(running.port, { method: 'GET', path: '/files/secret', headers: foreign });
    assert.equal(answer.status, 403);
    assert.equal((await get('/files/other')).status, 404);
    assert.equal((await get('/files/secret', 'DELETE')).status, 200);
    assert.equal((await get('/files/secret', 'DELETE')).status, 404);
    assert.deepEqual(filesOnDisk(), []);
    const plain = { ...headers, 'content-type': 'text/plain' };
    assert.equal((await send(running.port, { path: '/files', headers: plain, body: 'x' })).status, 400);
  });

  it('drops the files of a task that is reset or deleted, unless they are to be kept', async () => {
    const id = await createTask(running.port);
    const base = `http://127.0.0.1:${running.port}/files`;
    const made = async (name: string): Promise<void> => {
      await upload(`/${name}`, 'bytes');
      const artifacts = [{ key: name, type: 'custom', uri: `${base}/${name}` }];
      await call(running.port, 'tasks.add_or_update_artifacts', { task: id, artifacts });
    };
    await call(running.port, 'tasks.started', { task: id });
    await made('first');
    await call(running.port, 'tasks.reset', { task: id, force: true, delete_external_artifacts: false });
    assert.equal((await get('/files/first')).status, 200);
    await call(running.port, 'tasks.started', { task: id });
    await made('second');
    const { data } = await call(running.port, 'tasks.delete', { task: id, force: true });
    assert.deepEqual(at(data, 'urls', 'artifact_urls'), [`${base}/second`]);
    assert.equal((await get('/files/second')).status, 404);
    const remove = async (): Promise<number> =>
      (
        await send(running.port, {
          method: 'DELETE',
          path: '/files/second',
          headers: { authorization: basic() },
        })
      ).status;
    assert.equal(await remove(), 200, 'a client that deletes the files of its task hears of no failure');
    assert.equal(await remove(), 404);
    assert.equal((await get('/files/first')).status, 200);
  });

  it('keeps what is reported of a model itself, one value to an iteration, and loses it with the model', async () => {
    const { data } = await call(running.port, 'models.create', {
      name: 'net',
      uri: 'file:///x',
      ready: false,
    });
    const model = String(at(data, 'id'));
    const told = (iter: number, value: unknown): object => ({
      ...scalar(model, iter, value, 'quality', 'F1'),
      model_event: true,
    });
    const plot = {
      type: 'plot',
      task: model,
      metric: 'm',
      variant: 'v',
      iter: 1,
      plot_str: '{}',
      model_event: true,
    };
    await report(running.port, [told(1, 0.5), told(2, 0.9), plot]);
    await report(running.port, [told(2, 0.25), told(3, 0.75), told(-2147483648, 9)]);
    const lines = async (): Promise<unknown> =>
      (await call(running.port, 'events.scalar_metrics_iter_histogram', { task: model, model_events: true }))
        .data;
    assert.deepEqual(at(await lines(), 'quality', 'F1', 'x'), [1, 2, 3]);
    assert.deepEqual(at(await lines(), 'quality', 'F1', 'y'), [0.5, 0.25, 0.75]);
    const read = (await call(running.port, 'models.get_by_id', { model })).data;
    const figures = at(read, 'model', 'last_metrics', nameHash('quality'), nameHash('F1'));
    assert.deepEqual(
      [
        'metric',
        'variant',
        'value',
        'min_value',
        'max_value',
        'max_value_iteration',
        'first_value',
        'count',
      ].map((name) => at(figures, name)),
      ['quality', 'F1', 9, 0.25, 9, -2147483648, 0.5, 5],
    );
    const foreign = await report(running.port, [{ ...told(1, 1), task: 'none' }]);
    assert.deepEqual([foreign.code, foreign.subcode], [400, 131]);
    await call(running.port, 'models.delete', { model });
    assert.deepEqual(await lines(), {});
  });

  it('keeps models, publishes them once, and gives them to the tasks that made them', async () => {
    const task = await createTask(running.port, { name: 'trainer' });
    const { data } = await call(running.port, 'models.create', {
      name: 'net',
      uri: 'file:///x',
      ready: false,
      task,
    });
    const model = String(at(data, 'id'));
    await call(running.port, 'models.edit', { model, framework: 'PyTorch', labels: { cat: 1 }, tags: ['a'] });
    await call(running.port, 'tasks.add_or_update_model', { task, name: 'net', model, type: 'output' });
    await call(running.port, 'models.add_or_update_metadata', {
      model,
      metadata: [{ key: 'accuracy', type: 'float', value: '0.9' }],
    });
    const read = (await call(running.port, 'models.get_by_id', { model })).data;
    assert.equal(at(read, 'model', 'framework'), 'PyTorch');
    assert.equal(at(read, 'model', 'metadata', 'accuracy', 'value'), '0.9');
    assert.equal(at(read, 'model', 'ready'), false);
    const shown = (await call(running.port, 'tasks.get_by_id_ex', { id: [task], only_fields: ['models'] }))
      .data;
    assert.equal(at(shown, 'tasks', 0, 'models', 'output', 0, 'model', 'name'), 'net');
    const listed = (await call(running.port, 'models.get_all_ex', { task: [task], tags: ['a'] })).data;
    assert.equal(at(listed, 'models', 0, 'task', 'name'), 'trainer');
    assert.equal(
      at((await call(running.port, 'models.get_all', { tags: ['-a'] })).data, 'models', 0),
      undefined,
    );
    assert.equal((await call(running.port, 'models.set_ready', { model })).code, 200);
    const again = await call(running.port, 'models.set_ready', { model });
    assert.deepEqual([again.code, again.subcode], [400, 203]);
    const gone = await call(running.port, 'models.get_by_id', { model: 'none' });
    assert.deepEqual([gone.code, gone.subcode], [400, 201]);
    await call(running.port, 'tasks.delete', { task, force: true });
    assert.equal(
      (await call(running.port, 'models.get_by_id', { model })).code,
      200,
      'a published model stays',
    );
  });
});
