import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Connections, ConnectionSession } from '../../store/contract';

const GAP_MS = 250;

/**
 * How many tasks run, from what is known and kept fresh anyway; undefined when nothing keeps it fresh or nothing
 * runs. A number that nobody keeps true is not shown.
 */
export function runningCount(sessions: readonly ConnectionSession[]): number | undefined {
  const count = sessions
    .filter(({ scheduler }) => !scheduler.figures().isPaused)
    .reduce((sum, session) => sum + runningOn(session), 0);
  return count === 0 ? undefined : count;
}

/** Calls `show` with the number when it may have changed, a few times a second at most, and never by time alone. */
export function watchRunningCount(
  connections: Connections,
  clock: Clock,
  show: (count: number | undefined) => void,
): Disposable {
  const owned = new DisposableStore();
  let subscriptions = new DisposableStore();
  let timer: Disposable | undefined;
  const soon = (): void => {
    timer ??= clock.after(GAP_MS, () => {
      timer = undefined;
      show(runningCount(connections.all()));
    });
  };
  const subscribe = (): void => {
    subscriptions.dispose();
    subscriptions = new DisposableStore();
    for (const { store, scheduler } of connections.all()) {
      subscriptions.add(store.onDidChange(soon));
      subscriptions.add(scheduler.onDidChangePaused(soon));
    }
    soon();
  };
  owned.add(connections.onDidChange(subscribe));
  owned.add({ dispose: () => subscriptions.dispose() });
  owned.add({ dispose: () => timer?.dispose() });
  subscribe();
  return owned;
}

function runningOn({ store }: ConnectionSession): number {
  let known = 0;
  for (const { status, isArchived } of store.knownTasks()) {
    known += status === 'running' && !isArchived ? 1 : 0;
  }
  // Counts include everything below a project, so the top ones are enough.
  const counted = store
    .projects()
    .items.filter(({ name }) => !name.includes('/'))
    .reduce((sum, { taskCounts }) => sum + (taskCounts?.running ?? 0), 0);
  return Math.max(known, counted);
}
