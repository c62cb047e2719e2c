const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 5 * 60_000;

/**
 * How long to wait after the `failures`-th failure in a row (1 = the first): doubles from 2 s to 5 min, spread over
 * the upper half so that many waiters do not return together. A wait that the server asked for is never cut short.
 */
export function backOffMs(failures: number, random: number, askedForMs = 0): number {
  const doubled = FIRST_DELAY_MS * 2 ** Math.min(Math.max(failures - 1, 0), 20);
  const capped = Math.min(doubled, LONGEST_DELAY_MS);
  return Math.max(capped * (0.5 + random / 2), askedForMs);
}
