import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../core/clock';
import { DisposableStore } from '../../core/disposable';
import type { Logger } from '../../core/logger';
import { EventDelivery } from './event-delivery';
import { OutputCapture } from './output-capture';
import type { RunFolder } from './run-folder';
import type { RunEnd, RunJob } from './run-job';
import { whyInterpreterFailed, whyNotStartable } from './script-check';
import { RUN_MARK, scriptEnvironment } from './script-environment';
import { ScriptProcess, type ScriptExit } from './script-process';
import type { SpoolLimits } from './spool-queue';
import { StopWatch, type StopDemand } from './stop-watch';
import { TrackerRefusal, TrackerSession, type TrackerKeys } from './tracker-session';

const LIMITS: SpoolLimits = { memoryBytes: 4 * 1024 * 1024, diskBytes: 512 * 1024 * 1024 };
/** How long an ended run tries to tell a tracker that does not come back, before it leaves that to the next one. */
const GIVE_UP_MS = 10 * 60_000;
/** Time for a script that reported its own failure to send the rest and end by itself. */
const OWN_END_MS = 10_000;
const MAX_REASON_LENGTH = 400;

export interface TaskRunDeps {
  readonly job: RunJob;
  readonly folder: RunFolder;
  readonly keys: TrackerKeys;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Makes sure that a tracker runs and returns its address. */
  readonly reviveTracker: () => Promise<string>;
  readonly environment: NodeJS.ProcessEnv;
  /** What may wait for the tracker before the script is held back. */
  readonly limits?: SpoolLimits;
}

/** One run of one task from start to reported end. */
export class TaskRun {
  private readonly owned = new DisposableStore();
  private readonly session: TrackerSession;
  private readonly delivery: EventDelivery;
  private readonly capture: OutputCapture;
  private process: ScriptProcess | undefined;
  private watch: StopWatch | undefined;
  private demand: StopDemand | undefined;
  private stopReason = 'Stopped on request.';

  constructor(private readonly deps: TaskRunDeps) {
    const { job, folder, keys, logger, clock } = deps;
    this.session = this.owned.add(new TrackerSession(job.url, keys, job.workerId, folder.name));
    this.delivery = this.owned.add(
      new EventDelivery({
        session: this.session,
        spoolFile: folder.spoolFile,
        limits: deps.limits ?? LIMITS,
        logger,
        reviveTracker: deps.reviveTracker,
      }),
    );
    this.capture = this.owned.add(
      new OutputCapture({
        taskId: job.taskId,
        workerId: job.workerId,
        metricPatterns: job.launch.metricPatterns ?? [],
        capturesMetrics: job.launch.capturesMetrics ?? true,
        clock,
        push: (lines) => this.delivery.push(lines),
      }),
    );
    this.delivery.onDrained(() => this.process?.resume());
    this.delivery.onTaskGone(() => this.onDemand('abandon'));
  }

  /** Runs the script, sends everything, reports how it ended. Returns that. */
  async run(): Promise<RunEnd> {
    try {
      const end = await this.runScript();
      this.capture.end();
      await this.conclude(end);
      return end;
    } finally {
      this.owned.dispose();
    }
  }

  /** For a run whose script ended while no tracker could be reached: sends what was left. */
  async deliver(end: RunEnd): Promise<void> {
    try {
      await this.conclude(end);
    } finally {
      this.owned.dispose();
    }
  }

  /** Ends the script as if a person had stopped the task. */
  requestStop(reason: string): void {
    this.stopReason = reason;
    this.onDemand('stop');
  }

  /** The task's state has probably changed. */
  lookNow(): void {
    if (this.deps.folder.isRevoked) {
      this.onDemand('abandon');
    }
    void this.watch?.look();
  }

  private async runScript(): Promise<RunEnd> {
    const { job } = this.deps;
    const obstacle = whyNotStartable(job.launch);
    if (obstacle !== undefined) {
      return this.notStarted(obstacle);
    }
    try {
      this.process = this.startScript();
      this.noteScript(this.process.pid);
    } catch (error) {
      return this.notStarted(whyInterpreterFailed(job.launch.interpreter, error));
    }
    this.watch = this.owned.add(
      new StopWatch({
        session: this.session,
        taskId: job.taskId,
        clock: this.deps.clock,
        isRevoked: () => this.deps.folder.isRevoked,
        onDemand: (demand) => this.onDemand(demand),
      }),
    );
    const exit = await this.process.ended;
    this.watch.dispose();
    this.deps.logger.info(`The script ended: ${JSON.stringify(exit)}.`);
    return this.endOf(exit);
  }

