import * as z from 'zod';
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import { TrackerRefusal, type TrackerSession } from './tracker-session';

const POLL_MS = 1_000;
const PING_MS = 30_000;

const taskStates = z.object({
  tasks: z.array(z.object({ status: z.string(), status_message: z.string().nullish() })),
});

/** What the task's state asks of its run. */
export type StopDemand =
  /** A person asked to stop it; the run reports `stopped`. */
  | 'stop'
  /** The task was ended elsewhere; the script is to end, and nothing more is reported than its output. */
  | 'endedElsewhere'
  /** The same, but by the script itself through its SDK, which may still be sending. */
  | 'endedByScript'
  /** The task was reset or deleted: it is no longer this run's. */
  | 'abandon';

/** What a task with this status asks of the run that was started for it; undefined while it may go on. */
export function demandOf(status: string, message: string): StopDemand | undefined {
  switch (status) {
    case 'in_progress':
      return message.includes('stopping') ? 'stop' : undefined;
    case 'completed':
      return undefined;
    case 'failed':
      return 'endedByScript';
    case 'created':
    case 'queued':
      return 'abandon';
    default:
      return 'endedElsewhere';
  }
}

export interface StopWatchDeps {
  readonly session: TrackerSession;
  readonly taskId: string;
  readonly clock: Clock;
  /** The task was taken away from this run on this machine. */
  readonly isRevoked: () => boolean;
  readonly onDemand: (demand: StopDemand) => void;
}

/** Looks every second whether the run is still wanted, at once when told to, and tells the tracker that it lives. */
export class StopWatch implements Disposable {
  private timer: Disposable | undefined;
  private isDisposed = false;
  private isAsking = false;
  private lastPingAt: number;

  constructor(private readonly deps: StopWatchDeps) {
    this.lastPingAt = deps.clock.now();
    this.schedule();
  }

  /** Looks now. */
  async look(): Promise<void> {
    if (this.isAsking || this.isDisposed) {
      return;
    }
    this.isAsking = true;
    this.timer?.dispose();
    try {
      await this.ask();
    } catch (error) {
      if (error instanceof TrackerRefusal && error.isTaskGone) {
        this.report('abandon');
      } // anything else: the tracker is away, and delivery brings it back
    } finally {
      this.isAsking = false;
      this.schedule();
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.timer?.dispose();
  }

  private async ask(): Promise<void> {
    if (this.deps.isRevoked()) {
      this.report('abandon');
      return;
    }
    const answer = await this.deps.session.call('tasks.get_all', {
      id: [this.deps.taskId],
      only_fields: ['status', 'status_message'],
      search_hidden: true,
    });
    const [task] = taskStates.parse(answer).tasks;
    const demand = task === undefined ? 'abandon' : demandOf(task.status, task.status_message ?? '');
    if (demand !== undefined) {
      this.report(demand);
    } else if (this.deps.clock.now() - this.lastPingAt >= PING_MS) {
      this.lastPingAt = this.deps.clock.now();
      await this.deps.session.call('tasks.ping', { task: this.deps.taskId });
    }
  }

  private report(demand: StopDemand): void {
    if (!this.isDisposed) {
      this.deps.onDemand(demand);
    }
  }

  private schedule(): void {
    if (!this.isDisposed) {
      this.timer = this.deps.clock.after(POLL_MS, () => void this.look());
    }
  }
}
