import { textHash } from '../../src/core/text-hash';
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

const COLOUR_NAMES = ['Blue', 'Orange', 'Green', 'Pink', 'Sky blue', 'Vermilion', 'Yellow'];
const DASH_NAMES = ['solid', 'dashed', 'dotted', 'dash-dotted'];

/** How many looks there are to choose from. */
export const LOOK_COUNT = OKABE_ITO.length * DASHES.length;

const CONTRAST = 3;

export interface LineStyle {
  readonly colour: Rgb;
  readonly dash: readonly number[];
}

/**
 * Styles of the lines of one chart. A name always asks for the same style wherever it appears, so `validation` looks
 * the same in every chart; when two names of one chart ask for the same, the later takes the next free one.
 *
 * @param chosen looks that a person has given to names; these hold, and others make room for them.
 */
export function assignStyles(
  names: readonly string[],
  background: Rgb,
  chosen: ReadonlyMap<string, number> = new Map(),
): ReadonlyMap<string, LineStyle> {
  const slots = assignSlots(names, chosen);
  return new Map([...slots].map(([name, slot]) => [name, styleOf(slot, background)]));
}

/** The place in the palette of every name. */
export function assignSlots(
  names: readonly string[],
  chosen: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const chosenHere = names.flatMap((name) => chosen.get(name) ?? []);
  const taken = new Set<number>(chosenHere);
  const takenColours = new Set<number>(chosenHere.map((slot) => slot % OKABE_ITO.length));
  const slots = new Map<string, number>();
  for (const name of names) {
    const slot = chosen.get(name) ?? freeSlot(textHash(name), LOOK_COUNT, taken, takenColours);
    taken.add(slot);
    takenColours.add(slot % OKABE_ITO.length);
    slots.set(name, slot);
  }
  return slots;
}

/** What a look is called: `Blue, dashed`. */
export function lookName(slot: number): string {
  const { colour, dash } = lookParts(slot);
  return `${COLOUR_NAMES[colour] ?? ''}, ${DASH_NAMES[dash] ?? ''}`;
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

export function styleOf(slot: number, background: Rgb): LineStyle {
  const { colour, dash } = lookParts(slot);
  return {
    colour: readableOn(OKABE_ITO[colour] ?? [0, 114, 178], background, CONTRAST),
    dash: DASHES[dash] ?? [],
  };
}

/** Which of the 7 colours and which of the 4 kinds of dashes a look is, both from 0. */
export function lookParts(slot: number): { readonly colour: number; readonly dash: number } {
  return {
    colour: slot % OKABE_ITO.length,
    dash: Math.floor(slot / OKABE_ITO.length) % DASHES.length,
  };
}
