import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { TracksideError } from '../../core/errors';
import type { ConnectionSession } from '../../store/contract';
import { ConsoleFollower, consoleStart, type ConsoleSink } from './console-follower';
import { ConsoleTextBuffer } from './console-text-buffer';

/** The editor reads a changed document whole, so that it is told twice a second at most, and less for large ones. */
const REDRAW_PAUSE_MS = 500;
const REDRAW_PAUSE_MS_PER_MEGABYTE = 500;
/** Gathers what one read brings. */
const REDRAW_DELAY_MS = 20;

/** One task's console as text that grows while somebody looks at it. */
export class ConsoleDocument implements Disposable {
  private readonly buffer = new ConsoleTextBuffer();
  private readonly position = consoleStart();
  private follower: ConsoleFollower | undefined;
  private redraw: Disposable | undefined;
  private failure: TracksideError | undefined;
  private shown: Uint8Array = new Uint8Array();
  private changedAt: number;
  private isOutdated = true;
  private redrawnAt = 0;

  constructor(
    private readonly deps: {
      readonly session: ConnectionSession;
      readonly taskId: string;
      readonly clock: Clock;
      /** The document must be read again. */
      readonly changed: () => void;
    },
  ) {
    this.changedAt = deps.clock.now();
  }

  /** Starts or stops asking for news. */
  setVisible(isVisible: boolean): void {
    if (!isVisible) {
      this.follower?.dispose();
      this.follower = undefined;
      return;
    }
    const { session, taskId } = this.deps;
    this.follower ??= new ConsoleFollower(session, taskId, this.position, this.sink());
  }

  /** Reads what there is now; used before the document is shown for the first time. Never throws. */
  async load(): Promise<void> {
    const wasVisible = this.follower !== undefined;
    this.setVisible(true);
    await this.follower?.readNow().catch(() => undefined);
    if (!wasVisible) {
      this.setVisible(false);
    }
  }

  /** UTF-8; the same bytes until the document changed. */
  bytes(): Uint8Array {
    if (this.isOutdated) {
      this.shown = new TextEncoder().encode(this.text());
      this.isOutdated = false;
    }
    return this.shown;
  }

  /** Grows with every change; the editor compares it. */
  get modifiedAt(): number {
    return this.changedAt;
  }

  dispose(): void {
    this.follower?.dispose();
    this.redraw?.dispose();
  }

  private text(): string {
    const text = this.buffer.text();
    if (this.failure !== undefined) {
      const note = `‹The console could not be read: ${this.failure.message} ${this.failure.nextStep}›`;
      return this.buffer.isEmpty ? note : `${text}\n${note}`;
    }
    return text;
  }

  private sink(): ConsoleSink {
    return {
      write: (text) => {
        this.buffer.write(text);
        this.touch();
      },
      restart: () => {
        this.buffer.clear();
        this.touch();
      },
      recover: () => {
        if (this.failure !== undefined) {
          this.touch();
        }
      },
      fail: (error) => {
        if (error.kind !== 'cancelled') {
          this.touch(error);
        }
      },
    };
  }

  private touch(failure?: TracksideError): void {
    this.failure = failure;
    this.isOutdated = true;
    this.changedAt = Math.max(this.changedAt + 1, this.deps.clock.now());
    const megabytes = this.shown.length / 1_000_000;
    const pauseMs = REDRAW_PAUSE_MS + megabytes * REDRAW_PAUSE_MS_PER_MEGABYTE;
    const delayMs = Math.max(REDRAW_DELAY_MS, this.redrawnAt + pauseMs - this.deps.clock.now());
    this.redraw ??= this.deps.clock.after(delayMs, () => {
      this.redraw = undefined;
      this.redrawnAt = this.deps.clock.now();
      this.deps.changed();
    });
  }
}
