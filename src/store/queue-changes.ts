import type { QueueRequest } from '../core/actions';
import { TracksideError } from '../core/errors';
import type { StoreRoom } from './store-room';

/** Sends a change of a queue. Throws TracksideError, also where the server's queues cannot be changed. */
export async function changeQueue(
  room: StoreRoom,
  request: QueueRequest,
  signal: AbortSignal,
): Promise<void> {
  const { queues } = await room.backend(signal);
  if (!queues?.change) {
    throw new TracksideError(
      'invalid',
      'The queues of this server cannot be changed from here.',
      'Use its own web page.',
    );
  }
  await queues.change(request, signal);
}
