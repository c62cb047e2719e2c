import type { z } from 'zod';
import type { workerSettings } from '../../backends/clearml/trackside-wire';
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { Event } from '../../core/emitter';
import type { EpochMs } from '../../core/entities';
import type { Logger } from '../../core/logger';

/** Concurrency and stop grace; set by people through `trackside.worker`, kept in the tracker's database. */
export type WorkerSettings = z.infer<typeof workerSettings>;

/**
 * What the tracker gives the local worker, which lives in its process. `startLocalWorker(deps)` in
 * `local-worker.ts` is called once, when the tracker listens, and disposed before the tracker ends. Disposing never
 * ends a run: runners are processes of their own, and the next tracker's worker adopts them.
 */
export interface LocalWorkerDeps {
  /** Private to this user; the worker keeps what it needs below `<dataDir>/runs`. */
  readonly dataDir: string;
  /** The executable that runs {@link runnerScript}: Node, or the editor with `ELECTRON_RUN_AS_NODE=1`. */
  readonly nodePath: string;
  /** Absolute path of the runner's bundle. */
  readonly runnerScript: string;
  /** Absolute path of the tracker's bundle, so that a runner can start the tracker again. */
  readonly trackerScript: string;
  /** Version of the Trackside that started this tracker, to hand on to `ensureTracker`. */
  readonly version: string;
  /** Where this tracker listens now, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  /** Keys a runner signs in with. They go into its environment, never into argv, files or logs. */
  readonly credentials: { readonly accessKey: string; readonly secretKey: string };
  readonly tasks: WorkerTasks;
  readonly registry: WorkerRegistry;
  readonly settings: WorkerSettingsSource;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** What {@link LocalWorkerDeps} starts. */
export interface LocalWorker extends Disposable {
  /** Runs alive now; the tracker does not end itself while there are any. */
  readonly activeRuns: number;
}

/** The tracker's tasks as a worker needs them. All calls are synchronous and committed when they return. */
export interface WorkerTasks {
  /**
   * Takes the next task off the `default` queue and marks it running by this worker, in one transaction; `undefined`
   * when the queue is empty. A crash after this leaves a task that {@link runningBy} lists.
   */
  takeNext(workerId: string): RunnableTask | undefined;
  /** Ids of tasks that are marked running by this worker, also those of an earlier tracker process. */
  runningBy(workerId: string): readonly string[];
  /** What the task is now; `undefined` once it is deleted. */
  read(taskId: string): WorkerTaskState | undefined;
  /** Ends a running task; nothing happens when it is no longer running (stopped, reset or deleted meanwhile). */
  end(taskId: string, outcome: RunOutcome): void;
  /** Takes nothing more from this run, not even what it has sent already. */
  revokeRun(runName: string): void;
  /** Adds text to the task's console; nothing happens when the task is gone. */
  appendConsole(taskId: string, text: string): void;
  /** The default queue may have something to take. Also fires after a dequeue; ask {@link takeNext}. */
  readonly onQueueChanged: Event<void>;
  /** A person asked to stop this running task, reset it or deleted it: end its process. */
  readonly onStopRequested: Event<string>;
}

/** A task as taken from the queue, with everything that says how to run it. */
export interface RunnableTask {
  readonly id: string;
  readonly name: string;
  readonly projectName?: string;
  /** Text of the configuration object `LAUNCH_CONFIGURATION_NAME`; unchecked, since people edit it. */
  readonly launchConfigurationText?: string;
  readonly script?: {
    readonly entryPoint?: string;
    readonly workingDirectory?: string;
    readonly repository?: string;
    /** A diff, or, when it does not start with `diff `, the whole text of a script made without git. */
    readonly diff?: string;
    /** Such as `python3.11`. */
    readonly binary?: string;
  };
}

export interface WorkerTaskState {
  /** ClearML's word, such as `in_progress`. */
  readonly status: string;
  readonly statusMessage: string;
  readonly isStopRequested: boolean;
}

export interface RunOutcome {
  readonly kind: 'completed' | 'failed' | 'stopped';
  /** One sentence for people, such as `Exited with code 3.`; empty for a plain success. */
  readonly reason: string;
}

/** Where the worker says that it is there, as any ClearML agent does through `workers.status_report`. */
export interface WorkerRegistry {
  report(report: WorkerReport): void;
  unregister(workerId: string): void;
  /** Somebody reads the workers; a worker that measures only on demand may refresh its figures. */
  readonly onAsked: Event<void>;
}

export interface WorkerReport {
  readonly workerId: string;
  readonly taskIds: readonly string[];
  readonly figures?: MachineFigures;
}

/** Units as ClearML agents report them; absent where the machine does not tell. */
export interface MachineFigures {
  readonly measuredAt: EpochMs;
  /** Percent of all cores, 0 to 100. */
  readonly cpuPercent?: number;
  readonly memoryUsedMb?: number;
  readonly memoryFreeMb?: number;
  /** Percent, one entry per GPU. */
  readonly gpuPercents?: readonly number[];
  readonly gpuMemoryUsedMb?: readonly number[];
  readonly gpuMemoryFreeMb?: readonly number[];
}

export interface WorkerSettingsSource {
  readonly current: WorkerSettings;
  readonly onChange: Event<WorkerSettings>;
}
