import assert from 'node:assert/strict';
import { ClearMlBackend } from '../../../src/backends/clearml/clearml-backend';
import { silentLogger } from '../../../src/core/logger';
import { Tracker } from '../../../src/tracker/tracker';
import { ManualClock } from '../../fakes/manual-clock';
import { at, basic, call, createTask, idOf, keys, report, send, temporaryFolder } from './tracker-fixture';

const MINUTE_MS = 60_000;

/** What was like how over time, and the console as a file. */
describe('tracker: history', () => {
  const clock = new ManualClock();
  const { folder, remove } = temporaryFolder();
  const startS = clock.now() / 1000;
  let tracker: Tracker;
  let port: number;

  before(async () => {
    tracker = new Tracker({
      dataDir: folder,
      credentials: keys,
      version: '1.2.3',
      clock,
      logger: silentLogger,
    });
    port = await tracker.listen(0);
  });
  after(() => {
    tracker.dispose();
    remove();
  });

  function ask(name: string, minutes: number, more: object = {}): ReturnType<typeof call> {
    const period = { from_date: startS, to_date: startS + minutes * 60, interval: 60 };
    return call(port, name, { ...period, ...more });
  }

  it('tells the figures of workers and how many were busy, without the minute that goes on', async () => {
    const reports = [
      { worker: 'a', machine_stats: { cpu_usage: [10, 30], memory_used: 512 } },
      { worker: 'a', machine_stats: { cpu_usage: [50, 70] }, task: await createTask(port) },
      { worker: 'b', machine_stats: {} },
    ];
    for (const one of reports) {
      assert.equal((await call(port, 'workers.status_report', { ...one, timestamp: 0 })).status, 200);
    }
    await clock.advance(2 * MINUTE_MS);
    await call(port, 'workers.status_report', { ...reports[0], timestamp: 0 });

    const items = [
      { key: 'cpu_usage', aggregation: 'avg' },
      { key: 'cpu_usage', aggregation: 'max' },
    ];
    const { data } = await ask('workers.get_stats', 10, { worker_ids: ['a', 'unheard of'], items });
    const dates = [startS * 1000, startS * 1000 + MINUTE_MS];
    assert.deepEqual(data, {
      workers: [
        {
          worker: 'a',
          metrics: [
            {
              metric: 'cpu_usage',
              stats: [
                { aggregation: 'avg', dates, values: [40, 0] },
                { aggregation: 'max', dates, values: [70, 0] },
              ],
            },
          ],
        },
      ],
    });
    const activity = await ask('workers.get_activity_report', 10);
    assert.deepEqual(activity.data, { total: { dates, counts: [2, 0] }, active: { dates, counts: [1, 0] } });
  });

  it('refuses figures that workers do not have, and periods that are none', async () => {
    const items = [{ key: 'mood', aggregation: 'avg' }];
    assert.deepEqual(codes(await ask('workers.get_stats', 10, { items })), [400, 12]);
    assert.deepEqual(codes(await ask('workers.get_activity_report', -1)), [400, 12]);
    assert.deepEqual(codes(await ask('queues.get_queue_metrics', 60 * 24 * 365)), [400, 12]);
  });

  it('tells how long queues were, and how long tasks waited in them', async () => {
    const queue = idOf(await call(port, 'queues.create', { name: 'long one' }));
    await clock.advance(MINUTE_MS);
    for (const name of ['first', 'second']) {
      await call(port, 'tasks.enqueue', { task: await createTask(port, { name }), queue });
      await clock.advance(10_000);
    }
    await ask('queues.get_queue_metrics', 10); // takes down what is now, 20 s and 10 s after they came
    await clock.advance(MINUTE_MS);
    const { data } = await ask('queues.get_queue_metrics', 10, { queue_ids: [queue] });
    assert.deepEqual(at(data, 'queues', 0, 'queue'), queue);
    assert.deepEqual(at(data, 'queues', 0, 'dates'), [startS * 1000 + 3 * MINUTE_MS]);
    // Lengths 1, 2 and 2; waits of 0, 5 and 15 seconds.
    assert.deepEqual(at(data, 'queues', 0, 'queue_lengths'), [2]);
    assert.deepEqual(at(data, 'queues', 0, 'avg_waiting_times'), [7]);
    const all = await ask('queues.get_queue_metrics', 10);
    assert.deepEqual(at(all.data, 'queues', 0, 'queue'), 'total');
  });

  it('gives the whole console as a file, in the form that is asked for', async () => {
    const task = await createTask(port);
    const line = (index: number): object => ({
      type: 'log',
      task,
      level: 'info',
      worker: 'w',
      msg: index === 0 ? 'says {level} and $& \n' : `line ${index}`,
      timestamp: 1_700_000_000_000 + index,
    });
    await report(
      port,
      Array.from({ length: 2_500 }, (_, index) => line(index)),
    );
    const download = async (more: object): Promise<string[]> => {
      const body = JSON.stringify({ task, ...more });
      const headers = { authorization: basic(), 'content-type': 'application/json' };
      const answer = await send(port, { path: '/events.download_task_log', headers, body });
      assert.equal(answer.status, 200);
      return answer.bytes.toString('utf8').split('\n');
    };
    const lines = await download({ line_type: 'text', line_format: '{level}: {msg}{nonsense}' });
    assert.equal(lines.length, 2_501);
    assert.equal(lines[0], 'info: says {level} and $& {nonsense}');
    assert.equal(lines[2_499], 'info: line 2499{nonsense}');
    const [first = ''] = await download({});
    assert.equal(first, '2023-11-14T22:13:20.000000+00:00 w info says {level} and $& ');
    const [json = ''] = await download({ line_type: 'json' });
    assert.equal(at(JSON.parse(json), 'msg'), 'says {level} and $& ');
    const missing = await call(port, 'events.download_task_log', { task: 'nope' });
    assert.deepEqual(codes(missing), [400, 101]);
  });

  it('does the same to many models, and says which it could not', async () => {
    const model = idOf(await call(port, 'models.create', { name: 'm', uri: 'file:///m', ready: false }));
    for (const [codesOfFirst, succeeded] of [
      [undefined, 1],
      [[400, 203], 0],
    ] as const) {
      const { data } = await call(port, 'models.publish_many', { ids: [model, 'nope'] });
      const failed = at(data, 'failed');
      assert.ok(Array.isArray(failed));
      const failure = failed.find((each) => at(each, 'id') === model) as unknown;
      assert.deepEqual(at(failure, 'error', 'codes'), codesOfFirst);
      assert.deepEqual(at(failed.at(-1), 'error', 'codes'), [400, 201]);
      assert.equal(2 - failed.length, succeeded);
    }
    const { data } = await call(port, 'models.get_by_id', { model });
    assert.equal(at(data, 'model', 'ready'), true);
  });

  it('gives the load of a worker as its panel asks for it, without figures that it never told', async () => {
    const beganAt = clock.now();
    const stats = { cpu_usage: [10, 50], memory_used: 2_048, memory_free: 6_144 };
    await call(port, 'workers.status_report', { worker: 'load', machine_stats: stats, timestamp: 0 });
    await clock.advance(2 * MINUTE_MS);
    await call(port, 'workers.status_report', {
      worker: 'load',
      machine_stats: { ...stats, cpu_usage: 99 },
      timestamp: 0,
    });
    await clock.advance(MINUTE_MS);
    const backend = new ClearMlBackend({
      apiUrl: `http://127.0.0.1:${port}`,
      credentials: () => Promise.resolve(keys),
      logger: silentLogger,
      userAgent: 'Trackside-test',
      clock,
    });
    const span = { from: beganAt, to: clock.now(), stepMs: MINUTE_MS };
    const signal = new AbortController().signal;
    const load = await backend.workers.history?.('load', span, signal);
    backend.dispose();
    assert.deepEqual(load, {
      from: Math.floor(beganAt / MINUTE_MS) * MINUTE_MS,
      stepMs: MINUTE_MS,
      curves: [
        { figure: 'cpu', means: [30, null, 99], peaks: [50, null, 99] },
        { figure: 'memory', means: [2_048, null, 2_048], peaks: [2_048, null, 2_048] },
      ],
    });
  });
});

function codes({ status, subcode }: { status: number; subcode: number }): number[] {
  return [status, subcode];
}
