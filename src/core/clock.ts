import { toDisposable, type Disposable } from './disposable';
import type { EpochMs } from './entities';

/** Time as a dependency, so that tests decide what time it is. */
export interface Clock {
  now(): EpochMs;
  /** Calls once after `delayMs`; disposing before that cancels. */
  after(delayMs: number, run: () => void): Disposable;
}

/**
 * The same clock without its way back: when a person or a time server sets it back, time goes on from where it was. For
 * waits and gaps, which would last as long as the clock was set back; not for times that people read.
 */
export function steadyClock(clock: Clock): Clock {
  let latest = clock.now();
  let addedMs = 0;
  return {
    now: () => {
      addedMs += Math.max(0, latest - (clock.now() + addedMs));
      latest = clock.now() + addedMs;
      return latest;
    },
    after: (delayMs, run) => clock.after(delayMs, run),
  };
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return toDisposable(() => clearTimeout(timer));
  },
};
