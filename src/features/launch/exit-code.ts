import type { Task } from '../../core/entities';

/** As shells tell a program that was interrupted. */
const INTERRUPTED = 130;

/** The exit code a terminal shows for an ended task: the script's own where the server's reason names it. */
export function exitCodeOf(task: Pick<Task, 'status' | 'statusReason' | 'statusMessage'>): number {
  switch (task.status) {
    case 'completed':
    case 'published':
      return 0;
    case 'stopped':
      return INTERRUPTED;
    case 'failed':
    case 'draft':
    case 'queued':
    case 'running':
    case 'blocked':
    case 'unknown': {
      const named = /\bcode (\d{1,3})\b/i.exec(`${task.statusReason ?? ''} ${task.statusMessage ?? ''}`)?.[1];
      return named === undefined || Number(named) === 0 ? 1 : Number(named);
    }
  }
}
