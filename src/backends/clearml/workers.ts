import type * as z from 'zod';
import {
  WORKER_FIGURES,
  type History,
  type Worker,
  type WorkerFigure,
  type WorkerLoad,
} from '../../core/entities';
import { isCancelled, isTracksideError } from '../../core/errors';
import { defined, epochMs } from './map';
import { workersData, workerStatsData, type WireMachineStats } from './schema';
import type { ServerProbe } from './server-facts';
import type { ClearMlSession } from './session';

/** Figures are taken from this long ago until now; a worker reports every 10 to 30 s. */
const STATS_WINDOW_S = 1_800;
/** The server takes nothing shorter than 40. */
const STATS_INTERVAL_S = 60;
const STATS_KEYS = [
  'cpu_usage',
  'memory_used',
  'memory_free',
  'gpu_usage',
  'gpu_memory_used',
  'network_rx',
  'network_tx',
] as const;
const FIGURE_KEYS: Readonly<Record<WorkerFigure, StatsKey>> = {
  cpu: 'cpu_usage',
  memory: 'memory_used',
  gpu: 'gpu_usage',
  gpuMemory: 'gpu_memory_used',
  received: 'network_rx',
  sent: 'network_tx',
};
/** A load is of now; a worker that has been silent for longer has none. */
const LATEST_POINTS = 5;
type StatsKey = (typeof STATS_KEYS)[number];

/** Trackside's own worker ends its id with this. */
const LOCAL_SUFFIX = ':local';

type WireWorker = z.infer<typeof workersData>['workers'][number];

/** Reads workers and, where the server keeps them, their latest machine figures. */
export class ClearMlWorkers {
  private hasStats = true;

  constructor(
    private readonly session: ClearMlSession,
    private readonly probe: ServerProbe,
  ) {}

  async list(signal: AbortSignal): Promise<Worker[]> {
    const [{ isTrackside }, { workers }] = await Promise.all([
      this.probe.facts(signal),
      this.session.read('workers.get_all', {}, workersData, signal),
    ]);
    const isAsked = !isTrackside && workers.length > 0;
    const stats = isAsked ? await this.stats(workers, signal) : new Map<string, WireMetrics>();
    return workers.map((wire) => {
      const metrics = stats.get(wire.id);
      const load = metrics ? toLoad(metrics) : reportedLoad(wire.trackside?.machine_stats);
      return { ...toWorker(wire, load, isTrackside), ...(metrics ? historyOf(metrics) : {}) };
    });
  }

  /** A server without figures, or whose figures fail, still has workers. */
  private async stats(
    workers: readonly WireWorker[],
    signal: AbortSignal,
  ): Promise<Map<string, WireMetrics>> {
    if (!this.hasStats) {
      return new Map();
    }
    const nowS = Math.floor(this.session.clock.now() / 1000);
    try {
      const stats = await this.session.read(
        'workers.get_stats',
        {
          worker_ids: workers.map(({ id }) => id),
          from_date: nowS - STATS_WINDOW_S,
          to_date: nowS + STATS_INTERVAL_S,
          interval: STATS_INTERVAL_S,
          items: STATS_KEYS.map((key) => ({ key, aggregation: 'avg' })),
        },
        workerStatsData,
        signal,
      );
      return new Map(stats.workers.map(({ worker, metrics }) => [worker, metrics]));
    } catch (error) {
      if (isCancelled(error)) {
        throw error;
      }
      const isAbsent = isTracksideError(error) && error.detail.status === 404;
      this.hasStats = !isAbsent;
      this.session.logger.debug('Machine figures of workers are not available.');
      return new Map();
    }
  }
}

