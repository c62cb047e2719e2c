import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seriesKey } from '../../../src/core/series';
import { overviewOf } from '../../../src/core/series-overview';
import { overviewPicture } from '../../../src/features/metrics/overview-picture';
import { SeriesEngine } from '../../../src/features/metrics/series-engine';
import { FIRST_SELECTION } from '../../../src/features/metrics/view-contract';

const NAME = { metric: 'loss', variant: 'train' };

describe('pictures of overviews', () => {
  it('are what all points give', () => {
    const values = fc.array(
      fc.record({ gap: fc.nat(3), time: fc.oneof(fc.nat(1_000), fc.constant(NaN)), value: fc.double() }),
      { minLength: 1, maxLength: 400 },
    );
    fc.assert(
      fc.property(
        values,
        fc.constantFrom(16, 60, 2_000),
        fc.constantFrom('', 'a run'),
        (points, maxPoints, run) => {
          let step = 0;
          const steps = Float64Array.from(points, ({ gap }) => (step += 1 + gap));
          const columns = {
            steps,
            times: Float64Array.from(points, ({ time }) => time),
            values: Float64Array.from(points, ({ value }) => value),
          };
          const picture = overviewPicture(overviewOf(NAME, columns, maxPoints), run);
          const engine = new SeriesEngine();
          const { changed } = engine.ingest(
            'panel',
            [{ name: NAME, mode: 'replace', fidelity: { kind: 'exact' }, ...columns }],
            run,
          );
          const frames = engine.frames('panel', [seriesKey({ ...NAME, run })], {
            ...FIRST_SELECTION,
            maxPoints,
          });
          const timeless = frames.map((frame) => ({
            ...frame,
            points: { ...frame.points, times: new Float64Array(0) },
          }));
          assert.deepEqual([picture.frame], timeless);
          assert.deepEqual([{ ...picture.entry, revision: 1 }], changed);
        },
      ),
    );
  });
});
