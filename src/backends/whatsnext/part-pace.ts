import type { EpochMs } from '../../core/entities';

/** After so many answers the first of the larger parts is shown. */
const FIRST_PART = 100;
/** On a slow server a part is shown this often. */
const MOST_SILENT_MS = 5_000;

/** When to show what many single answers have told so far: each time after about twice as many, so that it is drawn rarely. */
export class PartPace {
  private readCount = 0;
  private dueCount = FIRST_PART;
  private toldAt: EpochMs;

  constructor(private readonly now: () => EpochMs) {
    this.toldAt = now();
  }

  /** One more answer has come; true when a part is due now. */
  next(): boolean {
    this.readCount += 1;
    if (this.readCount < this.dueCount && this.now() - this.toldAt < MOST_SILENT_MS) {
      return false;
    }
    this.dueCount = Math.max(this.dueCount, this.readCount) * 2;
    this.toldAt = this.now();
    return true;
  }
}
