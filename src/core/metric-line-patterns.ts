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
  const isRisky: boolean[] = [];
  const plain = source
    .replace(/\\(?:k<\w*>|[1-9])/g, '\0')
    .replace(/\\./gs, 'x')
    .replace(/\[[^\]]*\]/g, 'x');
  if (plain.includes('\0')) {
    return true;
  }
  for (let index = 0; index < plain.length; index += 1) {
    const character = plain[index];
    if (character === '(') {
      isRisky.push(false);
      index += plain[index + 1] === '?' ? 1 : 0;
    } else if (character === ')') {
      const wasRisky = isRisky.pop() ?? false;
      const isRepeated = /^(?:[*+]|\{\d+,\d*\})/.test(plain.slice(index + 1, index + 12));
      if (wasRisky && isRepeated) {
        return true;
      }
      mark(isRisky, wasRisky || isRepeated);
    } else {
      mark(isRisky, character === '*' || character === '+' || character === '|' || character === '{');
    }
  }
  return false;
}

function mark(stack: boolean[], isRisky: boolean): void {
  if (isRisky && stack.length > 0) {
    stack[stack.length - 1] = true;
  }
}

/** Every match of one pattern in one line; nothing for a line above {@link PATTERN_LINE_LIMIT}. */
export function matchPattern(pattern: MetricPattern, line: string): readonly PatternMatch[] {
  if (line.length > PATTERN_LINE_LIMIT) {
    return [];
  }
  const matches: PatternMatch[] = [];
  for (const found of line.matchAll(pattern.expression)) {
    const { name, value, step } = found.groups ?? {};
    const number = value === undefined || value.trim() === '' ? undefined : parseNumber(value.trim());
    const isNumber = number !== undefined && (!Number.isNaN(number) || /nan$/i.test(value?.trim() ?? ''));
    if (name !== undefined && name !== '' && isNumber) {
      const wholeStep = Number(step);
      matches.push({
        name,
        value: number,
        ...(Number.isSafeInteger(wholeStep) && step !== '' ? { step: wholeStep } : {}),
      });
    }
    if (matches.length >= MATCH_LIMIT) {
      break;
    }
  }
  return matches;
}
