/**
 * What Trackside's embedded tracker offers beside the ClearML calls. Same host, same authentication, same envelope;
 * a real ClearML server answers 404 to all of it. Shared by the tracker (server side) and the ClearML backend
 * (client side); `server.info` carries `trackside: {protocol}` where these calls exist.
 */
import * as z from 'zod';

export const TRACKSIDE_PROTOCOL = 1;

/**
 * Sent by the local runner: the name of its run. Scalars that come with it were read from console lines, and are dropped
 * once an SDK reports for the task; everything is refused once the task was taken from the run.
 */
export const RUN_HEADER = 'x-trackside-capture';

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
  /** `{task, cursor?}` → `application/octet-stream`, see `encodeSeries` (series-wire.ts). */
  series: 'trackside.series',
  /**
   * `{task, max_points, least_points?}` → `application/octet-stream`, see `encodeOverviews`; trackers before this call
   * answer 404. A run with fewer points than `least_points` has none.
   */
  overview: 'trackside.overview',
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
