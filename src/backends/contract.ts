import type {
  ProjectRequest,
  QueueRequest,
  TaskAction,
  TaskActionOutcome,
  TaskActionRequest,
} from '../core/actions';
import type { DependencyGraph, DependencyScope } from '../core/dependency-graph';
import type { Dataset, DatasetContents } from '../core/datasets';
import type { Disposable } from '../core/disposable';
import type { Event } from '../core/emitter';
import type { EpochMs, Project, Queue, Task, Worker } from '../core/entities';
import type { TracksideError } from '../core/errors';
import type { Model, ModelQuery, ModelRequest } from '../core/models';
import type { ProjectGroup } from '../core/project-groups';
import type { RunTemplate, TemplateRun, TemplateRunOutcome } from '../core/run-template';
import type { TaskStatus } from '../core/status';
import type { TaskDetails } from '../core/task-details';
import type { FileDownload, NewestOutput, TaskImage, TaskPlot } from '../core/task-output';
import type {
  ColumnRange,
  TableCatalog,
  TableColumn,
  TableFilter,
  TableRow,
  TableSort,
} from '../core/task-table';
import type { LoadHistory, LoadSpan } from '../core/worker-load';
import type { DraftAbility, LaunchAbility, RecordAbility } from './launch-contract';
import type { SeriesAbility } from './series-contract';

/** The systems Trackside speaks to. */
export const BACKEND_KINDS = ['clearml', 'clearml-gateway', 'whatsnext', 'ai-manager', 'kaizen'] as const;
export type BackendKind = (typeof BACKEND_KINDS)[number];

/**
 * One server through one account. Required reads first, then abilities: an ability that the server does not have
 * is `undefined`, and the UI hides what needs it. All calls take an AbortSignal, throw {@link TracksideError} only,
 * and never retry an action on their own.
 */
export interface Backend extends Disposable {
  readonly kind: BackendKind;

  /** Asks the server what it is and can do. Cheap, and cached by the backend for its lifetime. */
  describe(signal: AbortSignal): Promise<ServerDescription>;

  /** `describe` says something else from now on, as when a call has turned out not to work. Absent: never. */
  readonly onDidLearn?: Event<void>;

  /** All projects, full paths, unordered. */
  listProjects(signal: AbortSignal): Promise<readonly Project[]>;

  /** One page in the order of the query; pass `next` of the page before to go on. */
  listTasks(query: TaskQuery, page: PageRequest, signal: AbortSignal): Promise<Page<Task>>;

  /** Several tasks at once; unknown ids are absent from the answer. */
  getTasks(ids: readonly string[], signal: AbortSignal): Promise<readonly Task[]>;

  /**
   * Ends at the server what signing in began. Asked once, for a connection that the person removes; then the backend is
   * only disposed. Absent where a server keeps nothing of a sign-in.
   */
  readonly signOut?: (signal: AbortSignal) => Promise<void>;

  readonly details?: DetailAbility;
  readonly plots?: PlotAbility;
  readonly images?: ImageAbility;
  readonly files?: FileAbility;
  readonly queues?: QueueAbility;
  readonly workers?: WorkerAbility;
  readonly series?: SeriesAbility;
  readonly console?: ConsoleAbility;
  readonly actions?: ActionAbility;
  readonly launch?: LaunchAbility;
  readonly drafts?: DraftAbility;
  readonly record?: RecordAbility;
  readonly live?: LiveAbility | undefined;
  readonly dependencies?: DependencyAbility;
  readonly pipelines?: PipelineAbility;
  readonly templates?: TemplateAbility;
  readonly projects?: ProjectAbility;
  readonly groups?: GroupAbility;
  readonly models?: ModelAbility;
  readonly datasets?: DatasetAbility;
  readonly table?: TableAbility;
}

/** What `describe` found out by probing; shown in the connection's tooltip and in diagnostics. */
export interface ServerDescription {
  /** Product and version in one line, such as `ClearML 2.3.0 (API 2.34)`. */
  readonly product: string;
  readonly version?: string;
  /** Who is signed in, when the server says so. */
  readonly user?: string;
  /** What it offers, in words for people; keys are stable for tests. */
  readonly abilities: readonly Ability[];
}

export interface Ability {
  readonly name: string;
  readonly isAvailable: boolean;
  /** Why it is absent or limited. */
  readonly reason?: string;
}

export interface TaskQuery {
  /** Only tasks directly in this project, or also below it. */
  readonly projectId?: string;
  readonly includeSubprojects?: boolean;
  readonly statuses?: readonly TaskStatus[];
  /** Substring of name, id or comment; case does not matter. */
  readonly text?: string;
  /** Tasks that carry all of these tags. */
  readonly tags?: readonly string[];
  /** `false` = only active ones (default), `true` = only archived ones. */
  readonly isArchived?: boolean;
  /** Also tasks that the server hides, such as reports. */
  readonly includesHidden?: boolean;
  /** Leaves out {@link isApart} tasks. */
  readonly omitsApart?: boolean;
  /** The server's words for kinds of work. This and what follows only where there is a {@link TableAbility}. */
  readonly types?: readonly string[];
  readonly userIds?: readonly string[];
  readonly ranges?: readonly ColumnRange[];
  /** In the place of `order`. */
  readonly sort?: TableSort;
  readonly order?: TaskOrder;
}

