/** How long one goes on before others have their turn: well below the 50 ms that nothing in the extension host may exceed. */
const TURN_MS = 15;

/** Keeps long work from being done at once. */
export class ShortTurns {
  private endsAt = performance.now() + TURN_MS;

  /** True when it is time to await {@link pass}. */
  get isOver(): boolean {
    return performance.now() > this.endsAt;
  }

  /** Lets others have their turn; resolves when the next one begins. */
  async pass(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.endsAt = performance.now() + TURN_MS;
  }
}
