import * as z from 'zod';
import type { NewestOutput, TaskImage, TaskPlot } from '../../core/task-output';
import { rows } from '../readable-rows';
import { defined, said } from './map';
import { count, text } from './schema';
import type { ClearMlSession } from './session';

/** A task may have thousands of plots, and the server sends all of them in one answer. */
const READ_TIMEOUT_MS = 120_000;
const MAX_BYTES = 256 * 1_048_576;

const event = { metric: text, variant: text, iter: count, timestamp: count };
const plotEvent = z.object({ ...event, plot_str: z.string() });
const imageEvent = z.object({ ...event, url: z.string().min(1) });
const plotsData = z.object({ plots: rows(plotEvent) });
const imagesData = z.object({
  metrics: z.array(z.object({ iterations: z.array(z.object({ events: rows(imageEvent) })) })),
});

/** `events.get_task_plots`: the newest iterations of every single plot, all in one answer. */
export async function readPlots(
  session: ClearMlSession,
  taskId: string,
  iterations: number,
  signal: AbortSignal,
): Promise<NewestOutput<TaskPlot>> {
  const body = { task: taskId, iters: iterations };
  const { plots } = await readOutput(session, 'events.get_task_plots', body, plotsData, signal);
  return {
    items: plots.map((plot) => ({ ...placeOf(plot), json: plot.plot_str })),
    iterations,
  };
}

/** `events.debug_images` (API 2.7 and later): the newest iterations of every metric. */
export async function readImages(
  session: ClearMlSession,
  taskId: string,
  iterations: number,
  signal: AbortSignal,
): Promise<NewestOutput<TaskImage>> {
  const body = { metrics: [{ task: taskId }], iters: iterations };
  const { metrics } = await readOutput(session, 'events.debug_images', body, imagesData, signal);
  const events = metrics.flatMap((each) => each.iterations.flatMap((iteration) => iteration.events));
  return { items: events.map((image) => ({ ...placeOf(image), uri: image.url })), iterations };
}

function readOutput<T>(
  session: ClearMlSession,
  call: string,
  body: object,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T> {
  const bounds = { wholeTimeoutMs: READ_TIMEOUT_MS, maxResponseBytes: MAX_BYTES };
  return session.call(call, body, schema, { isIdempotent: true, signal, ...bounds });
}

type Place = Pick<TaskPlot, 'metric' | 'variant' | 'iteration' | 'at'>;

function placeOf({ metric, variant, iter, timestamp }: z.infer<z.ZodObject<typeof event>>): Place {
  return {
    metric: said(metric) ?? '',
    variant: said(variant) ?? '',
    iteration: iter ?? 0,
    ...defined({ at: timestamp }),
  };
}
