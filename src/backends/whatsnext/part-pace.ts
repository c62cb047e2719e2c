import type { EpochMs } from '../../core/entities';

/** So many are read before anybody would see a part. */
const FEW = 50;
/** After so many answers the first of the larger parts is shown. */
const FIRST_PART = 100;
/** On a slow server a part is shown this often. */
const MOST_SILENT_MS = 5_000;

/**
 * Shows what many single answers have told so far: at once when they are many, then each time after about twice as many,
 * so that it is drawn rarely.
 */
export class PartPace {
  private readCount = 0;
  private dueCount = FIRST_PART;
  private toldAt: EpochMs;

  /** @param unreadCount how many answers are to come. */
  constructor(
    unreadCount: number,
    private readonly now: () => EpochMs,
    private readonly tell: () => void,
  ) {
    this.toldAt = now();
    if (unreadCount > FEW) {
      tell();
    }
  }

  /** One more answer has come. */
  next(): void {
    this.readCount += 1;
    if (this.readCount >= this.dueCount || this.now() - this.toldAt >= MOST_SILENT_MS) {
      this.dueCount = Math.max(this.dueCount, this.readCount) * 2;
      this.toldAt = this.now();
      this.tell();
    }
  }
}
