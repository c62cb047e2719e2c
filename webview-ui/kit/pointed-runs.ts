import type { Disposable } from '../../src/core/disposable';

/** A pointer crosses runs on its way that it does not mean. */
const POINT_DELAY_MS = 80;

/** Tells which runs a person points at, once the pointer rests and when they are others than before. */
export class PointedRuns implements Disposable {
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private told = '';

  /** @param tell gets the keys of the runs; none when the pointer left. */
  constructor(private readonly tell: (runs: string[]) => void) {}

  point(runs: readonly string[]): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      if (runs.join() !== this.told) {
        this.told = runs.join();
        this.tell([...runs]);
      }
    }, POINT_DELAY_MS);
  }

  dispose(): void {
    clearTimeout(this.waiting);
  }
}
