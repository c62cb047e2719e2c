import * as z from 'zod/mini';
import type { Clock } from '../../core/clock';
import type { EpochMs } from '../../core/entities';
import type { TaskRef } from '../../core/task-ref';
import type { StateStorage } from '../../platform/contract';
import type { Recording } from './run-recorder';

const KEY = 'trackside.recordings';
const stored = z.array(
  z.object({
    localTaskId: z.string(),
    connectionId: z.string(),
    taskId: z.string(),
    mark: z.optional(z.string()),
    told: z.record(z.string(), z.number()),
  }),
);
/** Servers give ids again after a delete, so that a run that was told to its end is not remembered for long. */
const REMEMBERED_MS = 60_000;

/** One run that is listed twice: on this machine, where it runs, and on the server that is told about it. */
export interface RunTwins {
  readonly localTaskId: string;
  readonly there: TaskRef;
}

/** Runs of scripts on this machine that servers are told about, as all windows of this user keep them. */
export class RecordedRuns {
  private readonly seen = new Map<string, { readonly twins: RunTwins; at: EpochMs }>();

  constructor(
    private readonly state: StateStorage,
    private readonly clock: Clock,
  ) {}

  /** Those that are not told to their end. */
  list(): readonly Recording[] {
    return this.state.get(KEY, (value) => stored.parse(value)) ?? [];
  }

  async add(recording: Recording): Promise<void> {
    await this.state.set(KEY, [...this.list(), recording]);
  }

  /** With what was told since. */
  async keep(recording: Recording): Promise<void> {
    await this.state.set(KEY, [...this.without(recording.localTaskId), recording]);
  }

  async forget(localTaskId: string): Promise<void> {
    this.noteTwins();
    await this.state.set(KEY, this.without(localTaskId));
  }

  /** Also of runs that were told to their end a moment ago. */
  twins(): readonly RunTwins[] {
    this.noteTwins();
    return [...this.seen.values()].map(({ twins }) => twins);
  }

  private noteTwins(): void {
    const now = this.clock.now();
    for (const { localTaskId, connectionId, taskId } of this.list()) {
      this.seen.set(localTaskId, { twins: { localTaskId, there: { connectionId, taskId } }, at: now });
    }
    for (const [localTaskId, { at }] of this.seen) {
      if (now - at > REMEMBERED_MS) {
        this.seen.delete(localTaskId);
      }
    }
  }

  private without(localTaskId: string): readonly Recording[] {
    return this.list().filter((each) => each.localTaskId !== localTaskId);
  }
}
