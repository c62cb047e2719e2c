import { ApiError } from '../api-error';
import type { JsonObject } from '../json';
import { EventBatch, type BatchOrigin, type ReportedBatch } from './event-batch';
import { parseEventLine } from './event-line';
import { RepeatedLines } from './repeated-lines';

/** Reads the body of a batch, which is json-lines: a bad line does not spoil its neighbours. Throws 400/17 for an empty one. */
export function readBatch(lines: string, origin: BatchOrigin): ReportedBatch {
  const text = lines.trim();
  if (text === '') {
    throw new ApiError(400, 17, 'Batch request is empty');
  }
  const batch = new EventBatch(origin);
  const repeated = new RepeatedLines(text, origin.nowMs);
  for (let at = 0; at < text.length;) {
    const repeatedEnd = repeated.take(at);
    const end = repeatedEnd ?? lineEnd(text, at);
    if (repeatedEnd === undefined) {
      takeParsed(text.slice(at, end).trim(), batch, repeated);
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

function takeParsed(line: string, batch: EventBatch, repeated: RepeatedLines): void {
  if (line === '') {
    return;
  }
  const event = parseEventLine(line);
  if (event === undefined) {
    batch.refuse('Malformed JSON line');
    return;
  }
  const place = batch.add(event);
  if (place !== undefined) {
    repeated.follow(line, event, place);
  }
}
