import type { JsonObject } from '../json';
import { allowsLocked, type SeriesAddress } from './event-batch';
import { parseEventLine } from './event-line';
import { JsonNumberScanner } from './json-number';

const NEWLINE = 10;

const FIELDS = ['iter', 'value', 'timestamp'] as const;
type Field = (typeof FIELDS)[number];
const NUMBERED = /([{,]\s*"(iter|value|timestamp)"\s*:\s*)-?\d[\d.eE+-]*/g;

/** The numbers of a scalar's line. */
export type LineNumbers = Record<Field, number>;

/** A line of one series without its numbers. */
export class LineShape {
  /** What followed it last time. */
  next: LineShape | undefined;
  /** How much text it holds. */
  readonly characters: number;

  private constructor(
    readonly address: SeriesAddress,
    /** Whether the line says `allow_locked`. */
    readonly allowsLocked: boolean,
    /** What stands before each number. */
    private readonly before: readonly string[],
    private readonly fields: readonly Field[],
    private readonly after: string,
  ) {
    this.characters = before.reduce((sum, { length }) => sum + length, after.length);
  }

  /** Undefined for a line whose numbers are not where they are looked for. */
  static of(parsed: string, event: JsonObject, address: SeriesAddress): LineShape | undefined {
    const line = detached(parsed);
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
    const shape = new LineShape(address, allowsLocked(event), before, fields, line.slice(at));
    return shape.isWhole(event) ? shape : undefined;
  }

  /**
   * Where the line that begins at `start` ends, when it has this shape: its numbers are in `numbers` then, which keep
   * what they held for those it does not give.
   */
  endOf(text: string, start: number, scanner: JsonNumberScanner, numbers: LineNumbers): number | undefined {
    const { before, fields, after } = this;
    let at = start;
    for (let index = 0; index < fields.length; index += 1) {
      const [piece, field] = [before[index] ?? '', fields[index] ?? 'value'];
      if (!isAt(text, at, piece) || !scanner.scan(at + piece.length)) {
        return undefined;
      }
      numbers[field] = scanner.value;
      at = scanner.end;
    }
    const end = at + after.length;
    const isEnd = end === text.length || text.charCodeAt(end) === NEWLINE;
    return isEnd && isAt(text, at, after) ? end : undefined;
  }

  /** Whether a line by itself has this shape. */
  isOf(line: string): boolean {
    const numbers = { iter: 0, value: 0, timestamp: 0 };
    return this.endOf(line, 0, new JsonNumberScanner(line), numbers) !== undefined;
  }

  /** Whether other numbers in its places make the same event with those numbers: no name or text in it looks like one. */
  private isWhole(event: JsonObject): boolean {
    const { before, fields, after } = this;
    const hasAll = FIELDS.every((field) => fields.includes(field) || typeof event[field] !== 'number');
    const others = Object.fromEntries(fields.map((field, index) => [field, index + 1]));
    const line = before.map((piece, index) => `${piece}${index + 1}`).join('') + after;
    const isEvent = hasAll && fields.includes('value');
    return isEvent && JSON.stringify(parseEventLine(line)) === JSON.stringify({ ...event, ...others });
  }
}

/** A part of a text keeps the whole alive, which is a request's body; a shape outlives it. */
function detached(line: string): string {
  return Buffer.from(line).toString();
}

/** `startsWith` compares letter by letter, which takes eight times as long. */
function isAt(text: string, start: number, piece: string): boolean {
  return text.slice(start, start + piece.length) === piece;
}
