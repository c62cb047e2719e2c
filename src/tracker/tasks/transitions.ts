import type { WireStatus } from './task-words';

/** Commands that move a task from one status to another. Enqueue, dequeue, delete and archive have rules of their own. */
export type Transition =
  'started' | 'stop' | 'stopped' | 'completed' | 'failed' | 'close' | 'publish' | 'reset' | 'enqueue';

/** Where each command leads and from where it is allowed, as the real server does it without `force`. */
const RULES: Readonly<
  Record<Transition, { readonly to: WireStatus; readonly from: ReadonlySet<WireStatus> }>
> = {
  enqueue: { to: 'queued', from: new Set(['created', 'queued', 'stopped', 'failed']) },
  started: { to: 'in_progress', from: new Set(['created', 'queued', 'in_progress', 'stopped', 'completed']) },
  stop: { to: 'stopped', from: new Set(['queued', 'in_progress', 'stopped', 'closed', 'failed']) },
  stopped: { to: 'stopped', from: new Set(['queued', 'in_progress', 'stopped', 'closed', 'failed']) },
  completed: { to: 'completed', from: new Set(['in_progress', 'stopped', 'completed']) },
  failed: { to: 'failed', from: new Set(['in_progress', 'stopped', 'closed', 'failed']) },
  close: { to: 'closed', from: new Set(['stopped', 'closed']) },
  publish: { to: 'published', from: new Set(['stopped', 'closed', 'failed', 'completed', 'publishing']) },
  reset: {
    to: 'created',
    from: new Set(['created', 'queued', 'in_progress', 'stopped', 'closed', 'failed', 'completed']),
  },
};

/** The status the command leads to; `undefined` when it is not allowed from `status`. */
export function transition(
  command: Transition,
  status: WireStatus,
  isForced: boolean,
): WireStatus | undefined {
  const { to, from } = RULES[command];
  return isForced || from.has(status) ? to : undefined;
}

/** Where the command would lead, also when it is refused; for the refusal's text. */
export function target(command: Transition): WireStatus {
  return RULES[command].to;
}

/** How long after its last sign of life a worker's task is still taken to be run by it. */
const WORKER_SILENCE_MS = 600_000;

/** What is known about who runs a task, for {@link isRunByWorker}. */
export interface WorkerTrace {
  readonly lastWorker?: string | undefined;
  readonly lastUpdate: number;
  readonly isDevelopment: boolean;
}

/** True when a worker will hear of a stop request: then the task keeps its status and is marked "stopping". */
export function isRunByWorker(
  { lastWorker, lastUpdate, isDevelopment }: WorkerTrace,
  nowMs: number,
): boolean {
  return lastWorker !== undefined && !isDevelopment && nowMs - lastUpdate < WORKER_SILENCE_MS;
}
