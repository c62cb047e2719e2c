import type { Backend } from '../../backends/contract';
import type { RecordAbility, RecordedTask } from '../../backends/launch-contract';
import type { Clock } from '../../core/clock';
import { toDisposable, type Disposable } from '../../core/disposable';
import { isCancelled, toTracksideError } from '../../core/errors';
import type { Logger } from '../../core/logger';
import { reportsOf, type StepReport, type ToldSteps } from '../../core/run-recording';
import type { SeriesDelta } from '../../core/series';
import { isEnded, type TaskStatus } from '../../core/status';

/** A run on this machine and what stands for it on the server. */
export interface Recording extends RecordedTask {
  readonly localTaskId: string;
  readonly connectionId: string;
  readonly told: ToldSteps;
}

export interface RunRecorderDeps {
  readonly recording: Recording;
  /** Where the script runs. */
  local(signal: AbortSignal): Promise<Pick<Backend, 'series' | 'getTasks'>>;
  /** Where it is told. */
  remote(signal: AbortSignal): Promise<RecordAbility | undefined>;
  /** How the run stands there as far as this window knows, without asking. */
  statusThere(): TaskStatus | undefined;
  /** A person marked the run as ended there, which ends the script here. */
  stopLocal(): Promise<void>;
  /** Keeps what was told, so that another window goes on from there. */
  save(recording: Recording): Promise<void>;
  /** Everything is told, or the run is gone. */
  onEnd(): void;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LOOK_EVERY_MS = 2_000;
const FIRST_PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 60_000;
/** How old the knowledge may be that the run there is still this one, when it is told a report. */
const CONFIRMED_FOR_MS = 30_000;
/** Reports between two savings: at most so many are told twice after a crash. */
const SAVE_EVERY = 20;

/**
 * Tells a server what a run on this machine reports, one step per request and not faster than the server takes them.
 * The local tracker has everything, so nothing is lost while the server is away; it is told later, in order, and the
 * end last.
 */
export class RunRecorder implements Disposable {
  private timer: Disposable = toDisposable(() => undefined);
  private readonly ended = new AbortController();
  private recording: Recording;
  private cursor: string | undefined;
  private readonly pending: StepReport[] = [];
  private skipped = 0;
  private failures = 0;
  /** Ids are given again after a delete, so an end counts only after the run was seen running. */
  private wasRunningThere = false;
  private isStopAsked = false;
  private confirmedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly deps: RunRecorderDeps) {
    this.recording = deps.recording;
    this.after(0);
  }

  dispose(): void {
    this.ended.abort();
    this.timer.dispose();
  }

  private after(pauseMs: number): void {
    if (!this.ended.signal.aborted) {
      this.timer = this.deps.clock.after(pauseMs, () => void this.turn());
    }
  }

  private async turn(): Promise<void> {
    try {
      const remote = await this.deps.remote(this.ended.signal);
      if (remote === undefined) {
        this.finish();
        return;
      }
      await this.obeyStop(remote);
      const pauseMs = await this.step(remote);
      this.failures = 0;
      if (pauseMs === undefined) {
        this.finish();
      } else {
        this.after(pauseMs);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  private async obeyStop(remote: RecordAbility): Promise<void> {
    const status = this.deps.statusThere();
    this.wasRunningThere ||= status === 'running';
    if (this.wasRunningThere && !this.isStopAsked && status !== undefined && isEnded(status)) {
      await remote.confirm(this.recording, this.ended.signal);
      this.isStopAsked = true;
      await this.deps.stopLocal();
    }
  }

  /** Tells one report. Returns the pause before the next; undefined when all is told. */
  private async step(remote: RecordAbility): Promise<number | undefined> {
    const { signal } = this.ended;
    const [report] = this.pending;
    if (report !== undefined) {
      await this.confirmAgain(remote);
      await remote.report(this.recording.taskId, report, signal);
      this.pending.shift();
      this.recording = { ...this.recording, told: { ...this.recording.told, ...report.told } };
      if (this.pending.length % SAVE_EVERY === 0) {
        await this.deps.save(this.recording);
      }
      return 60_000 / remote.reportsPerMinute;
    }
    // Asked before reading, so that no point can come between the two.
    const status = await this.localStatus(signal);
    await this.read(signal);
    if (this.pending.length > 0) {
      return 0;
    }
    if (status !== undefined && !isEnded(status)) {
      return LOOK_EVERY_MS;
    }
    await remote.confirm(this.recording, signal);
    await remote.finish(this.recording.taskId, endOf(status), signal);
    return undefined;
  }

  /** Else another run that was given its id would be told what this one reports. */
  private async confirmAgain(remote: RecordAbility): Promise<void> {
    const now = this.deps.clock.now();
    if (Math.abs(now - this.confirmedAt) >= CONFIRMED_FOR_MS) {
      await remote.confirm(this.recording, this.ended.signal);
      this.confirmedAt = now;
    }
  }

  private async localStatus(signal: AbortSignal): Promise<TaskStatus | undefined> {
    const local = await this.deps.local(signal);
    const [task] = await local.getTasks([this.recording.localTaskId], signal);
    return task?.status;
  }

  private async read(signal: AbortSignal): Promise<void> {
    const { series } = await this.deps.local(signal);
    if (series === undefined) {
      return;
    }
    const deltas: SeriesDelta[] = [];
    const reading = series.read(this.recording.localTaskId, this.cursor, signal);
    let next = await reading.next();
    while (next.done !== true) {
      deltas.push(next.value);
      next = await reading.next();
    }
    this.cursor = next.value;
    const { reports, skipped } = reportsOf(deltas, this.recording.told);
    this.pending.push(...reports);
    this.tellSkipped(skipped);
  }

  private tellSkipped(skipped: number): void {
    if (skipped > 0 && this.skipped === 0) {
      this.deps.logger.warn(
        `Values of run ${this.recording.taskId} that are not numbers stay on this machine: the server cannot keep them.`,
      );
    }
    this.skipped += skipped;
  }

  private fail(thrown: unknown): void {
    if (this.ended.signal.aborted || isCancelled(thrown)) {
      return;
    }
    const error = toTracksideError(thrown);
    if (error.kind === 'notFound') {
      this.deps.logger.warn(`Run ${this.recording.taskId} is told no more: ${error.message}`);
      this.finish();
      return;
    }
    const pauseMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures);
    this.failures += 1;
    this.deps.logger.debug(`Run ${this.recording.taskId} is told later: ${error.message}`);
    this.after(pauseMs);
  }

  private finish(): void {
    this.dispose();
    this.deps.onEnd();
  }
}

function endOf(status: TaskStatus | undefined): 'completed' | 'failed' | 'stopped' {
  switch (status) {
    case 'completed':
    case 'published':
      return 'completed';
    case 'failed':
      return 'failed';
    default:
      return 'stopped';
  }
}
