import assert from 'node:assert/strict';
import { seriesKey } from '../../../src/core/series';
import { FIRST_SELECTION, SINGLE_VALUE_STEP, type Frame } from '../../../src/features/metrics/panel-contract';
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

  it('reports a series as removed when it is replaced by nothing', () => {
    const engine = new SeriesEngine();
    engine.ingest(PANEL, [makeDelta('loss', 'train', [3, 2])]);
    const { changed, removed } = engine.ingest(PANEL, [makeDelta('loss', 'train', [], { mode: 'replace' })]);
    assert.deepEqual([changed.length, removed], [0, [KEY]]);
    assert.deepEqual(engine.frames(PANEL, [KEY], FIRST_SELECTION), []);
  });

  it('keeps every point of a run that went back, in the order of the axis', () => {
    const engine = new SeriesEngine();
    engine.ingest(PANEL, [
      makeDelta('loss', 'train', [5, 4, 3], { firstStep: 10 }),
      makeDelta('loss', 'train', [7, 6], { firstStep: 9, times: Float64Array.of(2e12, 2e12 + 1) }),
    ]);
    const byStep = draw(engine);
    assert.deepEqual([...byStep.points.steps], [9, 10, 10, 11, 12]);
    assert.deepEqual([...byStep.points.values], [7, 5, 6, 4, 3]);
    assert.deepEqual([...draw(engine, { axis: 'time' }).points.values], [5, 4, 3, 7, 6]);
  });

  it('says how many points have no time', () => {
    const engine = new SeriesEngine();
    engine.ingest(PANEL, [makeDelta('loss', 'train', [1, 2, 3], { times: Float64Array.of(5, NaN, 7) })]);
    const frame = draw(engine, { axis: 'time' });
    assert.deepEqual([[...frame.points.values], frame.unplacedCount], [[1, 3], 1]);
    assert.equal(draw(engine).unplacedCount, 0);
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
