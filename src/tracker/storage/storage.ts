import type { Disposable } from '../../core/disposable';
import { FileStore } from './file-store';
import { LogStore } from './log-store';
import { MetaStore } from './meta-store';
import { ModelStore } from './model-store';
import { openDatabase } from './open-database';
import { defineSqlFunctions } from './pattern';
import { ProjectStore } from './project-store';
import { QueueStore } from './queue-store';
import { SampleStore } from './sample-store';
import { SeriesStore } from './series-store';
import { SingleValueStore } from './single-value-store';
import type { Sqlite } from './sqlite';
import { TaskStore } from './task-store';
import { WalFlush } from './wal-flush';

/** Everything the tracker keeps, in one database. */
export class Storage implements Disposable {
  readonly meta: MetaStore;
  readonly projects: ProjectStore;
  readonly tasks: TaskStore;
  readonly queues: QueueStore;
  readonly series: SeriesStore;
  readonly singleValues: SingleValueStore;
  readonly logs: LogStore;
  readonly samples: SampleStore;
  readonly files: FileStore;
  readonly models: ModelStore;
  /** Undefined where the file system allows no write-ahead log. */
  private readonly walFlush: WalFlush | undefined;

  private constructor(
    readonly db: Sqlite,
    /** Sentences for people about how the database was opened. */
    readonly notices: readonly string[],
    dataDir: string,
  ) {
    this.meta = new MetaStore(db);
    this.projects = new ProjectStore(db);
    this.tasks = new TaskStore(db);
    this.queues = new QueueStore(db);
    this.series = new SeriesStore(db);
    this.singleValues = new SingleValueStore(db);
    this.logs = new LogStore(db);
    this.samples = new SampleStore(db);
    this.models = new ModelStore(db);
    const hasLog = db.get('PRAGMA journal_mode')?.['journal_mode'] === 'wal';
    this.walFlush = hasLog ? new WalFlush(`${db.path}-wal`) : undefined;
    this.files = new FileStore(db, dataDir);
    this.files.tidy();
  }

  /** Opens or creates the database in an existing folder; see {@link openDatabase}. */
  static open(dataDir: string, nowMs: number): Storage {
    const { db, notices } = openDatabase(dataDir, nowMs);
    defineSqlFunctions(db);
    return new Storage(db, notices, dataDir);
  }

  /** Runs `work` so that all or nothing of it is on disk when this returns; memory follows a roll-back. */
  transaction<T>(work: () => T): T {
    return this.forgettingWhatFails(() => this.db.transaction(work));
  }

  /** The same, with a promise that is fulfilled when it is on disk; nothing may be acknowledged before. */
  transactionToFlush(work: () => void): Promise<void> {
    const { walFlush } = this;
    if (walFlush === undefined) {
      this.transaction(work);
      return Promise.resolve();
    }
    this.forgettingWhatFails(() => this.db.transactionWithoutFlush(work));
    return walFlush.flush();
  }

  /** Compacts up to `limit` series. Nobody waits for the disk: the points are there before and after. */
  compactSome(limit: number): void {
    const work = (): void => this.series.compactSome(limit);
    this.forgettingWhatFails(() =>
      this.walFlush === undefined ? this.db.transaction(work) : this.db.transactionWithoutFlush(work),
    );
  }

  private forgettingWhatFails<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.series.forget();
      throw error;
    }
  }

  /** Removes everything that was reported for a task. */
  clearEvents(taskKey: number, taskId: string): void {
    this.series.clear(taskKey);
    this.singleValues.clear(taskKey);
    this.logs.clear(taskKey);
    this.samples.clear(taskId);
  }

  dispose(): void {
    this.walFlush?.dispose();
    this.db.close();
  }
}
