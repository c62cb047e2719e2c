import type { ProjectChoice } from '../core/actions';
import type { TaskCode } from '../core/entities';
import type { RecordedRun, StepReport } from '../core/run-recording';

/** A script as a task: code state, arguments and environment travel with it. */
export interface LaunchRequest {
  readonly name: string;
  readonly projectName: string;
  readonly code: TaskCode;
  /** Absolute path of the script on this machine. */
  readonly scriptPath: string;
  /** Absolute path the script runs in. */
  readonly workingDirectory: string;
  readonly interpreter: string;
  readonly arguments: readonly string[];
  /** Extra variables for the script; never secrets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Extra metric-line patterns for capturing the script's output. */
  readonly metricPatterns?: readonly string[];
  /** False when metric lines of the script's output are not to become series; absent means they do. */
  readonly capturesMetrics?: boolean;
}

export interface LaunchAbility {
  /** Creates a draft task and returns its id; enqueue it to run. */
  create(request: LaunchRequest, signal: AbortSignal): Promise<string>;
}

/** Code that a worker elsewhere checks out. */
export interface RepositoryCode {
  /** Without credentials. */
  readonly repository: string;
  /** Absent: the repository's default one. */
  readonly branch?: string;
  /** From the top of the repository: `src/train.py`, or `-m package.module`. */
  readonly entryPoint: string;
}

/** A task as a person describes it. */
export interface DraftRequest {
  readonly name: string;
  readonly project: ProjectChoice;
  /** One of {@link DraftAbility.types}. */
  readonly type: string;
  readonly code?: RepositoryCode;
}

/** For servers that take tasks without a script of this machine. */
export interface DraftAbility {
  /** The server's words for kinds of work, the usual one first. */
  readonly types: readonly string[];
  /** Makes a draft, and its project where that is new; returns the task's id. Never repeated on failure. */
  create(request: DraftRequest, signal: AbortSignal): Promise<string>;
}

/** A run that a server was told to make. */
export interface RecordedTask {
  readonly taskId: string;
  /** What tells it from a later run of the same id, where a server gives ids again after a delete. */
  readonly mark?: string | undefined;
}

/** For servers that keep runs and run nothing: a script runs on this machine, and what it reports is told to them. */
export interface RecordAbility {
  /** How many reports a minute the server is told to take. */
  readonly reportsPerMinute: number;
  /** Makes a run that counts as running, in a project that is made when it is needed. */
  create(run: RecordedRun, signal: AbortSignal): Promise<RecordedTask>;
  /** Throws `notFound` when the run is gone, also where another one has its id by now. */
  confirm(task: RecordedTask, signal: AbortSignal): Promise<void>;
  /** Throws `notFound` when the run is gone. */
  report(taskId: string, report: StepReport, signal: AbortSignal): Promise<void>;
  finish(taskId: string, status: 'completed' | 'failed' | 'stopped', signal: AbortSignal): Promise<void>;
}
