import * as z from 'zod';
import type { Endpoint } from '../http/call';
import { isoTime, type JsonObject } from '../json';
import { toWireNumber } from '../../backends/clearml/trackside-wire';
import type { Sample } from '../storage/sample-store';
import type { TaskRecord } from '../storage/task-store';
import { TaskCommands } from '../tasks/task-commands';
import type { TrackerContext } from '../tracker-context';
import { ids, maybeCount, maybeText, reading } from './endpoint';
import { logEvent } from './log-event';

/** Reading plots, images and mixed events. */
export function sampleEventEndpoints(context: TrackerContext): Endpoint[] {
  return [
    plots(context),
    taskEvents(context),
    byIteration(context, 'events.plots', 'plot'),
    byIteration(context, 'events.debug_images', 'training_debug_image'),
    oneSample(context, 'events.get_debug_image_sample', 'training_debug_image'),
    oneSample(context, 'events.get_plot_sample', 'plot'),
  ];
}

function plots(context: TrackerContext): Endpoint {
  const input = z.object({ task: z.string(), iters: maybeCount });
  return reading('events.get_task_plots', input, ({ task: id, iters = 1 }) => {
    new TaskCommands(context).require(id);
    const seen = new Map<string, number>();
    const chosen = context.storage.samples.list(id, 'plot').filter(({ metric, variant }) => {
      const key = JSON.stringify([metric, variant]);
      seen.set(key, (seen.get(key) ?? 0) + 1);
      return (seen.get(key) ?? 0) <= iters;
    });
    return { plots: chosen.map(toEvent), returned: chosen.length, total: chosen.length, scroll_id: null };
  });
}

/** The newest iterations of every metric of several tasks. Scrolling is not needed: all of it is here. */
function byIteration(context: TrackerContext, name: string, type: string): Endpoint {
  const wanted = z.object({ task: z.string(), metric: maybeText, variants: ids });
  const input = z.object({ metrics: z.array(wanted).min(1), iters: maybeCount, scroll_id: maybeText });
  return reading(name, input, ({ metrics, iters = 1, scroll_id }) => ({
    metrics: metrics.map(({ task, metric, variants }) => {
      new TaskCommands(context).require(task);
      const samples = context.storage.samples
        .list(task, type)
        .filter((sample) => metric === undefined || sample.metric === metric)
        .filter((sample) => variants.length === 0 || variants.includes(sample.variant));
      return { task, iterations: scroll_id === undefined ? iterationsOf(samples, iters) : [] };
    }),
    scroll_id: SCROLLED,
  }));
}

/** A client that comes with this has everything already: an empty answer tells it so. */
const SCROLLED = 'end';

function iterationsOf(samples: readonly Sample[], iters: number): JsonObject[] {
  const byMetric = Map.groupBy(samples, ({ metric }) => metric);
  const newest = [...byMetric.values()].flatMap((group) => {
    const kept = new Set([...new Set(group.map(({ iter }) => iter))].slice(0, iters));
    return group.filter(({ iter }) => kept.has(iter));
  });
  const byIter = Map.groupBy(newest, ({ iter }) => iter);
  return [...byIter].sort(([a], [b]) => b - a).map(([iter, group]) => ({ iter, events: group.map(toEvent) }));
}

/** One metric and variant at an iteration, or at the newest up to it. */
function oneSample(context: TrackerContext, name: string, type: string): Endpoint {
  const input = z.object({
    task: z.string(),
    metric: z.string(),
    variant: z.string(),
    iteration: maybeCount,
  });
  return reading(name, input, ({ task, metric, variant, iteration }) => {
    new TaskCommands(context).require(task);
    const all = context.storage.samples
      .list(task, type)
      .filter((sample) => sample.metric === metric && sample.variant === variant);
    const found = all.filter(({ iter }) => iteration === undefined || iter <= iteration);
    const [first] = found;
    const events = found.filter(({ iter }) => iter === first?.iter).map(toEvent);
    return {
      scroll_id: SCROLLED,
      min_iteration: all.at(-1)?.iter ?? null,
      max_iteration: all[0]?.iter ?? null,
      ...(type === 'plot' ? { events } : { event: events[0] ?? null }),
    };
  });
}

function taskEvents(context: TrackerContext): Endpoint {
  const input = z.object({
    task: z.string(),
    event_type: maybeText,
    order: z.enum(['asc', 'desc']).nullish(),
    batch_size: maybeCount,
    scroll_id: maybeText,
  });
  return reading('events.get_task_events', input, (request) => {
    const task = new TaskCommands(context).require(request.task);
    const start = Number(request.scroll_id ?? 0) || 0;
    const size = Math.min(request.batch_size ?? 500, 10_000);
    const events = eventsOf(context, task, request.event_type, start, size);
    const page = request.order === 'desc' ? events.toReversed() : events;
    return {
      events: page,
      returned: page.length,
      total: start + page.length,
      scroll_id: String(start + page.length),
    };
  });
}

/** Of one type; without a type, or with a type of samples, samples. */
function eventsOf(
  context: TrackerContext,
  task: TaskRecord,
  type: string | undefined,
  start: number,
  size: number,
): JsonObject[] {
  if (type === 'log') {
    const { entries } = context.storage.logs.after(task.key, 0, start + size);
    return entries.slice(start).map((entry) => logEvent(task.id, entry));
  }
  if (type === 'training_stats_scalar') {
    return scalarEvents(context, task, start, size);
  }
  const types = type === undefined ? ['plot', 'training_debug_image', 'training_stats_vector'] : [type];
  return types
    .flatMap((each) => context.storage.samples.list(task.id, each))
    .slice(start, start + size)
    .map(toEvent);
}

function scalarEvents(context: TrackerContext, task: TaskRecord, start: number, size: number): JsonObject[] {
  const events: JsonObject[] = [];
  let skipped = start;
  for (const state of context.storage.series.list(task.key)) {
    if (skipped >= state.count || events.length >= size) {
      skipped -= Math.min(skipped, state.count);
      continue;
    }
    const { steps, times, values } = context.storage.series.points(state);
    for (let index = skipped; index < steps.length && events.length < size; index += 1) {
      const at = times[index] ?? 0;
      const common = { task: task.id, type: 'training_stats_scalar', ...state.name, timestamp: at };
      events.push({
        ...common,
        iter: steps[index],
        value: toWireNumber(values[index] ?? NaN),
        '@timestamp': isoTime(at),
      });
    }
    skipped = 0;
  }
  return events;
}

function toEvent({ body, at }: Sample): JsonObject {
  return { ...body, timestamp: at, '@timestamp': isoTime(at) };
}
