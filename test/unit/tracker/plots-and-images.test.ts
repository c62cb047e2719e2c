import assert from 'node:assert/strict';
import { at, call, createTask, report, startTracker, type RunningTracker } from './tracker-fixture';

describe('tracker: plots and images', () => {
  let running: RunningTracker;

  before(async () => {
    running = await startTracker();
  });
  after(() => running.end());

  const event = (type: string, task: string, variant: string, iter: number): object => ({
    ...{ type, task, metric: 'm', variant, iter, key: `${variant} ${iter}`, timestamp: 1_700_000_000_000 },
    ...(type === 'plot' ? { plot_str: '{}' } : { url: `http://files/${variant}${iter}.png` }),
  });

  async function seeded(type: string): Promise<string> {
    const id = await createTask(running.port);
    const places: (readonly [string, number])[] = [
      ['a', 1],
      ['a', 2],
      ['a', 3],
      ['b', 3],
    ];
    const told = await report(
      running.port,
      places.map(([variant, iter]) => event(type, id, variant, iter)),
    );
    assert.equal(told.data['added'], 4);
    return id;
  }

  async function iterationsOf(name: string, body: object): Promise<{ iters: unknown[]; scroll: unknown }> {
    const { status, data } = await call(running.port, name, body);
    assert.equal(status, 200);
    const iterations = at(data, 'metrics', 0, 'iterations');
    assert.ok(Array.isArray(iterations));
    return { iters: iterations.map((each: unknown) => at(each, 'iter')), scroll: data['scroll_id'] };
  }

  it('pages through the iterations of images, older and newer', async () => {
    const task = await seeded('training_debug_image');
    const metrics = [{ task }];
    const newest = await iterationsOf('events.debug_images', { metrics, iters: 1 });
    assert.deepEqual(newest.iters, [3]);
    const older = { metrics, iters: 5, scroll_id: newest.scroll };
    const earlier = await iterationsOf('events.debug_images', older);
    assert.deepEqual(earlier.iters, [2, 1]);
    const end = await iterationsOf('events.debug_images', { ...older, scroll_id: earlier.scroll });
    assert.deepEqual(end.iters, []);
    const back = { metrics, navigate_earlier: false, scroll_id: earlier.scroll };
    assert.deepEqual((await iterationsOf('events.debug_images', back)).iters, [3]);
    const ofVariant = { metrics: [{ task, metric: 'm', variants: ['b'] }], iters: 5 };
    assert.deepEqual((await iterationsOf('events.debug_images', ofVariant)).iters, [3]);
    assert.deepEqual((await iterationsOf('events.plots', { metrics })).iters, []);
  });

  it('shows one image, the newest or that at an iteration', async () => {
    const task = await seeded('training_debug_image');
    const wanted = { task, metric: 'm', variant: 'a' };
    const newest = await call(running.port, 'events.get_debug_image_sample', wanted);
    assert.equal(at(newest.data, 'event', 'url'), 'http://files/a3.png');
    assert.deepEqual([newest.data['min_iteration'], newest.data['max_iteration']], [1, 3]);
    const first = await call(running.port, 'events.get_debug_image_sample', { ...wanted, iteration: 1 });
    assert.equal(at(first.data, 'event', 'url'), 'http://files/a1.png');
    const latest = await call(running.port, 'events.get_debug_image_sample', { ...wanted, iteration: 9 });
    assert.equal(at(latest.data, 'event', 'url'), 'http://files/a3.png');
    const none = await call(running.port, 'events.get_debug_image_sample', { ...wanted, variant: 'c' });
    assert.equal(none.data['event'], null);
  });

  it('answers the newest plots of several tasks by metric, variant, task and iteration', async () => {
    const [one, two] = [await seeded('plot'), await seeded('plot')];
    const { data } = await call(running.port, 'events.get_multi_task_plots', { tasks: [one, two] });
    assert.equal(data['returned'], 4);
    assert.equal(at(data, 'plots', 'm', 'a', one, '3', 'plots', 0, 'key'), 'a 3');
    assert.equal(at(data, 'plots', 'm', 'b', two, '3', 'name'), 'a task');
    assert.equal(at(data, 'plots', 'm', 'a', one, '1'), undefined);
    const missing = await call(running.port, 'events.get_multi_task_plots', { tasks: ['nobody'] });
    assert.deepEqual([missing.code, missing.subcode], [400, 101]);
  });

  it('keeps to the metrics that are asked for', async () => {
    const task = await seeded('plot');
    const body = { task, iters: 9, metrics: [{ metric: 'm', variants: ['b'] }] };
    const { data } = await call(running.port, 'events.get_task_plots', body);
    assert.deepEqual([at(data, 'plots', 0, 'key'), data['returned']], ['b 3', 1]);
  });
});
