import { cancelled, throwIfAborted } from '../../client/abort';

/** `soon`: somebody waits for it. `later`: one of many pieces that are shown as they come. */
export type Turn = 'soon' | 'later';

/** Runs work with at most `width` pieces under way at the same time, whoever asks; the rest waits in order of its turn. */
export class Lanes {
  private free: number;
  private readonly waiting: Readonly<Record<Turn, (() => void)[]>> = { soon: [], later: [] };

  constructor(width: number) {
    this.free = width;
  }

  async run<T>(turn: Turn, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.enter(this.waiting[turn], signal);
    try {
      throwIfAborted(signal);
      return await work();
    } finally {
      this.leave();
    }
  }

  private enter(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const start = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        waiting.splice(waiting.indexOf(start), 1);
        reject(cancelled());
      };
      signal.addEventListener('abort', onAbort, { once: true });
      waiting.push(start);
    });
  }

  private leave(): void {
    const next = this.waiting.soon.shift() ?? this.waiting.later.shift();
    if (next === undefined) {
      this.free += 1;
    } else {
      next();
    }
  }
}
