import { isDeepStrictEqual } from 'node:util';
import { toDisposable, type Disposable } from '../../core/disposable';
import type { Clock } from '../../core/clock';
import { parseSeriesKey, seriesKey } from '../../core/series';
import { inOneBuffer } from './frame-buffer';
import { FIRST_METRICS, LINES_PER_CHART, type Frame, type UpdateMessage } from './panel-contract';
import type { SeriesEntry } from './series-entry';
import { tableOf } from './series-table';
import type { OverviewPicture } from './overview-picture';
import type { IngestResult } from './series-engine';
import { FIRST_SELECTION, type ViewSelection } from './view-contract';

/** A page that died or sleeps never answers `painted`; after this time it is sent to again. */
const PAINT_TIMEOUT_MS = 2_000;

/** So many points a closed panel keeps for when it is opened again, 24 bytes each; more are read again. */
export const MOST_RESTING_POINTS = 2_000_000;

export interface FramePumpPorts {
  post(message: UpdateMessage): void;
  frames(keys: readonly string[], selection: ViewSelection): Promise<readonly Frame[]>;
  onFailure(error: unknown): void;
  readonly clock: Clock;
}

/**
 * `loading`: the editor keeps what is sent until the page listens. That is the first update and no more: each takes time
 * from the window's only thread, on which the page loads.
 */
export type PageState = 'loading' | 'ready';

interface Watch {
  readonly selectionId: number;
  readonly selection: ViewSelection;
  /** Undefined until the page has said what it shows: then the first few metrics. */
  readonly keys: readonly string[] | undefined;
  /** Stands for the selection in signatures of frames. */
  readonly mark: number;
}

/**
 * Sends a page what it lacks: totals of series that changed, and frames of the series it shows. The first change
 * goes out at once; while the page has not painted the update before, changes gather and go out together.
 */
export class FramePump implements Disposable {
  private readonly entries = new Map<string, SeriesEntry>();
  /** The first time of any point, by run. */
  private readonly origins = new Map<string, number>();
  /** For which revision and selection the page has frames, by series key. */
  private readonly sentFrames = new Map<string, string>();
  private readonly changedKeys = new Set<string>();
  private readonly removedKeys = new Set<string>();
  private watch: Watch = { selectionId: 0, selection: FIRST_SELECTION, keys: undefined, mark: 0 };
  private generation = 0;
  private isReady = false;
  /** The page loads, and has not said anything yet. */
  private isUnheard = false;
  private shownLast: ViewSelection | null = null;
  private isFullDue = true;
  private isBusy = false;
  private isAskedAgain = false;
  private paintWait: Disposable | undefined;
  private readonly paintWaiters = new Set<() => void>();

  constructor(private readonly ports: FramePumpPorts) {}

  get seriesCount(): number {
    return this.entries.size;
  }

  /** Of all series. */
  get pointCount(): number {
    return [...this.entries.values()].reduce((sum, { pointCount }) => sum + pointCount, 0);
  }

  pointCountOf(key: string): number | undefined {
    return this.entries.get(key)?.pointCount;
  }

  /** What the page shows, or shall show first. */
  get selection(): ViewSelection {
    return this.watch.selection;
  }

  /** What a page showed that was there before and said anything; null until one was. */
  get lastSelection(): ViewSelection | null {
    return this.shownLast;
  }

  /** There is a page: a new one, or one that is loaded again. It has nothing. */
  begin(selection: ViewSelection, page: PageState): void {
    this.isReady = true;
    this.isUnheard = page === 'loading';
    this.isFullDue = true;
    this.sentFrames.clear();
    this.endPaintWait();
    this.setSelection(0, selection, undefined);
    this.pump();
  }

  /** The page is hidden: it is gone until the next {@link begin}. */
  pageGone(): void {
    if (this.isReady && !this.isUnheard) {
      this.shownLast = this.watch.selection;
    }
    this.isReady = false;
    this.endPaintWaiters();
    this.endPaintWait();
  }

  /** The next page is a new one, and not this one loaded again. */
  forgetPage(): void {
    this.shownLast = null;
  }

  setWatch(selectionId: number, selection: ViewSelection, keys: readonly string[]): void {
    this.isUnheard = false;
    this.setSelection(selectionId, selection, keys);
    this.pump();
  }

