import type { LiveChange } from '../backends/contract';
import { steadyClock, type Clock } from '../core/clock';
import { DisposableStore, toDisposable, type Disposable } from '../core/disposable';
import { Emitter, type Event } from '../core/emitter';
import type { EpochMs } from '../core/entities';
import { TracksideError } from '../core/errors';
import type { Logger } from '../core/logger';
import type { Attention } from './attention';
import type { NeedHandle, RefreshScheduler, ScheduledNeed, SchedulerFigures } from './contract';
import { RequestBudget } from './request-budget';
import { ScheduledEntry, type RunCause } from './scheduled-entry';

/** How many keys that nobody holds are remembered for their freshness. */
const MOST_REMEMBERED = 200;

export interface SchedulerOptions {
  readonly clock: Clock;
  readonly attention: Attention;
  readonly budgetPerMinute: () => number;
  readonly logger: Logger;
  /** Called for every failed run, before its waiters hear of it. */
  readonly onFailure?: (error: TracksideError) => void;
  /** Between 0 and 1; spreads retries. */
  readonly random?: () => number;
}

/** A scheduler as its connection sees it. */
export interface ConnectionScheduler extends RefreshScheduler {
  /** Fires for every change that `notify` is told, before needs hear of it. */
  readonly onDidNotify: Event<LiveChange>;
  /** Tells whether pushes can be relied on. When they begin again, everything held is read once: some were missed. */
  setPushConnected(isConnected: boolean): void;
  /** As a push that only the need of this key matches. */
  nudge(key: string): void;
  /** Reads everything held now; rejects with the first failure after all are done. */
  pokeAll(): Promise<void>;
  /** Failing needs try again now, for example because the server is back. */
  retryFailing(): void;
}

export function createRefreshScheduler(options: SchedulerOptions): ConnectionScheduler {
  return new Scheduler(options);
}

/**
 * Budget: reads by time wait for a token of `budgetPerMinute`. Reads that a person caused (a new holder, a poke) and
 * reads that the server caused (a push) always pass, but use up tokens, so that polling makes room for them.
 */
class Scheduler implements ConnectionScheduler {
  /** By key, or by owner where there is one. */
  private readonly entries = new Map<string | object, ScheduledEntry>();
  private readonly clock: Clock;
  private readonly budget: RequestBudget;
  private readonly owned = new DisposableStore();
  private readonly notifications = this.owned.add(new Emitter<LiveChange>());
  private readonly pauses = this.owned.add(new Emitter<boolean>());
  private isPaused = true;
  private timer: Disposable | undefined;
  private isPushConnected = false;
  private isDisposed = false;

  constructor(private readonly options: SchedulerOptions) {
    this.clock = steadyClock(options.clock);
    this.budget = new RequestBudget(options.budgetPerMinute, this.now());
    this.owned.add(options.attention.onDidChange(() => this.pump()));
    this.owned.add(toDisposable(() => this.timer?.dispose()));
  }

  add(need: ScheduledNeed): NeedHandle {
    if (this.isDisposed) {
      return { poke: () => Promise.reject(closed()), dispose: () => undefined };
    }
    const id = need.owner ?? need.key;
    const entry = this.entries.get(id) ?? new ScheduledEntry(need);
    // Re-inserted so that the map's order is the order of last use.
    this.entries.delete(id);
    this.entries.set(id, entry);
    // One identity per holder, whatever object it passed.
    const held: ScheduledNeed = holderOf(need);
    entry.hold(held, this.now());
    this.forgetOld();
    this.tellPaused();
    this.pump();
    let isHeld = true;
    return {
      poke: () => (isHeld ? this.poke(entry) : Promise.reject(closed())),
      dispose: () => {
        if (isHeld) {
          isHeld = false;
          entry.release(held);
          this.tellPaused();
          this.pump();
        }
      },
    };
  }

  get onDidNotify(): Event<LiveChange> {
    return this.notifications.event;
  }

  get onDidChangePaused(): Event<boolean> {
    return this.pauses.event;
  }

  notify(change: LiveChange): void {
    this.notifications.fire(change);
    for (const entry of this.entries.values()) {
      if (entry.need.matches(change)) {
        this.push(entry);
      }
    }
    this.pump();
  }

  nudge(key: string): void {
    const entry = this.entries.get(key);
    if (entry) {
      this.push(entry);
      this.pump();
    }
  }

