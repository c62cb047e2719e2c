import assert from 'node:assert/strict';
import type { LiveChange } from '../../../src/backends/contract';
import { Emitter } from '../../../src/core/emitter';
import { TracksideError } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/logger';
import type { ScheduledNeed } from '../../../src/store/contract';
import { createRefreshScheduler, type ConnectionScheduler } from '../../../src/store/refresh-scheduler';
import { ManualClock, settle } from '../../fakes/manual-clock';

const MINUTE_MS = 60_000;

interface Probe extends ScheduledNeed {
  runs: number;
  running: number;
  mostRunning: number;
  isAborted: boolean;
  fail?: TracksideError | undefined;
  finish?: (() => void) | undefined;
}

/** A need that counts. With `isSlow`, a run lasts until `finish` is called. */
function probe(key: string, over: Partial<ScheduledNeed> & { isSlow?: boolean } = {}): Probe {
  const { isSlow = false, ...need } = over;
  const self: Probe = {
    key,
    runs: 0,
    running: 0,
    mostRunning: 0,
    isAborted: false,
    intervalMs: () => undefined,
    matches: (change) => change.kind === 'series',
    freshForMs: 10_000,
    run: async (signal) => {
      self.runs += 1;
      self.running += 1;
      self.mostRunning = Math.max(self.mostRunning, self.running);
      try {
        if (isSlow) {
          await new Promise<void>((resolve, reject) => {
            self.finish = resolve;
            signal.addEventListener('abort', () => {
              self.isAborted = true;
              reject(new DOMException('aborted', 'AbortError'));
            });
          });
        }
        if (self.fail) {
          throw self.fail;
        }
      } finally {
        self.running -= 1;
      }
    },
    ...need,
  };
  return self;
}

const PUSH: LiveChange = { kind: 'series', taskId: 't' };