  private setSelection(selectionId: number, selection: ViewSelection, keys: Watch['keys']): void {
    const isSame = isDeepStrictEqual(selection, this.watch.selection);
    this.watch = { selectionId, selection, keys, mark: this.watch.mark + (isSame ? 0 : 1) };
  }

  /** The page has drawn this generation. */
  painted(generation: number): void {
    this.isUnheard = false;
    if (generation === this.generation) {
      this.endPaintWaiters();
      this.endPaintWait();
      this.pump();
    }
  }

  /** The engine holds new points. */
  ingested(result: IngestResult): void {
    for (const entry of result.changed) {
      const key = seriesKey(entry);
      this.entries.set(key, entry);
      this.noteOrigin(entry);
      this.changedKeys.add(key);
      this.removedKeys.delete(key);
    }
    result.removed.forEach((key) => this.remove(key));
    this.pump();
  }

  /** Shows a first picture until the points are there. Resolves when the page has drawn it, or has had time to. */
  showPictures(pictures: readonly OverviewPicture[]): Promise<void> {
    for (const { entry } of pictures) {
      const key = seriesKey(entry);
      this.entries.set(key, entry);
      this.noteOrigin(entry);
      this.changedKeys.add(key);
    }
    if (!this.isReady || this.isBusy || this.paintWait !== undefined) {
      return Promise.resolve();
    }
    const lacking = this.lackingFrames(this.watch);
    const shown = pictures.filter(({ frame }) => lacking.has(seriesKey(frame)));
    this.post(
      this.watch,
      lacking,
      shown.map(({ frame }) => frame),
    );
    return this.nextPaint();
  }

  private nextPaint(): Promise<void> {
    return new Promise((resolve) => {
      const late = this.ports.clock.after(PAINT_TIMEOUT_MS, resolve);
      this.paintWaiters.add(() => {
        late.dispose();
        resolve();
      });
    });
  }

  private endPaintWaiters(): void {
    const waiters = [...this.paintWaiters];
    this.paintWaiters.clear();
    waiters.forEach((end) => end());
  }

  /** Everything of this run is void. */
  clearRun(run: string): void {
    for (const [key, entry] of this.entries) {
      if (entry.run === run) {
        this.remove(key);
      }
    }
    this.origins.delete(run);
    this.pump();
  }

  /** Everything is void: the task was reset or the engine lost its points. */
  clear(): void {
    this.entries.clear();
    this.origins.clear();
    this.sentFrames.clear();
    this.changedKeys.clear();
    this.removedKeys.clear();
    this.isFullDue = true;
    this.pump();
  }

  dispose(): void {
    this.pageGone();
  }

  private noteOrigin({ run, times }: SeriesEntry): void {
    if (times !== null) {
      this.origins.set(run, Math.min(this.origins.get(run) ?? Infinity, times.from));
    }
  }

  private remove(key: string): void {
    this.removedKeys.add(key);
    this.entries.delete(key);
    this.sentFrames.delete(key);
    this.changedKeys.delete(key);
  }

  private pump(): void {
    if (!this.isReady || this.paintWait !== undefined) {
      return;
    }
    if (this.isBusy) {
      this.isAskedAgain = true;
      return;
    }
    if (this.isUnheard && this.entries.size === 0) {
      // A page that loads shows as much without being told that there is nothing yet.
      return;
    }
    const watch = this.watch;
    const lacking = this.lackingFrames(watch);
    if (lacking.size === 0 && !this.hasNews) {
      return;
    }
    this.isBusy = true;
    void this.send(watch, lacking).then(
      () => this.sent(),
      (error: unknown) => {
        this.ports.onFailure(error);
        this.sent();
      },
    );
  }

  private sent(): void {
    this.isBusy = false;
    if (this.isAskedAgain) {
      this.isAskedAgain = false;
      this.pump();
    }
  }

  private async send(watch: Watch, lacking: ReadonlyMap<string, string>): Promise<void> {
    const frames = lacking.size === 0 ? [] : await this.ports.frames([...lacking.keys()], watch.selection);
    if (!this.isReady) {
      return;
    }
    if (this.watch !== watch) {
      this.isAskedAgain = true;
      return;
    }
    if (frames.length > 0 || this.hasNews) {
      this.post(watch, lacking, frames);
    } else {
      // Only their pictures are there yet; their points come with another revision.
      this.noteSent(lacking);
    }
  }

