import assert from 'node:assert/strict';
import fc from 'fast-check';
import { smooth } from '../../../src/core/smoothing';

describe('smooth', () => {
  it('follows the debiased moving average by hand', () => {
    const [first, second, third] = smooth(Float64Array.of(1, 2, 4), 0.5);
    assert.equal(first, 1);
    assert.ok(Math.abs((second ?? NaN) - (0.25 * 1 + 0.5 * 2) / 0.75) < 1e-12);
    assert.ok(Math.abs((third ?? NaN) - (0.125 * 1 + 0.25 * 2 + 0.5 * 4) / 0.875) < 1e-12);
  });

  it('is off at 0 and leaves constant curves exactly as they are', () => {
    assert.deepEqual(smooth(Float64Array.of(3, 1, 2), 0), Float64Array.of(3, 1, 2));
    assert.deepEqual(smooth(new Float64Array(50).fill(0.1), 0.9), new Float64Array(50).fill(0.1));
  });

  it('passes values that are not finite through and forgets them', () => {
    const result = smooth(Float64Array.of(1, NaN, Infinity, 3), 0.5);
    assert.ok(Number.isNaN(result[1]));
    assert.equal(result[2], Infinity);
    assert.equal(result[3], smooth(Float64Array.of(1, 3), 0.5)[1]);
  });

  it('stays between the lowest and highest value so far', () => {
    const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 0.999, noNaN: true }), (numbers, weight) => {
        let low = Infinity;
        let high = -Infinity;
        smooth(Float64Array.from(numbers), weight).forEach((smoothed, index) => {
          low = Math.min(low, numbers[index] ?? NaN);
          high = Math.max(high, numbers[index] ?? NaN);
          assert.ok(smoothed >= low - 1e-6 && smoothed <= high + 1e-6);
        });
      }),
    );
  });
});
