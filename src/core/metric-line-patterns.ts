import { parseNumber } from './metric-line-tokens';

/** A pattern of the setting `trackside.metrics.patterns`, checked and ready. */
export interface MetricPattern {
  readonly source: string;
  readonly expression: RegExp;
}

export interface RejectedPattern {
  readonly source: string;
  /** One sentence that says what is wrong and what to do. */
  readonly reason: string;
}

export interface PatternMatch {
  readonly name: string;
  readonly value: number;
  readonly step?: number;
}

/** Lines longer than this are not given to people's own patterns, so that a slow one stays harmless. */
export const PATTERN_LINE_LIMIT = 2_000;
const SOURCE_LIMIT = 1_000;
const MATCH_LIMIT = 1_000;

/**
 * Compiles regular expressions with the named groups `name` and `value` (required) and `step` (optional). Those
 * that do not compile, lack a group, or could take for ever on some line are rejected with a reason.
 */
export function compileMetricPatterns(sources: readonly string[]): {
  readonly patterns: readonly MetricPattern[];
  readonly rejected: readonly RejectedPattern[];
} {
  const patterns: MetricPattern[] = [];
  const rejected: RejectedPattern[] = [];
  for (const source of sources) {
    const result = compilePattern(source);
    if (typeof result === 'string') {
      rejected.push({ source, reason: result });
    } else {
      patterns.push({ source, expression: result });
    }
  }
  return { patterns, rejected };
}

function compilePattern(source: string): RegExp | string {
  if (source.length > SOURCE_LIMIT) {
    return `The metric pattern is ${source.length} characters long; at most ${SOURCE_LIMIT} are allowed.`;
  }
  for (const group of ['name', 'value']) {
    if (!source.includes(`(?<${group}>`)) {
      return `The metric pattern ${source} has no group (?<${group}>…); add it.`;
    }
  }
  if (repeatsRepetition(source)) {
    return `The metric pattern ${source} repeats a group that itself repeats or chooses, or refers back to a group, which can take for ever; rewrite it without.`;
  }
  try {
    return new RegExp(source, 'gu');
  } catch (error) {
    return `The metric pattern ${source} is not a valid regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** True for the shapes that make a backtracking matcher exponential: a quantified group with a quantifier or `|` in it. */
function repeatsRepetition(source: string): boolean {
  const plain = source
    .replace(/\\(?:k<\w*>|[1-9])/g, '\0')
    .replace(/\\./gs, 'x')
    .replace(/\[[^\]]*\]/g, 'x')
    .replace(/\(\?/g, '(');
  if (plain.includes('\0')) {
    return true;
  }
  const isRisky: boolean[] = [];
  return Array.from(plain, (_, index) => index).some((index) => {
    const character = plain.charAt(index);
    const isClosing = character === ')';
    const wasRisky = isClosing && (isRisky.pop() ?? false);
    const isRepeated = isClosing && /^(?:[*+]|\{\d+,\d*\})/.test(plain.slice(index + 1, index + 12));
    if (character === '(') {
      isRisky.push(false);
    } else if (isRisky.length > 0 && (wasRisky || isRepeated || '*+|{'.includes(character))) {
      isRisky[isRisky.length - 1] = true;
    }
    return wasRisky && isRepeated;
  });
}

/** Every match of one pattern in one line; nothing for a line above {@link PATTERN_LINE_LIMIT}. */
export function matchPattern(pattern: MetricPattern, line: string): readonly PatternMatch[] {
  const matches: PatternMatch[] = [];
  if (line.length > PATTERN_LINE_LIMIT) {
    return matches;
  }
  for (const found of line.matchAll(pattern.expression)) {
    const match = readGroups(found.groups ?? {});
    if (match !== undefined) {
      matches.push(match);
    }
    if (matches.length >= MATCH_LIMIT) {
      break;
    }
  }
  return matches;
}

function readGroups(groups: Readonly<Record<string, string | undefined>>): PatternMatch | undefined {
  const { name = '', value = '', step = '' } = groups;
  const text = value.trim();
  const number = text === '' ? Number.NaN : parseNumber(text);
  const isNumber = !Number.isNaN(number) || /^[+-]?nan$/i.test(text);
  if (name === '' || !isNumber) {
    return undefined;
  }
  const whole = step === '' ? Number.NaN : Number(step);
  return { name, value: number, ...(Number.isSafeInteger(whole) && { step: whole }) };
}
