/**
 * What Trackside's embedded tracker offers beside the ClearML calls. Same host, same authentication, same envelope;
 * a real ClearML server answers 404 to all of it. Shared by the tracker (server side) and the ClearML backend
 * (client side); `server.info` carries `trackside: {protocol}` where these calls exist.
 */
import * as z from 'zod';
import type { SeriesDelta } from '../../core/series';

export const TRACKSIDE_PROTOCOL = 1;

/** Sent by the local runner with scalars it read from console lines; dropped once an SDK reports for the task. */
export const CAPTURE_HEADER = 'x-trackside-capture';

/** JSON has no NaN and no infinities; these words stand for them in `value` fields, both ways. */
export const wireNumber = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]).transform(Number);

export function toWireNumber(value: number): number | 'NaN' | 'Infinity' | '-Infinity' {
  if (Number.isFinite(value)) {
    return value;
  }
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

export const tracksideCalls = {
  /** `{task}` → {@link summaryData}. */
  summary: 'trackside.summary',
  /** `{task, cursor?}` → `application/octet-stream`, see {@link encodeSeries}. */
  series: 'trackside.series',
  /** `{task, cursor?, limit}` → {@link consoleData}. */
  console: 'trackside.console',
  /** WebSocket; the server sends {@link liveMessage} as JSON text, the client sends nothing. */
  live: 'trackside.live',
  /** `{}` → {@link workerSettings}; `{…changes}` sets and returns them. The local worker's settings. */
  worker: 'trackside.worker',
} as const;

export const summaryData = z.object({
  series: z.array(
    z.object({
      metric: z.string(),
      variant: z.string(),
      count: z.number(),
      last: wireNumber,
      min: wireNumber,
      max: wireNumber,
      last_step: z.number(),
      last_time: z.number(),
    }),
  ),
});

export const consoleData = z.object({
  chunks: z.array(z.object({ text: z.string(), at: z.number(), level: z.string().optional() })),
  cursor: z.string(),
  has_more: z.boolean(),
});

export const liveMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('task'), ids: z.array(z.string()) }),
  z.object({ kind: z.literal('series'), taskId: z.string() }),
  z.object({ kind: z.literal('console'), taskId: z.string() }),
  z.object({ kind: z.literal('queues') }),
  z.object({ kind: z.literal('workers') }),
  z.object({ kind: z.literal('projects') }),
]);
export type LiveMessage = z.infer<typeof liveMessage>;

export const workerSettings = z.object({
  concurrent_tasks: z.number().int().min(0).max(64),
  stop_grace_ms: z.number().int().min(0).max(600_000),
});

const seriesHeader = z.object({
  cursor: z.string(),
  series: z.array(
    z.object({
      metric: z.string(),
      variant: z.string(),
      mode: z.enum(['append', 'replace']),
      count: z.number().int().nonnegative(),
    }),
  ),
});
export type SeriesHeader = z.infer<typeof seriesHeader>;

type WireSeries = Omit<SeriesDelta, 'fidelity'>;

/**
 * Binary form of many series. Little-endian: uint32 length of the header in bytes (a multiple of 8 minus 4, padded
 * with blanks), the header as UTF-8 JSON, then per series `count` float64 steps, `count` times (epoch ms) and
 * `count` values, in header order. No JSON parse per point, and the arrays are views into one buffer.
 */
export function encodeSeries(cursor: string, series: readonly WireSeries[]): Uint8Array {
  const header: SeriesHeader = {
    cursor,
    series: series.map(({ name, mode, values }) => ({ ...name, mode, count: values.length })),
  };
  const headerBytes = new TextEncoder().encode(JSON.stringify(header));
  const dataStart = Math.ceil((4 + headerBytes.length) / 8) * 8;
  const pointCount = series.reduce((sum, { values }) => sum + values.length, 0);
  const bytes = new Uint8Array(dataStart + pointCount * 24);
  new DataView(bytes.buffer).setUint32(0, dataStart - 4, true);
  bytes.fill(0x20, 4, dataStart);
  bytes.set(headerBytes, 4);
  let offset = dataStart;
  for (const { steps, times, values } of series) {
    for (const column of [steps, times, values]) {
      bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), offset);
      offset += column.byteLength;
    }
  }
  return bytes;
}

/** Reverse of {@link encodeSeries}. Throws a plain Error with the reason when the bytes do not add up. */
export function decodeSeries(bytes: Uint8Array): { cursor: string; series: WireSeries[] } {
  const buffer = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  if (buffer.byteLength < 8) {
    throw new Error('The series answer is too short.');
  }
  const headerLength = new DataView(buffer.buffer, buffer.byteOffset).getUint32(0, true);
  const dataStart = 4 + headerLength;
  if (dataStart % 8 !== 0 || dataStart > buffer.byteLength) {
    throw new Error('The series answer has a header of impossible length.');
  }
  const text = new TextDecoder().decode(buffer.subarray(4, dataStart));
  const header = seriesHeader.parse(JSON.parse(text));
  const expected = header.series.reduce((sum, { count }) => sum + count * 24, dataStart);
  if (expected !== buffer.byteLength) {
    throw new Error(`The series answer has ${buffer.byteLength} bytes where ${expected} were announced.`);
  }
  let offset = buffer.byteOffset + dataStart;
  const column = (count: number): Float64Array => {
    const view = new Float64Array(buffer.buffer, offset, count);
    offset += count * 8;
    return view;
  };
  const series = header.series.map(({ metric, variant, mode, count }) => ({
    name: { metric, variant },
    mode,
    steps: column(count),
    times: column(count),
    values: column(count),
  }));
  return { cursor: header.cursor, series };
}