  /** Something but frames that the page does not know. */
  private get hasNews(): boolean {
    return this.isFullDue || this.changedKeys.size > 0 || this.removedKeys.size > 0;
  }

  private noteSent(frames: ReadonlyMap<string, string>): void {
    for (const [key, signature] of frames) {
      this.sentFrames.set(key, signature);
    }
  }

  private post(watch: Watch, lacking: ReadonlyMap<string, string>, frames: readonly Frame[]): void {
    const isFull = this.isFullDue;
    const series = isFull ? [...this.entries.values()] : this.changedEntries();
    const removed = [...this.removedKeys];
    this.isFullDue = false;
    this.changedKeys.clear();
    this.removedKeys.clear();
    this.noteSent(lacking);
    this.generation += 1;
    this.waitForPaint();
    this.ports.post({
      type: 'update',
      generation: this.generation,
      selectionId: watch.selectionId,
      isFull,
      series: tableOf(series),
      removed,
      frames: inOneBuffer(frames),
    });
  }

  private waitForPaint(): void {
    const wait = this.ports.clock.after(PAINT_TIMEOUT_MS, () => {
      this.paintWait = undefined;
      this.pump();
    });
    this.paintWait = toDisposable(() => wait.dispose());
  }

  private changedEntries(): SeriesEntry[] {
    return [...this.changedKeys].flatMap((key) => {
      const entry = this.entries.get(key);
      return entry === undefined ? [] : [entry];
    });
  }

  /** Keys of the watched series whose frame on the page is missing or older, with the signature of the new one. */
  private lackingFrames(watch: Watch): ReadonlyMap<string, string> {
    const lacking = new Map<string, string>();
    for (const key of watch.keys ?? this.firstKeys()) {
      const revision = this.revisionOf(key, watch.selection);
      const signature = `${revision} ${watch.mark}`;
      if (revision !== undefined && this.sentFrames.get(key) !== signature) {
        lacking.set(key, signature);
      }
    }
    return lacking;
  }

  /** Changes whenever what is drawn of this series, or group of runs, may be another; undefined when nothing is. */
  private revisionOf(key: string, selection: ViewSelection): string | undefined {
    const entry = this.entries.get(key);
    if (entry !== undefined) {
      return entry.isSingleValue ? undefined : this.revisionOfEntry(entry, selection);
    }
    const name = selection.groups.length === 0 ? undefined : parseSeriesKey(key);
    const group = selection.groups.find(({ id }) => id === name?.run);
    if (name === undefined || group === undefined) {
      return undefined;
    }
    const members = group.runs.flatMap((run) => this.entries.get(seriesKey({ ...name, run })) ?? []);
    return members.map((member) => this.revisionOfEntry(member, selection)).join(',');
  }

  /** Points of a run stand where its axis is, which may be another of its series or its first point of all. */
  private revisionOfEntry({ run, revision }: SeriesEntry, { axis, xSeries }: ViewSelection): string {
    if (axis === 'elapsed') {
      return `${revision}@${this.origins.get(run) ?? ''}`;
    }
    const axisName = xSeries === null ? undefined : parseSeriesKey(xSeries);
    const axisEntry = axisName && this.entries.get(seriesKey({ ...axisName, run }));
    return axisEntry === undefined ? String(revision) : `${revision}@${axisEntry.revision}`;
  }

  private firstKeys(): readonly string[] {
    const lineCounts = new Map<string, number>();
    const keys: string[] = [];
    for (const [key, { metric, variant, run }] of this.entries) {
      const chart = run === '' ? metric : seriesKey({ metric, variant });
      const lineCount = lineCounts.get(chart) ?? 0;
      if (lineCount < LINES_PER_CHART && (lineCount > 0 || lineCounts.size < FIRST_METRICS)) {
        lineCounts.set(chart, lineCount + 1);
        keys.push(key);
      }
    }
    return keys;
  }

  private endPaintWait(): void {
    this.paintWait?.dispose();
    this.paintWait = undefined;
  }
}
