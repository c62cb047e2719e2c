import assert from 'node:assert/strict';
import { decodeOverviews } from '../../../src/backends/clearml/series-wire';
import { call, createTask, report, scalar, startTracker, type RunningTracker } from './tracker-fixture';

const LONG = 100_000;
const BATCH = 20_000;

describe('tracker: overviews of long runs', () => {
  let running: RunningTracker;
  before(async () => {
    running = await startTracker();
  });
  after(() => running.end());

  async function reported(metrics: readonly string[], points: number): Promise<string> {
    const task = await createTask(running.port);
    for (const metric of metrics) {
      for (let from = 0; from < points; from += BATCH) {
        const events = Array.from({ length: Math.min(BATCH, points - from) }, (_, offset) => {
          const iter = from + offset;
          return scalar(task, iter, iter === 77_777 ? 9 : iter % 3, metric);
        });
        await report(running.port, events);
      }
    }
    return task;
  }

  async function overviews(task: string, maxPoints: number): Promise<ReturnType<typeof decodeOverviews>> {
    const { bytes } = await call(running.port, 'trackside.overview', { task, max_points: maxPoints });
    return decodeOverviews(bytes);
  }

  it('hold the ends and the one spike of every series, and the count of all points', async () => {
    const task = await reported(['loss', 'accuracy'], LONG);
    const found = await overviews(task, 400);
    assert.deepEqual(
      found.map(({ name, pointCount, isComplete }) => [name.metric, pointCount, isComplete]),
      [
        ['loss', LONG, false],
        ['accuracy', LONG, false],
      ],
    );
    for (const { steps, values, timeRange } of found) {
      assert.ok(steps.length <= 400);
      assert.deepEqual([steps[0], steps.at(-1), steps[values.indexOf(9)]], [0, LONG - 1, 77_777]);
      assert.deepEqual(timeRange, { from: 1_700_000_000_000, to: 1_700_000_000_000 + LONG - 1 });
    }
  }).timeout(60_000);

  it('are none where reading every point is as quick, and refuse a count that is none', async () => {
    assert.deepEqual(await overviews(await reported(['loss'], 1_000), 400), []);
    const task = await createTask(running.port);
    const { status } = await call(running.port, 'trackside.overview', { task, max_points: -1 });
    assert.equal(status, 400);
  });
});
