import { capitalized } from './capitalized';

/** The state of one task in Trackside's words. Every backend owns a table from its own words to these. */
export const TASK_STATUSES = [
  'draft',
  'queued',
  'running',
  'completed',
  'failed',
  'stopped',
  'published',
  'blocked',
  'unknown',
] as const;

export type TaskStatus = (typeof TASK_STATUSES)[number];

/** True while the server may still change the task by itself: such a task is asked for often. */
export function isLive(status: TaskStatus): boolean {
  return status === 'queued' || status === 'running' || status === 'blocked' || status === 'unknown';
}

/** True once the task's run is over: its metrics and console no longer grow. */
export function isEnded(status: TaskStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'stopped' || status === 'published';
}

/** The word shown to people. */
export function statusLabel(status: TaskStatus): string {
  return capitalized(status);
}
