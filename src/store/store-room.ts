import type { Backend } from '../backends/contract';
import type { Clock } from '../core/clock';
import { isCancelled, toTracksideError } from '../core/errors';
import type { Logger } from '../core/logger';
import type { StoreChange } from './contract';
import type { ConnectionScheduler } from './refresh-scheduler';
import type { Generations, TaskTable } from './task-table';

/** Where the parts of one connection's store meet. */
export interface StoreRoom {
  readonly scheduler: ConnectionScheduler;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly table: TaskTable;
  readonly generations: Generations;
  backend(signal: AbortSignal): Promise<Backend>;
  fire(change: StoreChange): void;
}

interface TasksRead {
  readonly changed: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
}

/** Most ids one request asks for. */
const IDS_PER_REQUEST = 100;

/**
 * Reads tasks by id into the table; ids that the server does not know are forgotten. Returns what changed. When it fails,
 * the table knows that too.
 */
export async function readTasks(
  room: StoreRoom,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<TasksRead> {
  try {
    return await readInto(room, ids, signal);
  } catch (error) {
    if (!isCancelled(error)) {
      fireTasks(room, room.table.fail(ids, toTracksideError(error)));
    }
    throw error;
  }
}

async function readInto(room: StoreRoom, ids: readonly string[], signal: AbortSignal): Promise<TasksRead> {
  const backend = await room.backend(signal);
  const changed = new Set<string>();
  const removed = new Set<string>();
  for (let start = 0; start < ids.length; start += IDS_PER_REQUEST) {
    const asked = ids.slice(start, start + IDS_PER_REQUEST);
    const generation = room.generations.next();
    const found = await backend.getTasks(asked, signal);
    const foundIds = new Set(found.map(({ id }) => id));
    room.table.put(found, generation).forEach((id) => changed.add(id));
    const missing = asked.filter((id) => !foundIds.has(id));
    room.table.remove(missing, generation).forEach((id) => removed.add(id));
  }
  return { changed, removed };
}

/** Tells listeners which tasks changed, if any did. */
export function fireTasks(room: StoreRoom, ids: ReadonlySet<string>): void {
  if (ids.size > 0) {
    room.fire({ kind: 'tasks', ids });
  }
}
