import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ChartProjection } from '../../../webview-ui/metrics/chart-projection';
import type { DrawnPoint } from '../../../webview-ui/metrics/curve-data';
import { tracePath } from '../../../webview-ui/metrics/curve-path';

const AREA = { left: 50, right: 150, top: 10, bottom: 110 };
const WINDOW = { from: 0, to: 1_000 };
const HEIGHTS = { from: -100, to: 100 };
const places = new ChartProjection(AREA, WINDOW, HEIGHTS);

interface Corner {
  readonly left: number;
  readonly top: number;
}

/** The strokes of a path: lists of corners, one for each time the pen was put down. */
function strokesOf(points: readonly DrawnPoint[], pixelRatio = 1): Corner[][] {
  const strokes: Corner[][] = [];
  const pen = {
    moveTo: (left: number, top: number) => void strokes.push([{ left, top }]),
    lineTo: (left: number, top: number) => void strokes.at(-1)?.push({ left, top }),
  };
  tracePath(pen, points, new ChartProjection(AREA, WINDOW, HEIGHTS, pixelRatio));
  return strokes;
}

function corner({ x, y }: DrawnPoint): Corner {
  return { left: places.pixelAtX(x), top: places.pixelAtHeight(y) };
}

/** First, lowest, highest and last of each stretch of corners within one device pixel of width. */
function columnsOf(stroke: readonly Corner[], pixelRatio: number): string[] {
  const pixelOf = (place: Corner | undefined): number => Math.floor((place?.left ?? NaN) * pixelRatio);
  const columns: Corner[][] = [];
  for (const each of stroke) {
    const column = columns.at(-1);
    if (column !== undefined && pixelOf(column[0]) === pixelOf(each)) {
      column.push(each);
    } else {
      columns.push([each]);
    }
  }
  return columns.map((column) => {
    const tops = column.map(({ top }) => top);
    return [column[0]?.left, tops[0], Math.min(...tops), Math.max(...tops), tops.at(-1)].join(' ');
  });
}

function stretchesOf(points: readonly DrawnPoint[]): DrawnPoint[][] {
  const stretches: DrawnPoint[][] = [[]];
  for (const point of points) {
    if (Number.isNaN(point.y)) {
      stretches.push([]);
    } else {
      stretches.at(-1)?.push(point);
    }
  }
  return stretches.filter(({ length }) => length > 0);
}

const heights = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -100, max: 100 }) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);
const curves = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1_000 }), heights), { maxLength: 400 })
  .map((pairs) => pairs.toSorted(([a], [b]) => a - b).map(([x, y]) => ({ x, y })));

describe('the path of a curve', () => {
  it('goes through the first, lowest, highest and last point of every pixel of width, with a gap at NaN', () => {
    fc.assert(
      fc.property(curves, fc.constantFrom(1, 1.5, 2, 3), (points, ratio) => {
        const wanted = stretchesOf(points).map((stretch) => columnsOf(stretch.map(corner), ratio));
        const traced = strokesOf(points, ratio).map((stroke) => columnsOf(stroke, ratio));
        assert.deepEqual(traced, wanted);
      }),
    );
  });

  it('goes through no place where no point is', () => {
    fc.assert(
      fc.property(curves, (points) => {
        const known = new Set(points.map((point) => JSON.stringify(corner(point))));
        for (const stroke of strokesOf(points)) {
          stroke.forEach((each) => assert.ok(known.has(JSON.stringify(each)), JSON.stringify(each)));
        }
      }),
    );
  });

  it('costs no more than some corners a pixel, however many points there are', () => {
    const points = Array.from({ length: 100_000 }, (_, index) => ({
      x: index / 100,
      y: 100 * Math.sin(index),
    }));
    const [stroke = []] = strokesOf(points);
    assert.ok(stroke.length <= 4 * (AREA.right - AREA.left + 1), String(stroke.length));
  });

  it('keeps a point for each place of a line that goes up and down', () => {
    const points = [0, 10, 20, 30].map((x, index) => ({ x, y: index % 2 === 0 ? -50 : 50 }));
    assert.deepEqual(strokesOf(points), [points.map(corner)]);
  });
});

describe('places in a chart', () => {
  it('goes from values to pixels and back', () => {
    assert.equal(places.pixelAtX(500), 100);
    assert.equal(places.xAt(100), 500);
    assert.equal(places.pixelAtHeight(100), AREA.top);
    assert.equal(places.pixelAtHeight(-100), AREA.bottom);
    assert.equal(places.heightAt(60), 0);
  });

  it('stays within what a canvas can draw, even at the ends of the doubles', () => {
    assert.equal(places.pixelAtHeight(Number.MAX_VALUE), -32_767);
    assert.equal(places.pixelAtX(Number.MAX_VALUE), 32_767);
    const wide = new ChartProjection(AREA, WINDOW, { from: -1e299, to: 1e299 });
    assert.equal(wide.pixelAtHeight(0), 60);
  });

  it('has a place for everything where an axis has no length', () => {
    const flat = new ChartProjection(AREA, { from: 3, to: 3 }, { from: 7, to: 7 });
    assert.equal(flat.pixelAtX(3), AREA.left);
    assert.equal(flat.pixelAtHeight(7), AREA.bottom);
  });
});
