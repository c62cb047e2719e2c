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

/** Runs `work` in a transaction; the promise, if there is one, is for when that is on disk. */
type Transact = (work: () => void) => Promise<void> | undefined;

/**
 * Commits what several requests brought in the same moment together: one flush to disk instead of one each. A job
 * that fails is rolled back alone. A promise is fulfilled only when the commit is on disk.
 */
export class CommitGroup implements Disposable {
  private pending: Job[] = [];
  private scheduled: NodeJS.Immediate | undefined;

  constructor(private readonly storage: GroupStorage) {}

  /** `work` changes the storage alone, and is called again when it was rolled back because of another one. */
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

  private run(transact: Transact): void {
    this.scheduled = undefined;
    const jobs = this.pending;
    this.pending = [];
    const failures = new Map<Job, { readonly cause: unknown }>();
    const settle = (failure?: { readonly cause: unknown }): void =>
      jobs.forEach((job) => job.settle(failures.get(job) ?? failure));
    try {
      const flushed = this.runAll(jobs, failures, transact);
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

  /** A savepoint for each costs a tenth of a batch, and is needed only where one of several fails. */
  private runAll(
    jobs: readonly Job[],
    failures: Map<Job, { readonly cause: unknown }>,
    transact: Transact,
  ): Promise<void> | undefined {
    try {
      return transact(() => jobs.forEach((job) => job.run()));
    } catch (cause) {
      if (jobs.length < 2) {
        throw cause;
      }
      return transact(() => jobs.forEach((job) => this.attempt(job, failures)));
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
