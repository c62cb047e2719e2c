import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { CommitGroup } from '../../../src/tracker/events/commit-group';
import type { Points } from '../../../src/tracker/storage/series-points';
import { Storage } from '../../../src/tracker/storage/storage';
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

describe('commit group on a database', () => {
  let place: ReturnType<typeof temporaryFolder>;
  let storage: Storage;
  let group: CommitGroup;
  let task: number;

  const name = { metric: 'loss', variant: 'train' };
  const point = (step: number): Points => ({
    steps: Float64Array.of(step),
    times: Float64Array.of(step),
    values: Float64Array.of(step / 2),
  });
  /** Steps as they are on disk, and as the memory has them. */
  const stored = (): { readonly onDisk: readonly number[]; readonly counted: number } => {
    const [state] = storage.series.list(task);
    const onDisk = state === undefined ? [] : [...storage.series.points(state).steps];
    return { onDisk, counted: state?.count ?? 0 };
  };

  beforeEach(() => {
    place = temporaryFolder();
    storage = Storage.open(place.folder, Date.now());
    group = new CommitGroup(storage);
    task = storage.tasks.insert('task', { name: 'Run', type: 'training', user: 'u', created: 0 });
  });

  afterEach(() => {
    group.dispose();
    storage.dispose();
    place.remove();
  });

  it('keeps what came with a job that fails, each once, and nothing of that job', async () => {
    const write = (step: number): Promise<void> =>
      group.submit(() => storage.series.write(task, name, point(step)));
    const failing = group.submit(() => {
      storage.series.write(task, name, point(2));
      throw new Error('refused');
    });
    const outcomes = await Promise.allSettled([write(1), failing, write(3)]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(stored(), { onDisk: [1, 3], counted: 2 });
  });

  it('leaves nothing of a job that fails alone', async () => {
    await group.submit(() => storage.series.write(task, name, point(1)));
    const failing = group.submit(() => {
      storage.series.write(task, name, point(2));
      throw new Error('refused');
    });
    await assert.rejects(failing, /refused/);
    assert.deepEqual(stored(), { onDisk: [1], counted: 1 });
  });

  it('lets only what is flushed afterwards commit without the disk', async () => {
    const mode = (): unknown => storage.db.get('PRAGMA synchronous')?.['synchronous'];
    const seen: unknown[] = [];
    await group.submit(() => seen.push(mode()));
    storage.transaction(() => seen.push(mode()));
    await group.submit(() => seen.push(mode()));
    storage.tasks.change(task, { name: 'by itself' });
    seen.push(mode());
    const [normal, full] = [1, 2];
    assert.deepEqual(seen, [normal, full, normal, full]);
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
