import { readableOn, type Rgb } from './colour';

/**
 * The palette of Okabe and Ito, made to be told apart with every kind of colour vision; its black is left to text.
 * Source: M. Okabe, K. Ito, Color Universal Design, 2008.
 */
const OKABE_ITO: readonly Rgb[] = [
  [0, 114, 178],
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
  [86, 180, 233],
  [213, 94, 0],
  [240, 228, 66],
];

/** Second sign beside the colour, in pixels of line and gap. */
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3]];

const CONTRAST = 3;

export interface LineStyle {
  readonly colour: Rgb;
  readonly dash: readonly number[];
}

/**
 * Styles of the lines of one chart. A name always asks for the same style wherever it appears, so `validation` looks
 * the same in every chart; when two names of one chart ask for the same, the later takes the next free one.
 */
export function assignStyles(names: readonly string[], background: Rgb): ReadonlyMap<string, LineStyle> {
  const count = OKABE_ITO.length * DASHES.length;
  const taken = new Set<number>();
  const takenColours = new Set<number>();
  const styles = new Map<string, LineStyle>();
  for (const name of names) {
    const slot = freeSlot(hash(name), count, taken, takenColours);
    taken.add(slot);
    takenColours.add(slot % OKABE_ITO.length);
    styles.set(name, styleOf(slot, background));
  }
  return styles;
}

/** Prefers a colour of its own, then another dash of a colour in use, then (beyond 28 lines) repeats. */
function freeSlot(
  wanted: number,
  count: number,
  taken: ReadonlySet<number>,
  takenColours: ReadonlySet<number>,
): number {
  const colours = OKABE_ITO.length;
  const first = wanted % colours;
  for (let offset = 0; offset < colours && takenColours.size < colours; offset++) {
    const slot = (first + offset) % colours;
    if (!takenColours.has(slot)) {
      return slot;
    }
  }
  for (let offset = 0; offset < count && taken.size < count; offset++) {
    const slot = (first + offset) % count;
    if (!taken.has(slot)) {
      return slot;
    }
  }
  return wanted % count;
}

function styleOf(slot: number, background: Rgb): LineStyle {
  const colour = OKABE_ITO[slot % OKABE_ITO.length] ?? [0, 114, 178];
  const dash = DASHES[Math.floor(slot / OKABE_ITO.length) % DASHES.length] ?? [];
  return { colour: readableOn(colour, background, CONTRAST), dash };
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let result = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    result = Math.imul(result ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return result;
}
