import { badValue } from '../api-error';
import { isObject, type JsonObject } from '../json';

/** Values to have or not to have. `null` stands for "missing or empty". */
export interface ListGroup {
  readonly op: 'any' | 'all';
  readonly include: (string | null)[];
  readonly exclude: (string | null)[];
  /** True where any of "has one of include" and "lacks one of exclude" is enough. */
  readonly isExplicit: boolean;
}

const OPERATORS: Readonly<Record<string, 'any' | 'all' | 'not' | 'reset'>> = {
  __$not: 'not',
  __$all: 'all',
  __$and: 'all',
  __$any: 'any',
  __$or: 'any',
  __$nop: 'reset',
};

/** Reads a list filter with the server's operators in it. Throws 400/16 for operators that make no sense. */
export function parseListFilter(field: string, raw: unknown): readonly ListGroup[] {
  const items: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  const any: ListGroup = { op: 'any', include: [], exclude: [], isExplicit: false };
  const all: ListGroup = { op: 'all', include: [], exclude: [], isExplicit: true };
  const hasOperators = items.some((item) => typeof item === 'string' && item.startsWith('__$'));
  let group = any;
  let isNegated = false;
  for (const item of items) {
    const operator =
      typeof item === 'string' && item.startsWith('__$') ? readOperator(field, item) : undefined;
    if (operator === 'not') {
      isNegated = true;
    } else if (operator !== undefined) {
      group = operator === 'all' ? all : any;
      isNegated = false;
    } else {
      addItem(group, item, isNegated, !hasOperators);
      isNegated = false;
    }
  }
  if (isNegated) {
    throw badValue(`dangling operator in filter of ${field}`);
  }
  return [any, all].filter(({ include, exclude }) => include.length + exclude.length > 0);
}

/** The structured form: `{any: {include, exclude}, all: {include, exclude}}`. */
export function parseStructuredFilter(field: string, raw: JsonObject): readonly ListGroup[] {
  const groups = (['any', 'all'] as const).map((op): ListGroup => {
    const part = raw[op];
    const values = (name: string): (string | null)[] => {
      const list = isObject(part) ? part[name] : undefined;
      return Array.isArray(list) ? list.map((item) => toItem(item)) : [];
    };
    return { op, include: values('include'), exclude: values('exclude'), isExplicit: true };
  });
  const used = groups.filter(({ include, exclude }) => include.length + exclude.length > 0);
  if (used.length === 0 && Object.keys(raw).length > 0 && !('any' in raw) && !('all' in raw)) {
    throw badValue(`filter of ${field} needs "any" or "all"`);
  }
  return used;
}

function readOperator(field: string, token: string): 'any' | 'all' | 'not' | 'reset' {
  const operator = OPERATORS[token];
  if (operator === undefined) {
    throw badValue(`unknown operator ${token} in filter of ${field}`);
  }
  return operator;
}

function addItem(group: ListGroup, item: unknown, isNegated: boolean, readsMinus: boolean): void {
  const value = toItem(item);
  if (readsMinus && value?.startsWith('-') === true && value.length > 1) {
    group.exclude.push(value.slice(1));
  } else {
    (isNegated ? group.exclude : group.include).push(value);
  }
}

function toItem(item: unknown): string | null {
  return item === null ? null : typeof item === 'string' ? item : JSON.stringify(item);
}
