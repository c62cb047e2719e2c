import { ApiError } from '../api-error';
import type { JsonObject } from '../json';
import { EventBatch, type BatchOrigin, type ReportedBatch, type ScalarPlace } from './event-batch';
import { parseEventLine } from './event-line';
import type { KnownLines } from './known-lines';
import { RepeatedLines } from './repeated-lines';

/**
 * Reads the body of a batch, which is json-lines: a bad line does not spoil its neighbours. Throws 400/17 for an empty
 * one. What is learnt from its lines is kept in `known` for the batches that follow.
 */
export function readBatch(lines: string, origin: BatchOrigin, known: KnownLines): ReportedBatch {
  const text = lines.trim();
  if (text === '') {
    throw new ApiError(400, 17, 'Batch request is empty');
  }
  const batch = new EventBatch(origin);
  const repeated = new RepeatedLines(known, { text, batch, nowMs: origin.nowMs });
  for (let at = 0; at < text.length;) {
    const repeatedEnd = repeated.take(at);
    const end = repeatedEnd ?? lineEnd(text, at);
    if (repeatedEnd === undefined) {
      const line = text.slice(at, end).trim();
      const parsed = takeParsed(line, batch);
      if (parsed !== undefined) {
        repeated.follow(line, parsed.event, parsed.place);
      }
    }
    at = end + 1;
  }
  return batch.finish();
}

/** A batch of one event. */
export function batchOf(event: JsonObject, origin: BatchOrigin): ReportedBatch {
  const batch = new EventBatch(origin);
  batch.add(event);
  return batch.finish();
}

function lineEnd(text: string, start: number): number {
  const newline = text.indexOf('\n', start);
  return newline < 0 ? text.length : newline;
}

/** What a line says and where its point went; undefined for anything but a scalar's point. */
function takeParsed(
  line: string,
  batch: EventBatch,
): { readonly event: JsonObject; readonly place: ScalarPlace } | undefined {
  if (line === '') {
    return undefined;
  }
  const event = parseEventLine(line);
  if (event === undefined) {
    batch.refuse('Malformed JSON line');
    return undefined;
  }
  const place = batch.add(event);
  return place && { event, place };
}
