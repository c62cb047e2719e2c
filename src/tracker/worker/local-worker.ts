import os from 'node:os';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { MachineGauge } from '../machine-figures';
import { RunFolder } from '../runner/run-folder';
import type { RunEnd, RunJob } from '../runner/run-job';
import type { LocalWorker, LocalWorkerDeps, MachineFigures, RunnableTask } from './contract';
import { adoptRunner, isRunner, startRunner, type RunnerHandle } from './runner-handle';
import { RetriedWork } from './retried-work';
import { decideLaunch } from './runnable-launch';

const REPORT_INTERVAL_MS = 10_000;
const FIGURES_FRESH_MS = 5_000;
const DISAPPEARED = "The run's process disappeared.";

/** Id of this machine's local worker. */
export function localWorkerId(): string {
  return `${os.hostname()}:local`;
}

/** Runs the `default` queue on this machine; see {@link LocalWorkerDeps}. */
export function startLocalWorker(deps: LocalWorkerDeps): LocalWorker {
  const worker = new QueueRunner(deps);
  worker.begin();
  return worker;
}

interface ActiveRun {
  readonly taskId: string;
  readonly folder: RunFolder;
  readonly handle: RunnerHandle;
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}

class QueueRunner implements LocalWorker {
  private readonly workerId = localWorkerId();
  private readonly owned = new DisposableStore();
  private readonly gauge = new MachineGauge();
  /** By folder: a task that was reset and taken again may have two runs for a moment, the older one ending. */
  private readonly runs = new Map<string, ActiveRun>();
  /** Taken from the queue, waiting for an older run of the same task to end. */
  private waiting: RunnableTask[] = [];
  private figures: MachineFigures | undefined;
  private isMeasuring = false;
  private isDisposed = false;
  private reportTimer: Disposable | undefined;
  /** Ends of runs that a full disk keeps from being stored must neither be lost nor end the tracker. */
  private readonly retried: RetriedWork;

  constructor(private readonly deps: LocalWorkerDeps) {
    this.retried = this.owned.add(new RetriedWork(deps.clock, deps.logger, () => this.fill()));
  }

  get activeRuns(): number {
    return this.runs.size + this.waiting.length + this.retried.pendingCount;
  }

  begin(): void {
    const { tasks, settings, registry } = this.deps;
    this.adoptRuns();
    this.owned.add(tasks.onQueueChanged(() => this.fill()));
    this.owned.add(settings.onChange(() => this.fill()));
    this.owned.add(tasks.onStopRequested((taskId) => this.onStopRequested(taskId)));
    this.owned.add(registry.onAsked(() => this.onAsked()));
    this.report();
    this.fill();
  }

  dispose(): void {
    this.isDisposed = true;
    this.reportTimer?.dispose();
    this.owned.dispose();
    for (const { handle } of this.runs.values()) {
      handle.dispose();
    }
  }

  private fill(): void {
    this.retried.do(() => this.takeTasks());
  }

  /** Takes tasks while there is room. */
  private takeTasks(): void {
    while (!this.isDisposed && this.activeRuns < this.deps.settings.current.concurrent_tasks) {
      const task = this.deps.tasks.takeNext(this.workerId);
      if (task === undefined) {
        return;
      }
      this.take(task);
    }
  }

  private take(task: RunnableTask): void {
    const older = this.runsOf(task.id);
    if (older.length === 0) {
      this.launch(task);
      return;
    }
    this.waiting.push(task);
    older.forEach((run) => this.revoke(run));
  }

  private launch(task: RunnableTask): void {
    this.retried.do(() => this.start(task));
  }

