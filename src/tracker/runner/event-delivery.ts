import type { Disposable } from '../../core/disposable';
import { Emitter } from '../../core/emitter';
import type { Logger } from '../../core/logger';
import { SpoolQueue, type SpoolLimits } from './spool-queue';
import { TrackerRefusal, type TrackerSession } from './tracker-session';

const BATCH_BYTES = 1024 * 1024;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
/** Without an answer for this long the tracker is started again. */
const REVIVE_AFTER_MS = 1_500;
const NEWLINE = Buffer.from('\n');

export interface EventDeliveryDeps {
  readonly session: TrackerSession;
  readonly spoolFile: string;
  readonly limits: SpoolLimits;
  readonly logger: Logger;
  /** Makes sure that a tracker runs and returns where; rejects when that fails now. */
  readonly reviveTracker: () => Promise<string>;
}

/**
 * Sends events in the order they were given, one batch at a time, and holds them (memory, then disk) while the
 * tracker is away. An event leaves the queue only when the tracker has acknowledged it.
 */
export class EventDelivery implements Disposable {
  private readonly queue: SpoolQueue;
  private readonly drained = new Emitter<void>();
  private readonly taskGone = new Emitter<void>();
  private inFlight: readonly Buffer[] = [];
  private sending: Promise<void> | undefined;
  private isClosed = false;
  private failingSinceMs: number | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly deps: EventDeliveryDeps) {
    this.queue = new SpoolQueue(deps.spoolFile, deps.limits);
    this.kick();
  }

  /** Room again after {@link isFull}. */
  readonly onDrained = this.drained.event;
  /** The tracker does not know the task any more; everything for it was dropped. */
  readonly onTaskGone = this.taskGone.event;

  get isFull(): boolean {
    return this.queue.isFull;
  }

  /** Milliseconds since the tracker last answered a batch, 0 while all is well. */
  get failingForMs(): number {
    return this.failingSinceMs === undefined ? 0 : performance.now() - this.failingSinceMs;
  }

  /** `lines`: one or more events as JSON, joined by line ends. */
  push(lines: string): void {
    if (!this.isClosed) {
      this.queue.push(Buffer.from(lines, 'utf8'));
      this.kick();
    }
  }

  /** Resolves true when all was acknowledged, false when `timeoutMs` without any answer went by first. */
  async settle(timeoutMs: number): Promise<boolean> {
    while (!this.isClosed && (this.sending !== undefined || !this.queue.isEmpty)) {
      if (this.failingForMs > timeoutMs) {
        return false;
      }
      this.kick();
      await pause(10);
    }
    return true;
  }

  /** Drops everything, now and later: the task is no longer this run's. */
  abandon(): void {
    this.isClosed = true;
    this.queue.clear();
    this.inFlight = [];
    this.wake?.();
  }

  /** Ends sending and leaves what is unsent in the spool file. */
  async persist(): Promise<void> {
    this.isClosed = true;
    this.wake?.();
    await this.sending;
    this.queue.persist(this.inFlight);
  }

  dispose(): void {
    this.isClosed = true;
    this.wake?.();
    this.queue.dispose();
    this.drained.dispose();
    this.taskGone.dispose();
  }

  private kick(): void {
    if (this.sending === undefined && !this.isClosed && !this.queue.isEmpty) {
      this.sending = this.sendAll().finally(() => {
        this.sending = undefined;
      });
    }
  }

  private async sendAll(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.isClosed) {
      if (this.inFlight.length === 0) {
        this.inFlight = this.queue.take(BATCH_BYTES);
      }
      if (this.inFlight.length === 0) {
        return;
      }
      if (await this.trySend(joinLines(this.inFlight))) {
        this.inFlight = [];
        pauseMs = FIRST_PAUSE_MS;
        if (!this.queue.isFull) {
          this.drained.fire();
        }
      } else {
        await this.waitForTracker(pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  /** True when the batch is dealt with: acknowledged, or refused for good. */
  private async trySend(lines: Buffer): Promise<boolean> {
    try {
      await this.deps.session.addBatch(lines);
      this.failingSinceMs = undefined;
      return true;
    } catch (error) {
      if (error instanceof TrackerRefusal && !error.isTemporary && error.code !== 401) {
        return this.onRefused(error, lines);
      }
      if (this.failingSinceMs === undefined) {
        this.failingSinceMs = performance.now();
        this.deps.logger.warn(`The tracker does not take events: ${messageOf(error)}`);
      }
      return false;
    }
  }

  private onRefused(refusal: TrackerRefusal, lines: Buffer): boolean {
    this.failingSinceMs = undefined;
    if (refusal.isTaskGone) {
      this.abandon();
      this.taskGone.fire();
    } else {
      this.deps.logger.error(`The tracker refused ${lines.length} bytes of events: ${refusal.message}`);
    }
    return true;
  }

  private async waitForTracker(pauseMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
    if (this.isClosed || this.failingForMs < REVIVE_AFTER_MS) {
      return;
    }
    try {
      this.deps.session.moveTo(await this.deps.reviveTracker());
    } catch (error) {
      this.deps.logger.warn(`The tracker could not be started again: ${messageOf(error)}`);
    }
  }
}

function joinLines(entries: readonly Buffer[]): Buffer {
  return Buffer.concat(entries.flatMap((entry, index) => (index === 0 ? [entry] : [NEWLINE, entry])));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
