import type { Backend, LiveChange } from '../../../src/backends/contract';
import type { SeriesAbility } from '../../../src/backends/series-contract';
import { Emitter } from '../../../src/core/emitter';
import type { Task } from '../../../src/core/entities';
import type { TaskDetails } from '../../../src/core/task-details';
import type { FileDownload, NewestOutput, TaskImage, TaskPlot } from '../../../src/core/task-output';
import { TracksideError } from '../../../src/core/errors';
import { seriesKey, type SeriesDelta } from '../../../src/core/series';
import type { SeriesOverview } from '../../../src/core/series-overview';
import type {
  ConnectionInfo,
  ConnectionSession,
  ConnectionState,
  EntityStore,
  Listing,
  ModelListing,
  NeedHandle,
  RefreshScheduler,
  ScheduledNeed,
  SchedulerFigures,
  StoreChange,
  StoreNeed,
  TaskListing,
} from '../../../src/store/contract';
import { toDisposable, type Disposable } from '../../../src/core/disposable';

export function makeTask(change: Partial<Task> = {}): Task {
  return {
    id: 'task-1',
    name: 'digits train',
    status: 'running',
    serverStatus: 'in_progress',
    isStopping: false,
    projectName: 'Examples/Digits',
    tags: [],
    isArchived: false,
    startedAt: Date.now() - 65_000,
    lastIteration: 1200,
    can: ['stop', 'clone'],
    ...change,
  };
}

/** Columns from plain numbers; times one second apart unless given. */
export function makeDelta(
  metric: string,
  variant: string,
  values: readonly number[],
  change: Partial<SeriesDelta> & { firstStep?: number } = {},
): SeriesDelta {
  const { firstStep = 0, ...rest } = change;
  const steps = Float64Array.from(values, (_, index) => firstStep + index);
  return {
    name: { metric, variant },
    mode: 'append',
    fidelity: { kind: 'exact' },
    steps,
    times: Float64Array.from(steps, (step) => 1_700_000_000_000 + step * 1_000),
    values: Float64Array.from(values),
    ...rest,
  };
}

/** A server whose points a test decides: a log of deltas, read by cursor. */
export class FakeSeries implements SeriesAbility {
  readonly log: SeriesDelta[] = [];
  stepNoun: string | undefined;
  readCount = 0;
  failure: TracksideError | undefined;
  /** What a server of long runs tells before the points. */
  overviews: readonly SeriesOverview[] = [];

  readonly overview = (): Promise<readonly SeriesOverview[]> => Promise.resolve(this.overviews);

  list(): Promise<readonly never[]> {
    return Promise.resolve([]);
  }

  async *read(
    _task: string,
    cursor: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<SeriesDelta, string> {
    this.readCount += 1;
    const from = cursor === undefined ? 0 : Number(cursor);
    const to = this.log.length;
    const begun = new Set<string>();
    for (const delta of this.log.slice(from, to)) {
      await Promise.resolve();
      signal.throwIfAborted();
      if (this.failure !== undefined) {
        throw this.failure;
      }
      const key = seriesKey(delta.name);
      const isFirstPage = cursor === undefined && !begun.has(key);
      begun.add(key);
      yield isFirstPage ? { ...delta, mode: 'replace' } : delta;
    }
    if (this.failure !== undefined) {
      throw this.failure;
    }
    return String(to);
  }
}

class FakeStore implements EntityStore {
  readonly changes = new Emitter<StoreChange>();
  readonly onDidChange = this.changes.event;
  readonly held: StoreNeed[] = [];
  failure: TracksideError | undefined;

  constructor(public current: Task | undefined) {}

  task(): Task | undefined {
    return this.current;
  }

  taskFailure(): TracksideError | undefined {
    return this.failure;
  }

  set(task: Task): void {
    this.current = task;
    this.changes.fire({ kind: 'tasks', ids: new Set([task.id]) });
  }

  need(need: StoreNeed): Disposable {
    this.held.push(need);
    return toDisposable(() => this.held.splice(this.held.indexOf(need), 1));
  }

  knownTasks(): Iterable<Task> {
    return this.current === undefined ? [] : [this.current];
  }

  projects = (): Listing<never> => ({ items: [], isLoaded: true, isLoading: false });
  groups = (): Listing<never> => ({ items: [], isLoaded: true, isLoading: false });
  queues = (): Listing<never> => ({ items: [], isLoaded: true, isLoading: false });
  workers = (): Listing<never> => ({ items: [], isLoaded: true, isLoading: false });
  tasks = (): TaskListing => ({ items: [], isLoaded: true, isLoading: false, hasMore: false });
  models = (): ModelListing => ({ items: [], isLoaded: true, isLoading: false, hasMore: false });
  model = (): undefined => undefined;
  datasets = (): Listing<never> => ({ items: [], isLoaded: true, isLoading: false });
  datasetContents = (): Listing<never> => ({ items: [], isLoaded: true, isLoading: false });
  loadMoreModels = (): Promise<void> => Promise.resolve();
  changeModels = (): Promise<readonly never[]> => Promise.resolve([]);
  loadMore = (): Promise<void> => Promise.resolve();
  refresh = (): Promise<void> => Promise.resolve();
  refreshHeld = (): Promise<void> => Promise.resolve();
  act = (): Promise<readonly never[]> => Promise.resolve([]);
  changeQueue = (): Promise<void> => Promise.resolve();
}

/** Runs needs at once, when added, poked or told of a change; never by time. */
class FakeScheduler implements RefreshScheduler {
  readonly needs = new Set<ScheduledNeed>();
  readonly onDidChangePaused = new Emitter<boolean>().event;
  private last: Promise<void> = Promise.resolve();
  private readonly abort = new Map<ScheduledNeed, AbortController>();

