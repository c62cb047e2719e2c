import type { TaskActionRequest } from '../core/actions';
import type { Task } from '../core/entities';
import type { TracksideError } from '../core/errors';
import { expectedAfter } from './optimistic-effect';
import { isSame } from './structural-equality';

/** Numbers reads in the order they began, so that a late answer never replaces a newer one. */
export class Generations {
  private latest = 0;

  next(): number {
    this.latest += 1;
    return this.latest;
  }
}

/** One action that was sent and whose outcome is not yet known. */
export interface PendingAction {
  readonly taskId: string;
  readonly request: TaskActionRequest;
}

interface Row {
  /** As the server last told it. */
  told: Task | undefined;
  /** When the read that told it began. */
  generation: number;
  /** `told` with pending actions applied; what everybody sees. Same object as long as nothing changed. */
  shown: Task | undefined;
}

/** Tasks by id: what the server told, and over it the expected effects of actions under way. */
export class TaskTable {
  private readonly rows = new Map<string, Row>();
  private readonly pending = new Map<string, PendingAction[]>();
  private readonly failures = new Map<string, TracksideError>();

  get(id: string): Task | undefined {
    return this.rows.get(id)?.shown;
  }

  has(id: string): boolean {
    return this.rows.has(id);
  }

  /** Why a task could not be read again; undefined while what is known of it was read the last time it was asked for. */
  failureOf(id: string): TracksideError | undefined {
    return this.failures.get(id);
  }

  /** Notes that known tasks could not be read again; returns those of which that is new. */
  fail(ids: Iterable<string>, error: TracksideError): Set<string> {
    const failed = new Set<string>();
    for (const id of ids) {
      if (this.rows.has(id)) {
        if (!this.failures.has(id)) {
          failed.add(id);
        }
        this.failures.set(id, error);
      }
    }
    return failed;
  }

  /** True when the task is about to be deleted: it is hidden but not yet gone. */
  isHidden(id: string): boolean {
    const row = this.rows.get(id);
    return row !== undefined && row.shown === undefined;
  }

  get size(): number {
    return this.rows.size;
  }

  *all(): Iterable<Task> {
    for (const { shown } of this.rows.values()) {
      if (shown) {
        yield shown;
      }
    }
  }

  /** Takes what a read of `generation` said; returns the ids whose shown task changed, or that could not be read before. */
  put(tasks: Iterable<Task>, generation: number): Set<string> {
    const changed = new Set<string>();
    for (const task of tasks) {
      const row = this.rows.get(task.id) ?? { told: undefined, generation: -1, shown: undefined };
      if (row.generation > generation) {
        continue;
      }
      row.generation = generation;
      row.told = isSame(row.told, task) ? row.told : task;
      this.rows.set(task.id, row);
      const wasFailing = this.failures.delete(task.id);
      if (this.show(task.id, row) || wasFailing) {
        changed.add(task.id);
      }
    }
    return changed;
  }

  /** Forgets tasks that a read of `generation` did not find; returns those that were known. */
  remove(ids: Iterable<string>, generation: number): Set<string> {
    const removed = new Set<string>();
    for (const id of ids) {
      const row = this.rows.get(id);
      if (row && row.generation <= generation) {
        this.rows.delete(id);
        this.failures.delete(id);
        removed.add(id);
      }
    }
    return removed;
  }

  begin(action: PendingAction): boolean {
    this.pending.set(action.taskId, [...(this.pending.get(action.taskId) ?? []), action]);
    return this.showAgain(action.taskId);
  }

  /** Takes the expected effect away again; with `keep`, it becomes what the server is taken to have told. */
  end(action: PendingAction, keep: boolean): boolean {
    const left = (this.pending.get(action.taskId) ?? []).filter((other) => other !== action);
    if (left.length > 0) {
      this.pending.set(action.taskId, left);
    } else {
      this.pending.delete(action.taskId);
    }
    const row = this.rows.get(action.taskId);
    if (keep && row?.told) {
      row.told = expectedAfter(row.told, action.request);
      if (!row.told) {
        this.rows.delete(action.taskId);
        return true;
      }
    }
    return this.showAgain(action.taskId);
  }

  /** Forgets every task that nobody refers to. */
  keepOnly(isReferred: (id: string) => boolean): void {
    for (const id of [...this.rows.keys()]) {
      if (!isReferred(id) && !this.pending.has(id)) {
        this.rows.delete(id);
        this.failures.delete(id);
      }
    }
  }

  private showAgain(id: string): boolean {
    const row = this.rows.get(id);
    return row !== undefined && this.show(id, row);
  }

  /** Returns whether what everybody sees changed. */
  private show(id: string, row: Row): boolean {
    let shown = row.told;
    for (const { request } of this.pending.get(id) ?? []) {
      shown = shown && expectedAfter(shown, request);
    }
    if (isSame(shown, row.shown)) {
      return false;
    }
    row.shown = shown;
    return true;
  }
}
