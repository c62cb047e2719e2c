import * as z from 'zod';
import type { QueuePlace, QueueRequest } from '../../core/actions';
import type { EpochMs, Queue } from '../../core/entities';
import { isCancelled, isTracksideError } from '../../core/errors';
import { checkedName } from './actions';
import { hasFeature } from './api-level';
import { itemFailure } from './failure-reading';
import { said, toQueue } from './map';
import { manyData, queueData, queueMetricsData, queuesData } from './schema';
import type { ServerProbe } from './server-facts';
import type { ClearMlSession } from './session';

const MOVE_CALL: Readonly<Record<QueuePlace, string>> = {
  front: 'queues.move_task_to_front',
  up: 'queues.move_task_forward',
  down: 'queues.move_task_backward',
  back: 'queues.move_task_to_back',
};

/** The server silently gives no more than this per page. */
const PAGE_SIZE = 500;
const MAX_PAGES = 20;

/** Waiting times of the last day, by the hour, asked for this often. */
const RECORDS_WINDOW_S = 24 * 3600;
const RECORDS_STEP_S = 3600;
const RECORDS_FRESH_FOR_MS = 5 * 60_000;

/** Reads queues, changes them, and changes the order in them. No change is ever sent twice. */
export class ClearMlQueues {
  private records: ReadonlyMap<string, Pick<Queue, 'waits' | 'lengths'>> = new Map();
  private recordsAt: EpochMs = Number.NEGATIVE_INFINITY;
  private hasRecords = true;

  constructor(
    private readonly session: ClearMlSession,
    private readonly probe: ServerProbe,
  ) {}

  async list(signal: AbortSignal): Promise<readonly Queue[]> {
    const queues = await this.readAll(signal);
    await this.readRecords(
      queues.map(({ id }) => id),
      signal,
    );
    return queues.map((wire) => ({ ...toQueue(wire), ...this.records.get(wire.id) }));
  }

  /** Page by page: a call without pages is cut at 500 without a sign. */
  private async readAll(signal: AbortSignal): Promise<readonly WireQueue[]> {
    const byId = new Map<string, WireQueue>();
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const body = { order_by: ['name'], page, page_size: PAGE_SIZE };
      const { queues } = await this.session.read('queues.get_all_ex', body, queuesData, signal);
      queues.forEach((queue) => byId.set(queue.id, queue));
      if (queues.length < PAGE_SIZE) {
        break;
      }
    }
    return [...byId.values()];
  }

  /** Now and then only; a server that keeps none, or fails to say, still has queues. */
  private async readRecords(ids: readonly string[], signal: AbortSignal): Promise<void> {
    const now = this.session.clock.now();
    if (!this.hasRecords || ids.length === 0 || now - this.recordsAt < RECORDS_FRESH_FOR_MS) {
      return;
    }
    this.recordsAt = now;
    const toS = Math.floor(now / 1000);
    const body = {
      from_date: toS - RECORDS_WINDOW_S,
      to_date: toS,
      interval: RECORDS_STEP_S,
      queue_ids: ids,
    };
    try {
      const { queues } = await this.session.read('queues.get_queue_metrics', body, queueMetricsData, signal);
      this.records = new Map(queues.map((record) => [record.queue, toRecords(record)]));
    } catch (error) {
      if (isCancelled(error)) {
        throw error;
      }
      this.hasRecords = !(isTracksideError(error) && error.detail.status === 404);
      this.session.logger.debug('Waiting times of queues are not available.');
    }
  }

  async change(request: QueueRequest, signal: AbortSignal): Promise<void> {
    switch (request.change) {
      case 'create':
        return this.send('queues.create', { name: checkedName(request.name, 'queue') }, signal);
      case 'rename':
        return this.rename(request.queueId, checkedName(request.name, 'queue'), signal);
      case 'delete':
        return this.delete(request.queueId, signal);
      case 'clear':
        return this.clear(request.queueId, signal);
      case 'reorder':
        return this.send(MOVE_CALL[request.place], { queue: request.queueId, task: request.taskId }, signal);
    }
  }

  private async send(call: string, body: object, signal: AbortSignal): Promise<void> {
    await this.session.call(call, body, z.unknown(), { isIdempotent: false, signal });
  }

  /** A queue with a display name shows that instead of its name, so both change. */
  private async rename(queueId: string, name: string, signal: AbortSignal): Promise<void> {
    const { queue } = await this.session.read('queues.get_by_id', { queue: queueId }, queueData, signal);
    const shown = said(queue.display_name) === undefined ? {} : { display_name: name };
    return this.send('queues.update', { queue: queueId, name, ...shown }, signal);
  }

  /** By force, so that what waits in it goes back to what it was; without, a queue must be empty. */
  private async delete(queueId: string, signal: AbortSignal): Promise<void> {
    const { apiVersion } = await this.probe.facts(signal);
    if (!hasFeature(apiVersion, 'queueDeletionFrees')) {
      await this.dequeueAll(queueId, signal);
    }
    return this.send('queues.delete', { queue: queueId, force: true }, signal);
  }

  private async clear(queueId: string, signal: AbortSignal): Promise<void> {
    try {
      await this.send('queues.clear_queue', { queue: queueId }, signal);
    } catch (error) {
      if (!isTracksideError(error) || error.detail.status !== 404) {
        throw error;
      }
      await this.dequeueAll(queueId, signal);
    }
  }

  /** For servers before API 2.31, which cannot clear a queue at once. */
  private async dequeueAll(queueId: string, signal: AbortSignal): Promise<void> {
    const entries = (await this.list(signal)).find(({ id }) => id === queueId)?.entries ?? [];
    if (entries.length === 0) {
      return;
    }
    const call = 'tasks.dequeue_many';
    const body = { ids: entries.map(({ taskId }) => taskId) };
    const { failed } = await this.session.call(call, body, manyData, { isIdempotent: false, signal });
    const [first] = failed;
    if (first !== undefined) {
      throw itemFailure(call, first.error.codes, first.error.msg);
    }
  }
}

type WireQueue = z.infer<typeof queuesData>['queues'][number];
type WireRecord = z.infer<typeof queueMetricsData>['queues'][number];

/** Hours in which nothing waited are left out by the server; they become gaps. Waiting times come in seconds. */
function toRecords(record: WireRecord): Pick<Queue, 'waits' | 'lengths'> {
  const stepMs = RECORDS_STEP_S * 1000;
  const [from] = record.dates;
  const last = record.dates.at(-1);
  if (from === undefined || last === undefined) {
    return {};
  }
  const count = Math.min(RECORDS_WINDOW_S / RECORDS_STEP_S + 1, Math.round((last - from) / stepMs) + 1);
  const spread = (values: readonly number[], factor: number): (number | null)[] => {
    const spots = Array.from({ length: count }, (): number | null => null);
    record.dates.forEach((at, index) => {
      const value = values[index];
      const spot = Math.round((at - from) / stepMs);
      if (value !== undefined && spot < count) {
        spots[spot] = value * factor;
      }
    });
    return spots;
  };
  return {
    waits: { from, stepMs, values: spread(record.avg_waiting_times, 1000) },
    lengths: { from, stepMs, values: spread(record.queue_lengths, 1) },
  };
}
