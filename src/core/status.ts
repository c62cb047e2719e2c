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

/** Why a task is in its status, in its server's words. */
export interface StatusWords {
  readonly reason: string | undefined;
  readonly message: string | undefined;
}

/** The server's reason and message as far as they tell more than the status, and each other. */
export function statusWords(task: {
  readonly status: TaskStatus;
  readonly statusReason?: string | undefined;
  readonly statusMessage?: string | undefined;
}): StatusWords {
  const { status, statusReason: reason, statusMessage: message } = task;
  const isTold = new Set(['', bare(status)]);
  const isNewReason = reason !== undefined && !isTold.has(bare(reason));
  isTold.add(bare(reason ?? ''));
  const isNewMessage = message !== undefined && !isTold.has(bare(message));
  return { reason: isNewReason ? reason : undefined, message: isNewMessage ? message : undefined };
}

/** Servers repeat the status as its reason and as its message, with a full stop. */
function bare(words: string): string {
  return words.trim().replace(/\.$/u, '').toLowerCase();
}