function toWorker(wire: WireWorker, load: WorkerLoad | undefined, isTrackside: boolean): Worker {
  const taskId = wire.task?.id;
  const queueNames = (wire.queues ?? []).map(
    ({ name, display_name: shown, id }) => shown || name || id || '',
  );
  return {
    id: wire.id,
    name: wire.id,
    isLocal: isTrackside && wire.id.endsWith(LOCAL_SUFFIX),
    queueNames: queueNames.filter((name) => name !== ''),
    ...defined({
      task:
        taskId === undefined
          ? undefined
          : {
              id: taskId,
              name: wire.task?.name ?? taskId,
              ...defined({ runningForMs: wire.task?.running_time }),
            },
      lastSeenAt: epochMs(wire.last_report_time) ?? epochMs(wire.last_activity_time),
      load: load === undefined || Object.keys(load).length === 0 ? undefined : load,
    }),
  };
}

/** What the worker itself reported last. Percentages of several cores or GPUs are averaged, memory is summed. */
function reportedLoad(stats: WireMachineStats | undefined): WorkerLoad | undefined {
  if (stats === undefined) {
    return undefined;
  }
  const used = sum(stats.memory_used);
  const free = sum(stats.memory_free);
  return defined({
    cpuPercent: mean(stats.cpu_usage),
    memoryUsedMb: used,
    memoryTotalMb: used === undefined || free === undefined ? undefined : used + free,
    gpuPercent: mean(stats.gpu_usage),
    gpuMemoryUsedMb: sum(stats.gpu_memory_used),
  });
}

function sum(figure: number | readonly number[] | undefined): number | undefined {
  if (typeof figure === 'number' || figure === undefined) {
    return figure;
  }
  return figure.length === 0 ? undefined : figure.reduce((total, part) => total + part, 0);
}

function mean(figure: number | readonly number[] | undefined): number | undefined {
  const total = sum(figure);
  return total === undefined || typeof figure === 'number' ? total : total / (figure?.length ?? 1);
}

type WireMetrics = z.infer<typeof workerStatsData>['workers'][number]['metrics'];

/** The server fills points that nobody measured with 0, so the last one that is not 0 counts. */
function toLoad(metrics: WireMetrics): WorkerLoad {
  const last = (key: StatsKey): number | undefined =>
    metrics
      .find(({ metric }) => metric === key)
      ?.stats.flatMap(({ values }) => values ?? [])
      .slice(-LATEST_POINTS)
      .findLast((value) => value > 0);
  const used = last('memory_used');
  const free = last('memory_free');
  return defined({
    cpuPercent: last('cpu_usage'),
    memoryUsedMb: used,
    memoryTotalMb: used === undefined || free === undefined ? undefined : used + free,
    gpuPercent: last('gpu_usage'),
    gpuMemoryUsedMb: last('gpu_memory_used'),
  });
}

/** Points at which not even memory was in use were measured by nobody. */
function historyOf(metrics: WireMetrics): Pick<Worker, 'history'> {
  const series = (key: StatsKey): WirePoints | undefined => {
    const metric = metrics.find((candidate) => candidate.metric === key);
    const [stats] = metric?.stats ?? [];
    // Servers before API 2.32 give the dates once for the metric.
    const dates = stats?.dates ?? metric?.dates ?? [];
    const values = stats?.values ?? [];
    return values.length < 2 || dates.length !== values.length ? undefined : { dates, values };
  };
  const measured = series('memory_used') ?? series('cpu_usage');
  const isMeasured = (at: number): boolean => {
    const index = measured?.dates.indexOf(at) ?? -1;
    return index < 0 || measured?.values[index] !== 0;
  };
  const history: Partial<Record<WorkerFigure, History>> = {};
  for (const figure of WORKER_FIGURES) {
    const points = series(FIGURE_KEYS[figure]);
    if (points) {
      history[figure] = {
        from: points.dates[0] ?? 0,
        stepMs: STATS_INTERVAL_S * 1000,
        values: points.values.map((value, index) => (isMeasured(points.dates[index] ?? 0) ? value : null)),
      };
    }
  }
  return Object.keys(history).length === 0 ? {} : { history };
}

interface WirePoints {
  readonly dates: readonly number[];
  readonly values: readonly number[];
}
