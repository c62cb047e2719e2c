import assert from 'node:assert/strict';
import { seriesKey } from '../../../src/core/series';
import { SeriesEngine } from '../../../src/features/metrics/series-engine';
import { FIRST_SELECTION, type ViewSelection } from '../../../src/features/metrics/view-contract';
import { undrawnSeries, type PanelSeries } from '../../../webview-ui/metrics/panel-series';
import { xLabels } from '../../../webview-ui/metrics/axis-labels';
import { pointsContent, type PointsContent } from '../../../webview-ui/metrics/points-content';
import { makeDelta } from '../metrics/fake-session';

const GROUPED: ViewSelection = { ...FIRST_SELECTION, groups: [{ id: 'both', runs: ['a', 'b'] }] };

/** The lines as the page has them once the engine has drawn them. */
function drawn(engine: SeriesEngine, runs: readonly string[], selection: ViewSelection): PanelSeries[] {
  return runs.map((run) => {
    const key = seriesKey({ metric: 'loss', variant: 'train', run });
    const [frame] = engine.frames('panel', [key], selection);
    assert.ok(frame !== undefined);
    const entry = engine.ingest('panel', [makeDelta('other', 'other', [1])]).changed[0];
    assert.ok(entry !== undefined);
    return { ...undrawnSeries({ key, chart: 'loss', line: { id: run, label: run }, entry }), frame };
  });
}

function texts(content: PointsContent): string[] {
  return content.rows.map((row) =>
    row.map((cell, column) => (cell === undefined ? '' : content.textOf(cell, column))).join('|'),
  );
}

const labels = xLabels('step', 0, '');

