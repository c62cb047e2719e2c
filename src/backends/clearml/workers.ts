import type * as z from 'zod';
import type { Worker, WorkerLoad } from '../../core/entities';
import { isCancelled, isTracksideError, TracksideError } from '../../core/errors';
import type { LoadHistory, LoadSpan } from '../../core/worker-load';
import { defined, epochMs } from './map';
import { workersData, workerStatsData, type WireMachineStats } from './schema';
import type { ServerProbe } from './server-facts';
import type { ClearMlSession } from './session';
import { historyOf, loadHistoryOf, STATS_KEYS, type StatsKey, type WireMetrics } from './worker-history';

/** Figures are taken from this long ago until now; a worker reports every 10 to 30 s. */
const STATS_WINDOW_S = 1_800;
/** The server takes nothing shorter than 40. */
const STATS_INTERVAL_S = 60;
/** A load is of now; a worker that has been silent for longer has none. */
const LATEST_POINTS = 5;

/** Trackside's own worker ends its id with this. */
const LOCAL_SUFFIX = ':local';

type WireWorker = z.infer<typeof workersData>['workers'][number];

/** Reads workers and, where the server keeps them, their latest machine figures. */
export class ClearMlWorkers {
  private hasStats = true;
  /** Id → the server's own key, under which servers of API 2.20 to 2.26 keep figures. */
  private keys: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly session: ClearMlSession,
    private readonly probe: ServerProbe,
  ) {}

  async list(signal: AbortSignal): Promise<Worker[]> {
    const [{ isTrackside }, { workers }] = await Promise.all([
      this.probe.facts(signal),
      this.session.read('workers.get_all', {}, workersData, signal),
    ]);
    this.keys = new Map(workers.flatMap(({ id, key }) => (key === undefined ? [] : [[id, key] as const])));
    const isAsked = !isTrackside && workers.length > 0;
    const stats = isAsked ? await this.stats(workers, signal) : new Map<string, WireMetrics>();
    return workers.map((wire) => {
      const metrics = stats.get(wire.id) ?? stats.get(wire.key ?? '');
      const load = metrics ? toLoad(metrics) : reportedLoad(wire.trackside?.machine_stats);
      return {
        ...toWorker(wire, load, isTrackside),
        ...(metrics ? historyOf(metrics, STATS_INTERVAL_S * 1000) : {}),
      };
    });
  }

  /** What one worker was like over a span of steps of at least 40 s. Throws `invalid` where nobody keeps that. */
  async history(workerId: string, { from, to, stepMs }: LoadSpan, signal: AbortSignal): Promise<LoadHistory> {
    const items = STATS_KEYS.flatMap((key) => [
      { key, aggregation: 'avg' },
      { key, aggregation: 'max' },
    ]);
    const key = this.keys.get(workerId);
    const names = key === undefined ? [workerId] : [workerId, key];
    const request = {
      worker_ids: names,
      from_date: Math.floor(from / 1000),
      to_date: Math.ceil(to / 1000),
      interval: stepMs / 1000,
      items,
    };
    try {
      const { workers } = await this.session.read('workers.get_stats', request, workerStatsData, signal);
      return loadHistoryOf(workers.find(({ worker }) => names.includes(worker))?.metrics ?? [], from, stepMs);
    } catch (error) {
      if (isTracksideError(error) && error.detail.status === 404) {
        const message = 'This server does not keep what its workers were like.';
        throw new TracksideError('invalid', message, 'Their latest figures are in the Workers view.');
      }
      throw error;
    }
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
          worker_ids: workers.flatMap(({ id, key }) => (key === undefined ? [id] : [id, key])),
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

/** What the worker itself reported last. Figures of several cores or GPUs are averaged, as in what the server keeps. */
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
    gpuMemoryUsedMb: mean(stats.gpu_memory_used),
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
