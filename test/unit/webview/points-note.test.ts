import assert from 'node:assert/strict';
import { seriesKey, type SeriesDelta } from '../../../src/core/series';
import { SeriesEngine } from '../../../src/features/metrics/series-engine';
import { FIRST_SELECTION, type ViewSelection } from '../../../src/features/metrics/view-contract';
import { undrawnSeries, type PanelSeries } from '../../../webview-ui/metrics/panel-series';
import { pointsNote, type NoteState } from '../../../webview-ui/metrics/points-note';
import { makeDelta } from '../metrics/fake-session';

const GROUPED = { groups: [{ id: 'both', runs: ['a', 'b'] }] };

/** What a chart says of these lines. */
function noteOf(
  runs: Readonly<Record<string, readonly SeriesDelta[]>>,
  lines: readonly string[],
  change: Partial<ViewSelection> = {},
  state: NoteState = {},
): string {
  const engine = new SeriesEngine();
  const entries = Object.entries(runs).flatMap(([run, deltas]) =>
    deltas.flatMap((delta) => engine.ingest('panel', [delta], run).changed),
  );
  const series = lines.map((run): PanelSeries => {
    const key = seriesKey({ metric: 'loss', variant: 'train', run });
    const [frame] = engine.frames('panel', [key], { ...FIRST_SELECTION, ...change });
    const entry = entries.findLast((each) => each.run === run) ?? entries[0];
    assert.ok(frame !== undefined && entry !== undefined);
    return { ...undrawnSeries({ key, chart: 'loss', line: { id: run, label: run }, entry }), frame };
  });
  return pointsNote(series, state);
}

const loss = (values: readonly number[], change: Parameters<typeof makeDelta>[3] = {}): SeriesDelta =>
  makeDelta('loss', 'train', values, change);

describe('what a chart says of its points', () => {
  it('is how many of how many it draws, and what stands between', () => {
    const long = Array.from({ length: 5_000 }, (_, index) => Math.sin(index));
    assert.equal(noteOf({ a: [loss([1, 2])] }, ['a']), 'all 2 points');
    assert.equal(noteOf({ a: [loss([1])] }, ['a']), '1 point');
    assert.match(noteOf({ a: [loss(long)] }, ['a']), /^[12],\d{3} of 5,000 points · exact envelope$/);
    assert.equal(
      noteOf({ a: [loss(long)] }, ['a'], { range: { from: 10, to: 19 } }),
      'all 10 points in view',
    );
    const means = loss([1, 2], { fidelity: { kind: 'means', buckets: 2_000 } });
    assert.equal(noteOf({ a: [means] }, ['a']), 'all 2 points · means of 2,000 buckets');
  });

  it('calls no points all while more may come', () => {
    const noteSoFar = (points: number, change: Partial<ViewSelection> = {}): string =>
      noteOf({ a: [loss(Array.from({ length: points }, (_, index) => Math.sin(index)))] }, ['a'], change, {
        isReading: true,
      });
    assert.equal(noteSoFar(2), '2 points so far');
    assert.equal(noteSoFar(1), '1 point so far');
    assert.equal(noteSoFar(5_000, { range: { from: 10, to: 19 } }), '10 points in view so far');
    assert.match(noteSoFar(5_000), /^[12],\d{3} of 5,000 points so far · exact envelope$/);
  });

  it('names what is no number or has no place', () => {
    const odd = loss([NaN, Infinity, -Infinity, -1, 5], { times: Float64Array.of(1, 2, 3, NaN, 5) });
    assert.equal(noteOf({ a: [odd] }, ['a']), 'all 5 points · 1 NaN marked × · 2 infinite marked ▲▼');
    assert.equal(
      noteOf({ a: [odd] }, ['a'], { isLogarithmic: true, axis: 'time' }),
      'all 4 points · 1 NaN marked × · 2 infinite marked ▲▼ · 1 point without a place on this axis left out',
    );
    assert.equal(
      noteOf({ a: [loss([1, 2])] }, ['a'], {
        axis: 'series',
        xSeries: seriesKey({ metric: 'x', variant: 'x' }),
      }),
      '2 points without a place on this axis left out',
    );
  });

  it('tells restarts, of groups as of runs', () => {
    const restarted = [loss([9, 8, 7, 6]), loss([1, 2], { firstStep: 2 })];
    assert.equal(
      noteOf({ a: restarted }, ['a']),
      'all 6 points · restarted at step 2: 2 earlier points faint',
    );
    assert.equal(
      noteOf({ a: restarted, b: [loss([1, 2, 3, 4])] }, ['both'], GROUPED),
      'means of 2 runs (8 points) at each common position · 2 earlier points of restarted runs left out',
    );
    assert.match(
      noteOf({ a: restarted, b: [loss([1, 2, 3, 4])] }, ['both'], { ...GROUPED, range: { from: 0, to: 1 } }),
      /^means of 2 runs \(4 points in view\)/,
    );
  });
});
