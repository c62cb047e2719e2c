import assert from 'node:assert/strict';
import { TracksideError } from '../../../src/core/errors';
import { SnapshotFeed, type Snapshot } from '../../../src/features/metrics/snapshot-feed';
import { memorySession, type MemorySession } from '../../fakes/memory-session';

describe('SnapshotFeed', () => {
  let made: MemorySession;
  let reads = 0;
  let failure: TracksideError | undefined;

  beforeEach(() => {
    made = memorySession();
    reads = 0;
    failure = undefined;
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
        read: () => (failure === undefined ? Promise.resolve((reads += 1)) : Promise.reject(failure)),
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
    assert.deepEqual(told.at(-1), { phase: 'ready', value: 1, staleReason: null });
    assert.deepEqual([told.length, reads], [3, 1]);
    only.setOn(false);
    await made.clock.advance(60_000);
    only.setOn(true);
    await made.clock.advance(100);
    assert.deepEqual(told.slice(3), [
      { phase: 'ready', value: 1, staleReason: null },
      { phase: 'ready', value: 2, staleReason: null },
    ]);
    only.dispose();
  });

  it('keeps what it read when it cannot be read again, says why, and no more once it can', async () => {
    const { feed: only, told } = feed();
    only.setOn(true);
    await made.clock.advance(100);
    failure = new TracksideError('server', 'No answer.', 'Check the network.');
    await only.poke();
    const stale = { phase: 'ready', value: 1, staleReason: 'No answer. Check the network.' };
    assert.deepEqual(told.at(-1), stale);
    only.setOn(false);
    only.setOn(true);
    assert.deepEqual(told.at(-1), stale, 'who looks again hears it at once');
    failure = undefined;
    await made.clock.advance(100);
    assert.deepEqual(told.at(-1), { phase: 'ready', value: 2, staleReason: null });
    only.forget();
    failure = new TracksideError('server', 'Broken.', '');
    await only.poke();
    assert.deepEqual(told.at(-1), { phase: 'failed', failure: { message: 'Broken.', nextStep: '' } });
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
    assert.deepEqual(told.slice(2), [{ phase: 'reading' }, { phase: 'ready', value: 2, staleReason: null }]);
    only.dispose();
  });
});
