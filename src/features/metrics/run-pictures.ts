import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import {
  overviewPicture,
  overviewRequest,
  type OverviewPicture,
  type OverviewPump,
} from './overview-picture';
import type { OverviewPlace } from './series-feed';

/** Pictures of so many runs go together at most; others are asked for theirs when these are read. */
const MOST_RUNS = 20;
/** Pictures wait so long for those of other runs. */
const GATHER_MS = 300;

export interface RunPicturesPorts {
  readonly pump: OverviewPump;
  readonly clock: Clock;
  runCount(): number;
  /** A run waits now, or one that waits may be read. */
  onChanged(): void;
}

/**
 * The first pictures of several runs. They are gathered, and go to the page together: it draws every chart once, with all
 * runs, before their points come. Until then, and until its turn, a run that brought one waits.
 */
export class RunPictures implements Disposable {
  private gathered: OverviewPicture[] = [];
  /** What lets the runs be read, by run. */
  private readonly waiting = new Map<string, () => void>();
  /** Runs among them whose picture is shown. */
  private readonly shown = new Set<string>();
  /** Runs that were asked and have no picture. */
  private readonly without = new Set<string>();
  private late: Disposable | undefined;
  private isPainting = false;

  constructor(private readonly ports: RunPicturesPorts) {}

  /** Where the picture of this run comes. */
  place(run: string): OverviewPlace {
    const { ports } = this;
    return {
      get request() {
        return overviewRequest(ports.pump.selection, Math.min(ports.runCount(), MOST_RUNS));
      },
      show: (overviews) =>
        this.take(
          run,
          overviews.map((overview) => overviewPicture(overview, run)),
        ),
    };
  }

  /** No other picture is to be waited for. */
  get isFull(): boolean {
    return this.waiting.size >= MOST_RUNS;
  }

  /** Its picture is there and its points are not asked for yet. */
  isWaiting(run: string): boolean {
    return this.waiting.has(run);
  }

  /** Its picture is there, or there is none. */
  hasAnswered(run: string): boolean {
    return this.waiting.has(run) || this.without.has(run);
  }

  /** Shows what has been gathered, as no other is to be waited for; after what the page still draws. */
  show(): void {
    this.late?.dispose();
    this.late = undefined;
    const pictures = this.gathered;
    if (pictures.length === 0 || this.isPainting) {
      return;
    }
    this.gathered = [];
    this.isPainting = true;
    const runs = new Set(pictures.map(({ entry }) => entry.run));
    void this.ports.pump.showPictures(pictures).then(() => {
      this.isPainting = false;
      runs.forEach((run) => this.waiting.has(run) && this.shown.add(run));
      this.show();
      this.ports.onChanged();
    });
  }

  /** Lets one run be read whose picture is shown. False: there is none. */
  readNext(): boolean {
    const [run] = this.shown;
    if (run === undefined) {
      return false;
    }
    this.leave(run);
    return true;
  }

  /** Nothing is shown of this run any more. */
  drop(run: string): void {
    this.gathered = this.gathered.filter(({ entry }) => entry.run !== run);
    this.leave(run);
    this.without.delete(run);
  }

  /** The page is gone: what waits goes on, and is told that nobody wants it. */
  dispose(): void {
    this.late?.dispose();
    this.late = undefined;
    this.gathered = [];
    this.without.clear();
    [...this.waiting.keys()].forEach((run) => this.leave(run));
  }

  private take(run: string, pictures: readonly OverviewPicture[]): Promise<void> {
    if (pictures.length === 0) {
      this.without.add(run);
      this.ports.onChanged();
      return Promise.resolve();
    }
    this.gathered.push(...pictures);
    this.late ??= this.ports.clock.after(GATHER_MS, () => this.show());
    return new Promise((resolve) => {
      this.waiting.set(run, resolve);
      this.ports.onChanged();
    });
  }

  private leave(run: string): void {
    this.shown.delete(run);
    this.waiting.get(run)?.();
    this.waiting.delete(run);
  }
}
