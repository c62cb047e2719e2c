import assert from 'node:assert/strict';
import { SnapshotFeed, type Snapshot } from '../../../src/features/metrics/snapshot-feed';
import { memorySession, type MemorySession } from '../../fakes/memory-session';

describe('SnapshotFeed', () => {
  let made: MemorySession;
  let reads = 0;

  beforeEach(() => {
    made = memorySession();
    reads = 0;
  });

  afterEach(() => made.session.dispose());

  function feed(): { readonly feed: SnapshotFeed<number>; readonly told: Snapshot<number>[] } {
    const told: Snapshot<number>[] = [];
    return {
      told,
      feed: new SnapshotFeed<number>({
        session: made.session,
        key: 'details:t',
        isLive: () => false,
        isChangedBy: (change) => change.kind === 'task',
        read: () => Promise.resolve((reads += 1)),
        unsupported: 'None.',
        onState: (state) => told.push(state),
      }),
    };
  }

  it('tells each of two that show the same thing, also of what changes', async () => {
    const [one, two] = [feed(), feed()];
    one.feed.setOn(true);
    two.feed.setOn(true);
    await made.clock.advance(100);
    made.session.scheduler.notify({ kind: 'task', ids: ['t'] });
    await made.clock.advance(100);
    for (const { told } of [one, two]) {
      assert.deepEqual(
        told.map(({ phase }) => phase),
        ['reading', 'ready', 'ready'],
      );
    }
  });

  it('tells at once what it knows when it is on again, and reads only what is not fresh', async () => {
    const { feed: only, told } = feed();
    only.setOn(true);
    await made.clock.advance(100);
    only.setOn(false);
    only.setOn(true);
    await made.clock.advance(100);
    assert.deepEqual(told.at(-1), { phase: 'ready', value: 1 });
    assert.deepEqual([told.length, reads], [3, 1]);
    only.setOn(false);
    await made.clock.advance(60_000);
    only.setOn(true);
    await made.clock.advance(100);
    assert.deepEqual(told.slice(3), [
      { phase: 'ready', value: 1 },
      { phase: 'ready', value: 2 },
    ]);
    only.dispose();
  });

  it('does not tell what it was told to forget, and reads it anew', async () => {
    const { feed: only, told } = feed();
    only.setOn(true);
    await made.clock.advance(100);
    only.setOn(false);
    only.forget();
    only.setOn(true);
    await made.clock.advance(100);
    assert.deepEqual(told.slice(2), [{ phase: 'reading' }, { phase: 'ready', value: 2 }]);
    only.dispose();
  });
});
