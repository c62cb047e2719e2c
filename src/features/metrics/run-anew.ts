import type { Task } from '../../core/entities';

/** True when what was recorded before no longer counts: the task was reset, or it started another time. */
export function isRunAnew(before: Task, now: Task): boolean {
  if (now.status === 'draft') {
    return before.status !== 'draft';
  }
  return before.startedAt !== undefined && now.startedAt !== undefined && before.startedAt !== now.startedAt;
}