  /** Throws when the disk is full: the run begins once there is space. */
  private start(task: RunnableTask): void {
    if (this.deps.tasks.read(task.id)?.status !== 'in_progress') {
      return; // stopped, reset or deleted while it waited for space
    }
    const { dataDir, tasks, clock, logger } = this.deps;
    const folder = RunFolder.create(dataDir, task.id, clock.now());
    try {
      this.prepare(task, folder);
    } catch (error) {
      folder.remove();
      if (isDiskFull(error)) {
        throw error;
      }
      logger.error(`The run of ${task.id} could not be prepared.`, error);
      this.refuse(task.id, `Could not start: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (this.runsOf(task.id).length === 0) {
      // Does nothing once the task has ended.
      this.retried.do(() => tasks.end(task.id, { kind: 'failed', reason: DISAPPEARED }));
    }
  }

  private prepare(task: RunnableTask, folder: RunFolder): void {
    const decision = decideLaunch(task, folder.scriptFolder);
    if (decision.kind === 'refused') {
      folder.finish();
      this.refuse(task.id, decision.reason);
      return;
    }
    folder.writeJob(this.jobFor(task, folder, decision.launch));
    this.startIn(folder, task.id);
  }

  private jobFor(task: RunnableTask, folder: RunFolder, launch: RunJob['launch']): RunJob {
    const { url, dataDir, nodePath, trackerScript, version, settings } = this.deps;
    return {
      taskId: task.id,
      workerId: this.workerId,
      url,
      dataDir,
      runDir: folder.path,
      nodePath,
      trackerScript,
      version,
      stopGraceMs: settings.current.stop_grace_ms,
      launch,
      mode: 'run',
    };
  }

  private refuse(taskId: string, reason: string): void {
    this.retried.do(() => {
      this.deps.tasks.end(taskId, { kind: 'failed', reason });
      this.deps.tasks.appendConsole(taskId, `Trackside: ${reason}`);
    });
  }

  private startIn(folder: RunFolder, taskId: string): void {
    const handle = startRunner(folder, this.deps, (failure) => this.onRunnerGone(folder, taskId, failure));
    this.runs.set(folder.path, { taskId, folder, handle });
    this.report();
  }

  /** A runner has ended. A finished one has removed its job; one that could not tell the tracker left its end. */
  private onRunnerGone(folder: RunFolder, taskId: string, failure?: string): void {
    this.runs.delete(folder.path);
    this.retried.do(() => this.settle(folder, taskId, failure ?? DISAPPEARED));
    const next = this.waiting.filter((task) => this.runsOf(task.id).length === 0);
    this.waiting = this.waiting.filter((task) => !next.includes(task));
    next.forEach((task) => this.launch(task));
    this.report();
    this.fill();
  }

  private settle(folder: RunFolder, taskId: string, reason: string): void {
    const job = folder.readJob();
    if (job === undefined) {
      return;
    }
    const end = folder.readEnd();
    if (end === undefined) {
      folder.killLeftovers(); // nobody would watch or stop the script any more
    }
    if (folder.isRevoked) {
      folder.finish();
    } else if (end !== undefined && job.mode === 'run') {
      this.deliver(folder, job, end);
    } else {
      this.deps.logger.warn(`The run of ${taskId} is gone: ${reason}`);
      if (end === undefined) {
        this.refuse(taskId, reason);
      }
      folder.finish();
    }
  }

  private deliver(folder: RunFolder, job: RunJob, end: RunEnd): void {
    this.deps.logger.info(`The end of ${job.taskId} (${end.kind}) is delivered now.`);
    folder.writeJob({ ...job, url: this.deps.url, mode: 'deliver' });
    this.startIn(folder, job.taskId);
  }

  private adoptRuns(): void {
    for (const folder of RunFolder.list(this.deps.dataDir)) {
      const job = folder.readJob();
      if (job !== undefined) {
        this.adopt(folder, job);
      }
    }
    for (const taskId of this.deps.tasks.runningBy(this.workerId)) {
      if (this.runsOf(taskId).length === 0) {
        this.refuse(taskId, DISAPPEARED);
      }
    }
  }

  private adopt(folder: RunFolder, job: RunJob): void {
    const state = folder.readState();
    if (state === undefined || !isRunner(state)) {
      this.retried.do(() => this.settle(folder, job.taskId, DISAPPEARED));
      return;
    }
    this.deps.logger.info(`The run of ${job.taskId} (process ${state.pid}) goes on.`);
    const handle = adoptRunner(state, this.deps.clock, () => this.onRunnerGone(folder, job.taskId));
    const run = { taskId: job.taskId, folder, handle };
    this.runs.set(folder.path, run);
    if (folder.isRevoked || !this.isOurs(job.taskId)) {
      this.revoke(run);
    }
  }

  private onStopRequested(taskId: string): void {
    const isOurs = this.isOurs(taskId);
    for (const run of this.runsOf(taskId)) {
      if (isOurs) {
        this.nudge(run.handle);
      } else {
        this.revoke(run);
      }
    }
  }

  private isOurs(taskId: string): boolean {
    const status = this.deps.tasks.read(taskId)?.status;
    return status !== undefined && status !== 'created' && status !== 'queued';
  }

  /** The task was reset or deleted: its process must end, and nothing of it may reach the task any more. */
  private revoke({ folder, handle }: ActiveRun): void {
    this.deps.tasks.revokeRun(folder.name);
    folder.revoke();
    this.nudge(handle);
  }

  /** Tells a runner to look at its task now; it would see by itself within a second. */
  private nudge(handle: RunnerHandle): void {
    if (process.platform !== 'win32' && handle.pid > 0) {
      try {
        process.kill(handle.pid, 'SIGUSR2');
      } catch {
        // just ended
      }
    }
  }

  private runsOf(taskId: string): readonly ActiveRun[] {
    return [...this.runs.values()].filter((run) => run.taskId === taskId);
  }

  private onAsked(): void {
    const age = this.deps.clock.now() - (this.figures?.measuredAt ?? Number.NEGATIVE_INFINITY);
    this.report();
    if (age > FIGURES_FRESH_MS) {
      void this.measure();
    }
  }

  /** Says that the worker is there; goes on saying so, with figures, only while something runs. */
  private report(): void {
    const taskIds = [...new Set([...this.runs.values()].map(({ taskId }) => taskId))];
    this.deps.registry.report({
      workerId: this.workerId,
      taskIds,
      ...(this.figures === undefined ? {} : { figures: this.figures }),
    });
    if (taskIds.length > 0 && this.reportTimer === undefined && !this.isDisposed) {
      void this.measure();
      this.reportTimer = this.deps.clock.after(REPORT_INTERVAL_MS, () => {
        this.reportTimer = undefined;
        this.report();
      });
    }
  }

  private async measure(): Promise<void> {
    if (this.isMeasuring) {
      return;
    }
    this.isMeasuring = true;
    try {
      this.figures = await this.gauge.measure(this.deps.clock.now());
    } finally {
      this.isMeasuring = false;
    }
    if (!this.isDisposed) {
      this.report();
    }
  }
}
