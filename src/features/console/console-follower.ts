import { chunkSeparator } from '../../core/console-text';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { EpochMs } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import { isLive } from '../../core/status';
import type { LiveChange } from '../../backends/contract';
import type { ConnectionSession, NeedHandle } from '../../store/contract';
import { consoleAbility } from './console-ability';
import { ShortTurns } from './short-turns';
import { lengthOfPiece } from './text-pieces';

/** Chunks asked for at once. */
const PAGE_CHUNKS = 500;
/** How often a live run is asked without pushes. */
const LIVE_INTERVAL_MS = 3_000;
/** A new holder reads at once, always: a console that is looked at must be true. */
const FRESH_FOR_MS = 0;

/** Takes what a run prints. */
export interface ConsoleSink {
  /** More output, raw: carriage returns and colours as the run printed them; when, if the server says so. */
  write(text: string, at: EpochMs | undefined): void;
  /** A page was written. The next one is read when this resolves, and `hasMore` says whether there is one. */
  readonly settle?: (hasMore: boolean) => Promise<void>;
  /** The run was reset or started again: what was written no longer holds. */
  restart(): void;
  /** A read went through. */
  recover(): void;
  /** A read went wrong; it is tried again by itself. */
  fail(error: TracksideError): void;
}

/** A part of a chunk, or all of it. */
interface ConsolePiece {
  readonly text: string;
  readonly at?: EpochMs | undefined;
  /** Goes on where the piece before it ended. */
  readonly isContinued?: boolean;
}

/** Where the reading of one task's console is; outlives the followers, so that hidden documents go on where they were. */
export interface ConsolePosition {
  cursor: string | undefined;
  /** What was read up to the cursor and is not written yet, the next one last. */
  readonly unwritten: ConsolePiece[];
  /** What tells one run of the task from the next. */
  startedAt: number | undefined;
  /** Counts the runs that were begun anew. */
  run: number;
  hasText: boolean;
}

export function consoleStart(): ConsolePosition {
  return { cursor: undefined, unwritten: [], startedAt: undefined, run: 0, hasText: false };
}

/** Reads a task's console while it exists: at once, after each push, and by time while the run is live. */
export class ConsoleFollower implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly need: NeedHandle;
  private isSettled = false;

  constructor(
    private readonly session: ConnectionSession,
    private readonly taskId: string,
    private readonly position: ConsolePosition,
    private readonly sink: ConsoleSink,
  ) {
    this.owned.add(session.store.need({ kind: 'task', id: taskId }));
    this.need = this.owned.add(
      session.scheduler.add({
        key: `console:${taskId}`,
        // Each follower is elsewhere in the console.
        owner: this,
        freshForMs: FRESH_FOR_MS,
        run: (signal) => this.read(signal),
        intervalMs: () => (this.isSettled ? undefined : LIVE_INTERVAL_MS),
        matches: (change) => this.isOurs(change),
      }),
    );
    this.owned.add(
      session.store.onDidChange((change) => {
        if (change.kind === 'tasks' && change.ids.has(taskId)) {
          this.onTaskChanged();
        }
      }),
    );
  }

  /** Resolves when everything printed until now has been written; rejects with why it could not be read. */
  readNow(): Promise<void> {
    return this.need.poke();
  }

  dispose(): void {
    this.owned.dispose();
  }

  private isOurs(change: LiveChange): boolean {
    return change.kind === 'console' && change.taskId === this.taskId;
  }

  /** A run that ended is read once more, since its last lines may have come before its status. */
  private onTaskChanged(): void {
    const isNews = this.takeRun();
    if (isNews || !this.isSettled) {
      this.need.poke().catch(() => undefined);
    }
  }

  /** True when the task now shows another run than the one that was read. */
  private takeRun(): boolean {
    const task = this.session.store.task(this.taskId);
    if (task === undefined || task.startedAt === this.position.startedAt) {
      return false;
    }
    const isOther = this.position.startedAt !== undefined;
    this.position.startedAt = task.startedAt;
    if (isOther) {
      this.position.cursor = undefined;
      this.position.unwritten.length = 0;
      this.position.run += 1;
      this.position.hasText = false;
      this.sink.restart();
    }
    return isOther;
  }

  private async read(signal: AbortSignal): Promise<void> {
    try {
      const wasLive = this.isTaskLive();
      await this.readPages(signal);
      this.isSettled = !wasLive;
      this.sink.recover();
    } catch (error) {
      if (error instanceof TracksideError) {
        this.sink.fail(error);
      }
      throw error;
    }
  }

  private isTaskLive(): boolean {
    const status = this.session.store.task(this.taskId)?.status;
    return status === undefined || isLive(status);
  }

  private async readPages(signal: AbortSignal): Promise<void> {
    const ability = await consoleAbility(this.session, signal);
    await this.writePage(signal);
    let hasMore = true;
    while (hasMore) {
      const { cursor, run } = this.position;
      const page = await ability.read(this.taskId, cursor, PAGE_CHUNKS, signal);
      if (this.position.run !== run) {
        // The task was reset while this page was under way.
        continue;
      }
      this.position.unwritten.push(...page.chunks.toReversed());
      this.position.cursor = page.cursor;
      await this.writePage(signal);
      await this.sink.settle?.(page.hasMore);
      hasMore = page.hasMore || this.position.run !== run;
    }
  }

  /** A page may be megabytes: it is written in turns. Whoever reads next goes on where this one was stopped. */
  private async writePage(signal: AbortSignal): Promise<void> {
    const { unwritten } = this.position;
    const turns = new ShortTurns();
    for (let piece = unwritten.pop(); piece !== undefined; piece = unwritten.pop()) {
      this.writePiece(piece);
      if (turns.isOver) {
        await turns.pass();
        signal.throwIfAborted();
      }
    }
  }

  private writePiece({ text, at, isContinued }: ConsolePiece): void {
    const { position, sink } = this;
    const separator = isContinued === true || !position.hasText ? '' : chunkSeparator(text);
    const length = lengthOfPiece(text);
    if (length < text.length) {
      position.unwritten.push({ text: text.slice(length), at, isContinued: true });
    }
    sink.write(separator + text.slice(0, length), at);
    position.hasText = true;
  }
}