describe('RefreshScheduler', () => {
  let clock: ManualClock;
  let scheduler: ConnectionScheduler;
  let focus: { isFocused: boolean; emitter: Emitter<boolean> };
  let budget: number;

  beforeEach(() => {
    clock = new ManualClock();
    focus = { isFocused: true, emitter: new Emitter() };
    budget = 1_000;
    scheduler = createRefreshScheduler({
      clock,
      attention: {
        get isFocused() {
          return focus.isFocused;
        },
        onDidChange: focus.emitter.event,
      },
      budgetPerMinute: () => budget,
      logger: silentLogger,
      random: () => 1,
    });
  });

  afterEach(() => scheduler.dispose());

  function setFocused(isFocused: boolean): void {
    focus.isFocused = isFocused;
    focus.emitter.fire(isFocused);
  }

  it('asks for nothing and sets no timer while nothing is held', async () => {
    const need = probe('a', { intervalMs: () => 1_000 });
    scheduler.add(need).dispose();
    await clock.advance(10 * MINUTE_MS);
    assert.equal(clock.timerCount, 0);
    assert.ok(need.runs <= 1);
    assert.equal(scheduler.figures().isPaused, true);
  });

  it('runs a held need at once and then every interval', async () => {
    const need = probe('a', { intervalMs: () => 1_000 });
    scheduler.add(need);
    await settle();
    assert.equal(need.runs, 1);
    await clock.advance(3_500);
    assert.equal(need.runs, 4);
  });

  it('runs needs of one key apart for each owner, names them by their key, and knows what is fresh', async () => {
    const [one, two] = [{}, {}].map((owner) => probe('details:t', { owner }));
    assert.ok(one && two);
    const handle = scheduler.add(one);
    scheduler.add(two);
    await settle();
    assert.deepEqual([one.runs, two.runs], [1, 1]);
    assert.deepEqual(scheduler.figures().heldNeeds, ['details:t', 'details:t']);
    scheduler.notify(PUSH);
    await clock.advance(100);
    assert.deepEqual([one.runs, two.runs], [2, 2]);
    handle.dispose();
    scheduler.add(one);
    await settle();
    assert.equal(one.runs, 2, 'what the owner read is fresh');
  });

  it('does not read again for a new holder while fresh, and does once stale', async () => {
    const need = probe('a');
    scheduler.add(need).dispose();
    await settle();
    const before = need.runs;
    const second = scheduler.add(need);
    await settle();
    second.dispose();
    const first = need.runs;
    assert.ok(before <= 1);
    scheduler.add(need).dispose();
    await settle();
    assert.equal(need.runs, first);
    await clock.advance(10_001);
    scheduler.add(need);
    await settle();
    assert.equal(need.runs, first + 1);
  });

  it('reads once for a holder who pokes at once, also while that fails', async () => {
    const need = probe('a');
    await scheduler.add(need).poke();
    assert.equal(need.runs, 1);
    const failing = probe('b', { intervalMs: () => undefined });
    failing.fail = new TracksideError('server', 'broken', '');
    for (const runs of [1, 2]) {
      const handle = scheduler.add(failing);
      await assert.rejects(handle.poke(), { kind: 'server' });
      handle.dispose();
      await settle();
      assert.equal(failing.runs, runs);
    }
  });

  it('reads once for two holders, and for the next holder after a push that came while nobody held it', async () => {
    const need = probe('a');
    const [one, two] = [scheduler.add(need), scheduler.add(need)];
    await settle();
    assert.equal(need.runs, 1);
    one.dispose();
    two.dispose();
    scheduler.notify(PUSH);
    await settle();
    assert.equal(need.runs, 1);
    scheduler.add(need);
    await settle();
    assert.equal(need.runs, 2);
  });

  it('never overlaps runs of one key and runs once more after a push during a run', async () => {
    const need = probe('a', { isSlow: true });
    scheduler.add(need);
    await settle();
    for (let push = 0; push < 50; push += 1) {
      scheduler.notify(PUSH);
    }
    await clock.advance(5_000);
    assert.equal(need.runs, 1);
    need.finish?.();
    await clock.advance(5_000);
    assert.equal(need.runs, 2);
    need.finish?.();
    await clock.advance(5_000);
    assert.equal(need.runs, 2);
    assert.equal(need.mostRunning, 1);
  });

  it('runs the first push at once and coalesces a storm to one run per gap, the last one included', async () => {
    const need = probe('a', { pushGapMs: 1_000 });
    scheduler.add(need);
    await clock.advance(5_000);
    assert.equal(need.runs, 1);
    scheduler.notify(PUSH);
    await settle();
    assert.equal(need.runs, 2);
    for (let at = 0; at < 3_000; at += 100) {
      scheduler.notify(PUSH);
      await clock.advance(100);
    }
    await clock.advance(2_000);
    assert.ok(need.runs >= 5 && need.runs <= 6, 'about one run a second');
    assert.equal(clock.timerCount, 0);
  });

  it('leaves needs alone that a push does not match', async () => {
    const need = probe('a');
    scheduler.add(need);
    await settle();
    scheduler.notify({ kind: 'projects' });
    await clock.advance(1_000);
    assert.equal(need.runs, 1);
  });

  it('polls only every minute while pushes come, and at its own pace again when they end', async () => {
    const need = probe('a', { intervalMs: () => 1_000 });
    scheduler.add(need);
    await settle();
    scheduler.setPushConnected(true);
    await clock.advance(100);
    const connected = need.runs;
    await clock.advance(59_000);
    assert.equal(need.runs, connected);
    await clock.advance(2_000);
    assert.equal(need.runs, connected + 1);
    scheduler.setPushConnected(false);
    await clock.advance(5_000);
    assert.ok(need.runs >= connected + 5);
  });

  it('reads what is held once when pushes begin, since some were missed', async () => {
    const need = probe('a');
    scheduler.add(need);
    await clock.advance(1_000);
    scheduler.setPushConnected(true);
    await clock.advance(1_000);
    assert.equal(need.runs, 2);
  });

  it('slows to a minute while the window is not focused and catches up when it is', async () => {
    const need = probe('a', { intervalMs: () => 1_000 });
    scheduler.add(need);
    await settle();
    setFocused(false);
    await clock.advance(30_000);
    assert.equal(need.runs, 1);
    setFocused(true);
    await settle();
    assert.equal(need.runs, 2);
    setFocused(false);
    await clock.advance(5 * MINUTE_MS);
    assert.ok(need.runs >= 6 && need.runs <= 8, 'about one run a minute');
  });

  it('backs off from 2 s to 5 min while failing, and recovers at once on a poke', async () => {
    const need = probe('a', { intervalMs: () => 1_000 });
    need.fail = new TracksideError('unreachable', 'No answer.', '');
    const handle = scheduler.add(need);
    const startsAt: number[] = [];
    for (let second = 0; second < 1_200; second += 1) {
      const before = need.runs;
      await clock.advance(1_000);
      if (need.runs > before) {
        startsAt.push(second);
      }
    }
    const gaps = startsAt.slice(1).map((at, index) => at - (startsAt[index] ?? 0));
    assert.deepEqual(gaps.slice(1, 5), [4, 8, 16, 32]);
    assert.ok(Math.max(...gaps) <= 300, `gaps ${gaps.join()}`);
    assert.ok(need.runs < 14, `ran ${need.runs} times`);
    need.fail = undefined;
    await handle.poke();
    const recovered = need.runs;
    await clock.advance(3_100);
    assert.equal(need.runs, recovered + 3);
  });

  it('recovers at once on a push', async () => {
    const need = probe('a');
    need.fail = new TracksideError('server', 'Broken.', '');
    scheduler.add(need);
    await clock.advance(20_000);
    const failed = need.runs;
    need.fail = undefined;
    scheduler.notify(PUSH);
    await clock.advance(100);
    assert.equal(need.runs, failed + 1);
    await clock.advance(10 * MINUTE_MS);
    assert.equal(need.runs, failed + 1);
  });

  it('waits as long as the server asked', async () => {
    const need = probe('a');
    need.fail = new TracksideError('rateLimited', 'Too many.', '', { retryAfterMs: 90_000 });
    scheduler.add(need);
    await clock.advance(89_000);
    assert.equal(need.runs, 1);
    await clock.advance(2_000);
    assert.equal(need.runs, 2);
  });

  it('keeps reads by time within the budget and shares it out', async () => {
    budget = 6;
    const needs = ['a', 'b', 'c'].map((key) => probe(key, { intervalMs: () => 1_000 }));
    needs.forEach((need) => scheduler.add(need));
    await clock.advance(MINUTE_MS);
    const first = needs.map(({ runs }) => runs);
    await clock.advance(10 * MINUTE_MS);
    const later = needs.map(({ runs }, index) => runs - (first[index] ?? 0));
    const total = later.reduce((sum, runs) => sum + runs, 0);
    assert.ok(total <= 62, `${total} runs in 10 minutes at 6 a minute`);
    assert.ok(Math.min(...later) >= 15, `shared as ${later.join()}`);
    assert.ok(scheduler.figures().runsInLastMinute <= 7);
  });

  it('goes on at its own pace when the clock is set back, and reads once after a long sleep', async () => {
    const need = probe('a', { intervalMs: () => 10_000 });
    scheduler.add(need);
    await clock.advance(25_000);
    assert.equal(need.runs, 3);
    clock.setBy(-3_600_000);
    await clock.advance(30_000);
    // How long ago the clock was last looked at when it was set back, nobody knows: one read may come later for it.
    assert.ok([5, 6].includes(need.runs), `${need.runs} runs`);
    const before = need.runs;
    clock.setBy(3_600_000 * 8);
    await clock.advance(10_000);
    assert.equal(need.runs, before + 1);
    await clock.advance(10_000);
    assert.equal(need.runs, before + 2);
  });

  it('asks seldom while a server is away for ten minutes, and once for all when it is back', async () => {
    const away = new TracksideError('unreachable', 'Away.', 'Wait.');
    const needs = ['a', 'b', 'c'].map((key) => probe(key, { intervalMs: () => 5_000 }));
    needs.forEach((need) => scheduler.add(need));
    await clock.advance(1_000);
    needs.forEach((need) => (need.fail = away));
    scheduler.setPushConnected(false);
    await clock.advance(10 * MINUTE_MS);
    const asked = needs.map(({ runs }) => runs);
    assert.ok(
      asked.every((runs) => runs <= 12),
      `${asked.join(', ')} reads in ten minutes`,
    );
    needs.forEach((need) => (need.fail = undefined));
    scheduler.retryFailing();
    await clock.advance(1_000);
    assert.deepEqual(
      needs.map(({ runs }, index) => runs - (asked[index] ?? 0)),
      [1, 1, 1],
    );
  });

  it('reads everything as soon as one need has found the server back, but not what failed otherwise', async () => {
    const away = new TracksideError('unreachable', 'Away.', 'Wait.');
    const broken = new TracksideError('server', 'Broken.', 'Wait.');
    const quick = probe('quick', { intervalMs: () => 5_000 });
    const slow = probe('slow', { intervalMs: () => 60_000 });
    const costly = probe('costly', { isOnDemand: true });
    const other = probe('other', { intervalMs: () => 60_000 });
    const needs = [quick, slow, costly, other];
    const [quickHandle] = needs.map((need) => scheduler.add(need));
    await clock.advance(1_000);
    needs.forEach((need) => (need.fail = need === other ? broken : away));
    scheduler.setPushConnected(true);
    await clock.advance(30 * MINUTE_MS);
    needs.forEach((need) => (need.fail = need === other ? broken : undefined));
    const before = needs.map(({ runs }) => runs);
    void quickHandle?.poke();
    await clock.advance(500);
    assert.deepEqual(
      needs.map(({ runs }, index) => runs - (before[index] ?? 0)),
      [1, 1, 0, 0],
    );
  });

  it('lets a person and a push through an exhausted budget', async () => {
    budget = 1;
    const need = probe('a', { intervalMs: () => 100 });
    const handle = scheduler.add(need);
    await clock.advance(5_000);
    assert.ok(need.runs <= 2);
    const before = need.runs;
    await handle.poke();
    scheduler.notify(PUSH);
    await clock.advance(100);
    assert.equal(need.runs, before + 2);
  });

  it('rejects a poke with the failure of its run, and resolves one made during a run by the run after it', async () => {
    const need = probe('a', { isSlow: true });
    const handle = scheduler.add(need);
    await settle();
    let isDone = false;
    const poke = handle.poke().then(() => (isDone = true));
    need.finish?.();
    await settle();
    assert.equal(isDone, false);
    need.finish?.();
    await poke;
    assert.equal(need.runs, 2);
    need.fail = new TracksideError('conflict', 'No.', '');
    const failing = handle.poke();
    await settle();
    need.finish?.();
    await assert.rejects(failing, { kind: 'conflict' });
  });

  it('ends the run in flight with its last holder and reads again for a new one', async () => {
    const need = probe('a', { isSlow: true });
    const handle = scheduler.add(need);
    await settle();
    handle.dispose();
    const again = scheduler.add(need);
    await settle();
    assert.equal(need.isAborted, true);
    assert.equal(need.runs, 2);
    assert.equal(need.mostRunning, 1);
    again.dispose();
    await assert.rejects(again.poke(), { kind: 'cancelled' });
    await settle();
    assert.equal(clock.timerCount, 0);
  });

  it('treats a thrown value of any kind as a failure', async () => {
    const need = probe('a', {
      run: () => {
        throw new RangeError('not even a promise');
      },
    });
    await assert.rejects(scheduler.add(need).poke(), { kind: 'server', message: 'not even a promise' });
  });

  it('does nothing after its end', async () => {
    const need = probe('a', { intervalMs: () => 1_000, isSlow: true });
    const handle = scheduler.add(need);
    await settle();
    const poke = handle.poke();
    scheduler.dispose();
    await assert.rejects(poke, { kind: 'cancelled' });
    scheduler.notify(PUSH);
    await clock.advance(MINUTE_MS);
    assert.equal(need.runs, 1);
    assert.equal(need.isAborted, true);
    assert.equal(clock.timerCount, 0);
    await assert.rejects(scheduler.add(probe('b')).poke(), { kind: 'cancelled' });
  });

  it('tells when the first need is held and when the last is given back', () => {
    const told: boolean[] = [];
    scheduler.onDidChangePaused((isPaused) => told.push(isPaused));
    const [one, two] = [scheduler.add(probe('a')), scheduler.add(probe('b'))];
    one.dispose();
    one.dispose();
    two.dispose();
    assert.deepEqual(told, [false, true]);
  });
});
