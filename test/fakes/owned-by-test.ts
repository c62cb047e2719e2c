import { DisposableStore, type Disposable } from '../../src/core/disposable';

/**
 * Disposes what was added after each test, newest first. Call it in `describe` before what such things need at their end is
 * itself ended by an `afterEach`: those run in the order in which they were made.
 */
export function ownedByTest(): { add<T extends Disposable>(disposable: T): T } {
  let store = new DisposableStore();
  afterEach(() => {
    const ended = store;
    store = new DisposableStore();
    ended.dispose();
  });
  return { add: (disposable) => store.add(disposable) };
}
