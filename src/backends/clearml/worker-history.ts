import type * as z from 'zod';
import { WORKER_FIGURES, type History, type Worker, type WorkerFigure } from '../../core/entities';
import type { LoadCurve, LoadHistory } from '../../core/worker-load';
import type { workerStatsData } from './schema';

/** The names that agents report under. */
export const STATS_KEYS = [
  'cpu_usage',
  'memory_used',
  'memory_free',
  'gpu_usage',
  'gpu_memory_used',
  'network_rx',
  'network_tx',
] as const;
export type StatsKey = (typeof STATS_KEYS)[number];

const FIGURE_KEYS: Readonly<Record<WorkerFigure, StatsKey>> = {
  cpu: 'cpu_usage',
  memory: 'memory_used',
  gpu: 'gpu_usage',
  gpuMemory: 'gpu_memory_used',
  received: 'network_rx',
  sent: 'network_tx',
};

export type WireMetrics = z.infer<typeof workerStatsData>['workers'][number]['metrics'];

interface WirePoints {
  readonly dates: readonly number[];
  readonly values: readonly number[];
}

/** What was measured lately, as it stands in a worker's row. */
export function historyOf(metrics: WireMetrics, stepMs: number): Pick<Worker, 'history'> {
  const wasMeasured = measuredIn(metrics);
  const history: Partial<Record<WorkerFigure, History>> = {};
  for (const figure of WORKER_FIGURES) {
    const points = pointsOf(metrics, FIGURE_KEYS[figure]);
    if (points) {
      history[figure] = { from: points.dates[0] ?? 0, stepMs, values: known(points, wasMeasured) };
    }
  }
  return Object.keys(history).length === 0 ? {} : { history };
}

/** What was asked for as means and as highest values. */
export function loadHistoryOf(metrics: WireMetrics, from: number, stepMs: number): LoadHistory {
  const wasMeasured = measuredIn(metrics);
  const found = WORKER_FIGURES.flatMap((figure) => {
    const means = pointsOf(metrics, FIGURE_KEYS[figure], 'avg');
    const peaks = pointsOf(metrics, FIGURE_KEYS[figure], 'max');
    return means && peaks ? [{ figure, means, peaks }] : [];
  });
  const curves = found
    .map(({ figure, means, peaks }): LoadCurve => {
      return { figure, means: known(means, wasMeasured), peaks: known(peaks, wasMeasured) };
    })
    .filter(({ peaks }) => peaks.some((value) => value !== null));
  return { from: found[0]?.means.dates[0] ?? from, stepMs, curves };
}

function pointsOf(metrics: WireMetrics, key: StatsKey, aggregation?: string): WirePoints | undefined {
  const metric = metrics.find((candidate) => candidate.metric === key);
  const stats = metric?.stats.find((each) => aggregation === undefined || each.aggregation === aggregation);
  // Servers before API 2.32 give the dates once for the metric.
  const dates = stats?.dates ?? metric?.dates ?? [];
  const values = stats?.values ?? [];
  return values.length < 2 || dates.length !== values.length ? undefined : { dates, values };
}

/** The server fills steps in which nobody measured with 0: those in which not even memory was in use. */
function measuredIn(metrics: WireMetrics): (at: number) => boolean {
  const { dates, values } = pointsOf(metrics, 'memory_used') ??
    pointsOf(metrics, 'cpu_usage') ?? { dates: [], values: [] };
  const silent = new Set(dates.filter((_, index) => values[index] === 0));
  return (at) => !silent.has(at);
}

function known({ dates, values }: WirePoints, wasMeasured: (at: number) => boolean): (number | null)[] {
  return values.map((value, index) => (wasMeasured(dates[index] ?? 0) ? value : null));
}
