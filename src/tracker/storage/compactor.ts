import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { Logger } from '../../core/logger';
import type { LiveChanges } from '../live-changes';
import type { Storage } from './storage';

/** Compaction waits this long after points arrived, and this long between its steps, so that requests come first. */
const PAUSE_MS = 200;
/** Series compacted in one step, a few milliseconds of work. */
const STEP_SERIES = 8;

/** Joins small segments in the background. Without new points it holds no timer. */
export class Compactor implements Disposable {
  private readonly subscription: Disposable;
  private scheduled: Disposable | undefined;

  constructor(
    private readonly storage: Pick<Storage, 'series' | 'compactSome'>,
    private readonly clock: Clock,
    private readonly logger: Logger,
    live: LiveChanges,
  ) {
    this.subscription = live.onMessages(() => this.schedule());
  }

  dispose(): void {
    this.subscription.dispose();
    this.scheduled?.dispose();
  }

  private schedule(): void {
    if (this.storage.series.needsCompaction) {
      this.scheduled ??= this.clock.after(PAUSE_MS, () => this.step());
    }
  }

  private step(): void {
    this.scheduled = undefined;
    try {
      this.storage.compactSome(STEP_SERIES);
    } catch (error) {
      this.logger.warn(`Compaction is put off: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.schedule();
  }
}
