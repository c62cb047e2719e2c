import { chunkSeparator } from '../../core/console-text';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { EpochMs } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import { isLive } from '../../core/status';
import type { LiveChange } from '../../backends/contract';
import type { ConnectionSession, NeedHandle } from '../../store/contract';

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

/** Where the reading of one task's console is; outlives the followers, so that hidden documents go on where they were. */
export interface ConsolePosition {
  cursor: string | undefined;
  /** What tells one run of the task from the next. */
  startedAt: number | undefined;
  hasText: boolean;
}

export function consoleStart(): ConsolePosition {
  return { cursor: undefined, startedAt: undefined, hasText: false };
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
    const backend = await this.session.backend(signal);
    if (backend.console === undefined) {
      throw new TracksideError(
        'notFound',
        `${this.session.info.label} keeps no console of its tasks.`,
        'Look where the task runs.',
      );
    }
    let hasMore = true;
    while (hasMore) {
      const from = this.position.cursor;
      const page = await backend.console.read(this.taskId, from, PAGE_CHUNKS, signal);
      if (this.position.cursor !== from) {
        // The run was reset while this page was under way.
        continue;
      }
      for (const { text, at } of page.chunks) {
        this.sink.write((this.position.hasText ? chunkSeparator(text) : '') + text, at);
        this.position.hasText = true;
      }
      this.position.cursor = page.cursor;
      hasMore = page.hasMore;
      await this.sink.settle?.(hasMore);
    }
  }
}
