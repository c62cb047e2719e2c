import type { Storage } from '../storage/storage';

/** The queue that the local worker serves. */
export const DEFAULT_QUEUE = 'default';

/** The id of the default queue, which is made when it is missing. Belongs inside a transaction. */
export function ensureDefaultQueue(storage: Storage, nowMs: number): string {
  return (
    storage.queues.findByName(DEFAULT_QUEUE)?.id ??
    storage.queues.create(DEFAULT_QUEUE, nowMs, { system_tags: ['default'], tags: [], metadata: {} })
  );
}
