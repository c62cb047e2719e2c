import type { TaskStatus } from '../../core/status';

/** ClearML's words → ours. Anything else is `unknown`. */
const STATUS: Readonly<Record<string, TaskStatus>> = {
  created: 'draft',
  queued: 'queued',
  in_progress: 'running',
  stopped: 'stopped',
  closed: 'completed',
  completed: 'completed',
  failed: 'failed',
  publishing: 'published',
  published: 'published',
  unknown: 'unknown',
};

export function statusOf(word: string): TaskStatus {
  return Object.hasOwn(STATUS, word) ? (STATUS[word] ?? 'unknown') : 'unknown';
}

/** ClearML's words for these statuses; empty when it has none. */
export function wordsOf(statuses: readonly TaskStatus[]): string[] {
  return Object.entries(STATUS)
    .filter(([, status]) => statuses.includes(status))
    .map(([word]) => word);
}

/** Counts by our words. */
export function countByStatus(counts: Readonly<Record<string, number>>): Partial<Record<TaskStatus, number>> {
  const sums: Partial<Record<TaskStatus, number>> = {};
  for (const [word, count] of Object.entries(counts)) {
    if (count > 0) {
      const status = statusOf(word);
      sums[status] = (sums[status] ?? 0) + count;
    }
  }
  return sums;
}
