import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { SpoolQueue, type SpoolLimits } from '../../../src/tracker/runner/spool-queue';

describe('the spool queue', function () {
  this.timeout(20_000);
  let folder: string;
  let count = 0;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'trackside-spool-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function create(
    limits: Partial<SpoolLimits> = {},
    file = path.join(folder, `spool-${(count += 1)}`),
  ): SpoolQueue {
    return new SpoolQueue(file, { memoryBytes: 20, diskBytes: 100, ...limits });
  }

  function takeAll(queue: SpoolQueue, maxBytes = 7): readonly string[] {
    const all: string[] = [];
    while (!queue.isEmpty) {
      all.push(...queue.take(maxBytes).map(String));
    }
    return all;
  }

  it('gives everything back in order, whatever goes in and out between', () => {
    const step = fc.oneof(fc.string({ minLength: 1, maxLength: 12 }), fc.constant(undefined));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = create();
        const taken: string[] = [];
        for (const text of steps) {
          if (text === undefined) {
            taken.push(...queue.take(15).map(String));
          } else {
            queue.push(Buffer.from(text));
          }
        }
        taken.push(...takeAll(queue));
        queue.dispose();
        const texts = steps.filter((text) => text !== undefined).map((text) => Buffer.from(text).toString());
        assert.deepEqual(taken, texts);
      }),
    );
  });

  it('says when it is full, takes more even so, and is not full for ever', () => {
    const queue = create();
    let pushed = 0;
    while (!queue.isFull) {
      queue.push(Buffer.from('0123456789'));
      pushed += 1;
    }
    assert.ok(pushed >= 9 && pushed <= 12, `${pushed}`);
    queue.push(Buffer.from('more'));
    assert.equal(takeAll(queue).length, pushed + 1);
    assert.ok(!queue.isFull);
    queue.dispose();
  });

  it('falls back to memory where the disk refuses, and keeps the order', () => {
    const queue = create({}, path.join(folder, 'no', 'such', 'folder', 'spool'));
    const texts = Array.from({ length: 20 }, (_, index) => `entry ${index}`);
    texts.forEach((text) => queue.push(Buffer.from(text)));
    assert.ok(queue.isFull);
    assert.deepEqual(takeAll(queue), texts);
    queue.dispose();
  });

  it('leaves everything to a later process', () => {
    const file = path.join(folder, 'kept');
    const queue = create({}, file);
    const texts = Array.from({ length: 20 }, (_, index) => `entry ${index}`);
    texts.forEach((text) => queue.push(Buffer.from(text)));
    const inFlight = queue.take(10);
    queue.persist(inFlight);
    const later = create({}, file);
    assert.deepEqual(takeAll(later), texts);
    later.dispose();
  });

  it('survives a file that was cut off', () => {
    const file = path.join(folder, 'torn');
    const queue = create({ memoryBytes: 0 }, file);
    queue.push(Buffer.from('whole'));
    queue.push(Buffer.from('torn'));
    queue.dispose();
    truncateSync(file, 15);
    const later = create({}, file);
    assert.deepEqual(takeAll(later), ['whole']);
    later.dispose();
  });
});
