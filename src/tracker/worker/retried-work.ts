import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { Logger } from '../../core/logger';

const RETRY_MS = 1_000;

/**
 * Work that has to happen but may be impossible for a while, as storing anything is on a full disk: done at once, or
 * else tried again until it succeeds. It must be harmless to begin twice.
 */
export class RetriedWork implements Disposable {
  private pending: (() => void)[] = [];
  private timer: Disposable | undefined;

  /** `onCaughtUp` is called when nothing is left to be tried again. */
  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly onCaughtUp: () => void,
  ) {}

  get pendingCount(): number {
    return this.pending.length;
  }

  do(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.pending.length === 0) {
        this.logger.error('Something could not be done now and is tried again.', error);
      }
      this.pending.push(work);
      this.timer ??= this.clock.after(RETRY_MS, () => this.retry());
    }
  }

  dispose(): void {
    this.timer?.dispose();
    this.pending = [];
  }

  private retry(): void {
    this.timer = undefined;
    const works = this.pending;
    this.pending = [];
    works.forEach((work) => this.do(work));
    if (this.pending.length === 0) {
      this.onCaughtUp();
    }
  }
}