export type TaskOrder = 'newest' | 'updated' | 'name';

export interface PageRequest {
  readonly size: number;
  /** Opaque; from {@link Page.next}. */
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; absent on the last page. */
  readonly next?: string;
  /** Absent when the server does not count. */
  readonly totalCount?: number;
}

/** What a task is made of: parameters, configuration, code, artifacts, models. */
export interface DetailAbility {
  read(taskId: string, signal: AbortSignal): Promise<TaskDetails>;
}

/** Figures that a task reported. */
export interface PlotAbility {
  /** The newest `iterations` of every plot, in no order. */
  list(taskId: string, iterations: number, signal: AbortSignal): Promise<NewestOutput<TaskPlot>>;
}

/** Images that a task reported. */
export interface ImageAbility {
  /** Those of the newest `iterations` of every metric, in no order. */
  list(taskId: string, iterations: number, signal: AbortSignal): Promise<NewestOutput<TaskImage>>;
}

/** Files that tasks wrote: artifacts, models, images. */
export interface FileAbility {
  /**
   * Throws `invalid` for a storage that only its owner's own keys open, such as a bucket, and `unauthorized` where a
   * host wants keys that nobody gave. With `mayAsk` the person is asked for those first.
   */
  download(uri: string, signal: AbortSignal, options?: { readonly mayAsk: boolean }): Promise<FileDownload>;
}

export interface QueueAbility {
  /** Where it takes long, `onPart` is told what is known meanwhile; each part replaces the one before. */
  list(signal: AbortSignal, onPart?: (queues: readonly Queue[]) => void): Promise<readonly Queue[]>;
  /** Absent where queues cannot be changed. */
  readonly change?: (request: QueueRequest, signal: AbortSignal) => Promise<void>;
  /** The changes that are possible; absent: all of them. */
  readonly changes?: readonly QueueRequest['change'][];
  /** What clearing does to the tasks, where it does more than take them out. */
  readonly clearing?: string;
}

export interface ProjectAbility {
  /** Archived projects stay on the server and run nothing. Absent where they cannot be archived. */
  readonly setArchived?: (projectId: string, isArchived: boolean, signal: AbortSignal) => Promise<void>;
  /** Absent where projects cannot be changed. */
  readonly change?: (request: ProjectRequest, signal: AbortSignal) => Promise<void>;
}

/** What a server keeps apart from its ordinary projects: pipelines, datasets, reports, models, hidden, archived. */
export interface GroupAbility {
  /**
   * Only groups that hold something, or of which only opening them tells, each with all its places. Cheap enough to be
   * asked every few minutes.
   */
  list(signal: AbortSignal): Promise<readonly ProjectGroup[]>;
}

export interface ModelAbility {
  /**
   * True where a list costs the server so much that only a person should cause it, by opening or refreshing it. Then
   * every model comes at once, whatever the limit.
   */
  readonly isOnDemand?: boolean;
  /** The newest `limit` models that match. */
  list(
    query: ModelQuery,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ readonly items: readonly Model[]; readonly hasMore: boolean }>;
  /** One outcome per id, in their order. Throws only when nothing could be asked at all. */
  act(ids: readonly string[], request: ModelRequest, signal: AbortSignal): Promise<readonly ModelOutcome[]>;
}

/** Datasets of a server that does not keep them as places with versions. Costly: only a person causes a reading. */
export interface DatasetAbility {
  /** All of them, newest first as far as the server tells times. Throws `notFound` where it has no such list. */
  list(signal: AbortSignal): Promise<readonly Dataset[]>;
  /** Throws `notFound` when it is gone or its files are not told. */
  contents(datasetId: string, signal: AbortSignal): Promise<DatasetContents>;
}

/** `error`: why the server refused it for this one. */
export interface ModelOutcome {
  readonly id: string;
  readonly error?: TracksideError;
}

export interface WorkerAbility {
  list(signal: AbortSignal): Promise<readonly Worker[]>;
  /** Takes a worker out of the list until it registers again. Its process is not told. */
  readonly deactivate?: (workerId: string, signal: AbortSignal) => Promise<void>;
  /** What a worker was like over a span of steps of at least a minute. Absent where nobody keeps that. */
  readonly history?: (workerId: string, span: LoadSpan, signal: AbortSignal) => Promise<LoadHistory>;
}

/** One piece of what the run printed. `text` may hold several lines, ANSI codes and carriage returns. */
export interface ConsoleChunk {
  readonly text: string;
  readonly at?: EpochMs;
  readonly level?: string;
}

