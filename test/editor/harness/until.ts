import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;

/**
 * Waits until `isTrue`, asking every 50 ms; a throw counts as not yet. Rejects after `timeoutMs` saying what was awaited
 * and, when the last asking threw, why.
 */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      if (await isTrue()) {
        return;
      }
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(POLL_MS);
  } while (Date.now() < deadline);
  const last = cause instanceof Error ? ` The last try: ${cause.message}` : '';
  throw new Error(`Waited ${timeoutMs / 1000} s in vain until ${what}.${last}`, { cause });
}
