import assert from 'node:assert/strict';
import fc from 'fast-check';
import { middleRange } from '../../../src/core/middle-range';
import { runAttempts } from '../../../src/core/run-attempts';
import { stableOrder } from '../../../src/core/stable-order';

const anyNumbers = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(NaN, Infinity)), { maxLength: 200 })
  .map((numbers) => Float64Array.from(numbers));

describe('stableOrder', () => {
  it('agrees with a stable sort of the finite numbers', () => {
    fc.assert(
      fc.property(anyNumbers, (numbers) => {
        const wanted = [...numbers.keys()]
          .filter((index) => Number.isFinite(numbers[index]))
          .sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0) || a - b);
        assert.deepEqual([...stableOrder(numbers)], wanted);
      }),
      { numRuns: 300 },
    );
  });
});

describe('runAttempts', () => {
  const stretch = (start: number, end: number) => ({ start, end });

  it('keeps everything of a run that never went back', () => {
    const attempts = runAttempts(Float64Array.of(0, 1, 1, 2));
    assert.deepEqual(attempts, { kept: [stretch(0, 4)], superseded: [], restartSteps: [] });
  });

  it('supersedes what a later attempt reported anew', () => {
    const attempts = runAttempts(Float64Array.of(0, 1, 2, 3, 2, 3, 4, 3, 4));
    assert.deepEqual(attempts, {
      kept: [stretch(0, 2), stretch(4, 5), stretch(7, 9)],
      superseded: [stretch(2, 4), stretch(5, 7)],
      restartSteps: [2, 3],
    });
  });

  it('supersedes all of an attempt when the next one begins before it', () => {
    assert.deepEqual(runAttempts(Float64Array.of(5, 6, 0, 1)), {
      kept: [stretch(2, 4)],
      superseded: [stretch(0, 2)],
      restartSteps: [0],
    });
  });

  it('is no answer for steps in no order', () => {
    assert.equal(runAttempts(Float64Array.from({ length: 400 }, (_, index) => index ^ 1)), undefined);
    assert.equal(runAttempts(Float64Array.of(0, NaN, 1)), undefined);
  });

  it('loses no point, and what is kept rises', () => {
    const climbs = fc.array(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 12 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(climbs, (attempts) => {
        const steps = Float64Array.from(attempts.flatMap((attempt) => attempt.sort((a, b) => a - b)));
        const found = runAttempts(steps);
        assert.ok(found !== undefined);
        const indices = (stretches: readonly { start: number; end: number }[]) =>
          stretches.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at));
        const kept = indices(found.kept);
        assert.deepEqual(
          [...kept, ...indices(found.superseded)].sort((a, b) => a - b),
          [...steps.keys()],
        );
        kept.forEach((index, place) => {
          assert.ok(place === 0 || (steps[index] ?? NaN) >= (steps[kept[place - 1] ?? 0] ?? NaN));
        });
        assert.equal(kept.at(-1), steps.length - 1);
      }),
    );
  });
});

describe('middleRange', () => {
  const xs = Float64Array.from({ length: 101 }, (_, index) => index);

  it('holds the middle of the visible values, without spikes', () => {
    const values = xs.map((x) => (x === 50 ? 1e9 : x));
    assert.deepEqual(middleRange({ xs, values }, undefined, false), { from: 5, to: 96 });
    assert.deepEqual(middleRange({ xs, values }, { from: 0, to: 20 }, false), { from: 1, to: 19 });
  });

  it('leaves out what cannot be drawn', () => {
    const values = xs.map((x) => (x % 2 === 0 ? NaN : x - 60));
    const range = middleRange({ xs, values }, undefined, true);
    assert.deepEqual(
      [range?.from, range?.to].map((end) => end?.toFixed(9)),
      ['2.900000000', '37.100000000'],
    );
    assert.equal(middleRange({ xs, values: xs.map(() => NaN) }, undefined, false), undefined);
  });
});
