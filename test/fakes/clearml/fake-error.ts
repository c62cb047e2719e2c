/** An error answer in ClearML's terms: HTTP status, subcode, text. */
export class FakeError extends Error {
  constructor(
    readonly code: number,
    readonly subcode: number,
    message: string,
  ) {
    super(message);
  }
}

export type Row = Record<string, unknown>;

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textIn(data: Row, key: string): string {
  const value = data[key];
  if (typeof value !== 'string') {
    throw new FakeError(400, 12, `Validation error (field=${key}): missing or not a string`);
  }
  return value;
}

export function listIn(data: Row, key: string): readonly unknown[] {
  const value = data[key];
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

export function textsIn(data: Row, key: string): string[] {
  return listIn(data, key).map(String);
}