export interface ConsoleAbility {
  /** Output after `cursor` (absent: from the beginning), oldest first, at most about `limit` chunks. */
  read(
    taskId: string,
    cursor: string | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<{
    readonly chunks: readonly ConsoleChunk[];
    readonly cursor: string;
    readonly hasMore: boolean;
  }>;
  /** The newest chunks, oldest first, at most about `limit`. Absent where the server reads from the beginning only. */
  readonly readEnd?: (taskId: string, limit: number, signal: AbortSignal) => Promise<readonly ConsoleChunk[]>;
}

export interface ActionAbility {
  act(taskId: string, request: TaskActionRequest, signal: AbortSignal): Promise<TaskActionOutcome>;
  /**
   * Several tasks in one request: an outcome per id, in their order. Undefined where the server has no such form of
   * this action; then they are done one by one.
   */
  readonly actOnMany?: (
    taskIds: readonly string[],
    request: TaskActionRequest,
    signal: AbortSignal,
  ) => Promise<readonly ManyOutcome[]> | undefined;
  /**
   * For servers where an action means something else than people expect: what it will do to these tasks. Undefined
   * where it does what its name says.
   */
  readonly plan?: (
    taskIds: readonly string[],
    action: TaskAction,
    signal: AbortSignal,
  ) => Promise<ActionPlan | undefined>;
}

/** What became of one of several tasks. */
export type ManyOutcome =
  | { readonly ok: true; readonly outcome: TaskActionOutcome }
  | { readonly ok: false; readonly error: TracksideError };

/** What an action will do here, told before it is done. */
export interface ActionPlan {
  /** `Requeue`: the button that agrees. */
  readonly verb: string;
  /** Sentences about what happens, and what does not. */
  readonly says: string;
  /** True where the server forgets the priority, so that it must be given anew. */
  readonly asksPriority: boolean;
  /** How many other tasks became blocked by these and can be freed by the same action. */
  readonly blockedCount: number;
}

/** What a server pushes: ids of what changed, nothing else. */
export type LiveChange =
  | { readonly kind: 'task'; readonly ids: readonly string[] }
  | { readonly kind: 'series'; readonly taskId: string }
  | { readonly kind: 'console'; readonly taskId: string }
  | { readonly kind: 'queues' }
  | { readonly kind: 'workers' }
  | { readonly kind: 'projects' };

export interface LiveAbility {
  /**
   * Pushes changes until disposed, reconnecting with back-off by itself. `onState` tells whether pushes can be
   * relied on; while it is false the scheduler polls.
   */
  subscribe(onChange: (change: LiveChange) => void, onState: (isConnected: boolean) => void): Disposable;
}

export interface DependencyAbility {
  /** Kinds of scope that the server can answer. */
  readonly scopes: readonly DependencyScope['kind'][];
  /**
   * Throws `notFound` when the task or project is gone. Where it takes long, `onPart` is told what is known meanwhile;
   * each part replaces the one before.
   */
  read(
    scope: DependencyScope,
    signal: AbortSignal,
    onPart?: (graph: DependencyGraph) => void,
  ): Promise<DependencyGraph>;
}

/** Runs that start other tasks as their steps. */
export interface PipelineAbility {
  /** Ids of the tasks that this run started, whatever their state now; not of runs that were cloned from it. */
  stepTasks(taskId: string, signal: AbortSignal): Promise<readonly string[]>;
}

/** Things that the server runs on demand. */
export interface TemplateAbility {
  /** What the server calls one, such as `pipeline`. */
  readonly noun: string;
  /** What the button says where nothing runs yet; absent: `Run`. */
  readonly verb?: string;
  /** What a person should know before anything is sent, such as "A worker runs this command". */
  readonly caution?: string;
  /** True where one run can wait for others. */
  readonly takesDependencies: boolean;
  /** True where runs have a priority. */
  readonly takesPriority: boolean;
  list(projectId: string, signal: AbortSignal): Promise<readonly RunTemplate[]>;
  /** All of them or, where the server cannot promise that, as many as the outcome says. Never repeated on failure. */
  run(template: RunTemplate, runs: readonly TemplateRun[], signal: AbortSignal): Promise<TemplateRunOutcome>;
}

/** Which tasks a table shows, in which order, and what of each. */
export interface TableQuery {
  /** Absent: every project. */
  readonly projectId?: string;
  readonly includeSubprojects: boolean;
  /** Leaves out {@link isApart} tasks. */
  readonly omitsApart?: boolean;
  readonly filter: TableFilter;
  readonly sort: TableSort;
  readonly columns: readonly TableColumn[];
}

/** Tasks with chosen metrics and parameters, by place in a sorted and filtered list. */
export interface TableAbility {
  catalog(projectId: string | undefined, signal: AbortSignal): Promise<TableCatalog>;
  /** What of a query the server does itself; the rest is ours, over everything that it answers. */
  can(part: { readonly range: TableColumn } | { readonly sort: TableColumn }): boolean;
  /** Rows `offset` to `offset + limit` as the server has them now. Ignores what it cannot do. */
  rows(query: TableQuery, offset: number, limit: number, signal: AbortSignal): Promise<readonly TableRow[]>;
  /** Rows of these tasks in no order; unknown ids are absent. */
  rowsById(
    ids: readonly string[],
    columns: readonly TableColumn[],
    signal: AbortSignal,
  ): Promise<readonly TableRow[]>;
  /** How many tasks match what the server can filter; undefined when it does not count. */
  count(query: TableQuery, signal: AbortSignal): Promise<number | undefined>;
}
