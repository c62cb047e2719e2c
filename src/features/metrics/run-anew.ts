import type { Task } from '../../core/entities';

/**
 * True when what was recorded before no longer counts: the task was reset, or it started another time. The server's own
 * word decides: a reset that was only asked for shows as a draft already, while its points are still there.
 */
export function isRunAnew(before: Task, now: Task): boolean {
  if (now.status === 'draft') {
    return before.serverStatus !== now.serverStatus;
  }
  return before.startedAt !== undefined && now.startedAt !== undefined && before.startedAt !== now.startedAt;
}
