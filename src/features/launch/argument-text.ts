export type SplitArguments =
  | { readonly ok: true; readonly arguments: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/**
 * Splits what a person typed into arguments, the same on every system: blanks separate, single quotes keep
 * everything as it is, in double quotes `\"` and `\\` stand for `"` and `\`, and outside quotes a backslash keeps a
 * blank or a quote. Any other backslash is itself, so that Windows paths need no care. Nothing is expanded.
 */
export function splitArguments(text: string): SplitArguments {
  const found: string[] = [];
  let word: string | undefined;
  let position = 0;
  while (position < text.length) {
    const character = text.charAt(position);
    if (/\s/.test(character)) {
      if (word !== undefined) {
        found.push(word);
      }
      word = undefined;
      position += 1;
      continue;
    }
    const piece = readPiece(text, position);
    if (piece === undefined) {
      return { ok: false, problem: `The quote ${character} at character ${position + 1} is not closed.` };
    }
    word = (word ?? '') + piece.value;
    position = piece.end;
  }
  return { ok: true, arguments: word === undefined ? found : [...found, word] };
}

/** Writes arguments so that {@link splitArguments} gives exactly them back. */
export function joinArguments(args: readonly string[]): string {
  return args.map(quote).join(' ');
}

interface Piece {
  readonly value: string;
  readonly end: number;
}

/** One character or one quoted piece; undefined when a quote has no partner. */
function readPiece(text: string, start: number): Piece | undefined {
  const character = text.charAt(start);
  switch (character) {
    case "'":
      return readSingleQuoted(text, start);
    case '"':
      return readDoubleQuoted(text, start);
    case '\\':
      return /[\s'"]/.test(text.charAt(start + 1))
        ? { value: text.charAt(start + 1), end: start + 2 }
        : { value: character, end: start + 1 };
    default:
      return { value: character, end: start + 1 };
  }
}

function readSingleQuoted(text: string, start: number): Piece | undefined {
  const close = text.indexOf("'", start + 1);
  return close < 0 ? undefined : { value: text.slice(start + 1, close), end: close + 1 };
}

function readDoubleQuoted(text: string, start: number): Piece | undefined {
  const content = /((?:[^"\\]|\\.|\\$)*)"/sy;
  content.lastIndex = start + 1;
  const match = content.exec(text);
  return match === null
    ? undefined
    : { value: (match[1] ?? '').replace(/\\(["\\])/g, '$1'), end: content.lastIndex };
}

function quote(argument: string): string {
  if (/^[^\s'"\\]+$/.test(argument)) {
    return argument;
  }
  return argument.includes("'") ? `"${argument.replace(/["\\]/g, '\\$&')}"` : `'${argument}'`;
}
