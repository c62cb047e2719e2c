import * as z from 'zod';
import { encodeOverviews, encodeSeries } from '../../backends/clearml/series-wire';
import { toWireNumber, tracksideCalls, workerSettings } from '../../backends/clearml/trackside-wire';
import { overviewOf } from '../../core/series-overview';
import { validationError } from '../api-error';
import { BinaryAnswer, type Endpoint } from '../http/call';
import { TaskCommands } from '../tasks/task-commands';
import type { TrackerContext } from '../tracker-context';
import type { StoredWorkerSettings } from '../worker-settings';
import { maybeText, reading } from './endpoint';
import { OverviewCache } from './overview-cache';
import { joinCursor, singleValueDeltas, splitCursor } from './single-value-series';

/** Where the client does not say it: a run with fewer points is read as quickly as an overview of it is made. */
const LEAST_OVERVIEW_POINTS = 200_000;
/** More series than a page shows at first. */
const MOST_OVERVIEW_SERIES = 200;

/** What Trackside's own clients use beside the ClearML calls. */
export function tracksideEndpoints(context: TrackerContext, settings: StoredWorkerSettings): Endpoint[] {
  return [summary(context), series(context), overview(context), console(context), worker(settings)];
}

function summary(context: TrackerContext): Endpoint {
  return reading(tracksideCalls.summary, z.object({ task: z.string() }), ({ task }) => ({
    series: context.storage.series.list(new TaskCommands(context).require(task).key).map((state) => ({
      ...state.name,
      count: state.count,
      last: toWireNumber(state.last),
      min: toWireNumber(state.min),
      max: toWireNumber(state.max),
      last_step: state.lastStep,
      last_time: state.lastTime,
    })),
  }));
}

function series(context: TrackerContext): Endpoint {
  const input = z.object({ task: z.string(), cursor: maybeText });
  return reading(tracksideCalls.series, input, ({ task, cursor }) => {
    const { key } = new TaskCommands(context).require(task);
    const held = splitCursor(cursor);
    const points = context.storage.series.read(key, held.points);
    const single = singleValueDeltas(context.storage.singleValues.list(key), held.values);
    const bytes = encodeSeries(joinCursor(points.cursor, single.marks), [...points.series, ...single.series]);
    return new BinaryAnswer(bytes, 'application/octet-stream');
  });
}

function overview(context: TrackerContext): Endpoint {
  const input = z.object({
    task: z.string(),
    max_points: z.number().int().min(16).max(20_000),
    least_points: z._default(z.number().int().min(0), LEAST_OVERVIEW_POINTS),
  });
  const cache = new OverviewCache();
  return reading(
    tracksideCalls.overview,
    input,
    ({ task, max_points: maxPoints, least_points: leastPoints }) => {
      const { key } = new TaskCommands(context).require(task);
      const states = context.storage.series.list(key);
      const pointCount = states.reduce((sum, { count }) => sum + count, 0);
      const isLong = pointCount >= leastPoints && states.length <= MOST_OVERVIEW_SERIES;
      const overviews = (isLong ? states : []).map((state) =>
        cache.get(state, maxPoints, () =>
          overviewOf(state.name, context.storage.series.points(state), maxPoints),
        ),
      );
      return new BinaryAnswer(encodeOverviews(overviews), 'application/octet-stream');
    },
  );
}

function console(context: TrackerContext): Endpoint {
  const input = z.object({ task: z.string(), cursor: maybeText, limit: z.number().int().min(1).max(10_000) });
  return reading(tracksideCalls.console, input, ({ task, cursor, limit }) => {
    const { key } = new TaskCommands(context).require(task);
    const afterId = Number(cursor ?? 0);
    if (!Number.isSafeInteger(afterId) || afterId < 0) {
      throw validationError('cursor is not one that this tracker gave');
    }
    const { entries, hasMore } = context.storage.logs.after(key, afterId, limit);
    return {
      chunks: entries.map(({ text, at, level }) => ({ text, at, ...(level !== '' && { level }) })),
      cursor: String(entries.at(-1)?.id ?? afterId),
      has_more: hasMore,
    };
  });
}

function worker(settings: StoredWorkerSettings): Endpoint {
  return reading(tracksideCalls.worker, workerSettings.partial(), (changes) => ({
    ...settings.change(changes),
  }));
}