  private startScript(): ScriptProcess {
    const { job, keys, environment } = this.deps;
    return new ScriptProcess({
      launch: job.launch,
      environment: scriptEnvironment(job, job.url, keys, environment),
      mark: `${RUN_MARK}=${job.runDir}`,
      onOutput: (stream, bytes) => {
        this.capture.write(stream, bytes);
        if (this.delivery.isFull) {
          this.process?.pause();
        }
      },
    });
  }

  private noteScript(scriptPid: number | undefined): void {
    const state = this.deps.folder.readState();
    if (state === undefined || scriptPid === undefined) {
      return;
    }
    try {
      this.deps.folder.writeState({ ...state, scriptPid });
    } catch (error) {
      // The disk is full. The script runs all the same; only a runner that dies could not be cleaned up after.
      this.deps.logger.warn(`The script's process id could not be noted: ${String(error)}`);
    }
  }

  private onDemand(demand: StopDemand): void {
    if (this.demand === 'abandon' || this.demand === demand) {
      return;
    }
    const isFirst = this.demand === undefined;
    this.demand = demand;
    this.deps.logger.info(`The run is to end: ${demand}.`);
    if (demand === 'abandon') {
      this.delivery.abandon();
    }
    if (isFirst) {
      void this.stopScript(demand === 'endedByScript' ? OWN_END_MS : 0);
    }
  }

  private async stopScript(delayMs: number): Promise<void> {
    const hasEnded = await Promise.race([
      this.process?.ended.then(() => true),
      delay(delayMs, false, { ref: false }),
    ]);
    if (hasEnded !== true) {
      await this.process?.stop(this.deps.job.stopGraceMs);
      this.process?.resume();
    }
  }

  private endOf(exit: ScriptExit): RunEnd {
    switch (this.demand) {
      case 'stop':
        return { kind: 'stopped', reason: this.stopReason };
      case 'abandon':
      case 'endedElsewhere':
      case 'endedByScript':
        return { kind: 'abandoned', reason: '' };
      case undefined:
        return this.ownEndOf(exit);
    }
  }

  private ownEndOf(exit: ScriptExit): RunEnd {
    switch (exit.kind) {
      case 'exited':
        return exit.code === 0
          ? { kind: 'completed', reason: '' }
          : this.failed(`Exited with code ${exit.code}`);
      case 'signalled':
        return this.failed(`Killed by signal ${exit.signal}`);
      case 'notStarted':
        return this.notStarted(whyInterpreterFailed(this.deps.job.launch.interpreter, exit.error));
    }
  }

  private failed(what: string): RunEnd {
    this.capture.end();
    const error = this.capture.lastError;
    const reason = error === undefined ? `${what}.` : `${what}: ${error}`;
    return { kind: 'failed', reason: reason.slice(0, MAX_REASON_LENGTH) };
  }

  private notStarted(obstacle: string): RunEnd {
    const reason = `Could not start: ${obstacle}`;
    this.capture.note(reason);
    return { kind: 'failed', reason: reason.slice(0, MAX_REASON_LENGTH) };
  }

  private async conclude(end: RunEnd): Promise<void> {
    const isDelivered = await this.delivery.settle(GIVE_UP_MS);
    const isReported = isDelivered && (await this.report(end));
    if (isReported) {
      this.deps.folder.finish();
      return;
    }
    this.deps.logger.error('The tracker stays away; the next one will be told how the run ended.');
    await this.delivery.persist();
    this.deps.folder.writeEnd(end);
  }

  /** False when no tracker could be reached in time. */
  private async report(end: RunEnd): Promise<boolean> {
    if (end.kind === 'abandoned') {
      return true;
    }
    const deadline = performance.now() + GIVE_UP_MS;
    while (performance.now() < deadline) {
      try {
        await this.session.call(`tasks.${end.kind}`, this.statusChange(end));
        return true;
      } catch (error) {
        if (error instanceof TrackerRefusal && !error.isTemporary) {
          this.deps.logger.warn(`The tracker did not take the end of the run: ${error.message}`);
          return true; // the task was ended, reset or deleted meanwhile: its state is not ours to change
        }
        await this.recover();
      }
    }
    return false;
  }

  private statusChange(end: RunEnd): Record<string, unknown> {
    const reason = end.reason === '' ? 'Completed.' : end.reason;
    return { task: this.deps.job.taskId, status_reason: reason, status_message: reason, force: false };
  }

  private async recover(): Promise<void> {
    await delay(500);
    try {
      this.session.moveTo(await this.deps.reviveTracker());
    } catch (error) {
      this.deps.logger.warn(`The tracker could not be started again: ${String(error)}`);
    }
  }
}
