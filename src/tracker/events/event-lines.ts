import { ApiError } from '../api-error';
import { isObject, type JsonObject } from '../json';

/** Objects of a batch and how many lines could not be read, by reason. */
export interface ParsedLines {
  readonly events: readonly JsonObject[];
  readonly errors: ReadonlyMap<string, number>;
}

/**
 * Reads json-lines: one object per line. All lines are parsed at once, which is several times faster; only when that
 * fails are they read one by one, so that a bad line does not spoil its neighbours. Throws 400/17 for an empty batch.
 */
export function parseEventLines(text: string): ParsedLines {
  const trimmed = text.trim();
  if (trimmed === '') {
    throw new ApiError(400, 17, 'Batch request is empty');
  }
  const whole = tryParse(`[${trimmed.replaceAll('\n', ',')}]`);
  if (Array.isArray(whole) && whole.every(isObject)) {
    return { events: whole, errors: new Map() };
  }
  return parseOneByOne(trimmed.split('\n').filter((line) => line.trim() !== ''));
}

function parseOneByOne(lines: readonly string[]): ParsedLines {
  const events: JsonObject[] = [];
  const errors = new Map<string, number>();
  for (const line of lines) {
    const value = tryParse(line) ?? tryParse(withQuotedNumbers(line));
    if (isObject(value)) {
      events.push(value);
    } else {
      const reason = 'Malformed JSON line';
      errors.set(reason, (errors.get(reason) ?? 0) + 1);
    }
  }
  return { events, errors };
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
