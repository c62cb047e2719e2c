import { textHash } from './text-hash';

/** A look is a place in the palette (webview-ui/kit/line-styles.ts): a colour, and with it one of the dash patterns. */
export const LOOK_COLOURS = 7;
export const LOOK_DASHES = 4;

/**
 * Looks for runs that have none yet, so that runs first seen together differ as long as there are looks, in their colour
 * as long as there are colours. Which colour is tried first depends on the run alone.
 *
 * @param runs keys of the runs, in the order they are shown.
 * @param known looks that runs have already; they keep them.
 */
export function looksForNew(
  runs: readonly string[],
  known: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const uses = new Map<number, number>();
  const use = (look: number): unknown => uses.set(look, (uses.get(look) ?? 0) + 1);
  runs.forEach((run) => known.has(run) && use(known.get(run) ?? 0));
  const found = new Map<string, number>();
  for (const run of runs) {
    if (!known.has(run) && !found.has(run)) {
      const look = leastUsed(textHash(run), uses);
      use(look);
      found.set(run, look);
    }
  }
  return found;
}

/** The looks of runs shown together: who comes later has another dash pattern of its colour, if one is free. */
export function distinctLooks(
  runs: readonly { readonly key: string; readonly look: number }[],
): ReadonlyMap<string, number> {
  const taken = new Set<number>();
  const shown = new Map<string, number>();
  for (const { key, look } of runs) {
    const all = Array.from(
      { length: LOOK_DASHES },
      (_, dash) => (look + dash * LOOK_COLOURS) % (LOOK_COLOURS * LOOK_DASHES),
    );
    const free = all.find((each) => !taken.has(each)) ?? look;
    taken.add(free);
    shown.set(key, free);
  }
  return shown;
}

/** The colour that fewest runs have, from the wanted one on, with the first dash pattern that fewest have with it. */
function leastUsed(wanted: number, uses: ReadonlyMap<number, number>): number {
  const colours = Array.from({ length: LOOK_COLOURS }, (_, offset) => (wanted + offset) % LOOK_COLOURS);
  const looksOf = (colour: number): number[] =>
    Array.from({ length: LOOK_DASHES }, (_, dash) => colour + dash * LOOK_COLOURS);
  const usesOf = (look: number): number => uses.get(look) ?? 0;
  const usesOfColour = (colour: number): number =>
    looksOf(colour).reduce((sum, look) => sum + usesOf(look), 0);
  const colour = least(colours, usesOfColour);
  return least(looksOf(colour), usesOf);
}

function least(from: readonly number[], by: (each: number) => number): number {
  return from.reduce((best, each) => (by(each) < by(best) ? each : best), from[0] ?? 0);
}
