import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';

const BATCH_LENGTH = 64 * 1024;
const INTERVAL_MS = 250;

/** What stands unfinished on a stream's last line. */
export interface PendingSource {
  readonly name: string;
  readonly pending: string;
}

/**
 * Gathers console lines into messages: one at once when all was quiet, then at most four a second or one per 64 KiB.
 * A message is whole lines without the last line end; one that begins with a carriage return replaces the line that
 * the message before left unfinished (a progress bar, a prompt).
 */
export class ConsoleBatcher implements Disposable {
  private lines: string[] = [];
  private length = 0;
  private timer: Disposable | undefined;
  private lastFlushAt = Number.NEGATIVE_INFINITY;
  /** Stream whose unfinished line was sent last, and its text. */
  private open: { readonly name: string; readonly text: string } | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly sources: () => readonly PendingSource[],
    private readonly send: (message: string) => void,
  ) {}

  /** A finished line of a stream. */
  add(stream: string, line: string): void {
    const open = this.lines.length === 0 && this.open?.name === stream ? this.open : undefined;
    this.open = undefined;
    if (open?.text === line) {
      return; // sent already, as it is
    }
    this.lines.push(open === undefined ? line : `\r${line}`);
    this.length += line.length + 1;
    if (this.length >= BATCH_LENGTH) {
      this.sendLines();
    }
  }

  /** Call after every piece of output. */
  touch(): void {
    if (this.timer !== undefined) {
      return;
    }
    const wait = this.lastFlushAt + INTERVAL_MS - this.clock.now();
    if (wait <= 0 && this.lines.length > 0) {
      this.flush();
      return;
    }
    this.timer = this.clock.after(Math.max(wait, INTERVAL_MS / 5), () => this.flush());
  }

  /** Sends everything, unfinished lines included. */
  flush(): void {
    this.timer?.dispose();
    this.timer = undefined;
    this.lastFlushAt = this.clock.now();
    this.sendLines();
    for (const { name, pending } of this.sources()) {
      this.sendPending(name, pending);
    }
  }

  dispose(): void {
    this.timer?.dispose();
    this.timer = undefined;
  }

  private sendLines(): void {
    if (this.lines.length > 0) {
      this.send(this.lines.join('\n'));
      this.lines = [];
      this.length = 0;
    }
  }

  private sendPending(name: string, pending: string): void {
    const isSame = this.open?.name === name;
    if (pending === '' || pending.length > BATCH_LENGTH || (isSame && this.open?.text === pending)) {
      return;
    }
    this.send(isSame ? `\r${pending}` : pending);
    this.open = { name, text: pending };
  }
}
