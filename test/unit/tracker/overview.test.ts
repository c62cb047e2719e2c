import assert from 'node:assert/strict';
import { decodeOverviews } from '../../../src/backends/clearml/series-wire';
import type { SeriesOverview } from '../../../src/core/series-overview';
import { OverviewCache } from '../../../src/tracker/api/overview-cache';
import type { SeriesState } from '../../../src/tracker/storage/series-state';
import { call, createTask, report, scalar, startTracker, type RunningTracker } from './tracker-fixture';

const LONG = 100_000;
const BATCH = 20_000;
const NO_GAPS = { notANumber: 0, plusInfinity: 0, minusInfinity: 0, nonPositive: 0 };

describe('overviews that are kept', () => {
  const state = (id: number, count: number): SeriesState => ({
    ...{
      id,
      name: { metric: 'loss', variant: 'train' },
      revision: 0,
      count,
      segmentCount: 1,
      highestStep: 1,
    },
    ...{
      last: 1,
      lastStep: 1,
      lastTime: 1,
      first: 0,
      firstStep: 0,
      min: 0,
      minStep: 0,
      max: 1,
      maxStep: 1,
      sum: 1,
    },
  });
  const overviewOfPoints = (values: Float64Array<ArrayBuffer>): SeriesOverview => ({
    ...{ name: { metric: 'loss', variant: 'train' }, pointCount: values.length, timeRange: null },
    ...{ isComplete: true, gaps: NO_GAPS, steps: values, times: values, values },
  });

  it('are made once for each state of a series and each number of points', () => {
    const cache = new OverviewCache();
    const made: string[] = [];
    const ask = (id: number, count: number, maxPoints: number): SeriesOverview =>
      cache.get(state(id, count), maxPoints, () => {
        made.push(`${id} ${count} ${maxPoints}`);
        return overviewOfPoints(new Float64Array(4));
      });
    assert.equal(ask(1, 10, 400), ask(1, 10, 400));
    ask(1, 11, 400);
    ask(1, 11, 800);
    ask(2, 11, 800);
    ask(1, 10, 400);
    assert.deepEqual(made, ['1 10 400', '1 11 400', '1 11 800', '2 11 800']);
  });

  it('are those that were asked for last', () => {
    const cache = new OverviewCache();
    const made: number[] = [];
    const ask = (id: number): void => {
      cache.get(state(id, 10), 400, () => {
        made.push(id);
        return overviewOfPoints(new Float64Array(150_000));
      });
    };
    [1, 2, 1, 3, 1, 2].forEach(ask);
    assert.deepEqual(made, [1, 2, 3, 2]);
  });
});

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

  it('are those of now, however often they are asked for', async () => {
    const task = await reported(['loss', 'accuracy'], LONG);
    const loss = async () => (await overviews(task, 400)).find(({ name }) => name.metric === 'loss');
    const first = await loss();
    assert.deepEqual(await loss(), first);
    await report(running.port, [scalar(task, 50_001, -5, 'loss')]);
    const overwritten = await loss();
    assert.ok(overwritten);
    assert.equal(overwritten.pointCount, LONG);
    assert.equal(overwritten.steps[overwritten.values.indexOf(-5)], 50_001);
    await report(running.port, [scalar(task, LONG, 12, 'loss')]);
    const longer = await loss();
    assert.deepEqual([longer?.pointCount, longer?.steps.at(-1), longer?.values.at(-1)], [LONG + 1, LONG, 12]);
    await call(running.port, 'tasks.reset', { task, force: true });
    assert.deepEqual(await overviews(task, 400), []);
  }).timeout(60_000);

  it('are none where reading every point is as quick, and refuse a count that is none', async () => {
    const short = await reported(['loss'], 1_000);
    assert.deepEqual(await overviews(short, 400), []);
    const asked = { task: short, max_points: 400, least_points: 1_000 };
    const { bytes } = await call(running.port, 'trackside.overview', asked);
    assert.deepEqual(
      decodeOverviews(bytes).map(({ pointCount }) => pointCount),
      [1_000],
    );
    const task = await createTask(running.port);
    const { status } = await call(running.port, 'trackside.overview', { task, max_points: -1 });
    assert.equal(status, 400);
  });
});
