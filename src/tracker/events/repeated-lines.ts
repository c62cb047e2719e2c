import type { JsonObject } from '../json';
import { SINGLE_VALUE_ITER, type EventBatch, type ScalarPlace } from './event-batch';
import { JsonNumberScanner } from './json-number';
import type { KnownLines } from './known-lines';
import { LineShape } from './line-shape';

/** A batch and when it came. */
export interface BatchInHand {
  /** Its lines. */
  readonly text: string;
  readonly batch: EventBatch;
  /** The time of points that say none. */
  readonly nowMs: number;
}

/**
 * Reads lines of a batch that repeat earlier ones but for their numbers, as scalars do that a script reports in the same
 * order again and again. A line that is, character by character, an earlier one with other numbers in the same places is
 * that line's event with those numbers: it need not be parsed, which costs several times as much.
 */
export class RepeatedLines {
  private readonly places = new Map<LineShape, ScalarPlace>();
  private readonly scanner: JsonNumberScanner;
  private readonly numbers = { iter: 0, value: 0, timestamp: 0 };
  /** No shape is learnt twice: a series may be reported in two ways in turn. */
  private readonly learnt = new Set<LineShape>();
  private previous: LineShape | undefined;

  constructor(
    private readonly known: KnownLines,
    private readonly inHand: BatchInHand,
  ) {
    this.scanner = new JsonNumberScanner(inHand.text);
  }

  /** Puts the point of the line that begins here into its place, and answers where the line ends; undefined: not known. */
  take(start: number): number | undefined {
    const shape = this.previous?.next;
    const end = shape && this.endOf(shape, start);
    if (shape === undefined || end === undefined) {
      return undefined;
    }
    const [iter, at] = [Math.trunc(this.numbers.iter), Math.trunc(this.numbers.timestamp)];
    if (!Number.isFinite(iter) || iter === SINGLE_VALUE_ITER || !Number.isFinite(at)) {
      return undefined;
    }
    this.placeOf(shape).add(iter, at, this.numbers.value);
    this.previous = shape;
    return end;
  }

  /** Learns from a line that had to be parsed. What comes between scalars does not change which one is expected. */
  follow(line: string, event: JsonObject, { address }: ScalarPlace): void {
    const known = this.known.find(address);
    const isOfKnown = known !== undefined && (this.learnt.has(known) || known.isOf(line));
    const shape = isOfKnown ? known : this.learn(line, event, address);
    if (shape !== undefined) {
      if (this.previous !== undefined) {
        this.previous.next = shape;
      }
      this.previous = shape;
    }
  }

  /** Where the line ends, when it has this shape; its numbers are in `numbers` then. */
  private endOf(shape: LineShape, start: number): number | undefined {
    const { scanner, numbers, inHand } = this;
    numbers.iter = 0;
    numbers.timestamp = inHand.nowMs;
    return shape.endOf(inHand.text, start, scanner, numbers);
  }

  private placeOf(shape: LineShape): ScalarPlace {
    const known = this.places.get(shape);
    if (known !== undefined) {
      return known;
    }
    if (shape.allowsLocked) {
      this.inHand.batch.allowLocked();
    }
    const place = this.inHand.batch.placeAt(shape.address);
    this.places.set(shape, place);
    return place;
  }

  /** Only from the second line of a series on: most series of a short run may have but one. */
  private learn(line: string, event: JsonObject, address: ScalarPlace['address']): LineShape | undefined {
    if (!this.known.isSeen(address)) {
      return undefined;
    }
    const shape = LineShape.of(line, event, address);
    if (shape !== undefined) {
      this.known.keep(shape);
      this.learnt.add(shape);
    }
    return shape;
  }
}
