import * as z from 'zod';
import { validationError } from '../api-error';
import type { Endpoint } from '../http/call';
import type { JsonObject } from '../json';
import type { Sample } from '../storage/sample-store';
import { TaskCommands } from '../tasks/task-commands';
import type { TrackerContext } from '../tracker-context';
import { ids, maybeCount, maybeFlag, maybeText, reading } from './endpoint';
import { isWanted, newestIterations, sampleEvent, wantedMetrics } from './sample-choice';

type SampleType = 'plot' | 'training_debug_image';

/** Plots and images by iteration, of one task or several, as the web page of a real server pages through them. */
export function sampleHistoryEndpoints(context: TrackerContext): Endpoint[] {
  return [
    byIteration(context, 'events.debug_images', 'training_debug_image'),
    byIteration(context, 'events.plots', 'plot'),
    ofSeveralTasks(context),
  ];
}

/** `{metrics: [{task, iterations: [{iter, events}]}], scroll_id}`, the newest iteration first. */
function byIteration(context: TrackerContext, name: string, type: SampleType): Endpoint {
  const asked = z.object({ task: z.string(), metric: maybeText, variants: ids });
  const input = z.object({
    metrics: z.array(asked).min(1),
    iters: maybeCount,
    navigate_earlier: z.boolean().nullish(),
    refresh: maybeFlag,
    scroll_id: maybeText,
    model_events: maybeFlag,
  });
  return reading(name, input, (request) => {
    const isEarlier = request.navigate_earlier ?? true;
    const iters = Math.max(request.iters ?? 1, 1);
    const shown = request.refresh ? {} : shownSoFar(request.scroll_id);
    const tasks = [...new Set(request.metrics.map(({ task }) => task))];
    const metrics = tasks.map((task) => {
      requireOwner(context, task, request.model_events);
      const wanted = request.metrics.filter((each) => each.task === task);
      const isAsked = (sample: Sample): boolean => wanted.some((each) => isWanted(sample, each));
      const all = context.storage.samples.list(task, type).filter(isAsked);
      const chosen = chooseAround(all, iters, shown[task], isEarlier);
      const [newest, oldest] = [chosen[0]?.iter, chosen.at(-1)?.iter];
      if (newest !== undefined && oldest !== undefined) {
        shown[task] = [oldest, newest];
      }
      return { task, iterations: grouped(chosen) };
    });
    return { metrics, scroll_id: Buffer.from(JSON.stringify(shown)).toString('base64url') };
  });
}

/** By task, the lowest and the highest iteration of the last page. */
type Shown = Record<string, readonly [number, number]>;
const shownSchema = z.record(z.string(), z.tuple([z.number(), z.number()]));

/** The id holds the place itself, so that nothing has to be remembered; a foreign one begins again. */
function shownSoFar(scrollId: string | undefined): Shown {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(scrollId ?? '', 'base64url').toString('utf8'));
    const known = shownSchema.safeParse(parsed);
    return known.success ? known.data : {};
  } catch {
    return {};
  }
}

function chooseAround(
  samples: readonly Sample[],
  iters: number,
  shown: readonly [number, number] | undefined,
  isEarlier: boolean,
): Sample[] {
  if (shown === undefined) {
    return newestIterations(samples, iters, ({ metric }) => metric);
  }
  const [oldest, newest] = shown;
  if (isEarlier) {
    const older = samples.filter(({ iter }) => iter < oldest);
    return newestIterations(older, iters, ({ metric }) => metric);
  }
  const newer = samples.filter(({ iter }) => iter > newest);
  const next = [...new Set(newer.map(({ iter }) => iter))].slice(-iters);
  return newer.filter(({ iter }) => next.includes(iter));
}

function grouped(samples: readonly Sample[]): JsonObject[] {
  const iterations = new Map<number, JsonObject[]>();
  for (const sample of samples) {
    iterations.set(sample.iter, [...(iterations.get(sample.iter) ?? []), sampleEvent(sample)]);
  }
  return [...iterations].map(([iter, events]) => ({ iter, events }));
}

/** `{plots: {metric: {variant: {task: {iteration: {name, plots}}}}}}`, everything in one answer. */
function ofSeveralTasks(context: TrackerContext): Endpoint {
  const input = z.object({ tasks: ids, iters: maybeCount, metrics: wantedMetrics });
  return reading('events.get_multi_task_plots', input, (request) => {
    if (request.tasks.length === 0) {
      throw validationError('tasks must name at least one task');
    }
    const placed: PlacedPlot[] = [];
    for (const id of request.tasks) {
      const { name } = new TaskCommands(context).require(id);
      const isAsked = (sample: Sample): boolean =>
        request.metrics.length === 0 || request.metrics.some((each) => isWanted(sample, each));
      const all = context.storage.samples.list(id, 'plot').filter(isAsked);
      for (const plot of newestIterations(all, request.iters ?? 1, seriesOf)) {
        placed.push({ place: [plot.metric, plot.variant, id, String(plot.iter)], name, plot });
      }
    }
    return { plots: tree(placed, 0), returned: placed.length, total: placed.length, scroll_id: null };
  });
}

interface PlacedPlot {
  /** Metric, variant, task and iteration. */
  readonly place: readonly string[];
  /** Of the task. */
  readonly name: string;
  readonly plot: Sample;
}

function tree(placed: readonly PlacedPlot[], depth: number): JsonObject {
  const groups = new Map<string, PlacedPlot[]>();
  for (const each of placed) {
    const key = each.place[depth] ?? '';
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const leaf = (group: readonly PlacedPlot[]): JsonObject => ({
    name: group[0]?.name,
    plots: group.map(({ plot }) => sampleEvent(plot)),
  });
  return Object.fromEntries(
    [...groups].map(([key, group]) => [key, depth < 3 ? tree(group, depth + 1) : leaf(group)]),
  );
}

function seriesOf({ metric, variant }: Sample): string {
  return JSON.stringify([metric, variant]);
}

/** The owner of model events is a model; of one that is gone there are none. */
function requireOwner(context: TrackerContext, id: string, isModel: boolean): void {
  if (!isModel) {
    new TaskCommands(context).require(id);
  }
}
