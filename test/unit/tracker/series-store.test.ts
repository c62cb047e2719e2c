import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PointBuffer } from '../../../src/tracker/storage/series-points';
import { Storage } from '../../../src/tracker/storage/storage';
import { temporaryFolder } from './tracker-fixture';

interface Reported {
  readonly step: number;
  readonly value: number;
}

const NAME = { metric: 'loss', variant: 'train' };

describe('tracker: series storage', () => {
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

  function write(key: number, points: readonly Reported[]): void {
    const buffer = new PointBuffer();
    points.forEach(({ step, value }) => buffer.add(step, step * 10, value));
    storage.transaction(() => storage.series.write(key, NAME, buffer.toPoints()));
  }

  function stored(key: number): Reported[] {
    const [state] = storage.series.list(key);
    const points = state === undefined ? undefined : storage.series.points(state);
    return Array.from(points?.steps ?? [], (step, index) => ({ step, value: points?.values[index] ?? NaN }));
  }

  function checkExtremes(key: number, expected: readonly Reported[]): void {
    const values = expected.map(({ value }) => value).filter((value) => !Number.isNaN(value));
    const [state] = storage.series.list(key);
    const isEmpty = values.length === 0;
    assert.equal((state?.min ?? NaN) + 0, isEmpty ? NaN : Math.min(...values) + 0);
    assert.equal((state?.max ?? NaN) + 0, isEmpty ? NaN : Math.max(...values) + 0);
  }

  /** A reader as the panel is one: applies deltas to what it holds. */
  class Reader {
    private cursor: string | undefined;
    held: Reported[] = [];
    replacements = 0;

    constructor(private readonly key: number) {}

    read(): void {
      const { cursor, series } = storage.series.read(this.key, this.cursor);
      this.cursor = cursor;
      for (const { mode, steps, values } of series) {
        const added = Array.from(steps, (step, index) => ({ step, value: values[index] ?? NaN }));
        this.held = mode === 'append' ? [...this.held, ...added] : added;
        this.replacements += mode === 'replace' ? 1 : 0;
      }
    }
  }

  it('keeps every point, once per step, whatever the order, the batches and the compaction', () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 1e308, 0));
    const batch = fc.array(fc.record({ step: fc.integer({ min: -50, max: 200 }), value }), {
      minLength: 1,
      maxLength: 40,
    });
    const action = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), batch }) },
      fc.record({ kind: fc.constantFrom('compact' as const, 'reload' as const, 'read' as const) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
        const key = newTask();
        const reader = new Reader(key);
        const truth = new Map<number, number>();
        for (const each of actions) {
          if (each.kind === 'write') {
            write(key, each.batch);
            each.batch.forEach((point) => truth.set(point.step, point.value));
          } else if (each.kind === 'compact') {
            storage.series.compactEverything(key);
          } else if (each.kind === 'reload') {
            storage.series.forget();
          } else {
            reader.read();
          }
        }
        reader.read();
        const expected = [...truth]
          .map(([step, each]) => ({ step, value: each }))
          .sort((a, b) => a.step - b.step);
        assert.deepEqual(stored(key), expected);
        assert.deepEqual(reader.held, expected);
        assert.equal(storage.series.list(key)[0]?.count ?? 0, expected.length);
        checkExtremes(key, expected);
      }),
      { numRuns: 60 },
    );
  });

  it('sends a reader only what it misses, also across compaction', () => {
    const key = newTask();
    const reader = new Reader(key);
    for (let step = 0; step < 300; step += 1) {
      write(key, [{ step, value: step }]);
      if (step % 7 === 0) {
        reader.read();
      }
    }
    storage.series.compactEverything(key);
    write(key, [{ step: 300, value: 300 }]);
    reader.read();
    assert.equal(reader.held.length, 301);
    assert.equal(reader.replacements, 1, 'only the first read begins anew');
  });

  it('tells a reader to begin anew when a step is overwritten, and to forget on reset', () => {
    const key = newTask();
    const reader = new Reader(key);
    write(
      key,
      [1, 2, 3].map((step) => ({ step, value: step })),
    );
    reader.read();
    write(key, [{ step: 2, value: 20 }]);
    reader.read();
    assert.deepEqual(reader.held, [
      { step: 1, value: 1 },
      { step: 2, value: 20 },
      { step: 3, value: 3 },
    ]);
    assert.equal(reader.replacements, 2);
    storage.transaction(() => storage.series.clear(key));
    reader.read();
    assert.deepEqual(reader.held, []);
    assert.deepEqual(storage.series.list(key), []);
  });

  it('joins small segments into large ones', () => {
    const key = newTask();
    for (let step = 0; step < 9000; step += 90) {
      write(
        key,
        Array.from({ length: 90 }, (_, index) => ({ step: step + index, value: index })),
      );
    }
    assert.equal(storage.series.needsCompaction, true);
    storage.series.compactSome(10);
    assert.equal(storage.series.needsCompaction, false);
    const segments = storage.db.all('SELECT point_count FROM segments ORDER BY first_step');
    assert.ok(segments.length <= 4, `${segments.length} segments`);
    assert.equal(stored(key).length, 9000);
  });

  it('puts points between stored ones without rewriting any of those', () => {
    const key = newTask();
    const from = (first: number): Reported[] =>
      [0, 1, 2].map((offset) => ({ step: first + offset, value: first }));
    const rows = (): unknown[] => storage.db.all('SELECT id, first_step FROM segments ORDER BY id');
    [0, 20, 40].forEach((first) => write(key, from(first)));
    const before = rows();
    write(key, from(10));
    assert.deepEqual(rows().slice(0, 3), before);
    assert.equal(rows().length, 4);
    // Begins inside the range of one and ends in that of another: both are rewritten, and no third.
    write(
      key,
      [2, 5, 10].map((step) => ({ step, value: -1 })),
    );
    assert.equal(rows().length, 3);
    assert.deepEqual(
      stored(key).map(({ step, value }) => [step, value]),
      [
        [0, 0],
        [1, 0],
        [2, -1],
        [5, -1],
        [10, -1],
        [11, 10],
        [12, 10],
      ].concat([20, 20, 20, 40, 40, 40].map((value, index) => [value + (index % 3), value])),
    );
  });

  it('forgets what a rolled-back transaction wrote', () => {
    const key = newTask();
    write(key, [{ step: 1, value: 1 }]);
    const buffer = new PointBuffer();
    buffer.add(2, 2, 2);
    assert.throws(() =>
      storage.transaction(() => {
        storage.series.write(key, NAME, buffer.toPoints());
        throw new Error('no');
      }),
    );
    assert.deepEqual(stored(key), [{ step: 1, value: 1 }]);
    assert.equal(storage.series.list(key)[0]?.count, 1);
  });
});