  async pokeAll(): Promise<void> {
    const held = [...this.entries.values()].filter((entry) => entry.isHeld);
    const results = await Promise.allSettled(held.map((entry) => this.poke(entry)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) {
      throw failed.reason;
    }
  }

  retryFailing(): void {
    for (const entry of this.entries.values()) {
      if (entry.isHeld && entry.isFailing) {
        entry.want('person', this.now());
      }
    }
    this.pump();
  }

  setPushConnected(isConnected: boolean): void {
    if (this.isPushConnected === isConnected) {
      return;
    }
    this.isPushConnected = isConnected;
    for (const entry of this.entries.values()) {
      this.push(entry);
    }
    this.pump();
  }

  figures(): SchedulerFigures {
    const held = [...this.entries.values()].filter((entry) => entry.isHeld);
    return {
      heldNeeds: held.map(({ need }) => need.key),
      runsInLastMinute: this.budget.takenInLastMinute(this.now()),
      budgetPerMinute: this.options.budgetPerMinute(),
      isPushConnected: this.isPushConnected,
      isPaused: held.length === 0,
    };
  }

  dispose(): void {
    this.isDisposed = true;
    for (const entry of this.entries.values()) {
      entry.cancel();
    }
    this.entries.clear();
    this.owned.dispose();
  }

  private poke(entry: ScheduledEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      entry.wait({ resolve, reject }, this.now());
      this.pump();
    });
  }

  private push(entry: ScheduledEntry): void {
    if (entry.isHeld) {
      entry.want('push', this.now());
    } else {
      entry.outdate();
    }
  }

  /** Starts what is due and sets the one timer for what is due next. */
  private pump(): void {
    this.timer?.dispose();
    this.timer = undefined;
    if (this.isDisposed) {
      return;
    }
    const now = this.now();
    const waiting: EpochMs[] = [];
    for (const { entry, at, cause } of this.dueInOrder()) {
      if (at > now) {
        waiting.push(cause === 'time' ? Math.max(at, this.budget.availableAt(now)) : at);
      } else if (this.mayStart(cause, now)) {
        void this.run(entry);
      } else {
        waiting.push(this.budget.availableAt(now));
      }
    }
    if (waiting.length > 0) {
      // At least 1 ms: a clock that reports fractions must not make this spin.
      const delayMs = Math.max(1, Math.min(...waiting) - now);
      this.timer = this.options.clock.after(delayMs, () => this.pump());
    }
  }

  private dueInOrder(): { entry: ScheduledEntry; at: EpochMs; cause: RunCause }[] {
    const isSlow = this.isPushConnected || !this.options.attention.isFocused;
    return [...this.entries.values()]
      .flatMap((entry) => {
        const due = entry.due(isSlow);
        return due ? [{ entry, ...due }] : [];
      })
      .sort((a, b) => a.at - b.at);
  }

  private mayStart(cause: RunCause, now: EpochMs): boolean {
    if (cause === 'time') {
      return this.budget.tryTake(now);
    }
    this.budget.take(now);
    return true;
  }

  private async run(entry: ScheduledEntry): Promise<void> {
    const { signal, waiters } = entry.begin(this.now());
    const { need } = entry;
    try {
      // Deferred, so that a run never starts inside the call that asked for it.
      await Promise.resolve();
      entry.close();
      await need.run(signal);
      const { isAway } = entry;
      entry.succeed(this.now());
      if (isAway) {
        this.retryAway();
      }
      waiters.forEach((waiter) => waiter.resolve());
    } catch (thrown) {
      const error = entry.fail(thrown, this.now(), (this.options.random ?? Math.random)());
      if (error) {
        this.options.logger.debug(`Reading ${need.key} failed: ${error.message}`);
        this.options.onFailure?.(error);
      }
      waiters.forEach((waiter) => waiter.reject(error ?? closed()));
    }
    this.pump();
  }

  /** What one need has just found back, the others need not wait out. */
  private retryAway(): void {
    for (const entry of this.entries.values()) {
      if (entry.isHeld && !entry.isRunning && entry.isAway && entry.need.isOnDemand !== true) {
        entry.want('push', this.now());
      }
    }
  }

  private tellPaused(): void {
    const isPaused = ![...this.entries.values()].some((entry) => entry.isHeld);
    if (isPaused !== this.isPaused) {
      this.isPaused = isPaused;
      this.pauses.fire(isPaused);
    }
  }

  private forgetOld(): void {
    const unheld = [...this.entries.entries()].filter(([, entry]) => !entry.isHeld && !entry.isRunning);
    const tooMany = unheld.length - MOST_REMEMBERED;
    unheld.forEach(([id, entry], index) => {
      if (index < tooMany || entry.isForgettable(this.now())) {
        this.entries.delete(id);
      }
    });
  }

  private now(): EpochMs {
    return this.clock.now();
  }
}

function holderOf(need: ScheduledNeed): ScheduledNeed {
  return {
    key: need.key,
    run: (signal) => need.run(signal),
    intervalMs: () => need.intervalMs(),
    matches: (change) => need.matches(change),
    get freshForMs() {
      return need.freshForMs;
    },
    get isOnDemand() {
      return need.isOnDemand ?? false;
    },
    get pushGapMs() {
      return need.pushGapMs ?? 50;
    },
  };
}

function closed(): TracksideError {
  return new TracksideError('cancelled', 'Cancelled.', '');
}
