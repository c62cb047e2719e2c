import { cancelled } from '../../client/abort';

/** `soon`: somebody waits for it. `later`: one of many pieces that are shown as they come. */
export type Turn = 'soon' | 'later';

/** Runs work with at most `width` pieces under way at the same time, whoever asks; the rest waits in order of its turn. */
export class Lanes {
  private free: number;
  private readonly waiting: Readonly<Record<Turn, Batch[]>> = { soon: [], later: [] };

  constructor(width: number) {
    this.free = width;
  }

  /**
   * Does this for each item, in order. After a failure or an abort nothing more of it is begun, and that is thrown as
   * soon as what is under way has ended.
   */
  async each<T>(
    turn: Turn,
    items: readonly T[],
    work: (item: T) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const batch = new Batch(items.map((item) => () => work(item)));
    // One for all items, because a signal looks at every listener that it has when it gets another.
    const onAbort = (): void => batch.fail(cancelled());
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
    }
    this.waiting[turn].push(batch);
    this.fill();
    try {
      await batch.over;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  private fill(): void {
    for (let batch = this.first(); this.free > 0 && batch !== undefined; batch = this.first()) {
      this.free -= 1;
      void batch.next().then(() => {
        this.free += 1;
        this.fill();
      });
    }
  }

  /** Whose turn it is. */
  private first(): Batch | undefined {
    for (const waiting of [this.waiting.soon, this.waiting.later]) {
      while (waiting[0]?.isBegun === true) {
        waiting.shift();
      }
      if (waiting[0] !== undefined) {
        return waiting[0];
      }
    }
    return undefined;
  }
}

/** Pieces that are begun one after the other. */
class Batch {
  private begunCount = 0;
  private runningCount = 0;
  private failure: { readonly reason: unknown } | undefined;
  private readonly end = Promise.withResolvers<undefined>();

  constructor(private readonly pieces: readonly (() => Promise<void>)[]) {
    this.endIfOver();
  }

  get over(): Promise<undefined> {
    return this.end.promise;
  }

  /** True once nothing is left to begin. */
  get isBegun(): boolean {
    return this.failure !== undefined || this.begunCount >= this.pieces.length;
  }

  /** Begins the next piece; resolves when it has ended, in whatever way. */
  async next(): Promise<void> {
    const piece = this.pieces[this.begunCount];
    this.begunCount += 1;
    this.runningCount += 1;
    try {
      await piece?.();
    } catch (error) {
      this.failure ??= { reason: error };
    }
    this.runningCount -= 1;
    this.endIfOver();
  }

  fail(reason: Error): void {
    this.failure ??= { reason };
    this.endIfOver();
  }

  private endIfOver(): void {
    if (this.runningCount > 0 || !this.isBegun) {
      return;
    }
    if (this.failure === undefined) {
      this.end.resolve(undefined);
    } else {
      this.end.reject(this.failure.reason);
    }
  }
}
