import assert from 'node:assert/strict';
import { lonePoints } from '../../../webview-ui/metrics/curve-data';

const NONE = Number.NaN;

describe('points that no line touches', () => {
  const places = (...values: number[]): number[] =>
    lonePoints(values.map((y, x) => ({ x, y }))).map(({ x }) => x);

  it('are those between two gaps, at the ends too', () => {
    assert.deepEqual(places(), []);
    assert.deepEqual(places(NONE), []);
    assert.deepEqual(places(1), [0]);
    assert.deepEqual(places(1, 2), []);
    assert.deepEqual(places(1, NONE, 2), [0, 2]);
    assert.deepEqual(places(NONE, 1, NONE, 2, 3, NONE), [1]);
    assert.deepEqual(places(1, 2, NONE, 3, 4, 5, NONE, 6, Infinity, 7), [7, 9]);
  });

  it('are the same as by looking at the neighbours of each point, for any curve', () => {
    for (let bits = 0; bits < 256; bits += 1) {
      const curve = Array.from({ length: 8 }, (_, index) => ((bits >> index) & 1 ? index : NONE));
      const isDrawn = (index: number): boolean => Number.isFinite(curve[index]);
      const expected = curve
        .map((_, index) => index)
        .filter((index) => isDrawn(index) && !isDrawn(index - 1) && !isDrawn(index + 1));
      assert.deepEqual(places(...curve), expected);
    }
  });
});
