import assert from 'node:assert/strict';
import fc from 'fast-check';
import { smooth, SMOOTHING_KINDS, smoothingSigma, smoothingWindow } from '../../../src/core/smoothing';

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

  it('takes the mean of as many points before as after', () => {
    const strength = strengthOf(5);
    const values = Float64Array.of(1, 2, 9, 4, 5, 6, NaN, 7);
    const wanted = [4, 4, 21 / 5, 26 / 5, 31 / 5, 22 / 4, NaN, 6];
    smooth(values, strength, 'mean').forEach((mean, index) => {
      const by = wanted[index] ?? NaN;
      assert.ok(Number.isNaN(by) ? Number.isNaN(mean) : Math.abs(mean - by) < 1e-12, `${index}: ${mean}`);
    });
  });

  it('forgets a spike wholly once it has left the window', () => {
    const values = Float64Array.from({ length: 60 }, (_, index) => (index === 10 ? 1e300 : index % 2));
    const late = smooth(values, strengthOf(5), 'mean').slice(20, 50);
    late.forEach((mean) => assert.ok(Math.abs(mean - 0.5) < 0.11));
  });

  it('weighs as a Gaussian does, to within some per cent of its peak', () => {
    const strength = strengthOf(41);
    const sigma = smoothingSigma(strength);
    const impulse = Float64Array.from({ length: 301 }, (_, index) => (index === 150 ? 1 : 0));
    const peak = 1 / (sigma * Math.sqrt(2 * Math.PI));
    smooth(impulse, strength, 'gaussian').forEach((weight, index) => {
      const wanted = peak * Math.exp(-((index - 150) ** 2) / (2 * sigma * sigma));
      assert.ok(Math.abs(weight - wanted) < 0.04 * peak, `${index}: ${weight} for ${wanted}`);
    });
  });

  it('never leaves the range of the values, whatever the kind', () => {
    const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1 });
    const strength = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(values, strength, fc.constantFrom(...SMOOTHING_KINDS), (numbers, weight, kind) => {
        const low = Math.min(...numbers);
        const high = Math.max(...numbers);
        smooth(Float64Array.from(numbers), weight, kind).forEach((smoothed) =>
          assert.ok(smoothed >= low - 1e-6 && smoothed <= high + 1e-6),
        );
      }),
    );
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

/** The strength whose window holds so many points. */
function strengthOf(points: number): number {
  const strength = Math.log(points) / Math.log(1_000);
  assert.equal(smoothingWindow(strength), points);
  return strength;
}
