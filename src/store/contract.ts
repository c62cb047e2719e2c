import type { QueueRequest, TaskActionOutcome, TaskActionRequest } from '../core/actions';
import type { Dataset, DatasetContents } from '../core/datasets';
import type { Disposable } from '../core/disposable';
import type { Event } from '../core/emitter';
import type { EpochMs, Project, Queue, Task, Worker } from '../core/entities';
import type { TracksideError } from '../core/errors';
import type { Model, ModelQuery, ModelRequest } from '../core/models';
import type { ProjectGroup } from '../core/project-groups';
import type {
  Ability,
  Backend,
  BackendKind,
  LiveChange,
  ModelOutcome,
  TaskQuery,
} from '../backends/contract';

/** A server through one account, as the user sees it. Holds no secret. */
export interface ConnectionInfo {
  /** Stable for the life of the connection; part of every tree id. */
  readonly id: string;
  readonly kind: BackendKind;
  /** Shown in trees, such as `Local` or `clearml.example.com`. */
  readonly label: string;
  /** Absent for the embedded tracker, whose address changes. */
  readonly url?: string;
  /** True for the connection that exists by itself and runs on the embedded tracker. */
  readonly isLocal: boolean;
  /** True when a person accepted a certificate that nobody vouches for. */
  readonly isCertificateUnverified?: boolean;
}

/** All connections of this window. */
export interface Connections {
  /** The list, one connection's name or its state changed. */
  readonly onDidChange: Event<void>;
  all(): readonly ConnectionSession[];
  get(connectionId: string): ConnectionSession | undefined;
  /** Where new tasks go: chosen by the user, else Local. */
  active(): ConnectionSession;
  setActive(connectionId: string): Promise<void>;
}

export type ConnectionState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'opening' }
  | {
      readonly kind: 'open';
      readonly product: string;
      /** Who is signed in, when the server says so. */
      readonly user?: string;
      /** What the server does not offer, or not in full. */
      readonly limits?: readonly Ability[];
      /** When that was found out. */
      readonly foundAt?: EpochMs;
    }
  | { readonly kind: 'failed'; readonly error: TracksideError };

/** One connection at work: its backend, what is known of it, and what is asked of it. */
export interface ConnectionSession extends Disposable {
  readonly info: ConnectionInfo;
  readonly state: ConnectionState;
  readonly store: EntityStore;
  readonly scheduler: RefreshScheduler;
  /** Opens on first use (starts the embedded tracker, signs in); one opening in flight. Throws TracksideError. */
  backend(signal: AbortSignal): Promise<Backend>;
  /** The backend if it is open already. */
  readonly openBackend: Backend | undefined;
}

/** A list as it is known now. `items` stay while it is loaded again; `error` is why the last try failed. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly isLoaded: boolean;
  readonly isLoading: boolean;
  readonly error?: TracksideError;
  readonly loadedAt?: EpochMs;
}

export interface TaskListing extends Listing<Task> {
  readonly hasMore: boolean;
}

export interface ModelListing extends Listing<Model> {
  readonly hasMore: boolean;
}

/** What changed, by id; a listener re-renders exactly that. */
export type StoreChange =
  | { readonly kind: 'tasks'; readonly ids: ReadonlySet<string> }
  | { readonly kind: 'taskList'; readonly key: string }
  | { readonly kind: 'projects' }
  | { readonly kind: 'groups' }
  | { readonly kind: 'models' }
  | { readonly kind: 'datasets' }
  | { readonly kind: 'queues' }
  | { readonly kind: 'workers' };

/** What a view or panel needs to be fresh while it is visible. */
export type StoreNeed =
  | { readonly kind: 'projects' }
  | { readonly kind: 'groups' }
  | { readonly kind: 'models'; readonly query: ModelQuery }
  | { readonly kind: 'datasets' }
  | { readonly kind: 'datasetContents'; readonly datasetId: string }
  | { readonly kind: 'tasks'; readonly query: TaskQuery }
  | { readonly kind: 'task'; readonly id: string }
  | { readonly kind: 'queues' }
  | { readonly kind: 'workers' };

/** Outcome of one action on one task; a refused one carries the server's reason. */
export type ActOutcome =
  | { readonly task: Task; readonly ok: true; readonly outcome: TaskActionOutcome }
  | { readonly task: Task; readonly ok: false; readonly error: TracksideError };

