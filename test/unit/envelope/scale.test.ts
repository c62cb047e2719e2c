import assert from 'node:assert/strict';
import fc from 'fast-check';
import { logarithmicTicks, niceTicks, timeTicks } from '../../../src/core/scale-ticks';
import { limitWindow, panWindow, zoomWindow } from '../../../src/core/scale-window';

const anyRange = fc
  .tuple(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

describe('niceTicks', () => {
  it('gives round numbers', () => {
    assert.deepEqual(niceTicks({ from: 0, to: 1 }, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(niceTicks({ from: 13, to: 2_999 }, 4), [1_000, 2_000]);
    assert.deepEqual(niceTicks({ from: 0, to: 3 }, 10, 1), [0, 1, 2, 3]);
    assert.deepEqual(niceTicks({ from: 1e-30, to: 3e-30 }, 4), [1e-30, 1.5e-30, 2e-30, 2.5e-30, 3e-30]);
    assert.equal(niceTicks({ from: 1e-300, to: 3e-300 }, 4).length, 5);
  });

  it('ends for any range of doubles', () => {
    fc.assert(
      fc.property(anyRange, fc.integer({ min: 1, max: 20 }), (range, maxCount) => {
        const ticks = niceTicks(range, maxCount);
        assert.ok(ticks.length <= maxCount * 3 + 1);
      }),
      { numRuns: 500 },
    );
  });
});

describe('logarithmicTicks', () => {
  it('marks decades, with steps between them when there is room', () => {
    assert.deepEqual(logarithmicTicks({ from: -3, to: 3 }, 4), [-2, 0, 2]);
    const dense = logarithmicTicks({ from: 0, to: 2 }, 10).map((tick) => Math.round(10 ** tick));
    assert.deepEqual(dense, [1, 2, 5, 10, 20, 50, 100]);
  });

  it('uses plain numbers within one decade', () => {
    const ticks = logarithmicTicks({ from: Math.log10(2), to: Math.log10(3) }, 5).map((tick) => 10 ** tick);
    assert.deepEqual(
      ticks.map((tick) => Number(tick.toFixed(6))),
      [2, 2.2, 2.4, 2.6, 2.8, 3],
    );
  });
});

describe('timeTicks', () => {
  it('counts from the origin in seconds, minutes and hours', () => {
    const { ticks, stepMs } = timeTicks({ from: 1_000_500, to: 1_095_000 }, 5, 1_000_000);
    assert.equal(stepMs, 30_000);
    assert.deepEqual(ticks, [1_030_000, 1_060_000, 1_090_000]);
  });
});

describe('windows of the x axis', () => {
  const extent = { from: 0, to: 100 };

  it('zoom around a point that stays where it is', () => {
    assert.deepEqual(zoomWindow(extent, extent, 25, 0.5), { from: 12.5, to: 62.5 });
  });

  it('show everything again when zoomed out as far as the data', () => {
    assert.equal(zoomWindow({ from: 20, to: 80 }, extent, 50, 4), undefined);
  });

  it('never leave the data', () => {
    assert.deepEqual(panWindow({ from: 80, to: 90 }, extent, 5), { from: 90, to: 100 });
    assert.deepEqual(panWindow({ from: 10, to: 20 }, extent, -5), { from: 0, to: 10 });
    assert.deepEqual(limitWindow({ from: -20, to: 30 }, extent), { from: 0, to: 50 });
  });
});
