import { badValue } from '../api-error';
import { isObject, stringIn, stringsIn, type JsonObject } from '../json';

export interface TimeBound {
  readonly operator: '>' | '>=' | '<' | '<=' | '=';
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The bounds of a filter on a time, all of which hold. A time that cannot be read is dropped, as the real server does. */
export function timeBounds(raw: unknown): TimeBound[] {
  const items: readonly unknown[] = Array.isArray(raw) ? raw : raw === undefined || raw === null ? [] : [raw];
  const isRange =
    items.length === 2 && items.every((item) => typeof item !== 'string' || !/^[<>]/.test(item));
  return items.flatMap((item, index) => {
    const match = /^(>=|<=|>|<)?\s*(.+)$/.exec(typeof item === 'string' ? item : '');
    const at = Date.parse(match?.[2] ?? '');
    const operator = operatorOf(match?.[1]) ?? (isRange ? (index === 0 ? '>=' : '<=') : '=');
    return Number.isNaN(at) ? [] : [{ operator, at }];
  });
}

export function isWithin(at: number, bounds: readonly TimeBound[]): boolean {
  return bounds.every((bound) => {
    switch (bound.operator) {
      case '>':
        return at > bound.at;
      case '>=':
        return at >= bound.at;
      case '<':
        return at < bound.at;
      case '<=':
        return at <= bound.at;
      case '=':
        return at === bound.at;
    }
  });
}

/** One filter over several fields: it fits when it fits any of them, or each. */
export type FieldsFilter = { readonly isAny: boolean; readonly fields: readonly string[] } & (
  { readonly pattern: string } | { readonly bounds: readonly TimeBound[] }
);

/** `_any_` and `_or_`, `_all_` and `_and_`: each pair means the same. Throws 400/16 for one that makes no sense. */
export function fieldsFilters(filters: JsonObject): FieldsFilter[] {
  return Object.entries(filters).flatMap(([key, raw]) => {
    const isAny = /^_(?:any|or)_/.test(key);
    if ((!isAny && !/^_(?:all|and)_/.test(key)) || !isObject(raw)) {
      return [];
    }
    const fields = stringsIn(raw['fields']);
    const pattern = stringIn(raw, 'pattern');
    const hasTimes = raw['datetime'] !== undefined && raw['datetime'] !== null;
    if (fields.length === 0 || (pattern === undefined) === !hasTimes) {
      throw badValue(`${key} needs fields and exactly one of pattern or datetime`);
    }
    return [
      pattern === undefined
        ? { isAny, fields, bounds: timeBounds(raw['datetime']) }
        : { isAny, fields, pattern },
    ];
  });
}

function operatorOf(text: string | undefined): TimeBound['operator'] | undefined {
  return (['>=', '<=', '>', '<'] as const).find((operator) => operator === text);
}
