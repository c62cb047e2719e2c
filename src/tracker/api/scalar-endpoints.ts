import * as z from 'zod';
import { toWireNumber } from '../../backends/clearml/trackside-wire';
import { seriesKey, type SeriesName } from '../../core/series';
import { ApiError } from '../api-error';
import { SINGLE_VALUE_ITER } from '../events/event-batch';
import { MODEL_SCALAR } from '../events/model-writer';
import type { Endpoint } from '../http/call';
import { newId } from '../ids';
import type { JsonObject } from '../json';
import { ordered, PointBuffer, slice, type Points } from '../storage/series-points';
import type { SeriesState } from '../storage/series-state';
import type { TaskRecord } from '../storage/task-store';
import { TaskCommands } from '../tasks/task-commands';
import type { TrackerContext } from '../tracker-context';
import { bucketMeans } from './bucket-means';
import { maybeCount, maybeFlag, maybeText, reading } from './endpoint';

const metricFilter = z.object({ metric: z.string(), variants: z.array(z.string()).nullish() });
type MetricFilter = z.output<typeof metricFilter>;

const axis = z
  .enum(['iter', 'timestamp', 'iso_time'])
  .nullish()
  .transform((key) => key ?? ('iter' as const));
type Axis = z.output<typeof axis>;

const histogram = z.object({
  samples: z.number().int().min(1).max(6000).nullish(),
  key: axis,
  metrics: z.array(metricFilter).nullish(),
  model_events: maybeFlag,
});

/** Reading scalar series the way the real server gives them. */
export function scalarEndpoints(context: TrackerContext): Endpoint[] {
  return [...histograms(context), rawPoints(context), singleValues(context), ...names(context)];
}

function histograms(context: TrackerContext): Endpoint[] {
  const one = histogram.extend({ task: z.string() });
  const several = histogram.extend({ tasks: z.union([z.array(z.string()).min(1).max(100), z.string()]) });
  return [
    reading('events.scalar_metrics_iter_histogram', one, (request) => {
      const samples = request.samples ?? 2000;
      const lines = request.model_events
        ? modelLines(context, request.task)
        : taskLines(context, request.task);
      const result: Record<string, JsonObject> = {};
      for (const { name, points } of wanted(lines, request.metrics ?? [])) {
        const { metric, variant } = name;
        const line = { name: variant, ...line2d(points(), request.key, samples) };
        result[metric] = { ...result[metric], [variant]: line };
      }
      return result;
    }),
    reading('events.multi_task_scalar_metrics_iter_histogram', several, (request) => {
      const result: Record<string, Record<string, JsonObject>> = {};
      for (const task of requireAll(context, idList(request.tasks))) {
        for (const state of chosen(context, task, request.metrics ?? [])) {
          const { metric, variant } = state.name;
          const points = context.storage.series.points(state);
          const line = { name: task.name, ...line2d(points, request.key, request.samples ?? 2000) };
          const variants = result[metric] ?? {};
          result[metric] = { ...variants, [variant]: { ...variants[variant], [task.id]: line } };
        }
      }
      return { metrics: result };
    }),
  ];
}

/** Every point of one metric, in pieces; positions are kept here by scroll id. */
function rawPoints(context: TrackerContext): Endpoint {
  const input = z.object({
    task: z.string(),
    metric: metricFilter,
    key: axis,
    batch_size: z.number().int().min(1).max(200_000).nullish(),
    count_total: maybeFlag,
    scroll_id: maybeText,
  });
  const positions = new Map<string, number>();
  return reading('events.scalar_metrics_iter_raw', input, (request) => {
    const task = new TaskCommands(context).require(request.task);
    const states = chosen(context, task, [request.metric]);
    const start = request.scroll_id === undefined ? 0 : positions.get(request.scroll_id);
    if (start === undefined) {
      throw new ApiError(400, 1104, `Invalid scroll id: scroll_id=${request.scroll_id ?? ''}`);
    }
    const { variants, returned } = piece(context, states, start, request.batch_size ?? 10_000, request.key);
    const scrollId = request.scroll_id ?? newId();
    positions.set(scrollId, start + returned);
    if (positions.size > 1000) {
      positions.delete([...positions.keys()][0] ?? '');
    }
    const total = states.reduce((sum, { count }) => sum + count, 0);
    return { variants, returned, total: request.count_total ? total : null, scroll_id: scrollId };
  });
}

function singleValues(context: TrackerContext): Endpoint {
  const input = z.object({ tasks: z.union([z.array(z.string()).min(1), z.string()]) });
  return reading('events.get_task_single_value_metrics', input, ({ tasks }) => ({
    tasks: requireAll(context, idList(tasks)).flatMap((task) => {
      const values = context.storage.singleValues.list(task.key).map(({ metric, variant, value, at }) => ({
        metric,
        variant,
        value: toWireNumber(value),
        timestamp: at,
      }));
      return values.length === 0 ? [] : [{ task: task.id, task_name: task.name, values }];
    }),
  }));
}

