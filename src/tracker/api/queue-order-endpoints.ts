import * as z from 'zod';
import { ApiError, invalidQueue } from '../api-error';
import type { Endpoint } from '../http/call';
import type { TrackerContext } from '../tracker-context';
import { maybeCount, writing } from './endpoint';

const input = z.object({ queue: z.string(), task: z.string(), count: maybeCount });

/** Moving an entry within its queue; answers its new index, 0 being the front. */
export function queueOrderEndpoints(context: TrackerContext): Endpoint[] {
  const { queues } = context.storage;
  const mover = (name: string, to: (index: number, count: number, length: number) => number): Endpoint =>
    writing(context, `queues.${name}`, input, ({ queue, task, count = 1 }) => {
      if (queues.find(queue) === undefined) {
        throw invalidQueue(queue);
      }
      const entries = queues.entries(queue);
      const index = entries.findIndex((entry) => entry.task === task);
      if (index < 0) {
        throw new ApiError(400, 703, `Task not found in queue: task=${task}, queue=${queue}`);
      }
      const position = queues.moveTo(queue, task, to(index, count, entries.length));
      context.live.changed('queues');
      return { position };
    });
  return [
    mover('move_task_forward', (index, count) => index - count),
    mover('move_task_backward', (index, count) => index + count),
    mover('move_task_to_front', () => 0),
    mover('move_task_to_back', (_index, _count, length) => length - 1),
  ];
}
