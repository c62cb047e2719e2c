import type { Disposable } from '../../core/disposable';
import type { Storage } from '../storage/storage';

/** What a group needs of the storage. */
type GroupStorage = Pick<Storage, 'transaction' | 'transactionToFlush'> & {
  readonly db: Pick<Storage['db'], 'isTransactionOpen'>;
};

interface Job {
  run(): void;
  settle(failure: { readonly cause: unknown } | undefined): void;
}

/**
 * Commits what several requests brought in the same moment together: one flush to disk instead of one each. A job
 * that fails is rolled back alone. A promise is fulfilled only when the commit is on disk.
 */
export class CommitGroup implements Disposable {
  private pending: Job[] = [];
  private scheduled: NodeJS.Immediate | undefined;

  constructor(private readonly storage: GroupStorage) {}

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

  /** Ends with everything on disk, and with nothing under way that the closed database could not take. */
  dispose(): void {
    clearImmediate(this.scheduled);
    this.run((jobs) => {
      this.storage.transaction(jobs);
      return undefined;
    });
  }

  /** While the disk works on this, the next requests are read and written to the log. */
  private commit(): void {
    this.run((jobs) => this.storage.transactionToFlush(jobs));
  }

  private run(transact: (work: () => void) => Promise<void> | undefined): void {
    this.scheduled = undefined;
    const jobs = this.pending;
    this.pending = [];
    const failures = new Map<Job, { readonly cause: unknown }>();
    const settle = (failure?: { readonly cause: unknown }): void =>
      jobs.forEach((job) => job.settle(failures.get(job) ?? failure));
    try {
      const flushed = transact(() => {
        for (const job of jobs) {
          this.attempt(job, failures);
        }
      });
      if (flushed === undefined) {
        settle();
      } else {
        flushed.then(
          () => settle(),
          (cause: unknown) => settle({ cause }),
        );
      }
    } catch (cause) {
      settle({ cause });
    }
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
