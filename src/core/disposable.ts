/** Something that must be ended by its owner. Structurally the same as VS Code's. */
export interface Disposable {
  dispose(): void;
}

/** Owns what was created; disposes in reverse order, once, and goes on when one of them throws. */
export class DisposableStore implements Disposable {
  private readonly owned: Disposable[] = [];
  private isDisposed = false;

  /** Takes ownership and returns the same object. After disposal the object is disposed at once. */
  add<T extends Disposable>(disposable: T): T {
    if (this.isDisposed) {
      disposable.dispose();
    } else {
      this.owned.push(disposable);
    }
    return disposable;
  }

  dispose(): void {
    this.isDisposed = true;
    const failures: unknown[] = [];
    for (const disposable of this.owned.splice(0).reverse()) {
      try {
        disposable.dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) {
      throw new AggregateError(failures, 'Some things could not be disposed.');
    }
  }
}

export function toDisposable(dispose: () => void): Disposable {
  return { dispose };
}
