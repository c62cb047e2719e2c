import { ApiError } from '../api-error';
import { nameHash } from '../ids';
import type { Sqlite } from './sqlite';

/** Longer patterns are refused, since they serve no search and may take very long. */
const LONGEST_PATTERN = 2000;

/**
 * A name filter as clients send it: a Python regular expression, searched anywhere. Returns the one name it can match
 * when it is `^name$` with everything escaped, which is how the SDK asks for an exact name.
 */
export function exactName(pattern: string): string | undefined {
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) {
    return undefined;
  }
  const inner = pattern.slice(1, -1);
  return /^(?:[^\\^$.*+?()[\]{}|]|\\[^A-Za-z0-9])*$/.test(inner) ? inner.replace(/\\(.)/gs, '$1') : undefined;
}

/**
 * The plain text that the pattern searches for, when it is nothing but that and SQLite can ignore its case itself,
 * which it does for ASCII only.
 */
export function literalText(pattern: string): string | undefined {
  const isLiteral = /^(?:[^\\^$.*+?()[\]{}|]|\\[^A-Za-z0-9])*$/.test(pattern);
  return isLiteral && /^[\x20-\x7e]*$/.test(pattern) ? pattern.replace(/\\(.)/g, '$1') : undefined;
}

/** The pattern in JavaScript's form. Throws 400/21 when it cannot be compiled. */
export function compilePattern(pattern: string, ignoreCase: boolean): RegExp {
  const inline = /^\(\?([a-z]+)\)/.exec(pattern);
  const flags = inline?.[1] ?? '';
  const source = pattern.slice(inline?.[0].length ?? 0).replace(/\\Z$/, '$');
  if (source.length > LONGEST_PATTERN) {
    throw new ApiError(400, 21, 'Invalid regular expression: the pattern is too long.');
  }
  try {
    return new RegExp(source, ignoreCase || flags.includes('i') ? 'i' : '');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ApiError(400, 21, `Invalid regular expression: ${reason}`);
  }
}

/** Makes `matches(value, pattern, ignoreCase)` and `name_hash(name)` known to SQL; patterns must compile. */
export function defineSqlFunctions(db: Sqlite): void {
  db.define('name_hash', (name) => nameHash(String(name)));
  let last: { readonly key: string; readonly expression: RegExp } | undefined;
  db.define('matches', (value, pattern, ignoreCase) => {
    const key = `${String(ignoreCase)}${String(pattern)}`;
    if (last?.key !== key) {
      last = { key, expression: compilePattern(String(pattern), ignoreCase === 1) };
    }
    return typeof value === 'string' && last.expression.test(value) ? 1 : 0;
  });
}
