/** A JSON object whose members are not known yet. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that the text holds; an empty one when it holds anything else. For text the tracker itself wrote. */
export function parseObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  return isObject(value) ? value : {};
}

/** The strings that the text holds as a JSON list. For text the tracker itself wrote. */
export function parseStrings(text: string): string[] {
  const value: unknown = JSON.parse(text);
  return stringsIn(value);
}

export function stringsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function stringIn(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
}

export function objectIn(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isObject(value) ? value : {};
}

/** ISO 8601 in UTC as the real server writes it: six fractional digits and an offset. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000+00:00');
}

/**
 * Keeps only what the dotted paths name, as `only_fields` asks; paths that begin with `-` take away instead. No path
 * at all keeps everything. `x.*` is the same as `x`.
 */
export function project(document: JsonObject, paths: readonly string[]): JsonObject {
  const wanted = paths.filter((path) => !path.startsWith('-')).map(segments);
  const unwanted = paths.filter((path) => path.startsWith('-')).map((path) => segments(path.slice(1)));
  let result =
    wanted.length === 0 || wanted.some((path) => path.length === 0) ? document : pick(document, wanted);
  for (const path of unwanted) {
    result = without(result, path);
  }
  return result;
}

function segments(path: string): string[] {
  return path
    .split('.')
    .filter((part) => part !== '' && part !== '*')
    .map(unescapeKey);
}

/** The name behind one part of a dotted path; clients escape dots, dollars, percents and double underscores in it. */
export function unescapeKey(part: string): string {
  return part.replace(/%%|%2E|%24|%_%_/g, (code) => UNESCAPED[code] ?? code);
}

const UNESCAPED: Readonly<Record<string, string>> = { '%%': '%', '%2E': '.', '%24': '$', '%_%_': '__' };

function pick(document: JsonObject, paths: readonly string[][]): JsonObject {
  const byHead = new Map<string, string[][]>();
  for (const [head, ...rest] of paths) {
    if (head !== undefined) {
      byHead.set(head, [...(byHead.get(head) ?? []), rest]);
    }
  }
  const result: JsonObject = {};
  for (const [head, rests] of byHead) {
    const value = document[head];
    if (value !== undefined) {
      const isWhole = !isObject(value) || rests.some((rest) => rest.length === 0);
      result[head] = isWhole ? value : pick(value, rests);
    }
  }
  return result;
}

function without(document: JsonObject, path: readonly string[]): JsonObject {
  const [head, ...rest] = path;
  if (head === undefined || !(head in document)) {
    return document;
  }
  const { [head]: value, ...others } = document;
  return rest.length > 0 && isObject(value) ? { ...others, [head]: without(value, rest) } : others;
}
