import * as z from 'zod';
import type { QueuePlace, QueueRequest } from '../../core/actions';
import type { Queue } from '../../core/entities';
import { isTracksideError } from '../../core/errors';
import { checkedName } from './actions';
import { itemFailure } from './failure-reading';
import { said, toQueue } from './map';
import { manyData, queueData, queuesData } from './schema';
import type { ClearMlSession } from './session';

const MOVE_CALL: Readonly<Record<QueuePlace, string>> = {
  front: 'queues.move_task_to_front',
  up: 'queues.move_task_forward',
  down: 'queues.move_task_backward',
  back: 'queues.move_task_to_back',
};

/** Reads queues, changes them, and changes the order in them. No change is ever sent twice. */
export class ClearMlQueues {
  constructor(private readonly session: ClearMlSession) {}

  async list(signal: AbortSignal): Promise<readonly Queue[]> {
    const { queues } = await this.session.read('queues.get_all_ex', {}, queuesData, signal);
    return queues.map(toQueue);
  }

  async change(request: QueueRequest, signal: AbortSignal): Promise<void> {
    switch (request.change) {
      case 'create':
        return this.send('queues.create', { name: checkedName(request.name, 'queue') }, signal);
      case 'rename':
        return this.rename(request.queueId, checkedName(request.name, 'queue'), signal);
      case 'delete':
        // By force, so that what waits in it goes back to what it was; without, a queue must be empty.
        return this.send('queues.delete', { queue: request.queueId, force: true }, signal);
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
