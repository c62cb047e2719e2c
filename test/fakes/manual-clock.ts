import type { Clock } from '../../src/core/clock';
import type { Disposable } from '../../src/core/disposable';

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  private readonly timers = new Map<number, { readonly at: number; readonly run: () => void }>();
  private nextId = 0;
  private setOffMs = 0;

  constructor(private time = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.time + this.setOffMs;
  }

  /** Sets the clock forward or back, as a time server or a person would: waits last as long as before. */
  setBy(byMs: number): void {
    this.setOffMs += byMs;
  }

  after(delayMs: number, run: () => void): Disposable {
    const id = this.nextId++;
    this.timers.set(id, { at: this.time + delayMs, run });
    return { dispose: () => this.timers.delete(id) };
  }

  get timerCount(): number {
    return this.timers.size;
  }

  /** Moves on, running what becomes due in order, each with everything that follows from it. */
  async advance(byMs: number): Promise<void> {
    const end = this.time + byMs;
    await settle();
    for (let next = this.dueBefore(end); next; next = this.dueBefore(end)) {
      this.timers.delete(next.id);
      this.time = Math.max(this.time, next.at);
      next.run();
      await settle();
    }
    this.time = end;
    await settle();
  }

  private dueBefore(end: number): { id: number; at: number; run: () => void } | undefined {
    const due = [...this.timers.entries()]
      .filter(([, { at }]) => at <= end)
      .sort(([, a], [, b]) => a.at - b.at)[0];
    return due && { id: due[0], ...due[1] };
  }
}

/** Lets everything that waits on promises run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