  add(need: ScheduledNeed): NeedHandle {
    this.needs.add(need);
    this.abort.set(need, new AbortController());
    void this.run(need).catch(() => undefined);
    return {
      poke: () => this.run(need),
      dispose: () => {
        this.needs.delete(need);
        this.abort.get(need)?.abort();
      },
    };
  }

  notify(change: LiveChange): void {
    for (const need of this.needs) {
      if (need.matches(change)) {
        void this.run(need).catch(() => undefined);
      }
    }
  }

  figures(): SchedulerFigures {
    return {
      heldNeeds: [...this.needs].map(({ key }) => key),
      runsInLastMinute: 0,
      budgetPerMinute: 20,
      isPushConnected: true,
      isPaused: false,
    };
  }

  dispose(): void {
    this.abort.forEach((controller) => controller.abort());
  }

  private run(need: ScheduledNeed): Promise<void> {
    const { signal } = this.abort.get(need) ?? new AbortController();
    const ran = this.last.then(() => need.run(signal));
    this.last = ran.catch(() => undefined);
    return ran;
  }
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes.subarray(0, 10);
  yield bytes.subarray(10);
}

/** One connection, held in memory. */
export class FakeSession implements ConnectionSession {
  readonly info: ConnectionInfo = { id: 'local', kind: 'clearml', label: 'Local', isLocal: true };
  readonly state: ConnectionState = { kind: 'open', product: 'fake' };
  readonly series = new FakeSeries();
  readonly store: FakeStore;
  readonly scheduler = new FakeScheduler();
  hasSeries = true;
  /** What the server says the task is made of; an error it answers instead; nothing where it keeps no details. */
  details: TaskDetails | TracksideError | undefined;
  detailReads = 0;
  plots: readonly TaskPlot[] | undefined;
  /** What the server answers instead of plots and images. */
  outputFailure: TracksideError | undefined;
  keepsConsole = true;
  images: readonly TaskImage[] | undefined;
  /** Bytes by address; any other address is not found. */
  readonly files = new Map<string, Uint8Array>();
  /** Iterations that were asked for, and addresses that were read. */
  readonly asked: string[] = [];

  constructor(task: Task | undefined = makeTask()) {
    this.store = new FakeStore(task);
  }

  get openBackend(): Backend {
    const refuse = (): Promise<never> => Promise.reject(new Error('not part of this fake'));
    return {
      kind: 'clearml',
      describe: refuse,
      listProjects: refuse,
      listTasks: refuse,
      getTasks: refuse,
      dispose: () => undefined,
      ...(this.hasSeries ? { series: this.series } : {}),
      ...(this.details === undefined ? {} : { details: { read: () => this.readDetails(this.details) } }),
      ...(this.keepsConsole ? { console: { read: refuse } } : {}),
      ...(this.plots === undefined ? {} : { plots: this.newestOf('plots', this.plots) }),
      ...(this.images === undefined ? {} : { images: this.newestOf('images', this.images) }),
      files: { download: (uri) => this.download(uri) },
    };
  }

  backend(): Promise<Backend> {
    return Promise.resolve(this.openBackend);
  }

  private newestOf<T extends TaskPlot | TaskImage>(
    kind: string,
    all: readonly T[],
  ): { list(taskId: string, iterations: number): Promise<NewestOutput<T>> } {
    return {
      list: (_taskId, iterations) => {
        this.asked.push(`${kind} ${iterations}`);
        if (this.outputFailure !== undefined) {
          return Promise.reject(this.outputFailure);
        }
        const names = Map.groupBy(all, ({ metric, variant }) => JSON.stringify([metric, variant]));
        const items = [...names.values()].flatMap((group) =>
          [...group].sort((a, b) => b.iteration - a.iteration).slice(0, iterations),
        );
        return Promise.resolve({ items, iterations });
      },
    };
  }

  private download(uri: string): Promise<FileDownload> {
    this.asked.push(uri);
    const bytes = this.files.get(uri);
    return bytes === undefined
      ? Promise.reject(new TracksideError('notFound', 'The file is gone.', 'Run the task again.'))
      : Promise.resolve({ sizeBytes: bytes.byteLength, chunks: chunksOf(bytes) });
  }

  private readDetails(details: TaskDetails | TracksideError | undefined): Promise<TaskDetails> {
    this.detailReads += 1;
    return details === undefined || details instanceof Error
      ? Promise.reject(details ?? new Error('none'))
      : Promise.resolve(details);
  }

  /** The server has new points and says so. */
  report(...deltas: readonly SeriesDelta[]): void {
    this.series.log.push(...deltas);
    this.scheduler.notify({ kind: 'series', taskId: 'task-1' });
  }

  dispose(): void {
    this.scheduler.dispose();
  }
}
