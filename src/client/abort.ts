import type { Clock } from '../core/clock';
import { TracksideError } from '../core/errors';

export function cancelled(): TracksideError {
  return new TracksideError('cancelled', 'Cancelled.', '');
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) {
    throw cancelled();
  }
}

/** The promise's outcome, or `cancelled` as soon as the signal fires; the work itself goes on for other waiters. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) {
      promise.catch(() => undefined);
      reject(cancelled());
      return;
    }
    const onAbort = (): void => reject(cancelled());
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Waits, or rejects with `cancelled`. Leaves no timer behind. */
export function waitFor(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    if (signal.aborted) {
      reject(cancelled());
      return;
    }
    const onAbort = (): void => {
      timer.dispose();
      reject(cancelled());
    };
    const timer = clock.after(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
