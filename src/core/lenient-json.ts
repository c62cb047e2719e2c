/**
 * JSON as Python's `json` writes it: `NaN`, `Infinity` and `-Infinity` stand where numbers do, and become null.
 * Undefined when the text is no JSON even so.
 */
export function parseLenientJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseStrictly(text.replace(TOKEN, (token, word: string | undefined) => (word ? 'null' : token)));
  }
}

/** A whole string, which stays as it is, or one of the three words outside of any. */
const TOKEN = /"(?:[^"\\]|\\.)*"|(-?\bInfinity\b|\bNaN\b)/gs;

function parseStrictly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
