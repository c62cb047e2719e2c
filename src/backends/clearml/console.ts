import * as z from 'zod';
import type { ConsoleChunk } from '../contract';
import { defined } from './map';
import { logData } from './schema';
import type { ClearMlSession } from './session';
import { consoleData, tracksideCalls } from './trackside-wire';

export interface ConsolePage {
  readonly chunks: readonly ConsoleChunk[];
  readonly cursor: string;
  readonly hasMore: boolean;
}

/** From Trackside's tracker, whose lines have numbers. */
export async function readTracksideConsole(
  session: ClearMlSession,
  taskId: string,
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<ConsolePage> {
  const body = { task: taskId, limit, ...(cursor === undefined ? {} : { cursor }) };
  const page = await session.read(tracksideCalls.console, body, consoleData, signal);
  return {
    chunks: page.chunks.map(({ text, at, level }) => ({ text, at, ...defined({ level }) })),
    cursor: page.cursor,
    hasMore: page.has_more,
  };
}

/** Lines may be stored this much later than their time says; so far back every read overlaps the one before. */
const OVERLAP_MS = 5_000;
/** Elasticsearch gives no more than this per answer. */
const MAX_BATCH = 10_000;
/** More remembered lines than this shorten the overlap, so that a read always has room for new ones. */
const MAX_SEEN = 4_000;

/** The newest time read, and how often each line at or after the overlap was seen (`time hash` → times). */
const logCursor = z.object({ newest: z.number(), from: z.number(), seen: z.record(z.string(), z.number()) });
type LogCursor = z.infer<typeof logCursor>;

type LogEvent = z.infer<typeof logData>['events'][number];

/** From a real ClearML server, whose lines have neither numbers nor ids: reads overlap and are merged. */
export async function readEventConsole(
  session: ClearMlSession,
  taskId: string,
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<ConsolePage> {
  const place = readPlace(cursor);
  const seenCount = Object.values(place.seen).reduce((sum, times) => sum + times, 0);
  const batchSize = Math.min(MAX_BATCH, Math.max(1, limit) + seenCount);
  const { events } = await session.read(
    'events.get_task_log',
    {
      task: taskId,
      navigate_earlier: false,
      order: 'asc',
      batch_size: batchSize,
      // Exclusive, hence one less; 0 would mean "unset".
      ...(place.from > 1 ? { from_timestamp: place.from - 1 } : {}),
    },
    logData,
    signal,
  );
  const fresh = withoutSeen(events, place.seen);
  const chunks = fresh.map(({ msg, timestamp, level }) => ({
    text: msg.replaceAll('\0', ''),
    at: timestamp,
    ...defined({ level }),
  }));
  const hasMore = events.length >= batchSize;
  return { chunks, cursor: JSON.stringify(placeAfter(place, events, hasMore)), hasMore };
}

/**
 * The newest lines, from ClearML's server and Trackside's tracker alike. Both are asked for the newest first, and give
 * lines of the same millisecond in the order in which they came, since only times are sorted.
 */
export async function readConsoleEnd(
  session: ClearMlSession,
  taskId: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly ConsoleChunk[]> {
  const { events } = await session.read(
    'events.get_task_log',
    {
      task: taskId,
      navigate_earlier: true,
      order: 'desc',
      batch_size: Math.min(MAX_BATCH, Math.max(1, limit)),
    },
    logData,
    signal,
  );
  const inTime = events.toSorted((a, b) => a.timestamp - b.timestamp);
  return inTime.map(({ msg, timestamp, level }) => ({
    text: msg.replaceAll('\0', ''),
    at: timestamp,
    ...defined({ level }),
  }));
}

/** A cursor that is not understood reads from the beginning. */
function readPlace(cursor: string | undefined): LogCursor {
  try {
    return logCursor.parse(JSON.parse(cursor ?? ''));
  } catch {
    return { newest: 0, from: 0, seen: {} };
  }
}

function keyOf({ timestamp, worker, msg }: LogEvent): string {
  return `${timestamp} ${hashOf(`${worker ?? ''}\n${msg}`)}`;
}

/** 53 bits of mixing, enough to tell apart the lines of a few seconds; nothing relies on it for safety. */
function hashOf(text: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  return `${(high >>> 0).toString(36)}${(low >>> 0).toString(36)}`;
}

/** Lines that were not there before; the same line printed twice in one millisecond stays twice. */
function withoutSeen(events: readonly LogEvent[], seen: Readonly<Record<string, number>>): LogEvent[] {
  const left = new Map(Object.entries(seen));
  const sorted = [...events].sort((a, b) => a.timestamp - b.timestamp);
  return sorted.filter((event) => {
    const key = keyOf(event);
    const times = left.get(key) ?? 0;
    left.set(key, times - 1);
    return times <= 0;
  });
}

function placeAfter(place: LogCursor, events: readonly LogEvent[], hasMore: boolean): LogCursor {
  const newest = events.reduce((latest, { timestamp }) => Math.max(latest, timestamp), place.newest);
  // A full page is in the middle of the log: nothing late can be missed there that the next page would not show.
  const overlapFrom = Math.max(0, newest - (hasMore ? 0 : OVERLAP_MS));
  const from = Math.max(place.from, overlapFrom);
  const inOverlap = events.filter(({ timestamp }) => timestamp >= from);
  if (inOverlap.length > MAX_SEEN && from < newest) {
    const atNewest = events.filter(({ timestamp }) => timestamp >= newest);
    return { newest, from: newest, seen: countByKey(atNewest) };
  }
  return { newest, from, seen: countByKey(inOverlap) };
}

function countByKey(events: readonly LogEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events) {
    const key = keyOf(event);
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
