import type { ConsoleStyle } from '../../core/console-style';

/** How the editor draws a style: a theme's colour by its id, or a colour of its own. */
export interface StyleLook {
  readonly color?: StyleColour;
  readonly backgroundColor?: StyleColour;
  readonly fontWeight?: 'bold';
  readonly fontStyle?: 'italic';
  readonly textDecoration?: string;
  readonly opacity?: string;
}

export type StyleColour = { readonly themeColour: string } | { readonly hex: string };

/** The names of a terminal's sixteen colours in a theme. */
const TERMINAL_COLOURS = [
  'Black',
  'Red',
  'Green',
  'Yellow',
  'Blue',
  'Magenta',
  'Cyan',
  'White',
  'BrightBlack',
  'BrightRed',
  'BrightGreen',
  'BrightYellow',
  'BrightBlue',
  'BrightMagenta',
  'BrightCyan',
  'BrightWhite',
] as const;

const CUBE_STEPS = [0, 95, 135, 175, 215, 255] as const;

/** What the editor draws for a terminal's style; the sixteen named colours are the theme's. */
export function lookOf(style: ConsoleStyle): StyleLook {
  const lines = [
    style.isUnderlined === true ? 'underline' : '',
    style.isStruck === true ? 'line-through' : '',
  ].filter((line) => line !== '');
  return {
    ...coloursOf(style),
    ...(style.isBold === true ? { fontWeight: 'bold' } : {}),
    ...(style.isItalic === true ? { fontStyle: 'italic' } : {}),
    ...(lines.length > 0 ? { textDecoration: lines.join(' ') } : {}),
    ...(style.isDim === true ? { opacity: '0.7' } : {}),
  };
}

function coloursOf(style: ConsoleStyle): Pick<StyleLook, 'color' | 'backgroundColor'> {
  const [front, back] =
    style.isInverse === true
      ? [style.background ?? 'back', style.foreground ?? 'front']
      : [style.foreground, style.background];
  const backgroundColor = back === undefined ? undefined : colourOf(back);
  const color = front === undefined ? textOn(backgroundColor) : colourOf(front);
  return {
    ...(color === undefined ? {} : { color }),
    ...(backgroundColor === undefined ? {} : { backgroundColor }),
  };
}

/** Text without a colour of its own must stand out from what is behind it, in any theme. */
function textOn(background: StyleColour | undefined): StyleColour | undefined {
  if (background === undefined || 'themeColour' in background) {
    return background && { themeColour: 'editor.foreground' };
  }
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    Number.parseInt(background.hex.slice(at, at + 2), 16),
  );
  return { hex: red * 0.299 + green * 0.587 + blue * 0.114 > 140 ? '#000000' : '#ffffff' };
}

function colourOf(colour: number | string): StyleColour {
  if (colour === 'front') {
    return { themeColour: 'editor.foreground' };
  }
  if (colour === 'back') {
    return { themeColour: 'editor.background' };
  }
  if (typeof colour === 'string') {
    return { hex: colour };
  }
  const name = TERMINAL_COLOURS[colour];
  return name === undefined ? { hex: paletteHex(colour) } : { themeColour: `terminal.ansi${name}` };
}

/** Colours 16 to 255 as xterm has them: a cube of 6 × 6 × 6, then 24 greys. */
function paletteHex(index: number): string {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return hex([grey, grey, grey]);
  }
  const place = index - 16;
  const steps = [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6];
  return hex(steps.map((step) => CUBE_STEPS[step] ?? 0));
}

function hex(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Time of day to the millisecond, always as wide; blank when the time is not known. */
export function timeOfDay(at: number | undefined): string {
  if (at === undefined) {
    return '\u00a0'.repeat(12);
  }
  const date = new Date(at);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${hours ?? ''}:${minutes ?? ''}:${seconds ?? ''}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
