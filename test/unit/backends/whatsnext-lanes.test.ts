import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { Lanes } from '../../../src/backends/whatsnext/lanes';
import { isCancelled } from '../../../src/core/errors';

const never = new AbortController().signal;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Pieces of work that end when they are told to. */
class Works {
  readonly begun: string[] = [];
  mostAtOnce = 0;
  private readonly ends: ((error?: Error) => void)[] = [];

  readonly one = (name: string): Promise<void> => {
    this.begun.push(name);
    return new Promise((resolve, reject) => {
      this.ends.push((error) => (error === undefined ? resolve() : reject(error)));
      this.mostAtOnce = Math.max(this.mostAtOnce, this.ends.length);
    });
  };

  async end(error?: Error): Promise<void> {
    this.ends.shift()?.(error);
    await turn();
  }

  async endAll(): Promise<void> {
    while (this.ends.length > 0) {
      await this.end();
    }
  }
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([promise.catch(() => undefined), turn().then(() => 'pending')])) === 'pending';
}

describe('lanes of WhatsNext', () => {
  it('do all in order, so many at once for everybody together, and those that somebody waits for first', async () => {
    const lanes = new Lanes(2);
    const works = new Works();
    const all = [
      lanes.each('later', ['a', 'b', 'c', 'd'], works.one, never),
      lanes.each('later', ['e'], works.one, never),
      lanes.each('soon', ['f', 'g', 'h'], works.one, never),
      lanes.each('soon', [], works.one, never),
    ];
    await all[3];
    assert.deepEqual(works.begun, ['a', 'b']);
    await works.endAll();
    await Promise.all(all);
    assert.deepEqual(works.begun, ['a', 'b', 'f', 'g', 'h', 'c', 'd', 'e']);
    assert.equal(works.mostAtOnce, 2);
  });

  it('begin nothing more after a failure, and tell of it when the rest has ended', async () => {
    const lanes = new Lanes(2);
    const works = new Works();
    const failing = lanes.each('soon', ['a', 'b', 'c', 'd'], works.one, never);
    const other = lanes.each('later', ['e'], works.one, never);
    await works.end(new Error('the first'));
    assert.deepEqual(works.begun, ['a', 'b', 'e']);
    assert.ok(await isPending(failing), 'b is under way');
    await works.end(new Error('the second'));
    await assert.rejects(failing, /the first/);
    await works.endAll();
    await other;
  });

  it('begin nothing more for who has left, and then serve the others', async () => {
    const lanes = new Lanes(1);
    const works = new Works();
    const stop = new AbortController();
    const left = lanes.each('soon', ['a', 'b'], works.one, stop.signal);
    const leftWaiting = lanes.each('soon', ['c'], works.one, stop.signal);
    const other = lanes.each('later', ['d'], works.one, never);
    assert.equal(getEventListeners(stop.signal, 'abort').length, 2, 'one for all items of a call');
    stop.abort();
    await assert.rejects(leftWaiting, isCancelled);
    assert.ok(await isPending(left), 'a is under way');
    await works.end();
    await assert.rejects(left, isCancelled);
    await assert.rejects(lanes.each('soon', ['e'], works.one, stop.signal), isCancelled);
    await works.endAll();
    await other;
    assert.deepEqual(works.begun, ['a', 'd']);
    assert.equal(getEventListeners(stop.signal, 'abort').length, 0);
  });
});
