import { element } from './dom';

/** Shorter beginnings leave room enough for what comes after them. */
const LEAST_SHARED = 10;
const BETWEEN_WORDS = /[\s/_.,-](?=[^\s/_.,-]*$)/u;

/**
 * How many characters each name has in common, in whole words, with all the others that begin like it; no entry where
 * that is not worth telling apart. Runs of one script are often called alike but for their last argument, which is what
 * a narrow list must show.
 */
export function sharedStarts(names: Iterable<string>): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  for (const alike of Map.groupBy(new Set(names), (name) => name.slice(0, LEAST_SHARED)).values()) {
    const shared = sharedStart(alike);
    if (shared > 0) {
      alike.forEach((name) => starts.set(name, shared));
    }
  }
  return starts;
}

function sharedStart([first = '', ...others]: readonly string[]): number {
  if (others.length === 0) {
    return 0;
  }
  const length = others.reduce((shared, name) => {
    let same = 0;
    while (same < shared && name[same] === first[same]) {
      same += 1;
    }
    return same;
  }, first.length);
  const words = (BETWEEN_WORDS.exec(first.slice(0, length))?.index ?? -1) + 1;
  const isAmongAll = [first, ...others].every((name) => name.length > words);
  return words >= LEAST_SHARED && isAmongAll ? words : 0;
}

/** A name in one line whose first `shared` characters give way first where there is no room; the parent is a flex box. */
export function nameParts(name: string, shared = 0): readonly HTMLElement[] {
  const end = element('span', { class: 'ellipsis', text: name.slice(shared) });
  return shared === 0
    ? [end]
    : [element('span', { class: 'ellipsis shared-start', text: name.slice(0, shared) }), end];
}
