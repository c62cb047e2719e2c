import type { TaskAction } from './actions';
import type { TaskStatus } from './status';

/** Epoch milliseconds, UTC. */
export type EpochMs = number;

/** A place that holds tasks. Nested projects are named by full path, `Vision/Detection`. */
export interface Project {
  readonly id: string;
  /** Full path; segments separated by `/`. */
  readonly name: string;
  readonly description?: string;
  readonly isArchived?: boolean;
  /** True where its tasks are the runs and steps of one pipeline. */
  readonly isPipeline?: boolean;
  /** Tasks directly in this project and below it, by status; absent when the server does not count. */
  readonly taskCounts?: Readonly<Partial<Record<TaskStatus, number>>>;
  /** Models right in it; absent when the server does not count. */
  readonly modelCount?: number;
  readonly updatedAt?: EpochMs;
  /** A few words beside the name when something about it is not as usual, such as "not listable". */
  readonly note?: string;
}

/** What a task says of itself that is a version of a dataset. */
export interface DatasetVersion {
  /** Such as `1.0.2`; absent where it has none. */
  readonly version?: string;
  readonly fileCount?: number;
  readonly sizeBytes?: number;
}

/** One run of a script, in any state from draft to archived. */
export interface Task {
  readonly id: string;
  readonly name: string;
  readonly status: TaskStatus;
  /** The server's own word for the status, kept for tooltips. */
  readonly serverStatus: string;
  /** True between a stop request and the moment the run has really ended. */
  readonly isStopping: boolean;
  readonly statusReason?: string;
  readonly statusMessage?: string;
  /** The server's word for the kind of work, such as `training`. */
  readonly type?: string;
  readonly projectId?: string;
  readonly projectName?: string;
  readonly tags: readonly string[];
  readonly isArchived: boolean;
  readonly comment?: string;
  readonly user?: string;
  readonly parentId?: string;
  /** True for a run that starts other tasks as its steps. */
  readonly isPipelineRun?: boolean;
  readonly queueId?: string;
  readonly workerId?: string;
  readonly createdAt?: EpochMs;
  readonly startedAt?: EpochMs;
  readonly endedAt?: EpochMs;
  readonly updatedAt?: EpochMs;
  readonly lastIteration?: number;
  /** Only for versions of a dataset. */
  readonly dataset?: DatasetVersion;
  /** What the task's state and the server allow now; menus offer exactly these. */
  readonly can: readonly TaskAction[];
  /** Where the server's own web page for this task is, when it has one. */
  readonly webUrl?: string;
}

/** What one task was started from. Read with the task's detail, never in lists. */
export interface TaskCode {
  readonly repository?: string;
  readonly branch?: string;
  readonly commit?: string;
  readonly entryPoint?: string;
  readonly workingDirectory?: string;
  readonly uncommittedDiff?: string;
}

/** How a figure was at equal distances of time, oldest first; null where nobody measured. */
export interface History {
  readonly from: EpochMs;
  readonly stepMs: number;
  readonly values: readonly (number | null)[];
}

/** A waiting line of tasks; index 0 runs next. */
export interface Queue {
  readonly id: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly entries: readonly QueueEntry[];
  /** Names of the workers that serve this queue; absent when the server does not say. */
  readonly workerNames?: readonly string[];
  /** How long tasks waited on average, in ms, lately; absent where the server keeps no such record. */
  readonly waits?: History;
  /** How many tasks waited. */
  readonly lengths?: History;
  /** True where the server does not tell what runs next: entries are in the order they were made. */
  readonly isOrderUnknown?: boolean;
  /** How many tasks may wait here that the server has not told of yet; absent when all are told. */
  readonly unreadCount?: number;
}

export interface QueueEntry {
  readonly taskId: string;
  readonly taskName: string;
  readonly addedAt?: EpochMs;
}

/** A process somewhere that takes tasks from queues and runs them. */
export interface Worker {
  readonly id: string;
  readonly name: string;
  /** True for Trackside's own worker on this machine. */
  readonly isLocal: boolean;
  /** What it says of itself, such as its size. */
  readonly description?: string;
  /** True where the server does not tell what its workers run, so that nobody can say that one is idle. */
  readonly isRunUnknown?: boolean;
  readonly queueNames: readonly string[];
  readonly task?: { readonly id: string; readonly name: string; readonly runningForMs?: number };
  readonly lastSeenAt?: EpochMs;
  readonly load?: WorkerLoad;
  /** The same figures as they were lately; absent where the server keeps none. */
  readonly history?: WorkerHistory;
}

/** Percent, MB, and MB/s of the network. */
export type WorkerHistory = Readonly<Partial<Record<WorkerFigure, History>>>;
export const WORKER_FIGURES = ['cpu', 'memory', 'gpu', 'gpuMemory', 'received', 'sent'] as const;
export type WorkerFigure = (typeof WORKER_FIGURES)[number];

/** Latest machine figures; each is absent where the worker does not report it. */
export interface WorkerLoad {
  readonly cpuPercent?: number;
  readonly memoryUsedMb?: number;
  readonly memoryTotalMb?: number;
  readonly gpuPercent?: number;
  /** The mean of its GPUs. */
  readonly gpuMemoryUsedMb?: number;
}
