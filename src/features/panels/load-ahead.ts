import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Logger } from '../../core/logger';
import type { Connections } from '../../store/contract';

/** By then the rows of a connection that has just opened are there. */
const REST_MS = 1_500;

/**
 * Loads code that the first click on a row needs, a while after the first connection has opened: by then activation is
 * over, and the click does not wait for it.
 */
export function loadAhead(
  { connections, clock, logger }: { connections: Connections; clock: Clock; logger: Logger },
  load: () => Promise<unknown>,
): Disposable {
  const owned = new DisposableStore();
  const waiting = owned.add(
    connections.onDidChange(() => {
      if (connections.all().some(({ state }) => state.kind === 'open')) {
        waiting.dispose();
        owned.add(
          clock.after(REST_MS, () => {
            load().catch((error: unknown) => logger.warn(`Could not load ahead: ${String(error)}`));
          }),
        );
      }
    }),
  );
  return owned;
}
