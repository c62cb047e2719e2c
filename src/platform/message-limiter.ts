import type { Clock } from '../core/clock';

const REPEAT_AFTER_MS = 60_000;
const MAX_REMEMBERED = 200;

/** Lets the same message through once a minute at most. */
export class MessageLimiter {
  private readonly shownAt = new Map<string, number>();

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  /** True when the message may be shown now; it then counts as shown. */
  admits(message: string): boolean {
    const now = this.clock.now();
    const last = this.shownAt.get(message);
    if (last !== undefined && now - last < REPEAT_AFTER_MS) {
      return false;
    }
    if (this.shownAt.size >= MAX_REMEMBERED) {
      this.shownAt.clear();
    }
    this.shownAt.set(message, now);
    return true;
  }
}
