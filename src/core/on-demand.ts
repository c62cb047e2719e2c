import { DisposableStore, type Disposable } from './disposable';

/** Takes what is to be disposed with its owner, and gives it back. */
export type Own = <D extends Disposable>(disposable: D) => D;

/** Something that is made when it is first asked for, most often after its code was loaded. It is made once. */
export class OnDemand<T> implements Disposable {
  private readonly owned = new DisposableStore();
  private made: Promise<T> | undefined;

  /** What `make` hands to `own` is disposed with this object, also when it is made too late. */
  constructor(private readonly make: (own: Own) => Promise<T>) {}

  /** A failure is given to all who wait for it; who asks after it lets it be made anew. */
  get(): Promise<T> {
    this.made ??= this.make((disposable) => this.owned.add(disposable)).catch((error: unknown) => {
      this.made = undefined;
      throw error;
    });
    return this.made;
  }

  dispose(): void {
    this.owned.dispose();
  }
}
