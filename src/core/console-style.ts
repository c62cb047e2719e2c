/** How a terminal would draw a piece of text. Colours are palette indices 0 to 255 or `#rrggbb`. */
export interface ConsoleStyle {
  readonly foreground?: number | string;
  readonly background?: number | string;
  readonly isBold?: boolean;
  readonly isDim?: boolean;
  readonly isItalic?: boolean;
  readonly isUnderlined?: boolean;
  readonly isInverse?: boolean;
  readonly isStruck?: boolean;
}

export const PLAIN_STYLE: ConsoleStyle = Object.freeze({});

const MAX_PARAMETERS = 64;

type Draft = { -readonly [Key in keyof ConsoleStyle]: ConsoleStyle[Key] };

/** The style after an SGR sequence (`ESC [ parameters m`). Unknown parameters change nothing. */
export function applySgr(style: ConsoleStyle, parameters: string): ConsoleStyle {
  const codes = parameters.split(/[;:]/, MAX_PARAMETERS).map((code) => (code === '' ? 0 : Number(code)));
  let draft: Draft = { ...style };
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    if (code === 0) {
      draft = {};
    } else if (code === 38 || code === 48) {
      const { colour, used } = extendedColour(codes.slice(index + 1));
      setColour(draft, code === 38 ? 'foreground' : 'background', colour);
      index += used;
    } else {
      applyCode(draft, code);
    }
  }
  return Object.keys(draft).length === 0 ? PLAIN_STYLE : draft;
}

const SETS: Readonly<Record<number, Draft>> = {
  1: { isBold: true },
  2: { isDim: true },
  3: { isItalic: true },
  4: { isUnderlined: true },
  7: { isInverse: true },
  9: { isStruck: true },
};

const CLEARS: Readonly<Record<number, readonly (keyof ConsoleStyle)[]>> = {
  22: ['isBold', 'isDim'],
  23: ['isItalic'],
  24: ['isUnderlined'],
  27: ['isInverse'],
  29: ['isStruck'],
  39: ['foreground'],
  49: ['background'],
};

function applyCode(draft: Draft, code: number): void {
  Object.assign(draft, SETS[code]);
  for (const key of CLEARS[code] ?? []) {
    Reflect.deleteProperty(draft, key);
  }
  const colour = basicColour(code);
  if (colour !== undefined) {
    draft[colour.part] = colour.index;
  }
}

function basicColour(code: number): { part: 'foreground' | 'background'; index: number } | undefined {
  const ranges = [
    { from: 30, part: 'foreground', base: 0 },
    { from: 40, part: 'background', base: 0 },
    { from: 90, part: 'foreground', base: 8 },
    { from: 100, part: 'background', base: 8 },
  ] as const;
  const range = ranges.find(({ from }) => code >= from && code < from + 8);
  return range === undefined ? undefined : { part: range.part, index: range.base + code - range.from };
}

function setColour(
  draft: Draft,
  part: 'foreground' | 'background',
  colour: number | string | undefined,
): void {
  if (colour !== undefined) {
    draft[part] = colour;
  }
}

/** `5;n` or `2;r;g;b` after 38 or 48; `used` counts the parameters taken. */
function extendedColour(rest: readonly number[]): { colour: number | string | undefined; used: number } {
  const [mode, first = NaN, green = NaN, blue = NaN] = rest;
  if (mode === 5) {
    return { colour: isByte(first) ? first : undefined, used: 2 };
  }
  if (mode === 2) {
    const parts = [first, green, blue];
    const hex = parts.map((part) => part.toString(16).padStart(2, '0')).join('');
    return { colour: parts.every(isByte) ? `#${hex}` : undefined, used: 4 };
  }
  return { colour: undefined, used: 0 };
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255;
}