/** Entities by id for one connection. Reading never asks the server; needs and actions do. */
export interface EntityStore {
  readonly onDidChange: Event<StoreChange>;
  task(id: string): Task | undefined;
  /** Why a known task could not be read again; undefined once it could. Fires as a change of the task. */
  taskFailure(id: string): TracksideError | undefined;
  /** Every task that is known now, in no order. */
  knownTasks(): Iterable<Task>;
  projects(): Listing<Project>;
  /** What the server keeps apart; empty where it does not tell. */
  groups(): Listing<ProjectGroup>;
  queues(): Listing<Queue>;
  workers(): Listing<Worker>;
  tasks(query: TaskQuery): TaskListing;
  /** Newest first. */
  models(query: ModelQuery): ModelListing;
  /** A model that some list holds now. */
  model(id: string): Model | undefined;
  loadMoreModels(query: ModelQuery): Promise<void>;
  /** Of a server that lists them by themselves; elsewhere they are groups of projects. */
  datasets(): Listing<Dataset>;
  /** One item, once it was read. */
  datasetContents(datasetId: string): Listing<DatasetContents>;
  /** Runs an action on several models, then reads the lists again. Rejects only when nothing could be asked. */
  changeModels(models: readonly Model[], request: ModelRequest): Promise<readonly ModelOutcome[]>;
  /** Fetches the next page of a list. */
  loadMore(query: TaskQuery): Promise<void>;
  /** Keeps something fresh until disposed. The first holder of a need causes a read unless it is fresh already. */
  need(need: StoreNeed): Disposable;
  /** Reads now, whatever its age. Rejects with TracksideError. */
  refresh(need: StoreNeed): Promise<void>;
  /** Reads everything that is held now; rejects with the first failure. */
  refreshHeld(): Promise<void>;
  /** Runs an action on several tasks, shows its effect at once and rolls back what the server refuses; never throws. */
  act(tasks: readonly Task[], request: TaskActionRequest): Promise<readonly ActOutcome[]>;
  /** Changes a queue or the order in it, then reads queues and the tasks it held again. Rejects with TracksideError. */
  changeQueue(request: QueueRequest): Promise<void>;
}

/**
 * A repeated read that the scheduler runs while it is held: at once when it is stale, again after
 * `intervalMs()` (undefined: not by time), and soon after a pushed change that `matches`.
 * Runs of one key never overlap; a change during a run causes one more run after it. Holders of one key share each run,
 * which is that of who came last: what it reads must go to where all of them look.
 */
export interface ScheduledNeed {
  /** Also names what is read, for people who look at what is asked. */
  readonly key: string;
  /** Who keeps what is read for itself, and shares no run with others of its key. An owner has one such need. */
  readonly owner?: object;
  run(signal: AbortSignal): Promise<void>;
  intervalMs(): number | undefined;
  matches(change: LiveChange): boolean;
  /** Age after which a new holder causes a read. */
  readonly freshForMs: number;
  /** True where only a person causes a run: nothing is tried again by itself after a failure. */
  readonly isOnDemand?: boolean;
  /** Least time between the starts of two runs that pushes cause; absent: 50 ms. The first push runs at once. */
  readonly pushGapMs?: number;
}

export interface NeedHandle extends Disposable {
  /** Runs now, or once more after the run in flight. Resolves when it is done, rejects with its failure. */
  poke(): Promise<void>;
}

/** Requests and timers of one connection, for diagnostics. */
export interface SchedulerFigures {
  readonly heldNeeds: readonly string[];
  readonly runsInLastMinute: number;
  readonly budgetPerMinute: number;
  readonly isPushConnected: boolean;
  readonly isPaused: boolean;
}

/** The only thing in Trackside that decides when something is asked for again. One per connection. */
export interface RefreshScheduler extends Disposable {
  add(need: ScheduledNeed): NeedHandle;
  /** A change pushed by the server, or known from an action of ours. */
  notify(change: LiveChange): void;
  figures(): SchedulerFigures;
  /** Fires when the first need is held (false) and when the last one is given back (true). */
  readonly onDidChangePaused: Event<boolean>;
}
