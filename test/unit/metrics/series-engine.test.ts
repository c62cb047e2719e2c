import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seriesKey } from '../../../src/core/series';
import { SINGLE_VALUE_STEP, type Frame } from '../../../src/features/metrics/panel-contract';
import { FIRST_SELECTION, pointsForWidth } from '../../../src/features/metrics/view-contract';
import { POINTS_PER_BUCKET } from '../../../src/core/envelope';
import { SeriesEngine } from '../../../src/features/metrics/series-engine';
import { makeDelta } from './fake-session';

const PANEL = 'panel';
const KEY = seriesKey({ metric: 'loss', variant: 'train' });

function draw(engine: SeriesEngine, change: Partial<typeof FIRST_SELECTION> = {}): Frame {
  const [frame] = engine.frames(PANEL, [KEY], { ...FIRST_SELECTION, ...change });
  assert.ok(frame !== undefined);
  return frame;
}

describe('SeriesEngine', () => {
  it('appends and replaces', () => {
    const engine = new SeriesEngine();
    engine.ingest(PANEL, [makeDelta('loss', 'train', [3, 2])]);
    const { changed } = engine.ingest(PANEL, [makeDelta('loss', 'train', [1], { firstStep: 2 })]);
    assert.deepEqual([...draw(engine).points.values], [3, 2, 1]);
    assert.deepEqual(
      [changed[0]?.pointCount, changed[0]?.last, changed[0]?.min, changed[0]?.max],
      [3, 1, 1, 3],
    );
    engine.ingest(PANEL, [makeDelta('loss', 'train', [9], { mode: 'replace' })]);
    assert.deepEqual([...draw(engine).points.values], [9]);
  });

  it('never writes into columns that it was given', () => {
    const engine = new SeriesEngine();
    const first = makeDelta('loss', 'train', [1, 2, 3], { mode: 'replace' });
    const second = makeDelta('loss', 'train', [4], { firstStep: 3 });
    engine.ingest(PANEL, [first]);
    engine.ingest(PANEL, [second]);
    engine.ingest(PANEL, [makeDelta('loss', 'train', [9, 8], { mode: 'replace' })]);
    assert.deepEqual([...draw(engine).points.values], [9, 8]);
    assert.deepEqual([...first.values], [1, 2, 3]);
    assert.deepEqual([...second.values], [4]);
  });

  it('reports a series as removed when it is replaced by nothing', () => {
    const engine = new SeriesEngine();
    engine.ingest(PANEL, [makeDelta('loss', 'train', [3, 2])]);
    const { changed, removed } = engine.ingest(PANEL, [makeDelta('loss', 'train', [], { mode: 'replace' })]);
    assert.deepEqual([changed.length, removed], [0, [KEY]]);
    assert.deepEqual(engine.frames(PANEL, [KEY], FIRST_SELECTION), []);
  });

  it('shows what held in the end of a run that went back, and apart from it what was reported anew', () => {
    const engine = new SeriesEngine();
    engine.ingest(PANEL, [
      makeDelta('loss', 'train', [5, 4, 3], { firstStep: 10 }),
      makeDelta('loss', 'train', [7, 6], { firstStep: 9, times: Float64Array.of(2e12, 2e12 + 1) }),
    ]);
    const byStep = draw(engine);
    assert.deepEqual([...byStep.points.values], [7, 6]);
    assert.deepEqual(
      byStep.superseded.map(({ steps, values }) => [[...steps], [...values]]),
      [
        [
          [10, 11, 12],
          [5, 4, 3],
        ],
      ],
    );
    assert.deepEqual([byStep.restartSteps, byStep.supersededCount, byStep.visibleCount], [[9], 3, 5]);
    assert.deepEqual(byStep.extent, { from: 9, to: 12 });
    assert.deepEqual([...draw(engine, { axis: 'time' }).points.values], [5, 4, 3, 7, 6]);
  });

  it('sorts points that come in no order', () => {
    const engine = new SeriesEngine();
    const steps = Float64Array.from({ length: 300 }, (_, index) => index ^ 1);
    engine.ingest(PANEL, [makeDelta('loss', 'train', [...steps], { steps })]);
    const frame = draw(engine);
    assert.deepEqual(
      [...frame.points.values],
      [...steps].sort((a, b) => a - b),
    );
    assert.deepEqual([frame.superseded, frame.restartSteps], [[], []]);
  });

  it('puts points where another series was at their step, or last before it', () => {
    const engine = new SeriesEngine();
    engine.ingest(PANEL, [
      makeDelta('loss', 'train', [9, 8, 7, 6, 5]),
      makeDelta('epoch', 'epoch', [0.5, 0.25], { steps: Float64Array.of(1, 3) }),
    ]);
    const xSeries = seriesKey({ metric: 'epoch', variant: 'epoch' });
    const frame = draw(engine, { axis: 'series', xSeries });
    assert.deepEqual([...(frame.points.xs ?? [])], [0.25, 0.25, 0.5, 0.5]);
    assert.deepEqual([...frame.points.values], [6, 5, 8, 7]);
    assert.deepEqual([frame.unplacedCount, frame.extent], [1, { from: 0.25, to: 0.5 }]);
    engine.ingest(PANEL, [makeDelta('epoch', 'epoch', [2], { firstStep: 4 })]);
    assert.deepEqual([...(draw(engine, { axis: 'series', xSeries }).points.xs ?? [])], [0.25, 0.5, 0.5, 2]);
  });

  it('counts what has no place along a series that the run does not have, and what a restart superseded', () => {
    const engine = new SeriesEngine();
    const xSeries = seriesKey({ metric: 'epoch', variant: 'epoch' });
    engine.ingest(PANEL, [
      makeDelta('loss', 'train', [9, 8, 7]),
      makeDelta('loss', 'train', [6, 5], { firstStep: 1 }),
    ]);
    const without = draw(engine, { axis: 'series', xSeries });
    assert.deepEqual(
      [without.points.values.length, without.extent, without.pointCount, without.unplacedCount],
      [0, null, 5, 5],
    );
    engine.ingest(PANEL, [makeDelta('epoch', 'epoch', [0, 1, 2])]);
    const along = draw(engine, { axis: 'series', xSeries });
    assert.deepEqual([...along.points.values], [9, 6, 5]);
    assert.deepEqual([along.visibleCount, along.pointCount, along.unplacedCount], [3, 5, 2]);
  });

  it('makes the mean of a group of the runs that have the axis, and counts the points of the others', () => {
    const engine = new SeriesEngine();
    engine.ingest(PANEL, [makeDelta('loss', 'train', [4, 2]), makeDelta('epoch', 'epoch', [0, 1])], 'a');
    engine.ingest(PANEL, [makeDelta('loss', 'train', [40, 20, 10])], 'b');
    const group = (runs: readonly string[]): Frame | undefined =>
      engine.frames(PANEL, [seriesKey({ metric: 'loss', variant: 'train', run: 'all' })], {
        ...FIRST_SELECTION,
        axis: 'series',
        xSeries: seriesKey({ metric: 'epoch', variant: 'epoch' }),
        groups: [{ id: 'all', runs: [...runs] }],
      })[0];
    const both = group(['a', 'b']);
    assert.deepEqual([...(both?.points.values ?? [])], [4, 2]);
    assert.deepEqual([both?.band?.runCount, both?.pointCount, both?.unplacedCount], [1, 5, 3]);
    const none = group(['b']);
    assert.deepEqual([none?.band?.runCount, none?.pointCount, none?.unplacedCount], [0, 3, 3]);
    assert.equal(none?.extent, null);
  });

  it('says where the middle of the visible values is, when it is asked to', () => {
    const engine = new SeriesEngine();
    const values = Array.from({ length: 101 }, (_, index) => (index === 50 ? 1e9 : index));
    engine.ingest(PANEL, [makeDelta('loss', 'train', values)]);
    assert.equal(draw(engine).middle, null);
    assert.deepEqual(draw(engine, { ignoresOutliers: true }).middle, { from: 5, to: 96 });
  });

  it('shares the points of one chart among its lines, and keeps every spike', () => {
    const engine = new SeriesEngine();
    const names = Array.from({ length: 200 }, (_, index) => `line ${index}`);
    const values = Array.from({ length: 5_000 }, (_, index) => (index === 4_321 ? 99 : 1));
    engine.ingest(
      PANEL,
      names.map((name) => makeDelta('loss', name, values)),
    );
    const keys = names.map((variant) => seriesKey({ metric: 'loss', variant }));
    const frames = engine.frames(PANEL, keys, FIRST_SELECTION);
    assert.equal(frames.length, 200);
    assert.ok(frames.every(({ points }) => points.values.length <= 502 && points.values.includes(99)));
  });

  it('draws the true ends and extremes of any series, attempts included', () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
    const counts = fc.integer({ min: 16, max: 500 });
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1, maxLength: 400, size: 'max' }),
        counts,
        (points, maxPoints) => {
          const engine = new SeriesEngine();
          const steps = Float64Array.from(points, ([step]) => step);
          engine.ingest(PANEL, [
            makeDelta(
              'loss',
              'train',
              points.map(([, value]) => value),
              { steps },
            ),
          ]);
          const frame = draw(engine, { maxPoints });
          const drawn = [frame.points, ...frame.superseded].flatMap(({ values }) => [...values]);
          const truth = points.map(([, value]) => value);
          assert.equal(
            drawn.reduce((a, b) => Math.min(a, b)),
            truth.reduce((a, b) => Math.min(a, b)),
          );
          assert.equal(
            drawn.reduce((a, b) => Math.max(a, b)),
            truth.reduce((a, b) => Math.max(a, b)),
          );
          assert.deepEqual(frame.extent, {
            from: Math.min(...steps),
            to: Math.max(...steps),
          });
          assert.equal(frame.visibleCount, points.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says how many points have no time', () => {
    const engine = new SeriesEngine();
    engine.ingest(PANEL, [makeDelta('loss', 'train', [1, 2, 3], { times: Float64Array.of(5, NaN, 7) })]);
    const frame = draw(engine, { axis: 'time' });
    assert.deepEqual([[...frame.points.values], frame.unplacedCount], [[1, 3], 1]);
    assert.equal(draw(engine).unplacedCount, 0);
  });

  it('is asked for a bucket for each pixel of a chart, in few steps, and within what its chart may draw', () => {
    const widths = Array.from({ length: 4_000 }, (_, index) => index + 1);
    const counts = widths.map(pointsForWidth);
    assert.ok(counts.every((count, index) => count >= POINTS_PER_BUCKET * (widths[index] ?? NaN)));
    assert.deepEqual([...new Set(counts)], [2_000, 4_000, 8_000, 16_000]);
    assert.equal(pointsForWidth(1e6), 16_000);
    const engine = new SeriesEngine();
    const values = Array.from({ length: 20_000 }, (_, index) => Math.sin(index * index));
    const variants = Array.from({ length: 30 }, (_, index) => `v${index}`);
    engine.ingest(
      PANEL,
      variants.map((variant) => makeDelta('loss', variant, values)),
    );
    const keys = variants.map((variant) => seriesKey({ metric: 'loss', variant }));
    const frames = engine.frames(PANEL, keys, { ...FIRST_SELECTION, maxPoints: 16_000 });
    const drawn = frames.reduce((sum, { points }) => sum + points.values.length, 0);
    assert.ok(drawn > 90_000 && drawn <= 100_000, String(drawn));
  });

  it('draws about as many points as asked for and all of them when few are visible', () => {
    const engine = new SeriesEngine();
    const values = Array.from({ length: 50_000 }, (_, index) => Math.sin(index / 100));
    engine.ingest(PANEL, [makeDelta('loss', 'train', values)]);
    const all = draw(engine);
    assert.ok(!all.isComplete && all.points.values.length <= 2_002 && all.points.values.length > 1_000);
    const near = draw(engine, { range: { from: 1_000, to: 1_500 } });
    assert.deepEqual([near.isComplete, near.visibleCount, near.points.values.length], [true, 501, 503]);
  });

  it('smooths over all points, not over those that are drawn', () => {
    const engine = new SeriesEngine();
    const values = Array.from({ length: 10_000 }, (_, index) => index % 2);
    engine.ingest(PANEL, [makeDelta('loss', 'train', values)]);
    const { smoothed } = draw(engine, { smoothing: 0.99 });
    const late = [...(smoothed?.values ?? [])].slice(-200);
    assert.ok(late.every((value) => Math.abs(value - 0.5) < 0.02));
  });

  it('knows single values and means', () => {
    const engine = new SeriesEngine();
    const { changed } = engine.ingest(PANEL, [
      makeDelta('Summary', 'accuracy', [0.9], { steps: Float64Array.of(SINGLE_VALUE_STEP) }),
      makeDelta('loss', 'train', [1, 2], { fidelity: { kind: 'means', buckets: 2_000 } }),
    ]);
    assert.deepEqual(
      changed.map(({ isSingleValue }) => isSingleValue),
      [true, false],
    );
    assert.deepEqual(
      changed.map(({ meanBuckets }) => meanBuckets),
      [null, 2_000],
    );
  });

  it('has no lowest and highest value when none is finite', () => {
    const engine = new SeriesEngine();
    const { changed } = engine.ingest(PANEL, [makeDelta('loss', 'train', [NaN, Infinity])]);
    assert.deepEqual([changed[0]?.min, changed[0]?.max, changed[0]?.last], [null, null, Infinity]);
  });

  it('keeps panels apart', () => {
    const engine = new SeriesEngine();
    engine.ingest(PANEL, [makeDelta('loss', 'train', [1])]);
    engine.ingest('other', [makeDelta('loss', 'train', [2])]);
    engine.clear('other');
    assert.deepEqual([...draw(engine).points.values], [1]);
    assert.deepEqual(engine.frames('other', [KEY], FIRST_SELECTION), []);
  });
});
