import * as z from 'zod';
import { isTracksideError } from '../../core/errors';
import { seriesKey, type SeriesDelta, type SeriesName } from '../../core/series';
import {
  changedMetrics,
  readMetricFigures,
  readSeen,
  seenOf,
  writeSeen,
  type SeenFigures,
} from './metric-figures';
import { histogramData, rawScalarsData, type WireMetric } from './schema';
import { toDelta } from './series-columns';
import type { ClearMlSession } from './session';

/** Elasticsearch gives no more than this per answer without being reconfigured. */
const BATCH_SIZE = 10_000;
/** The server's own maximum. */
const MEAN_BUCKETS = 6_000;

/**
 * Points from a real ClearML server. It cannot send differences, so a metric that changed is read again as a whole;
 * an unchanged one costs nothing. Exact where the server has `scalar_metrics_iter_raw` (API 2.16), else means.
 */
export class EventSeries {
  private hasRaw = true;

  constructor(private readonly session: ClearMlSession) {}

  async *read(
    taskId: string,
    cursor: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<SeriesDelta, string> {
    const seen = readSeen(cursor);
    // Figures first: points that arrive while reading change them again, and the next read brings those.
    const figures = await readMetricFigures(this.session, taskId, signal);
    yield* vanished(figures, seen);
    for (const metric of changedMetrics(figures, seen)) {
      yield* this.readMetric(taskId, metric, figures, signal);
    }
    return writeSeen(seenOf(figures));
  }

  private async *readMetric(
    taskId: string,
    metric: string,
    figures: readonly WireMetric[],
    signal: AbortSignal,
  ): AsyncGenerator<SeriesDelta> {
    if (this.hasRaw) {
      try {
        yield* this.readExact(taskId, metric, signal);
        return;
      } catch (error) {
        if (!isRefusal(error)) {
          throw error;
        }
        this.hasRaw = false;
        this.session.logger.info('The server does not give exact points; means are shown instead.');
      }
    }
    yield* this.readMeans(taskId, metric, figures, signal);
  }

  private async *readExact(taskId: string, metric: string, signal: AbortSignal): AsyncGenerator<SeriesDelta> {
    const begun = new Set<string>();
    let scrollId: string | undefined;
    for (;;) {
      const page = await this.session.read(
        'events.scalar_metrics_iter_raw',
        {
          task: taskId,
          metric: { metric },
          key: 'iter',
          batch_size: BATCH_SIZE,
          ...(scrollId === undefined ? {} : { scroll_id: scrollId }),
        },
        rawScalarsData,
        signal,
      );
      for (const [variant, { iter, y }] of Object.entries(page.variants)) {
        const mode = begun.has(variant) ? 'append' : 'replace';
        begun.add(variant);
        yield toDelta({ metric, variant }, mode, { kind: 'exact' }, { steps: iter, values: y });
      }
      scrollId = page.scroll_id;
      if (page.returned < BATCH_SIZE || scrollId === undefined) {
        return;
      }
    }
  }

  private async *readMeans(
    taskId: string,
    metric: string,
    figures: readonly WireMetric[],
    signal: AbortSignal,
  ): AsyncGenerator<SeriesDelta> {
    const answer = await this.session.read(
      'events.scalar_metrics_iter_histogram',
      { task: taskId, samples: MEAN_BUCKETS, key: 'iter', metrics: [{ metric }] },
      histogramData,
      signal,
    );
    for (const [variant, { x, y }] of Object.entries(answer[metric] ?? {})) {
      const total = figures.find((row) => row.metric === metric && row.variant === variant)?.count;
      // As many buckets as reports: each holds one point and is the point.
      const isExact = total !== undefined && total === x.length;
      yield toDelta(
        { metric, variant },
        'replace',
        isExact ? { kind: 'exact' } : { kind: 'means', buckets: x.length },
        { steps: x, values: y },
      );
    }
  }
}

/** The call itself is unknown or refused; a missing task or a broken connection is something else. */
function isRefusal(error: unknown): boolean {
  if (
    !isTracksideError(error) ||
    error.detail.status === undefined ||
    error.detail.serverCode === '400/101'
  ) {
    return false;
  }
  return error.detail.status === 404 || error.detail.status === 400;
}

const keyParts = z.tuple([z.string(), z.string()]);

/** Series that were seen and are gone, as after a reset. */
function* vanished(figures: readonly WireMetric[], seen: SeenFigures): Generator<SeriesDelta> {
  const present = new Set(figures.map((row) => seriesKey(row)));
  for (const key of Object.keys(seen).filter((name) => !present.has(name))) {
    const [metric, variant] = keyParts.parse(JSON.parse(key));
    const name: SeriesName = { metric, variant };
    yield toDelta(name, 'replace', { kind: 'exact' }, { steps: [], values: [] });
  }
}
