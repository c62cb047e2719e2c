import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PointBuffer } from '../../../src/tracker/storage/series-points';
import { Storage } from '../../../src/tracker/storage/storage';
import { temporaryFolder } from '../tracker/tracker-fixture';

const NAME = { metric: 'loss', variant: 'train' };

type Point = readonly [step: number, value: number];

/** The first of the points whose value no other outdoes; NaN is no value. */
function foremost(points: readonly Point[], outdoes: (value: number, best: number) => boolean): Point {
  const numbers = points.filter(([, value]) => !Number.isNaN(value));
  return numbers.reduce((best, each) => (outdoes(each[1], best[1]) ? each : best), numbers[0] ?? [NaN, NaN]);
}

/** A script that counts its steps anew in each epoch, or reports a step twice, writes over what is stored. */
describe('faults: steps that come again', function () {
  this.timeout(120_000);
  let storage: Storage;
  let place: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    place = temporaryFolder();
    storage = Storage.open(place.folder, Date.now());
  });
  afterEach(() => {
    storage.dispose();
    place.remove();
  });

  const newTask = (): number =>
    storage.tasks.insert(String(Math.random()), { name: 'task', type: 'training', user: 'me', created: 1 });

  function write(key: number, batch: readonly (readonly [number, number])[]): void {
    const buffer = new PointBuffer();
    batch.forEach(([step, value]) => buffer.add(step, step, value));
    storage.transaction(() => storage.series.write(key, NAME, buffer.toPoints()));
  }

  it('keep the totals exact, whatever is replaced by what', () => {
    const value = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: -4, max: 4 }) },
      { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 1e308, -1e308, 1e-300) },
    );
    const batches = fc.array(fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), value), { minLength: 1 }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(batches, fc.boolean(), (all, compacts) => {
        const key = newTask();
        const truth = new Map<number, number>();
        for (const batch of all) {
          write(key, batch);
          batch.forEach(([step, each]) => truth.set(step, each));
          if (compacts) {
            storage.series.compactEverything(key);
          }
          assertTotals(key, truth);
        }
      }),
      { numRuns: 150 },
    );
  });

  function assertTotals(key: number, truth: ReadonlyMap<number, number>): void {
    const [state] = storage.series.list(key);
    assert.ok(state);
    const points = [...truth].sort(([a], [b]) => a - b);
    const first = points[0] ?? [NaN, NaN];
    const highest = points.at(-1) ?? [NaN, NaN];
    assert.deepEqual([state.firstStep, state.first], first);
    assert.deepEqual([state.count, state.highestStep], [points.length, highest[0]]);
    assert.deepEqual(
      [state.minStep, state.min],
      foremost(points, (value, best) => value < best),
    );
    assert.deepEqual(
      [state.maxStep, state.max],
      foremost(points, (value, best) => value > best),
    );
    const sum = points.reduce((total, [, value]) => total + value, 0);
    assert.ok(isSameSum(state.sum, sum, points), `${state.sum} instead of ${sum}`);
  }

  /** Doubles added in another order differ by rounding, which grows with the largest of them. */
  function isSameSum(given: number, wanted: number, points: readonly Point[]): boolean {
    const magnitude = points.reduce((total, [, value]) => total + Math.abs(value), 0);
    const isBeyondDoubles =
      magnitude === Infinity && points.every(([, value]) => Math.abs(value) !== Infinity);
    return Object.is(given, wanted) || isBeyondDoubles || Math.abs(given - wanted) <= 1e-12 * magnitude;
  }

  it('cost no more the longer the series is', () => {
    const rewriteMs = (length: number): number => {
      const key = newTask();
      write(
        key,
        Array.from({ length }, (_, step) => [step, Math.sin(step)] as const),
      );
      const begin = process.cpuUsage();
      for (let step = 0; step < 2_000; step += 10) {
        write(
          key,
          Array.from({ length: 10 }, (_, index) => [step + index, Math.cos(step + index)] as const),
        );
      }
      const { user, system } = process.cpuUsage(begin);
      return (user + system) / 1_000;
    };
    rewriteMs(5_000);
    const short = rewriteMs(5_000);
    const long = rewriteMs(400_000);
    assert.ok(long < short * 5 + 100, `${long} ms of work for a long series, ${short} ms for a short one`);
  });
});
