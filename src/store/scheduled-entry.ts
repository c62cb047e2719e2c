import type { EpochMs } from '../core/entities';
import { isCancelled, toTracksideError, TracksideError } from '../core/errors';
import { backOffMs } from './back-off';
import type { ScheduledNeed } from './contract';

const DEFAULT_PUSH_GAP_MS = 50;
const FAILING_PUSH_GAP_MS = 1_000;
/** Least time between two runs by time alone, while pushes make them a mere safety net or nobody looks. */
const SLOW_INTERVAL_MS = 60_000;

/** Who wants the next run: a person waits for `person`, a server announced `push`, `time` has passed. */
export type RunCause = 'person' | 'push' | 'time';

export interface Waiter {
  resolve(): void;
  reject(error: TracksideError): void;
}

/** Everything the scheduler knows of one key: who holds it, what was asked, how it went. Starts nothing itself. */
export class ScheduledEntry {
  private readonly holders: ScheduledNeed[] = [];
  private waiters: Waiter[] = [];
  private wish: { readonly cause: 'person' | 'push'; readonly at: EpochMs } | undefined;
  private abort: AbortController | undefined;
  /** Those who wait for the run that is begun and has asked nothing yet, so that more may join. */
  private joinable: Waiter[] | undefined;
  private lastStartAt: EpochMs | undefined;
  private lastSuccessAt: EpochMs | undefined;
  private failures = 0;
  private lastFailure: TracksideError | undefined;
  private retryAt: EpochMs = 0;
  private isOutdated = false;

  constructor(private latestNeed: ScheduledNeed) {}

  get need(): ScheduledNeed {
    return this.holders.at(-1) ?? this.latestNeed;
  }

  get isHeld(): boolean {
    return this.holders.length > 0;
  }

  get isRunning(): boolean {
    return this.abort !== undefined;
  }

  get isFailing(): boolean {
    return this.failures > 0;
  }

  /** True where the server could not be reached when this ran last. */
  get isAway(): boolean {
    return this.lastFailure?.kind === 'unreachable';
  }

  /** True when nothing is lost by forgetting this entry. */
  isForgettable(now: EpochMs): boolean {
    return !this.isHeld && !this.isRunning && !this.isFresh(now);
  }

  hold(need: ScheduledNeed, now: EpochMs): void {
    // Whoever looks at such a failure has the word; somebody else who comes to look is no reason to try again.
    const isSettled = this.isHeld && this.isFailing && need.isOnDemand === true;
    this.holders.push(need);
    this.latestNeed = need;
    const isAnswerComing = this.abort?.signal.aborted === false;
    if (!this.isFresh(now) && !isAnswerComing && !isSettled) {
      this.want('person', now);
    }
  }

  release(need: ScheduledNeed): void {
    const index = this.holders.lastIndexOf(need);
    if (index >= 0) {
      this.holders.splice(index, 1);
    }
    if (!this.isHeld) {
      this.cancel();
    }
  }

  /** Ends the run in flight and gives up what was asked for. */
  cancel(): void {
    this.wish = undefined;
    this.abort?.abort();
    for (const waiter of this.waiters.splice(0)) {
      waiter.reject(new TracksideError('cancelled', 'Cancelled.', ''));
    }
  }

  want(cause: 'person' | 'push', now: EpochMs): void {
    if (this.wish?.cause !== 'person') {
      this.wish = { cause, at: this.wish?.at ?? now };
    }
  }

  /** Waits for a run that asks from now on: the one that is only just begun, else the next. */
  wait(waiter: Waiter, now: EpochMs): void {
    if (this.joinable !== undefined && this.abort?.signal.aborted === false) {
      this.joinable.push(waiter);
      return;
    }
    this.waiters.push(waiter);
    this.want('person', now);
  }

  /** Remembers that what is known is no longer true, for the next holder. */
  outdate(): void {
    this.isOutdated = true;
  }

  /** When and why this should run next; undefined while it runs or when nothing asks for it. */
  due(isSlow: boolean): { readonly at: EpochMs; readonly cause: RunCause } | undefined {
    if (!this.isHeld || this.isRunning) {
      return undefined;
    }
    if (this.wish) {
      return { cause: this.wish.cause, at: this.wishDueAt(this.wish) };
    }
    if (this.isFailing) {
      return this.need.isOnDemand === true ? undefined : { cause: 'time', at: this.retryAt };
    }
    const intervalMs = this.need.intervalMs();
    if (intervalMs === undefined || this.lastStartAt === undefined) {
      return undefined;
    }
    return {
      cause: 'time',
      at: this.lastStartAt + (isSlow ? Math.max(intervalMs, SLOW_INTERVAL_MS) : intervalMs),
    };
  }

  /** Marks the run as begun. */
  begin(now: EpochMs): { readonly signal: AbortSignal; readonly waiters: readonly Waiter[] } {
    this.abort = new AbortController();
    this.wish = undefined;
    this.isOutdated = false;
    this.lastStartAt = now;
    const waiters = this.waiters.splice(0);
    this.joinable = waiters;
    return { signal: this.abort.signal, waiters };
  }

  /** The run asks now; what is wanted from here on is for the run after it. */
  close(): void {
    this.joinable = undefined;
  }

  succeed(now: EpochMs): void {
    this.abort = undefined;
    this.failures = 0;
    this.lastFailure = undefined;
    this.lastSuccessAt = now;
  }

  /** Returns the failure, or undefined when the run was ended because nobody holds it any more. */
  fail(thrown: unknown, now: EpochMs, random: number): TracksideError | undefined {
    const wasEnded = this.abort?.signal.aborted === true;
    this.abort = undefined;
    const error = toTracksideError(thrown);
    if (wasEnded && isCancelled(error)) {
      return undefined;
    }
    this.failures += 1;
    this.lastFailure = error;
    this.retryAt = now + backOffMs(this.failures, random, error.detail.retryAfterMs);
    return error;
  }

  private isFresh(now: EpochMs): boolean {
    return (
      !this.isOutdated &&
      this.failures === 0 &&
      this.lastSuccessAt !== undefined &&
      now - this.lastSuccessAt < this.need.freshForMs
    );
  }

  private wishDueAt(wish: { readonly cause: 'person' | 'push'; readonly at: EpochMs }): EpochMs {
    if (wish.cause === 'person' || this.lastStartAt === undefined) {
      return wish.at;
    }
    const gapMs = this.need.pushGapMs ?? DEFAULT_PUSH_GAP_MS;
    return Math.max(
      wish.at,
      this.lastStartAt + (this.isFailing ? Math.max(gapMs, FAILING_PUSH_GAP_MS) : gapMs),
    );
  }
}
