/** What Trackside reads of ClearML's answers: strict on what is used, lenient on everything else. */
import * as z from 'zod';
import { rows } from '../readable-rows';

/** Optional fields of odd type count as absent: one broken row must not hide a whole list. */
export const text = z.string().optional().catch(undefined);
export const count = z.number().optional().catch(undefined);
export const words = z
  .array(z.unknown())
  .transform((items) => items.filter((item) => typeof item === 'string'))
  .catch([]);

/** A reference: an object in `*_ex` calls, a bare id elsewhere. */
export const reference = z
  .union([
    z.string().transform((id) => ({ id, name: undefined })),
    z.object({ id: text, name: text }).transform(({ id, name }) => ({ id, name })),
  ])
  .optional()
  .catch(undefined);

export const envelope = z.object({
  meta: z.object({
    result_code: z.number(),
    result_subcode: z.number().nullish().catch(undefined),
    result_msg: z.string().nullish().catch(undefined),
  }),
  data: z.unknown().optional(),
});

export const loginData = z.object({ token: z.string().min(1) });

export const serverInfoData = z.object({
  version: text,
  api_version: text,
  trackside: z
    .object({ protocol: z.number(), notices: z.array(z.string()).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

export const currentUserData = z.object({
  user: z.object({ name: text, company: z.object({ name: text }).optional().catch(undefined) }),
});

/** A number that some clients write as text. */
const figureText = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .optional()
  .catch(undefined);

export const wireTask = z.object({
  id: z.string().min(1),
  name: z.string().catch(''),
  type: text,
  status: z.string().catch('unknown'),
  status_reason: text,
  status_message: text,
  status_changed: text,
  comment: text,
  created: text,
  started: text,
  completed: text,
  last_update: text,
  last_change: text,
  last_iteration: count,
  last_worker: text,
  parent: reference,
  project: reference,
  user: reference,
  /** `{}` or an object without id: a public example that nobody here may change. */
  company: z.unknown().optional(),
  execution: z.object({ queue: reference }).optional().catch(undefined),
  tags: words,
  system_tags: words,
  runtime: z
    .object({ version: text, ds_file_count: figureText, ds_total_size: figureText })
    .optional()
    .catch(undefined),
});
export type WireTask = z.infer<typeof wireTask>;

export const tasksData = z.object({ tasks: rows(wireTask) });

export const wireScript = z.object({
  repository: text,
  branch: text,
  version_num: text,
  entry_point: text,
  working_dir: text,
  diff: text,
});

/** md5 → md5 → figures; names are read from inside. */
export const wireMetric = z.object({
  metric: z.string(),
  variant: z.string(),
  value: count,
  min_value: count,
  max_value: count,
  count,
});
export type WireMetric = z.infer<typeof wireMetric>;
export const wireLastMetrics = z
  .record(z.string(), z.record(z.string(), z.unknown()))
  .optional()
  .catch(undefined);
export const lastMetricsData = z.object({
  tasks: z.array(z.object({ id: z.string(), last_metrics: wireLastMetrics, last_iteration: count })),
});

export const wireProject = z.object({
  id: z.string().min(1),
  name: z.string(),
  description: text,
  last_update: text,
  own_models: count,
  stats: z
    .object({ active: z.object({ status_count: z.record(z.string(), z.number()) }) })
    .optional()
    .catch(undefined),
});
export const projectsData = z.object({ projects: rows(wireProject) });

export const queuesData = z.object({
  queues: rows(
    z.object({
      id: z.string().min(1),
      name: z.string(),
      display_name: text,
      system_tags: words,
      entries: z
        .array(z.object({ task: reference, added: text }))
        .nullish()
        .catch(undefined),
      workers: z
        .array(z.object({ name: text, key: text }))
        .nullish()
        .catch(undefined),
    }),
  ),
});

/** One figure, or one per core or GPU. */
const figure = z
  .union([z.number(), z.array(z.number())])
  .optional()
  .catch(undefined);

const machineStats = z.object({
  cpu_usage: figure,
  memory_used: figure,
  memory_free: figure,
  gpu_usage: figure,
  gpu_memory_used: figure,
});
export type WireMachineStats = z.infer<typeof machineStats>;

export const workersData = z.object({
  workers: rows(
    z.object({
      id: z.string().min(1),
      /** The server's own name for it. */
      key: text,
      task: z.object({ id: text, name: text, running_time: count }).optional().catch(undefined),
      queues: z
        .array(z.object({ id: text, name: text, display_name: text }))
        .nullish()
        .catch(undefined),
      last_activity_time: text,
      last_report_time: text,
      /** Trackside's tracker gives the latest figures along; a real server wants to be asked. */
      trackside: z
        .object({ machine_stats: machineStats.optional().catch(undefined) })
        .optional()
        .catch(undefined),
    }),
  ),
});

const statsPoints = z.object({
  aggregation: text,
  dates: z.array(z.number()).optional(),
  values: z.array(z.number()).optional(),
});
export const workerStatsData = z.object({
  workers: z.array(
    z.object({
      worker: z.string(),
      metrics: z
        .array(
          z.object({
            metric: z.string(),
            dates: z.array(z.number()).optional().catch(undefined),
            stats: z.array(statsPoints).catch([]),
          }),
        )
        .catch([]),
    }),
  ),
});

export const queueMetricsData = z.object({
  queues: rows(
    z.object({
      queue: z.string(),
      dates: z.array(z.number()),
      avg_waiting_times: z.array(z.number()),
      queue_lengths: z.array(z.number()),
    }),
  ),
});

export const createdData = z.object({ id: z.string().min(1) });

/** `queue_watched` only from servers that check whether somebody takes tasks from the queue. */
const flag = z.boolean().optional().catch(undefined);
export const queuedData = z.object({ queue_watched: flag });

export const queueData = z.object({ queue: z.object({ display_name: text }) });

const changedFields = z.object({ status: text, status_message: text }).optional().catch(undefined);
export const updatedData = z.object({ updated: count, fields: changedFields });

/** `*_many` calls answer 200 even when every item failed. */
export const manyData = z.object({
  succeeded: z.array(z.object({ id: text, fields: changedFields, queue_watched: flag })).catch([]),
  queue_watched: flag,
  failed: z
    .array(
      z.object({
        id: text,
        error: z.object({ codes: z.array(z.number()).catch([]), msg: z.string().catch('') }),
      }),
    )
    .catch([]),
});

const numbers = z.array(z.number().nullable());
export const rawScalarsData = z.object({
  variants: z.record(z.string(), z.object({ y: numbers, iter: numbers })).catch({}),
  returned: z.number(),
  scroll_id: text,
});

export const histogramData = z.record(z.string(), z.record(z.string(), z.object({ x: numbers, y: numbers })));

export const logData = z.object({
  events: z.array(z.object({ timestamp: z.number(), worker: text, level: text, msg: z.string().catch('') })),
});
