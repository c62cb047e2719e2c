import type { TaskStatus } from '../../core/status';

/** WhatsNext's words, in either case. `cancelled` exists in databases that were made by its migration. */
const STATUSES: Readonly<Record<string, TaskStatus>> = {
  pending: 'queued',
  queued: 'queued',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  blocked: 'blocked',
  cancelled: 'stopped',
};

/** Trackside's word; `unknown` for words that are new. */
export function toStatus(word: string): TaskStatus {
  return STATUSES[word.toLowerCase()] ?? 'unknown';
}

/** True while it waits in its project's queue; `queued` means that a worker has taken it already. */
export function isPending(word: string): boolean {
  return word.toLowerCase() === 'pending';
}
