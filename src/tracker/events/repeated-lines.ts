import type { JsonObject } from '../json';
import { SINGLE_VALUE_ITER, type ScalarPlace } from './event-batch';
import { parseEventLine } from './event-line';
import { JsonNumberScanner } from './json-number';

const NEWLINE = 10;

const FIELDS = ['iter', 'value', 'timestamp'] as const;
type Field = (typeof FIELDS)[number];
const NUMBERED = /([{,]\s*"(iter|value|timestamp)"\s*:\s*)-?\d[\d.eE+-]*/g;

/** A line of one series without its numbers. */
interface Template {
  readonly place: ScalarPlace;
  /** What stands before each number. */
  readonly before: readonly string[];
  readonly fields: readonly Field[];
  readonly after: string;
  /** What followed it last time. */
  next: Template | undefined;
}

/**
 * Reads lines of a batch that repeat earlier ones but for their numbers, as scalars do that a script reports in the same
 * order again and again. A line that is, character by character, an earlier one with other numbers in the same places is
 * that line's event with those numbers: it need not be parsed, which costs several times as much.
 */
export class RepeatedLines {
  private readonly templates = new Map<ScalarPlace, Template>();
  private readonly seen = new Set<ScalarPlace>();
  private readonly scanner: JsonNumberScanner;
  private readonly numbers = { iter: 0, value: 0, timestamp: 0 };
  private previous: Template | undefined;

  /** @param nowMs the time of points that say none. */
  constructor(
    private readonly text: string,
    private readonly nowMs: number,
  ) {
    this.scanner = new JsonNumberScanner(text);
  }

  /** Puts the point of the line that begins here into its place, and answers where the line ends; undefined: not known. */
  take(start: number): number | undefined {
    const template = this.previous?.next;
    const end = template && this.endOf(template, start);
    if (template === undefined || end === undefined) {
      return undefined;
    }
    const [iter, at] = [Math.trunc(this.numbers.iter), Math.trunc(this.numbers.timestamp)];
    if (!Number.isFinite(iter) || iter === SINGLE_VALUE_ITER || !Number.isFinite(at)) {
      return undefined;
    }
    template.place.add(iter, at, this.numbers.value);
    this.previous = template;
    return end;
  }

  /** Learns from a line that had to be parsed. What comes between scalars does not change which one is expected. */
  follow(line: string, event: JsonObject, place: ScalarPlace): void {
    const template = this.templates.get(place) ?? this.learn(line, event, place);
    if (template !== undefined) {
      if (this.previous !== undefined) {
        this.previous.next = template;
      }
      this.previous = template;
    }
  }

  /** Where the line ends, when it is one of the template; its numbers are in `numbers` then. */
  private endOf({ before, fields, after }: Template, start: number): number | undefined {
    const { text, scanner, numbers } = this;
    numbers.iter = 0;
    numbers.timestamp = this.nowMs;
    let at = start;
    for (let index = 0; index < fields.length; index += 1) {
      const [piece, field] = [before[index] ?? '', fields[index] ?? 'value'];
      if (!this.isAt(at, piece) || !scanner.scan(at + piece.length)) {
        return undefined;
      }
      numbers[field] = scanner.value;
      at = scanner.end;
    }
    const end = at + after.length;
    const isEnd = end === text.length || text.charCodeAt(end) === NEWLINE;
    return isEnd && this.isAt(at, after) ? end : undefined;
  }

  /** `startsWith` compares letter by letter, which takes eight times as long. */
  private isAt(start: number, piece: string): boolean {
    return this.text.slice(start, start + piece.length) === piece;
  }

  /** Only from the second line of a series on: of most series a batch may have but one. */
  private learn(line: string, event: JsonObject, place: ScalarPlace): Template | undefined {
    if (!this.seen.has(place)) {
      this.seen.add(place);
      return undefined;
    }
    const template = templateOf(line, event, place);
    if (template !== undefined) {
      this.templates.set(place, template);
    }
    return template;
  }
}

/** Undefined for a line whose numbers are not where they are looked for. */
function templateOf(line: string, event: JsonObject, place: ScalarPlace): Template | undefined {
  const fields: Field[] = [];
  const before: string[] = [];
  let at = 0;
  for (const match of line.matchAll(NUMBERED)) {
    const field = FIELDS.find((each) => each === match[2]);
    if (field !== undefined) {
      fields.push(field);
      before.push(line.slice(at, match.index + (match[1] ?? '').length));
      at = match.index + match[0].length;
    }
  }
  const template = { place, fields, before, after: line.slice(at), next: undefined };
  return isWhole(template, event) ? template : undefined;
}

/** Whether other numbers in its places make the same event with those numbers: no name or text in it looks like one. */
function isWhole({ fields, before, after }: Template, event: JsonObject): boolean {
  const hasAll = FIELDS.every((field) => fields.includes(field) || typeof event[field] !== 'number');
  const others = Object.fromEntries(fields.map((field, index) => [field, index + 1]));
  const line = before.map((piece, index) => `${piece}${index + 1}`).join('') + after;
  const isEvent = hasAll && fields.includes('value');
  return isEvent && JSON.stringify(parseEventLine(line)) === JSON.stringify({ ...event, ...others });
}
