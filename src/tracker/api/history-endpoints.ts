import * as z from 'zod';
import { validationError } from '../api-error';
import type { Endpoint } from '../http/call';
import type { JsonObject } from '../json';
import { bySpan, startsOf, wholeSpans, type Spans } from '../timed-samples';
import type { TrackerContext } from '../tracker-context';
import type { QueueSample } from '../queue-history';
import { ids, reading } from './endpoint';

/** What agents report, by the names of the real server. */
const FIGURES = new Set([
  ...['cpu_usage', 'cpu_temperature', 'memory_used', 'memory_free'],
  ...['gpu_usage', 'gpu_temperature', 'gpu_fraction', 'gpu_memory_free', 'gpu_memory_used'],
  ...['network_tx', 'network_rx', 'disk_free_home', 'disk_free_temp', 'disk_read', 'disk_write'],
]);

/** Spans more than this many are refused. */
const MOST_SPANS = 20_000;

/** Times in epoch seconds, as the clients ask; the answers' `dates` are epoch milliseconds. */
const period = z.object({
  from_date: z.number(),
  to_date: z.number(),
  interval: z.number().int().min(1),
});

/**
 * What workers and queues were like over time, from what was reported since this tracker started. Spans that are not
 * over are left out.
 */
export function historyEndpoints(context: TrackerContext): Endpoint[] {
  return [workerStats(context), activityReport(context), queueMetrics(context)];
}

function workerStats(context: TrackerContext): Endpoint {
  const item = z.object({
    key: z.string().refine((key) => FIGURES.has(key), 'not a figure of a worker'),
    aggregation: z.enum(['avg', 'min', 'max']).default('avg'),
  });
  const input = period.extend({
    interval: z.number().int().min(40),
    worker_ids: ids,
    items: z.array(item).min(1),
  });
  return reading('workers.get_stats', input, (request) => {
    const spans = spansOf(context, request);
    const { history } = context.workers;
    const names = request.worker_ids.length > 0 ? request.worker_ids : history.names;
    const workers = names
      .filter((name) => history.of(name).length > 0)
      .map((worker) => {
        const samples = bySpan(history.of(worker), spans);
        const stats = ({ key, aggregation }: z.output<typeof item>): JsonObject => {
          const dates = startsOf(spans);
          const values = dates.map((start) =>
            aggregate(
              (samples.get(start) ?? []).flatMap(({ machineStats }) => numbersIn(machineStats[key])),
              aggregation,
            ),
          );
          return { aggregation, dates, values };
        };
        // A figure that nobody reported is left out, as on the real server: zeros would look like an idle one.
        const isReported = (key: string): boolean =>
          [...samples.values()].some((each) =>
            each.some(({ machineStats }) => numbersIn(machineStats[key]).length > 0),
          );
        const keys = [...new Set(request.items.map(({ key }) => key))].filter(isReported);
        const metrics = keys.map((metric) => ({
          metric,
          stats: request.items.filter(({ key }) => key === metric).map(stats),
        }));
        return { worker, metrics };
      });
    return { workers: workers.filter(({ metrics }) => metrics.length > 0) };
  });
}

/** How many workers reported, and how many of them with a task. */
function activityReport(context: TrackerContext): Endpoint {
  return reading('workers.get_activity_report', period, (request) => {
    const spans = spansOf(context, request);
    const dates = startsOf(spans);
    const { history } = context.workers;
    const perWorker = history.names.map((name) => bySpan(history.of(name), spans));
    const counts = (isCounted: (hasTask: boolean) => boolean): number[] =>
      dates.map(
        (start) =>
          perWorker.filter((samples) => samples.get(start)?.some(({ hasTask }) => isCounted(hasTask))).length,
      );
    return {
      total: { dates, counts: counts(() => true) },
      active: { dates, counts: counts((hasTask) => hasTask) },
    };
  });
}

/** Lengths and waiting times; of all queues together, as "total", when none is named. */
function queueMetrics(context: TrackerContext): Endpoint {
  const input = period.extend({ queue_ids: ids });
  return reading('queues.get_queue_metrics', input, (request) => {
    const spans = spansOf(context, request);
    const { history } = context;
    history.sample();
    const wanted = request.queue_ids.length > 0 ? request.queue_ids : [history.total];
    return {
      queues: wanted
        .filter((queue) => history.samples.of(queue).length > 0)
        .map((queue) => ({ queue, ...queueColumns(bySpan(history.samples.of(queue), spans)) })),
    };
  });
}

function queueColumns(bySpanStart: ReadonlyMap<number, readonly QueueSample[]>): JsonObject {
  const spans = [...bySpanStart].sort(([left], [right]) => left - right);
  return {
    dates: spans.map(([start]) => start),
    avg_waiting_times: spans.map(([, samples]) =>
      Math.round(
        aggregate(
          samples.map(({ waitingS }) => waitingS),
          'avg',
        ),
      ),
    ),
    queue_lengths: spans.map(([, samples]) =>
      Math.round(
        aggregate(
          samples.map(({ length }) => length),
          'avg',
        ),
      ),
    ),
  };
}

function spansOf(
  context: TrackerContext,
  { from_date: fromS, to_date: toS, interval: widthS }: z.output<typeof period>,
): Spans {
  if (fromS >= toS) {
    throw validationError('from_date must be before to_date');
  }
  if ((toS - fromS) / widthS > MOST_SPANS) {
    throw validationError(`at most ${MOST_SPANS} intervals are answered: ask for longer ones`);
  }
  return wholeSpans(fromS * 1000, toS * 1000, widthS * 1000, context.clock.now());
}

/** A missing figure counts as 0, as on the real server. */
function aggregate(values: readonly number[], how: 'avg' | 'min' | 'max'): number {
  if (values.length === 0) {
    return 0;
  }
  switch (how) {
    case 'avg':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'min':
      return values.reduce((least, value) => Math.min(least, value));
    case 'max':
      return values.reduce((most, value) => Math.max(most, value));
  }
}

/** One figure, or one per core or GPU. */
function numbersIn(value: unknown): number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === 'number');
}
