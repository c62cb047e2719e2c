import type { JsonObject } from './json';
import { TimedSamples } from './timed-samples';

/** A worker as it last reported itself. Times are epoch milliseconds. */
export interface WorkerRow {
  readonly id: string;
  readonly ip: string;
  readonly registeredAt: number;
  readonly timeoutS: number;
  readonly lastActivityAt: number;
  readonly lastReportAt: number | undefined;
  readonly queues: readonly string[];
  readonly tags: readonly string[];
  readonly systemTags: readonly string[];
  readonly taskId: string | undefined;
  readonly queueId: string | undefined;
  readonly machineStats: JsonObject;
  /** Lives in this process, so it is there for as long as it is listed, however long ago it reported. */
  readonly isInProcess: boolean;
}

/** What a report says; absent members keep what is known. */
export type WorkerUpdate = Partial<Omit<WorkerRow, 'id' | 'registeredAt' | 'lastActivityAt'>>;

/** What a worker said in one report. */
export interface WorkerSample {
  readonly hasTask: boolean;
  readonly machineStats: JsonObject;
}

/** Workers that reported lately. Not stored: after a restart they report again. */
export class WorkerTable {
  private readonly rows = new Map<string, WorkerRow>();
  /** By worker id, also of workers that are gone. */
  readonly history = new TimedSamples<WorkerSample>();

  /** Adds or updates the worker. */
  report(id: string, nowMs: number, update: WorkerUpdate): WorkerRow {
    const known = this.rows.get(id);
    const row: WorkerRow = {
      ip: '127.0.0.1',
      timeoutS: 600,
      lastReportAt: undefined,
      queues: [],
      tags: [],
      systemTags: [],
      taskId: undefined,
      queueId: undefined,
      machineStats: {},
      isInProcess: false,
      registeredAt: nowMs,
      ...known,
      ...update,
      id,
      lastActivityAt: nowMs,
    };
    this.rows.set(id, row);
    this.history.add(id, nowMs, {
      hasTask: row.taskId !== undefined,
      machineStats: update.machineStats ?? {},
    });
    return row;
  }

  /** True when the worker was known. */
  remove(id: string): boolean {
    return this.rows.delete(id);
  }

  /** Workers that reported within their time-out, and within `lastSeenS` unless that is 0. */
  list(nowMs: number, lastSeenS: number): WorkerRow[] {
    for (const row of this.rows.values()) {
      if (row.isInProcess) {
        this.rows.set(row.id, { ...row, lastActivityAt: nowMs });
      } else if (nowMs - row.lastActivityAt > row.timeoutS * 1000) {
        this.rows.delete(row.id);
      }
    }
    return [...this.rows.values()].filter(
      ({ lastActivityAt }) => lastSeenS === 0 || nowMs - lastActivityAt <= lastSeenS * 1000,
    );
  }

  find(id: string): WorkerRow | undefined {
    return this.rows.get(id);
  }
}
