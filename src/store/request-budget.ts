import type { EpochMs } from '../core/entities';

const MINUTE_MS = 60_000;

/** A token bucket: `perMinute()` runs a minute, saved up to one minute's worth. Starts full. */
export class RequestBudget {
  private saved: number;
  private countedAt: EpochMs;
  private recent: EpochMs[] = [];

  constructor(
    private readonly perMinute: () => number,
    now: EpochMs,
  ) {
    this.saved = this.limit();
    this.countedAt = now;
  }

  /** Takes one if there is one. */
  tryTake(now: EpochMs): boolean {
    this.refill(now);
    if (this.saved < 1) {
      return false;
    }
    this.take(now);
    return true;
  }

  /** Takes one even if there is none: the person or the server asked for it. */
  take(now: EpochMs): void {
    this.refill(now);
    this.saved = Math.max(0, this.saved - 1);
    this.recent.push(now);
  }

  /** When {@link tryTake} will succeed again. */
  availableAt(now: EpochMs): EpochMs {
    this.refill(now);
    return this.saved >= 1 ? now : now + Math.ceil(((1 - this.saved) * MINUTE_MS) / this.limit());
  }

  /** How many were taken in the minute before `now`. */
  takenInLastMinute(now: EpochMs): number {
    this.forget(now);
    return this.recent.length;
  }

  private refill(now: EpochMs): void {
    const elapsedMs = Math.max(0, now - this.countedAt);
    this.saved = Math.min(this.limit(), this.saved + (elapsedMs / MINUTE_MS) * this.limit());
    this.countedAt = now;
    this.forget(now);
  }

  private forget(now: EpochMs): void {
    const first = this.recent.findIndex((at) => at > now - MINUTE_MS);
    this.recent = first < 0 ? [] : this.recent.slice(first);
  }

  private limit(): number {
    return Math.max(1, this.perMinute());
  }
}