function names(context: TrackerContext): Endpoint[] {
  const one = z.object({ task: z.string() });
  const several = z.object({
    tasks: z.union([z.array(z.string()).min(1), z.string()]),
    event_type: maybeText,
  });
  const variantsByMetric = (task: TaskRecord): Record<string, string[]> => {
    const result: Record<string, string[]> = {};
    for (const { name } of context.storage.series.list(task.key)) {
      result[name.metric] = [...(result[name.metric] ?? []), name.variant];
    }
    return result;
  };
  return [
    reading('events.get_scalar_metrics_and_variants', one, ({ task }) => ({
      metrics: variantsByMetric(new TaskCommands(context).require(task)),
    })),
    reading('events.get_task_metrics', several, ({ tasks }) => ({
      metrics: requireAll(context, idList(tasks)).map((task) => ({
        task: task.id,
        metrics: Object.keys(variantsByMetric(task)),
      })),
    })),
    reading('events.get_multi_task_metrics', several, ({ tasks }) => {
      const union: Record<string, Set<string>> = {};
      for (const task of requireAll(context, idList(tasks))) {
        for (const [metric, variants] of Object.entries(variantsByMetric(task))) {
          union[metric] = new Set([...(union[metric] ?? []), ...variants]);
        }
      }
      return {
        metrics: Object.entries(union).map(([metric, variants]) => ({ metric, variants: [...variants] })),
      };
    }),
    latestValues(context),
  ];
}

function latestValues(context: TrackerContext): Endpoint {
  return reading(
    'events.get_task_latest_scalar_values',
    z.object({ task: z.string(), n: maybeCount }),
    (request) => {
      const task = new TaskCommands(context).require(request.task);
      const metrics = new Map<string, JsonObject[]>();
      for (const { name, last } of context.storage.series.list(task.key)) {
        const value = toWireNumber(last);
        const variants = metrics.get(name.metric) ?? [];
        metrics.set(name.metric, [
          ...variants,
          { name: name.variant, last_value: value, last_10_value: value },
        ]);
      }
      return {
        metrics: [...metrics].map(([name, variants]) => ({ name, variants })),
        last_iter: task.lastIteration,
        name: task.name,
        status: task.status,
      };
    },
  );
}

/** Throws 400/101 that names every asked id when one of them is unknown. */
function requireAll(context: TrackerContext, ids: readonly string[]): TaskRecord[] {
  const tasks = ids.map((id) => context.storage.tasks.find(id)).filter((task) => task !== undefined);
  if (tasks.length < ids.length) {
    throw new ApiError(400, 101, `Invalid task id: ids=[${ids.join(', ')}]`);
  }
  return tasks;
}

function idList(ids: readonly string[] | string): readonly string[] {
  return typeof ids === 'string' ? ids.split(',').map((id) => id.trim()) : ids;
}

/** A line whose points are read when it is wanted. */
interface Line {
  readonly name: SeriesName;
  readonly points: () => Points;
}

function taskLines(context: TrackerContext, id: string): readonly Line[] {
  const task = new TaskCommands(context).require(id);
  const { series } = context.storage;
  return series.list(task.key).map((state) => ({ name: state.name, points: () => series.points(state) }));
}

/** Of a model that is gone there are none. */
function modelLines(context: TrackerContext, id: string): readonly Line[] {
  const lines = new Map<string, Line & { readonly buffer: PointBuffer }>();
  for (const { metric, variant, iter, at, body } of context.storage.samples.list(id, MODEL_SCALAR)) {
    const name = { metric, variant };
    const buffer = lines.get(seriesKey(name))?.buffer ?? new PointBuffer();
    if (iter !== SINGLE_VALUE_ITER) {
      buffer.add(iter, at, Number(body['value']));
      lines.set(seriesKey(name), { name, buffer, points: () => ordered(buffer.toPoints()) });
    }
  }
  return [...lines.values()];
}

function chosen(
  context: TrackerContext,
  task: TaskRecord,
  filters: readonly MetricFilter[],
): readonly Readonly<SeriesState>[] {
  return wanted(context.storage.series.list(task.key), filters);
}

function wanted<T extends { readonly name: SeriesName }>(
  series: readonly T[],
  filters: readonly MetricFilter[],
): readonly T[] {
  return filters.length === 0
    ? series
    : series.filter(({ name }) =>
        filters.some(({ metric, variants }) => {
          const isAnyVariant = variants === undefined || variants === null || variants.length === 0;
          return metric === name.metric && (isAnyVariant || variants.includes(name.variant));
        }),
      );
}

function line2d(points: Points, key: Axis, samples: number): JsonObject {
  const { x, y } = bucketMeans(key === 'iter' ? points.steps : points.times, points.values, samples);
  return {
    x: key === 'iso_time' ? Array.from(x, (at) => new Date(at).toISOString()) : Array.from(x),
    y: Array.from(y, toWireNumber),
  };
}

function piece(
  context: TrackerContext,
  states: readonly Readonly<SeriesState>[],
  start: number,
  limit: number,
  key: Axis,
): { variants: JsonObject; returned: number } {
  const variants: JsonObject = {};
  let skipped = start;
  let returned = 0;
  for (const state of states) {
    const skip = Math.min(skipped, state.count);
    skipped -= skip;
    const take = Math.min(limit - returned, state.count - skip);
    if (take > 0) {
      const points: Points = slice(context.storage.series.points(state), skip, skip + take);
      const axisValues = key === 'iter' ? points.steps : points.times;
      variants[state.name.variant] = {
        y: Array.from(points.values, toWireNumber),
        [key]: Array.from(axisValues),
      };
      returned += take;
    }
  }
  return { variants, returned };
}
