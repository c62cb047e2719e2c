import assert from 'node:assert/strict';
import type { SeriesDelta } from '../../../src/core/series';
import { SeriesFeed } from '../../../src/features/metrics/series-feed';
import { ManualClock, settle } from '../../fakes/manual-clock';
import { EngineInProcess } from './engine-in-process';
import { FakeSeries, FakeSession, makeDelta } from './fake-session';

/** A server that gives a page after the other, each when the test says so. */
class PagedSeries extends FakeSeries {
  private readonly pages: { readonly deltas: readonly SeriesDelta[]; readonly isLast: boolean }[] = [];
  private wake: (() => void) | undefined;

  async give(deltas: readonly SeriesDelta[], isLast = false): Promise<void> {
    this.pages.push({ deltas, isLast });
    this.wake?.();
    await settle();
  }

  override async *read(): AsyncGenerator<SeriesDelta, string> {
    for (;;) {
      const page = this.pages.shift();
      if (page === undefined) {
        await new Promise<void>((resolve) => (this.wake = resolve));
        continue;
      }
      yield* page.deltas;
      if (page.isLast) {
        return 'end';
      }
    }
  }
}

class PagedSession extends FakeSession {
  override readonly series = new PagedSeries();
}

class Room {
  readonly session = new PagedSession();
  readonly clock = new ManualClock();
  readonly engine = new EngineInProcess();
  /** Points of all series that were handed on, after each piece. */
  readonly counts: number[] = [];
  readonly feed = new SeriesFeed({
    session: this.session,
    engine: this.engine,
    clock: this.clock,
    panelId: 'panel',
    taskId: 'task-1',
    isLive: () => true,
    onIngested: ({ changed }) => {
      this.counts.push(changed.reduce((sum, { pointCount }) => sum + pointCount, 0));
    },
    onCleared: () => undefined,
    onState: () => undefined,
  });

  readonly page = (firstStep: number, change: Partial<SeriesDelta> = {}): SeriesDelta[] => {
    const mode = firstStep === 0 ? 'replace' : 'append';
    return ['train', 'val'].map((variant) =>
      makeDelta('loss', variant, [1, 2], { firstStep, mode, ...change }),
    );
  };
}

describe('the feed of a panel', () => {
  it('hands on the first page of a server while the second is on its way, and then gathers', async () => {
    const { session, clock, counts, feed, page } = new Room();
    feed.setOn(true);
    await session.series.give(page(0));
    await clock.advance(0);
    assert.deepEqual(counts, [4], 'both series of the first page, whole');
    await session.series.give(page(2));
    await clock.advance(200);
    await session.series.give(page(4));
    assert.deepEqual(counts, [4]);
    await clock.advance(50);
    assert.deepEqual(counts, [4, 12]);
    await session.series.give(page(6), true);
    assert.deepEqual(counts, [4, 12, 16]);
    assert.equal(feed.isRead, true);
    assert.equal(clock.timerCount, 0);
    feed.dispose();
  });

  it('keeps together what lies in the buffers of one answer', async () => {
    const { session, clock, counts, feed, page } = new Room();
    feed.setOn(true);
    await session.series.give(page(0, { isHandedOver: true }));
    await clock.advance(10_000);
    assert.deepEqual(counts, []);
    await session.series.give(page(2, { isHandedOver: true }), true);
    assert.deepEqual(counts, [8]);
    feed.dispose();
  });

  it('hands on nothing of a reading that was given up', async () => {
    const { session, clock, counts, feed, page } = new Room();
    feed.setOn(true);
    await session.series.give(page(0));
    const restarted = feed.restart();
    await clock.advance(10_000);
    assert.deepEqual(counts, []);
    await session.series.give(page(2));
    assert.deepEqual(counts, []);
    await session.series.give(page(0), true);
    await restarted;
    assert.deepEqual(counts, [4]);
    feed.dispose();
  });
});
