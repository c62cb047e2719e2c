import * as z from 'zod';
import { TracksideError } from '../../core/errors';
import { seriesKey, type SeriesSummary } from '../../core/series';
import { defined } from './map';
import { lastMetricsData, wireMetric, type wireLastMetrics, type WireMetric } from './schema';
import type { ClearMlSession } from './session';

/** The figures of a series, with a number that grows when something is reported of it. */
export type TaskMetric = WireMetric & { readonly seenAs: number };

/** Totals of every series of a task as the task document keeps them (2,000 at most). Throws when it is gone. */
export async function readMetricFigures(
  session: ClearMlSession,
  taskId: string,
  signal: AbortSignal,
): Promise<TaskMetric[]> {
  const { tasks } = await session.read(
    'tasks.get_by_id_ex',
    { id: [taskId], only_fields: ['id', 'last_metrics', 'last_iteration'] },
    lastMetricsData,
    signal,
  );
  const [task] = tasks;
  if (task === undefined) {
    throw new TracksideError('notFound', 'The task no longer exists on the server.', 'Refresh the list.');
  }
  // Servers before API 2.31 count no reports; how far the task is tells then that there may be new ones.
  return figuresIn(task.last_metrics).map((row) => ({
    ...row,
    seenAs: row.count ?? task.last_iteration ?? 0,
  }));
}

/** The figures of a task's or model's `last_metrics`, whose keys are hashes. */
export function figuresIn(lastMetrics: z.infer<typeof wireLastMetrics>): WireMetric[] {
  return Object.values(lastMetrics ?? {}).flatMap((variants) =>
    Object.values(variants).flatMap((value) => {
      const parsed = wireMetric.safeParse(value);
      return parsed.success ? [parsed.data] : [];
    }),
  );
}

export function toSummary(figures: WireMetric): SeriesSummary {
  return {
    name: { metric: figures.metric, variant: figures.variant },
    ...defined({
      pointCount: figures.count,
      last: figures.value,
      min: figures.min_value,
      max: figures.max_value,
    }),
  };
}

/** What a reader has seen: series key → count and last value. Equal figures mean that nothing new was reported. */
const seenFigures = z.object({ seen: z.record(z.string(), z.tuple([z.number(), z.number().nullable()])) });
export type SeenFigures = z.infer<typeof seenFigures>['seen'];

export function seenOf(figures: readonly TaskMetric[]): SeenFigures {
  return Object.fromEntries(
    figures.map((row) => [
      seriesKey(row),
      [row.seenAs, finiteOrNull(row.value)] satisfies [number, number | null],
    ]),
  );
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

export function writeSeen(seen: SeenFigures): string {
  return JSON.stringify({ seen });
}

/** A cursor that is not understood counts as none: then everything is read again, which is right, only slower. */
export function readSeen(cursor: string | undefined): SeenFigures {
  try {
    return cursor === undefined ? {} : seenFigures.parse(JSON.parse(cursor)).seen;
  } catch {
    return {};
  }
}

/** Metrics of which at least one series is not as it was seen. */
export function changedMetrics(figures: readonly TaskMetric[], seen: SeenFigures): string[] {
  const now = seenOf(figures);
  const changed = figures.filter((row) => {
    const key = seriesKey(row);
    const [before, after] = [seen[key], now[key]];
    return before === undefined || before[0] !== after?.[0] || before[1] !== after[1];
  });
  return [...new Set(changed.map(({ metric }) => metric))];
}
