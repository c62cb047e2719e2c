import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  POINTS_PER_BUCKET,
  firstAbove,
  firstAtLeast,
  selectEnvelope,
  type AxisRange,
  type Curve,
} from '../../../src/core/envelope';

const anyValue = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -1e6, max: 1e6 }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1e308, -1e308, 5e-324) },
);

/** A curve of up to a few thousand points with repeated and uneven positions. */
const anyCurve: fc.Arbitrary<Curve> = fc
  .array(
    fc.tuple(
      fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0, max: 1e4, noNaN: true })),
      anyValue,
    ),
    {
      minLength: 1,
      maxLength: 900,
      size: 'max',
    },
  )
  .map((points) => {
    let x = 0;
    const xs = Float64Array.from(points, ([gap]) => (x += gap));
    return { xs, values: Float64Array.from(points, ([, value]) => value) };
  });

const anyRange = fc.option(
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  { nil: undefined },
);

function rangeOf(curve: Curve, shares: readonly [number, number] | undefined): AxisRange | undefined {
  if (shares === undefined) {
    return undefined;
  }
  const end = curve.xs.at(-1) ?? 0;
  const [a, b] = [shares[0] * end, shares[1] * end];
  return { from: Math.min(a, b), to: Math.max(a, b) };
}

describe('selectEnvelope', () => {
  const check = (
    property: (curve: Curve, range: AxisRange | undefined, maxPoints: number, isLog: boolean) => void,
  ): void =>
    fc.assert(
      fc.property(
        anyCurve,
        anyRange,
        fc.oneof(fc.integer({ min: 4, max: 400 }), fc.integer({ min: 401, max: 20_000 })),
        fc.boolean(),
        (curve, shares, most, isLog) => property(curve, rangeOf(curve, shares), most, isLog),
      ),
      { numRuns: 100 },
    );

  it('draws the true first, last, lowest and highest value of any curve and range', () => {
    check((curve, range, maxPoints, isLogarithmic) => {
      const { indices, visibleCount } = selectEnvelope(curve, { range, maxPoints, isLogarithmic });
      const inside = [...curve.xs.keys()].filter((index) => isInside(curve.xs[index], range));
      assert.equal(visibleCount, inside.length);
      const chosen = new Set(indices);
      for (const end of [inside[0], inside.at(-1)]) {
        assert.ok(end === undefined || chosen.has(end));
      }
      const drawable = (index: number): boolean => isDrawable(curve.values[index], isLogarithmic);
      const truth = inside.filter(drawable).map((index) => curve.values[index] ?? NaN);
      const drawn = [...indices]
        .filter((index) => isInside(curve.xs[index], range) && drawable(index))
        .map((index) => curve.values[index] ?? NaN);
      assert.equal(lowest(drawn), lowest(truth));
      assert.equal(highest(drawn), highest(truth));
    });
  });

  it('keeps the order of the points, repeats none and stays within its bound', () => {
    check((curve, range, maxPoints, isLogarithmic) => {
      const { indices, isComplete, visibleCount, drawnCount } = selectEnvelope(curve, {
        range,
        maxPoints,
        isLogarithmic,
      });
      indices.forEach((index, place) => assert.ok(place === 0 || index > (indices[place - 1] ?? Infinity)));
      assert.ok(indices.length <= maxPoints * 2 + 2);
      assert.equal(isComplete, visibleCount <= maxPoints);
      assert.equal(drawnCount, [...indices].filter((index) => isInside(curve.xs[index], range)).length);
      assert.ok(!isComplete || drawnCount === visibleCount);
    });
  });

  it('counts every gap and draws one of each kind that is visible', () => {
    check((curve, range, maxPoints, isLogarithmic) => {
      const { indices, gaps } = selectEnvelope(curve, { range, maxPoints, isLogarithmic });
      const inside = [...curve.values].filter((_, index) => isInside(curve.xs[index], range));
      const drawn = [...indices].map((index) => curve.values[index] ?? NaN);
      const kinds: readonly [number, (value: number) => boolean][] = [
        [gaps.notANumber, Number.isNaN],
        [gaps.plusInfinity, (value) => value === Infinity],
        [gaps.minusInfinity, (value) => value === -Infinity],
        [gaps.nonPositive, (value) => isLogarithmic && Number.isFinite(value) && value <= 0],
      ];
      for (const [count, isKind] of kinds) {
        assert.equal(count, inside.filter(isKind).length);
        assert.ok(count === 0 || drawn.some(isKind));
      }
    });
  });

  it('draws the first, last, lowest and highest point of each bucket, however many there are', () => {
    check((curve, range, maxPoints) => {
      const { indices, isComplete } = selectEnvelope(curve, { range, maxPoints, isLogarithmic: false });
      const inside = [...curve.xs.keys()].filter((index) => isInside(curve.xs[index], range));
      const [from, to] = [inside[0], inside.at(-1)].map((index) => curve.xs[index ?? NaN] ?? NaN);
      assert.ok(from !== undefined && to !== undefined);
      const count = Math.floor(maxPoints / POINTS_PER_BUCKET);
      const width = (to - from) / count;
      const starts = Array.from({ length: count }, (_, bucket) => from + bucket * width);
      const bucketOf = (index: number): number =>
        isComplete ? index : starts.findLastIndex((start) => start <= (curve.xs[index] ?? NaN));
      const chosen = new Set(indices);
      for (const members of Map.groupBy(inside, bucketOf).values()) {
        const drawn = members.filter((index) => chosen.has(index));
        assert.deepEqual([drawn[0], drawn.at(-1)], [members[0], members.at(-1)]);
        const valuesOf = (all: readonly number[]): number[] =>
          all.map((index) => curve.values[index] ?? NaN).filter(Number.isFinite);
        assert.equal(lowest(valuesOf(drawn)), lowest(valuesOf(members)));
        assert.equal(highest(valuesOf(drawn)), highest(valuesOf(members)));
      }
    });
  });

  it('holds a neighbour on each side, so that lines leave the picture', () => {
    const curve = { xs: Float64Array.of(0, 1, 2, 3, 4), values: Float64Array.of(5, 6, 7, 8, 9) };
    const request = { range: { from: 1.5, to: 2.5 }, maxPoints: 100, isLogarithmic: false };
    assert.deepEqual([...selectEnvelope(curve, request).indices], [1, 2, 3]);
    const between = { ...request, range: { from: 2.2, to: 2.8 } };
    assert.deepEqual([...selectEnvelope(curve, between).indices], [2, 3]);
  });

  it('shows a spike of one point among ten million at every zoom, down to the points themselves', () => {
    const count = 10_000_000;
    const spike = 7_654_321;
    const xs = new Float64Array(count).map((_, index) => index);
    const values = new Float64Array(count).fill(1);
    values[spike] = 50;
    let width = count;
    for (let isComplete = false; !isComplete; width /= 3) {
      const from = Math.max(0, Math.floor(spike - width * 0.7));
      const range = { from, to: from + Math.ceil(width) };
      const drawn = selectEnvelope({ xs, values }, { range, maxPoints: 2_000, isLogarithmic: false });
      assert.ok(drawn.indices.includes(spike), `${width} points wide`);
      assert.ok(drawn.drawnCount <= 2_000 && drawn.drawnCount >= Math.min(drawn.visibleCount, 500));
      ({ isComplete } = drawn);
    }
    assert.ok(width < 2_000, 'the last zoom shows every point');
  });

  it('copes with nothing, one point and one position', () => {
    const request = { range: undefined, maxPoints: 16, isLogarithmic: false };
    const empty = { xs: new Float64Array(0), values: new Float64Array(0) };
    assert.equal(selectEnvelope(empty, request).indices.length, 0);
    const same = {
      xs: new Float64Array(100).fill(7),
      values: Float64Array.from({ length: 100 }, (_, i) => i % 10),
    };
    assert.deepEqual([...selectEnvelope(same, request).indices], [0, 9, 99]);
  });
});

describe('firstAtLeast and firstAbove', () => {
  it('agree with a plain search', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 })),
        fc.integer({ min: -1, max: 21 }),
        (numbers, limit) => {
          const sorted = Float64Array.from(numbers).sort();
          const plain = (isBeyond: (x: number) => boolean): number => {
            const found = sorted.findIndex(isBeyond);
            return found === -1 ? sorted.length : found;
          };
          assert.equal(
            firstAtLeast(sorted, limit),
            plain((x) => x >= limit),
          );
          assert.equal(
            firstAbove(sorted, limit),
            plain((x) => x > limit),
          );
        },
      ),
    );
  });
});

function isInside(x: number | undefined, range: AxisRange | undefined): boolean {
  return x !== undefined && (range === undefined || (x >= range.from && x <= range.to));
}

function isDrawable(value: number | undefined, isLogarithmic: boolean): boolean {
  return value !== undefined && Number.isFinite(value) && (!isLogarithmic || value > 0);
}

function lowest(values: readonly number[]): number {
  return values.reduce((a, b) => (b < a ? b : a), Infinity);
}

function highest(values: readonly number[]): number {
  return values.reduce((a, b) => (b > a ? b : a), -Infinity);
}