describe('the points of a chart as a table', () => {
  it('says of a group where no run has a value, and of how many runs each mean is', () => {
    const engine = new SeriesEngine();
    engine.ingest('panel', [makeDelta('loss', 'train', [1, NaN, 5, Infinity])], 'a');
    engine.ingest('panel', [makeDelta('loss', 'train', [3, NaN, NaN, 2])], 'b');
    const content = pointsContent(drawn(engine, ['both'], GROUPED), 'step', labels);
    assert.deepEqual(content.columns, ['Step', 'both: mean', 'both: lower', 'both: upper', 'both: runs']);
    assert.deepEqual(texts(content), ['0|2|1|3|2', '1||||0', '2|5|5|5|1', '3|2|2|2|1']);
    assert.doesNotMatch(content.note, /stretch/);
  });

  it('leaves a band of one run empty where it takes two', () => {
    const engine = new SeriesEngine();
    engine.ingest('panel', [makeDelta('loss', 'train', [1, 4])], 'a');
    engine.ingest('panel', [makeDelta('loss', 'train', [1])], 'b');
    const content = pointsContent(drawn(engine, ['both'], { ...GROUPED, band: 'deviation' }), 'step', labels);
    assert.deepEqual(texts(content), ['0|1|1|1|2', '1|4|||1']);
  });

  it('says how wide a stretch a row stands for where the runs report at different steps', () => {
    const engine = new SeriesEngine();
    engine.ingest('panel', [makeDelta('loss', 'train', [1, 2], { steps: Float64Array.of(0, 10) })], 'a');
    engine.ingest('panel', [makeDelta('loss', 'train', [3, 4], { steps: Float64Array.of(3, 20) })], 'b');
    const content = pointsContent(drawn(engine, ['both'], GROUPED), 'step', labels);
    assert.match(content.note, /middle of a stretch \d+(\.\d+)? wide/);
  });

  it('has each place once along time, where positions of a group are no steps', () => {
    const engine = new SeriesEngine();
    engine.ingest('panel', [makeDelta('loss', 'train', [1, 4])], 'a');
    engine.ingest('panel', [makeDelta('loss', 'train', [3, 6])], 'b');
    const elapsed = { ...GROUPED, axis: 'elapsed' as const };
    const content = pointsContent(drawn(engine, ['both'], elapsed), 'elapsed', xLabels('relative', 0, ''));
    assert.deepEqual(
      content.rows.map((row) => row.slice(0, 2)),
      [
        [0, 2],
        [1_000, 5],
      ],
    );
  });

  it('has the mean of the smoothed runs of each group beside the mean, in the unit and places of the axis', () => {
    const engine = new SeriesEngine();
    engine.ingest('panel', [makeDelta('loss', 'train', [1, 4, 2, NaN])], 'a');
    engine.ingest('panel', [makeDelta('loss', 'train', [3, 6, 0])], 'b');
    const smoothing = { smoothing: 0.5, smoothingKind: 'exponential' as const };
    const groups = [...GROUPED.groups, { id: 'alone', runs: ['b'] }];
    for (const axis of ['step', 'elapsed'] as const) {
      const selection = { ...GROUPED, ...smoothing, groups, axis };
      const lines = drawn(engine, ['both', 'alone'], selection);
      const content = pointsContent(lines, axis, labels);
      const columns = ['mean', 'smoothed mean', 'lower', 'upper', 'runs'];
      assert.deepEqual(content.columns, [
        'Step',
        ...['both', 'alone'].flatMap((group) => columns.map((column) => `${group}: ${column}`)),
      ]);
      assert.match(content.note, /“Smoothed mean”/);
      for (const [place, line] of lines.entries()) {
        const first = 1 + place * columns.length;
        const smoothed = [...(line.frame?.smoothed?.values ?? [])];
        assert.ok(smoothed.some((mean, index) => mean !== line.frame?.points.values[index]));
        assert.deepEqual(
          content.rows.flatMap((row) => row[first + 1] ?? []),
          smoothed.filter((mean) => !Number.isNaN(mean)),
        );
      }
      assert.deepEqual(
        content.rows.map((row) => [row[0], row[1], row[3], row[4], row[5]]),
        [0, 1, 2, 3].map((step) => [
          axis === 'step' ? step : step * 1_000,
          ...([
            [2, 1, 3, 2],
            [5, 4, 6, 2],
            [1, 0, 2, 2],
            [undefined, undefined, undefined, 0],
          ][step] ?? []),
        ]),
      );
    }
  });

  it('has what a restart superseded in rows of its own, and smoothed lines beside the raw ones', () => {
    const engine = new SeriesEngine();
    const times = Float64Array.of(5_000, 6_000);
    engine.ingest(
      'panel',
      [makeDelta('loss', 'train', [9, 8, 7], { times: Float64Array.of(0, 1_000, 2_000) })],
      'a',
    );
    engine.ingest('panel', [makeDelta('loss', 'train', [1, 2], { firstStep: 1, times })], 'a');
    engine.ingest('panel', [makeDelta('loss', 'train', [3], { times: Float64Array.of(0) })], 'b');
    const content = pointsContent(drawn(engine, ['a', 'b'], FIRST_SELECTION), 'step', labels);
    assert.deepEqual(content.columns, ['Step', 'Time', 'a', 'a: superseded', 'b']);
    assert.deepEqual(
      content.rows.map((row) => row.toSpliced(1, 1, (row[1] ?? NaN) / 1_000)),
      [
        [0, 0, 9, undefined, 3],
        [1, 1, undefined, 8, undefined],
        [1, 5, 1, undefined, undefined],
        [2, 2, undefined, 7, undefined],
        [2, 6, 2, undefined, undefined],
      ],
    );
    assert.match(content.note, /“Superseded”/);
    const smoothed = pointsContent(
      drawn(engine, ['b'], { ...FIRST_SELECTION, smoothing: 0.5 }),
      'step',
      labels,
    );
    assert.deepEqual(smoothed.columns, ['Step', 'Time', 'b', 'b: smoothed']);
    assert.deepEqual(smoothed.rows, [[0, 0, 3, 3]]);
    assert.doesNotMatch(smoothed.note, /“Superseded”/);
  });

  it('keeps NaN and infinities of a line as the values they are, and a step of one line alone empty in the other', () => {
    const engine = new SeriesEngine();
    engine.ingest('panel', [makeDelta('loss', 'train', [NaN, Infinity])], 'a');
    engine.ingest('panel', [makeDelta('loss', 'train', [7], { times: Float64Array.of(NaN) })], 'b');
    const content = pointsContent(drawn(engine, ['a', 'b'], FIRST_SELECTION), 'step', labels);
    assert.deepEqual(
      content.rows.map(([step, , a, b]) => [step, a, b]),
      [
        [0, NaN, 7],
        [1, Infinity, undefined],
      ],
    );
  });
});
