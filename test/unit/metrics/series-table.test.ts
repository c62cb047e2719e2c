import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SeriesEntry } from '../../../src/features/metrics/series-entry';
import { entriesOf, seriesTable, tableOf } from '../../../src/features/metrics/series-table';

const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\ud83d', '\ude00', 'a') }),
);
const value = fc.option(fc.double());
const range = fc.option(
  fc.record({ from: fc.double({ noNaN: true }), to: fc.double({ noNaN: true }) }, { noNullPrototype: true }),
);
const entry: fc.Arbitrary<SeriesEntry> = fc.record(
  {
    metric: name,
    variant: name,
    run: name,
    revision: fc.nat(),
    pointCount: fc.nat(),
    last: value,
    lastStep: value,
    min: value,
    max: value,
    steps: range,
    times: range,
    isSingleValue: fc.boolean(),
    meanBuckets: fc.option(fc.nat()),
  },
  { noNullPrototype: true },
);

function isTaken(given: unknown): boolean {
  return seriesTable.safeParse(given).success;
}

describe('panel: totals of series on their way', () => {
  it('arrive as they were, whatever they are called and whatever is missing', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
        const table = tableOf(entries);
        const { names } = JSON.parse(JSON.stringify({ names: table.names })) as { names: string };
        const sent = { names, figures: table.figures };
        assert.ok(isTaken(sent));
        assert.deepEqual(entriesOf(sent), entries);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are refused where names and figures do not fit together', () => {
    const [known] = fc.sample(entry, { numRuns: 1, seed: 7 });
    assert.ok(known);
    const { names, figures } = tableOf([{ ...known, metric: 'loss', variant: 'train' }]);
    const with0 = (length: number): Float64Array => Float64Array.from([length, ...figures.slice(1)]);
    assert.ok(isTaken({ names, figures: with0(4) }));
    const wrong: unknown[] = [
      { names: `${names}x`, figures },
      { names: 4, figures },
      { names, figures: figures.slice(1) },
      { names, figures: [...figures] },
      ...[3, 5, -1, 0.5, NaN, Infinity].map((length) => ({ names, figures: with0(length) })),
      { names },
      { figures },
      [],
      null,
      undefined,
      'text',
    ];
    assert.deepEqual(
      wrong.map(isTaken),
      wrong.map(() => false),
    );
  });
});
