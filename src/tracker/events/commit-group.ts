import type { Disposable } from '../../core/disposable';
import type { Storage } from '../storage/storage';

interface Job {
  run(): void;
  settle(failure: { readonly cause: unknown } | undefined): void;
}

/**
 * Commits what several requests brought in the same moment together: one flush to disk instead of one each. A job
 * that fails is rolled back alone. A promise is fulfilled only after the commit.
 */
export class CommitGroup implements Disposable {
  private pending: Job[] = [];
  private scheduled: NodeJS.Immediate | undefined;

  constructor(private readonly storage: Storage) {}

  submit<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      this.pending.push({
        run: () => {
          result = { value: work() };
        },
        settle: (failure) => {
          if (failure !== undefined) {
            reject(toError(failure.cause));
          } else if (result !== undefined) {
            resolve(result.value);
          }
        },
      });
      this.scheduled ??= setImmediate(() => this.commit());
    });
  }

  /** Commits at once what is pending. */
  commit(): void {
    this.scheduled = undefined;
    const jobs = this.pending;
    this.pending = [];
    const failures = new Map<Job, { readonly cause: unknown }>();
    try {
      this.storage.transaction(() => {
        for (const job of jobs) {
          this.attempt(job, failures);
        }
      });
      jobs.forEach((job) => job.settle(failures.get(job)));
    } catch (cause) {
      jobs.forEach((job) => job.settle(failures.get(job) ?? { cause }));
    }
  }

  dispose(): void {
    clearImmediate(this.scheduled);
    this.commit();
  }

  private attempt(job: Job, failures: Map<Job, { readonly cause: unknown }>): void {
    try {
      this.storage.transaction(() => job.run());
    } catch (cause) {
      failures.set(job, { cause });
      if (!this.storage.db.isTransactionOpen) {
        // The disk is full: SQLite rolled everything back, so the jobs before this one are lost as well.
        throw cause;
      }
    }
  }
}

function toError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
