import * as z from 'zod';
import type { Endpoint } from '../http/call';
import { isoTime, type JsonObject } from '../json';
import { toWireNumber } from '../../backends/clearml/trackside-wire';
import type { Sample } from '../storage/sample-store';
import type { TaskRecord } from '../storage/task-store';
import { TaskCommands } from '../tasks/task-commands';
import type { TrackerContext } from '../tracker-context';
import { maybeCount, maybeText, reading } from './endpoint';
import { logEvent } from './log-event';
import { isWanted, newestIterations, sampleEvent, wantedMetrics } from './sample-choice';
import { sampleHistoryEndpoints } from './sample-history-endpoints';

/** Reading plots, images and mixed events. */
export function sampleEventEndpoints(context: TrackerContext): Endpoint[] {
  return [
    plots(context),
    taskEvents(context),
    ...sampleHistoryEndpoints(context),
    oneSample(context, 'events.get_debug_image_sample', 'training_debug_image'),
    oneSample(context, 'events.get_plot_sample', 'plot'),
  ];
}

function plots(context: TrackerContext): Endpoint {
  const input = z.object({ task: z.string(), iters: maybeCount, metrics: wantedMetrics });
  return reading('events.get_task_plots', input, ({ task: id, iters, metrics }) => {
    new TaskCommands(context).require(id);
    const asked = context.storage.samples
      .list(id, 'plot')
      .filter((sample) => metrics.length === 0 || metrics.some((each) => isWanted(sample, each)));
    const seriesOf = ({ metric, variant }: Sample): string => JSON.stringify([metric, variant]);
    const chosen = newestIterations(asked, iters ?? 1, seriesOf);
    return { plots: chosen.map(sampleEvent), returned: chosen.length, total: chosen.length, scroll_id: null };
  });
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
    const events = found.filter(({ iter }) => iter === first?.iter).map(sampleEvent);
    return {
      scroll_id: null,
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
    .map(sampleEvent);
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
