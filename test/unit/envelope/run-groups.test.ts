import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Curve } from '../../../src/core/envelope';
import { BANDS, summarizeRuns, type GroupSummary } from '../../../src/core/run-groups';
import { distinctLooks, looksForNew } from '../../../src/core/run-looks';
import { studentQuantile95 } from '../../../src/core/student-quantile';

const ALL = { range: undefined, maxPositions: 500 } as const;

function curve(xs: readonly number[], values: readonly number[]): Curve {
  return { xs: Float64Array.from(xs), values: Float64Array.from(values) };
}

function columns(summary: GroupSummary): number[][] {
  const { positions, means, lowers, uppers, counts } = summary;
  return [positions, means, lowers, uppers, counts].map((column) => [...column]);
}

const runs = fc.array(
  fc
    .array(
      fc.record({
        x: fc.integer({ min: 0, max: 300 }),
        value: fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(NaN, Infinity)),
      }),
      { maxLength: 60 },
    )
    .map((points) => points.sort((a, b) => a.x - b.x))
    .map((points) =>
      curve(
        points.map(({ x }) => x),
        points.map(({ value }) => value),
      ),
    ),
  { minLength: 1, maxLength: 5 },
);

describe('summarizeRuns', () => {
  it('takes runs that report at the same steps as they are, each once', () => {
    const three = [curve([0, 1, 2], [1, 2, 3]), curve([0, 1], [3, 4]), curve([0, 2], [5, NaN])];
    assert.deepEqual(columns(summarizeRuns(three, { ...ALL, band: 'range' })), [
      [0, 1, 2],
      [3, 3, 3],
      [1, 2, 3],
      [5, 4, 3],
      [3, 2, 1],
    ]);
  });

  it('has the deviation of the sample and the interval of the mean around it, and none around one run', () => {
    const two = [curve([0, 1], [1, 7]), curve([0], [3])];
    const deviation = summarizeRuns(two, { ...ALL, band: 'deviation' });
    assert.deepEqual(columns(deviation).slice(1, 4), [
      [2, 7],
      [2 - Math.SQRT2, NaN],
      [2 + Math.SQRT2, NaN],
    ]);
    const interval = summarizeRuns(two, { ...ALL, band: 'interval' });
    // t with 1 degree of freedom, times √2 / √2.
    assert.ok(Math.abs((interval.uppers[0] ?? 0) - 14.706204736) < 1e-8);
  });

  it('joins runs that report at different steps in buckets as wide as their usual distance', () => {
    const two = [curve([0, 10, 20, 30], [0, 0, 0, 0]), curve([5, 15, 25, 35], [2, 2, 2, 2])];
    const summary = summarizeRuns(two, { ...ALL, band: 'range' });
    assert.equal(summary.bucketWidth, 35 / 4);
    assert.deepEqual([...summary.counts], [2, 2, 2, 2]);
    assert.deepEqual([...summary.means], [1, 1, 1, 1]);
  });

  it('has one position beyond each end of the range, where there is one', () => {
    const one = [curve([0, 1, 2, 3, 4], [0, 1, 2, 3, 4])];
    const summary = summarizeRuns(one, { range: { from: 2, to: 3 }, maxPositions: 500, band: 'range' });
    assert.deepEqual([...summary.positions], [1, 2, 3, 4]);
  });

  it('keeps the last point where buckets do not add up to the whole way exactly', () => {
    const [last, others] = [
      { xs: Float64Array.from([242]), values: Float64Array.from([-1]) },
      { xs: Float64Array.from([5, 5, 5, 100]), values: Float64Array.from([0, 0, 0, 0]) },
    ];
    const summary = summarizeRuns([last, others], { range: undefined, maxPositions: 500, band: 'range' });
    assert.equal(summary.lowers.at(-1), -1);
  });

  it('keeps the true lowest and highest value of any runs, and the mean between them', () => {
    fc.assert(
      fc.property(runs, fc.constantFrom(3, 500), fc.constantFrom(...BANDS), (curves, maxPositions, band) => {
        const summary = summarizeRuns(curves, { range: undefined, maxPositions, band });
        const finite = curves.flatMap(({ values }) => [...values].filter(Number.isFinite));
        const [, means = [], lowers = [], uppers = [], counts = []] = columns(summary);
        assert.ok(summary.positions.length <= maxPositions);
        assert.ok(counts.every((count) => count <= curves.length));
        means.forEach((mean, place) => {
          assert.equal(Number.isNaN(mean), counts[place] === 0);
          assert.ok(!((lowers[place] ?? NaN) > mean) && !((uppers[place] ?? NaN) < mean));
        });
        if (band === 'range' && finite.length > 0) {
          const known = (column: number[]): number[] => column.filter((value) => !Number.isNaN(value));
          assert.equal(Math.min(...known(lowers)), Math.min(...finite));
          assert.equal(Math.max(...known(uppers)), Math.max(...finite));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('studentQuantile95', () => {
  it('falls towards the normal distribution without a step', () => {
    const quantiles = Array.from({ length: 200 }, (_, index) => studentQuantile95(index + 1));
    assert.ok(quantiles.every((quantile, index) => index === 0 || quantile < (quantiles[index - 1] ?? 0)));
    assert.ok(Math.abs(studentQuantile95(31) - 2.039513446) < 1e-6);
    assert.ok(Math.abs(studentQuantile95(100) - 1.983971519) < 1e-8);
  });
});

describe('looks of runs', () => {
  const names = Array.from({ length: 40 }, (_, index) => `run ${index}`);

  it('differ in colour for seven runs, and altogether for 28', () => {
    assert.equal(
      new Set([...looksForNew(names.slice(0, 7), new Map()).values()].map((look) => look % 7)).size,
      7,
    );
    assert.equal(new Set(looksForNew(names.slice(0, 28), new Map()).values()).size, 28);
  });

  it('stay what they were, whoever is shown beside', () => {
    const known = looksForNew(names.slice(0, 3), new Map());
    const more = looksForNew(['another', ...names.slice(0, 3)], known);
    assert.deepEqual([...more.keys()], ['another']);
    assert.ok(![...known.values()].some((look) => look % 7 === (more.get('another') ?? 0) % 7));
  });

  it('keep their colour where two runs have the same, and differ in dashes', () => {
    const shown = distinctLooks(['a', 'b', 'c'].map((key) => ({ key, look: 9 })));
    assert.deepEqual([...shown.values()], [9, 16, 23]);
  });
});
