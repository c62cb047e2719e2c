import { isObject, type JsonObject } from '../json';

/** The object in a line of json-lines; undefined when there is none. */
export function parseEventLine(line: string): JsonObject | undefined {
  const value = tryParse(line) ?? tryParse(withQuotedNumbers(line));
  return isObject(value) ? value : undefined;
}

/** Python writes NaN and Infinity bare, which the real server reads; here they become the words for them. */
function withQuotedNumbers(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
}

function tryParse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
