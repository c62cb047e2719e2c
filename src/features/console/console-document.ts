import { steadyClock, type Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { EpochMs } from '../../core/entities';
import { toTracksideError, TracksideError } from '../../core/errors';
import type { ConnectionSession } from '../../store/contract';
import { ConsoleFollower, consoleStart, type ConsoleSink } from './console-follower';
import { ConsoleLog } from './console-log';
import { notePage, STILL_READING, type ConsolePage } from './console-page';
import type { LineFacts } from './console-spool';
import { ConsoleWindow, WHOLE_VIEW, WINDOW_LIMITS, type ConsoleView, type PageTail } from './console-window';

/** The editor reads a changed document whole, so that it is told twice a second at most, and less for large ones. */
const REDRAW_PAUSE_MS = 500;
const REDRAW_PAUSE_MS_PER_MEGABYTE = 500;
/** An editor that takes its time to ask for the changed text is busy: it is left alone for so many times as long. */
const REDRAW_PAUSE_PER_ANSWER = 5;
const LONGEST_ANSWER_MS = 2_000;
/** Gathers what one read brings. */
const REDRAW_DELAY_MS = 20;
/** A console that takes longer to read is shown before it is read. */
const LOAD_PATIENCE_MS = 1_500;
/** The same of one of which nothing is there yet: an editor that comes back loses its place in an empty text. */
const EMPTY_LOAD_PATIENCE_MS = 10_000;

/** One task's console as text that grows while somebody looks at it. */
export class ConsoleDocument implements Disposable {
  readonly log: ConsoleLog;
  private readonly clock: Clock;
  private readonly window: ConsoleWindow;
  private readonly position = consoleStart();
  private follower: ConsoleFollower | undefined;
  private redraw: Disposable | undefined;
  private failure: TracksideError | undefined;
  /** Until a read says otherwise. */
  private hasMore = true;
  private hasNews = false;
  /** Called when something was read, or could not be. */
  private onNews: (() => void) | undefined;
  private isWanted = false;
  private isLoading = false;
  private loading: Promise<void> | undefined;
  private drawing: Promise<ConsolePage> | undefined;
  private drawn: ConsolePage | undefined;
  private changedAt: number;
  private redrawnAt = 0;
  /** Since when the editor knows of a change that it has not asked for yet. */
  private toldAt: number | undefined;
  private answerMs = 0;
  private shownView: ConsoleView = WHOLE_VIEW;

  constructor(
    private readonly deps: {
      readonly session: ConnectionSession;
      readonly taskId: string;
      readonly clock: Clock;
      /** Names a new folder for the lines of one run. */
      readonly makeFolder: () => string;
      /** The document must be read again. */
      readonly changed: () => void;
    },
  ) {
    this.clock = steadyClock(deps.clock);
    this.changedAt = this.clock.now();
    this.log = new ConsoleLog(() => deps.makeFolder());
    this.window = new ConsoleWindow(this.log);
  }

  /** Starts or stops asking for news. */
  setVisible(isVisible: boolean): void {
    this.isWanted = isVisible;
    this.follow();
  }

  get isVisible(): boolean {
    return this.follower !== undefined;
  }

  /**
   * Reads what there is when it is first called; a long console goes on being read while it is shown. Never throws.
   * Resolves for everybody at the same moment.
   */
  load(): Promise<void> {
    this.loading ??= this.loadNow();
    return this.loading;
  }

  /** UTF-8; the same bytes until the document changed. */
  async bytes(): Promise<Uint8Array> {
    if (this.toldAt !== undefined) {
      this.answerMs = Math.min(this.clock.now() - this.toldAt, LONGEST_ANSWER_MS);
      this.toldAt = undefined;
    }
    return (await this.draw()).bytes;
  }

  /** What the document shows as it was drawn last; undefined before that. */
  get page(): ConsolePage | undefined {
    return this.drawn;
  }

  /** When the run that is shown started, if the server says so. */
  get runStartedAt(): EpochMs | undefined {
    return this.position.startedAt;
  }

  get view(): ConsoleView {
    return this.shownView;
  }

  /** Shows another part or other lines, at once. */
  show(view: ConsoleView): void {
    this.shownView = view;
    this.redraw?.dispose();
    this.redraw = undefined;
    this.outdate();
    this.deps.changed();
  }

  /** Shows the part before or after the one that is shown. */
  async showNeighbour(way: 'earlier' | 'later'): Promise<void> {
    const first = await this.window.neighbour(await this.draw(), way);
    this.show({ ...WHOLE_VIEW, ...(first === undefined ? {} : { first }) });
  }

  /** Makes sure that this line of the console is shown; returns where in the document. */
  async reveal(line: number): Promise<number> {
    const shown = await this.draw();
    if (this.shownView.minLevel !== WHOLE_VIEW.minLevel || line < shown.first || line >= shown.end) {
      const first = await this.window.firstAround(line);
      const isShownWhole = !this.hasMore && this.log.spool.byteCount < WINDOW_LIMITS.maxBytes;
      this.show(first === 0 && isShownWhole ? WHOLE_VIEW : { ...WHOLE_VIEW, first });
    }
    return (await this.draw()).documentLineOf(line) ?? 0;
  }

  /** What is known of some lines of the console beside their text; the unfinished one included. */
  async facts(first: number, end: number): Promise<readonly LineFacts[]> {
    const { spool, pending, pendingFacts } = this.log;
    const facts = await spool.readFacts(first, end);
    return pending !== undefined && end > spool.lineCount ? [...facts, pendingFacts] : facts;
  }

  /** Grows with every change; the editor compares it. */
  get modifiedAt(): number {
    return this.changedAt;
  }

  dispose(): void {
    this.follower?.dispose();
    this.redraw?.dispose();
    void this.log.dispose();
  }

  private follow(): void {
    if (!this.isWanted && !this.isLoading) {
      this.follower?.dispose();
      this.follower = undefined;
      return;
    }
    const { session, taskId } = this.deps;
    this.follower ??= new ConsoleFollower(session, taskId, this.position, this.sink());
  }

  /** Not stopped by whoever sees that its editor is not there yet. */
  private async loadNow(): Promise<void> {
    this.isLoading = true;
    this.follow();
    const read = this.follower?.readNow().catch(() => undefined);
    await this.wait(LOAD_PATIENCE_MS, read);
    if (!this.hasNews) {
      const news = new Promise<void>((resolve) => {
        this.onNews = resolve;
      });
      await this.wait(EMPTY_LOAD_PATIENCE_MS - LOAD_PATIENCE_MS, Promise.race([read, news]));
    }
    this.isLoading = false;
    this.follow();
  }

  private async wait(timeoutMs: number, what: Promise<void> | undefined): Promise<void> {
    let timeout: Disposable | undefined;
    await Promise.race([
      what,
      new Promise<void>((resolve) => {
        timeout = this.deps.clock.after(timeoutMs, resolve);
      }),
    ]);
    timeout?.dispose();
  }

  private draw(): Promise<ConsolePage> {
    this.drawing ??= this.drawAnew().catch((error: unknown) => notePage(`[${notStored(error).message}]`));
    return this.drawing;
  }

  private async drawAnew(): Promise<ConsolePage> {
    this.drawn = await this.window.page(this.shownView, this.tail());
    return this.drawn;
  }

  private tail(): PageTail {
    if (this.failure !== undefined) {
      return { notes: [`[The console could not be read: ${this.failure.message} ${this.failure.nextStep}]`] };
    }
    return this.hasMore ? { notes: [STILL_READING], isGrowing: true } : { notes: [] };
  }

  private sink(): ConsoleSink {
    return {
      write: (text, at) => {
        this.log.write(text, at);
        this.touch();
      },
      settle: async (hasMore) => {
        if (hasMore !== this.hasMore) {
          this.hasMore = hasMore;
          this.touch();
        }
        this.tellNews();
        if (this.log.spool.isFull) {
          await this.log.spool.flush().catch((error: unknown) => {
            throw notStored(error);
          });
        }
      },
      restart: () => {
        this.log.restart();
        this.shownView = { minLevel: this.shownView.minLevel };
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
          this.tellNews();
        }
      },
    };
  }

  private tellNews(): void {
    this.hasNews = true;
    this.onNews?.();
  }

  private outdate(): void {
    this.drawing = undefined;
    this.changedAt = Math.max(this.changedAt + 1, this.clock.now());
  }

  private touch(failure?: TracksideError): void {
    this.failure = failure;
    this.outdate();
    const megabytes = (this.drawn?.bytes.length ?? 0) / 1_000_000;
    const easeMs = this.answerMs * REDRAW_PAUSE_PER_ANSWER;
    const pauseMs = REDRAW_PAUSE_MS + megabytes * REDRAW_PAUSE_MS_PER_MEGABYTE + easeMs;
    const delayMs = Math.max(REDRAW_DELAY_MS, this.redrawnAt + pauseMs - this.clock.now());
    this.redraw ??= this.deps.clock.after(delayMs, () => {
      this.redraw = undefined;
      this.redrawnAt = this.clock.now();
      this.toldAt ??= this.redrawnAt;
      this.deps.changed();
    });
  }
}

function notStored(error: unknown): TracksideError {
  const { message } = toTracksideError(error);
  return new TracksideError(
    'server',
    `The console could not be written to this machine's disk: ${message}`,
    'Make room on the disk.',
  );
}
