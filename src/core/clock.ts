import { toDisposable, type Disposable } from './disposable';
import type { EpochMs } from './entities';

/** Time as a dependency, so that tests decide what time it is. */
export interface Clock {
  now(): EpochMs;
  /** Calls once after `delayMs`; disposing before that cancels. */
  after(delayMs: number, run: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return toDisposable(() => clearTimeout(timer));
  },
};
