import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { CommitGroup } from '../../../src/tracker/events/commit-group';
import { WalFlush } from '../../../src/tracker/storage/wal-flush';
import { temporaryFolder } from './tracker-fixture';

/** A storage whose disk answers when the test says so. */
function slowDisk() {
  const flushes = Array.from({ length: 2 }, () => Promise.withResolvers<undefined>());
  let commits = 0;
  const storage = {
    db: { isTransactionOpen: true },
    transaction: <T>(work: () => T): T => work(),
    transactionToFlush: async (work: () => void): Promise<void> => {
      work();
      commits += 1;
      await flushes[commits - 1]?.promise;
    },
  };
  return { storage, flushes, commits: () => commits };
}

describe('commit group', () => {
  it('acknowledges nothing before it is on disk, and works on meanwhile', async () => {
    const { storage, flushes, commits } = slowDisk();
    const group = new CommitGroup(storage);
    const acknowledged: string[] = [];
    const first = group.submit(() => 'first').then((name) => acknowledged.push(name));
    await turn();
    await turn();
    const second = group.submit(() => 'second').then((name) => acknowledged.push(name));
    await turn();
    await turn();
    assert.equal(commits(), 2, 'the second is written while the first is flushed');
    assert.deepEqual(acknowledged, []);
    flushes[0]?.resolve(undefined);
    await first;
    assert.deepEqual(acknowledged, ['first']);
    flushes[1]?.resolve(undefined);
    await second;
    assert.deepEqual(acknowledged, ['first', 'second']);
  });

  it('refuses what the disk did not take', async () => {
    const { storage, flushes } = slowDisk();
    const group = new CommitGroup(storage);
    const submitted = group.submit(() => 1);
    await turn();
    flushes[0]?.reject(new Error('disk gone'));
    await assert.rejects(submitted, /disk gone/);
  });
});

describe('flush of the write-ahead log', () => {
  it('fails while there is no file, and works once there is one', async () => {
    const { folder, remove } = temporaryFolder();
    const file = path.join(folder, 'tracker.sqlite-wal');
    const flush = new WalFlush(file);
    await assert.rejects(flush.flush(), /ENOENT/);
    writeFileSync(file, 'frames');
    await flush.flush();
    flush.dispose();
    remove();
  });

  it('gives those who come while one is under way another one, shared', async () => {
    const { folder, remove } = temporaryFolder();
    const file = path.join(folder, 'tracker.sqlite-wal');
    writeFileSync(file, 'frames');
    const flush = new WalFlush(file);
    const order: string[] = [];
    const first = flush.flush().then(() => order.push('first'));
    const second = flush.flush();
    const third = flush.flush();
    assert.equal(second, third);
    await Promise.all([first, second.then(() => order.push('second'))]);
    assert.deepEqual(order, ['first', 'second']);
    flush.dispose();
    remove();
  });
});
