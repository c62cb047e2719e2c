import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { EpochMs, Task } from '../../core/entities';
import type { Connections, ConnectionSession, EntityStore, StoreChange } from '../../store/contract';
import type { RecordedRuns, RunTwins } from '../launch/recorded-runs';

/** The first change shows at once, as it does in trees; more of them show this often. */
const FIRST_MS = 15;
const GAP_MS = 250;
/** Projects are counted again this soon after a task has ended, and tell nothing when the count was right already. */
const COUNTED_AGAIN_MS = 2_000;

/**
 * How many tasks run, from what is known and kept fresh anyway; undefined when nothing keeps it fresh or nothing
 * runs. A number that nobody keeps true is not shown. `endedSince` is how many have ended since projects were counted.
 */
export function runningCount(
  sessions: readonly ConnectionSession[],
  twins: readonly RunTwins[] = [],
  endedSince: (session: ConnectionSession) => number = () => 0,
): number | undefined {
  const counted = sessions.filter(({ scheduler }) => !scheduler.figures().isPaused);
  const sum = counted.reduce((total, session) => total + runningOn(session.store, endedSince(session)), 0);
  const count = sum - runningTwice(counted, twins).length;
  return count <= 0 ? undefined : count;
}

/** Those that these connections know to run in both places. */
export function runningTwice(
  sessions: readonly ConnectionSession[],
  twins: readonly RunTwins[],
): readonly RunTwins[] {
  const local = sessions.find(({ info }) => info.isLocal);
  return twins.filter(({ localTaskId, there }) => {
    const other = sessions.find(({ info }) => info.id === there.connectionId);
    return isRunning(local?.store.task(localTaskId)) && isRunning(other?.store.task(there.taskId));
  });
}

export interface RunningWatchDeps {
  readonly connections: Connections;
  readonly recorded: Pick<RecordedRuns, 'twins'>;
  readonly clock: Clock;
}

/** Calls `show` with the number when it may have changed, a few times a second at most, and never by time alone. */
export function watchRunningCount(
  deps: RunningWatchDeps,
  show: (count: number | undefined) => void,
): Disposable {
  return new RunningWatch(deps, show);
}

class RunningWatch implements Disposable {
  private readonly owned = new DisposableStore();
  private subscriptions = new DisposableStore();
  private runs: ReadonlyMap<ConnectionSession, KnownRuns> = new Map();
  private timer: Disposable | undefined;
  private dueAt = 0;
  private shownAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly deps: RunningWatchDeps,
    private readonly show: (count: number | undefined) => void,
  ) {
    this.owned.add(deps.connections.onDidChange(() => this.subscribe()));
    this.owned.add({ dispose: () => this.subscriptions.dispose() });
    this.owned.add({ dispose: () => this.timer?.dispose() });
    this.subscribe();
  }

  dispose(): void {
    this.owned.dispose();
  }

  private subscribe(): void {
    this.subscriptions.dispose();
    this.subscriptions = new DisposableStore();
    const { runs } = this;
    const { connections, clock } = this.deps;
    this.runs = new Map(
      connections.all().map((session) => [session, runs.get(session) ?? new KnownRuns(session.store, clock)]),
    );
    for (const [{ store, scheduler }, known] of this.runs) {
      this.subscriptions.add(
        store.onDidChange((change) => {
          known.note(change);
          this.soon();
        }),
      );
      this.subscriptions.add(scheduler.onDidChangePaused(() => this.soon()));
    }
    this.soon();
  }

  private soon(): void {
    const sinceMs = Math.max(0, this.deps.clock.now() - this.shownAt);
    this.after(Math.max(FIRST_MS, GAP_MS - sinceMs));
  }

  private after(delayMs: number): void {
    const { clock } = this.deps;
    const at = clock.now() + delayMs;
    if (this.timer === undefined || at < this.dueAt) {
      this.timer?.dispose();
      this.dueAt = at;
      this.timer = clock.after(delayMs, () => this.tell());
    }
  }

  private tell(): void {
    this.timer = undefined;
    const { connections, recorded, clock } = this.deps;
    const now = clock.now();
    this.shownAt = now;
    const endedSince = (session: ConnectionSession): number => this.runs.get(session)?.endedSinceCounted ?? 0;
    this.show(runningCount(connections.all(), recorded.twins(), endedSince));
    const waitsMs = [...this.runs.values()].flatMap(({ lastEndedAt }) =>
      lastEndedAt === undefined ? [] : lastEndedAt + COUNTED_AGAIN_MS - now,
    );
    const waitMs = Math.max(0, ...waitsMs);
    if (waitMs > 0) {
      this.after(waitMs);
    }
  }
}

/** Which known tasks run, and when others ended: the counts of projects, which are read later, do not know that yet. */
class KnownRuns {
  private readonly running = new Set<string>();
  private endedAt: readonly EpochMs[] = [];

  constructor(
    private readonly store: EntityStore,
    private readonly clock: Clock,
  ) {
    for (const task of store.knownTasks()) {
      if (isRunning(task)) {
        this.running.add(task.id);
      }
    }
  }

  note(change: StoreChange): void {
    for (const id of change.kind === 'tasks' ? change.ids : []) {
      if (isRunning(this.store.task(id))) {
        this.running.add(id);
      } else if (this.running.delete(id)) {
        this.endedAt = [...this.endedAt, this.clock.now()];
      }
    }
  }

  get endedSinceCounted(): number {
    const { loadedAt = Number.NEGATIVE_INFINITY } = this.store.projects();
    this.endedAt = this.endedAt.filter((at) => at > loadedAt);
    return this.endedAt.length;
  }

  /** Of those that ended since projects were counted. */
  get lastEndedAt(): EpochMs | undefined {
    return this.endedAt.at(-1);
  }
}

function runningOn(store: EntityStore, endedSince: number): number {
  let known = 0;
  for (const task of store.knownTasks()) {
    known += isRunning(task) ? 1 : 0;
  }
  // Counts include everything below a project, so the top ones are enough.
  const counted = store
    .projects()
    .items.filter(({ name }) => !name.includes('/'))
    .reduce((sum, { taskCounts }) => sum + (taskCounts?.running ?? 0), 0);
  return Math.max(known, counted - endedSince);
}

function isRunning(task: Task | undefined): boolean {
  return task !== undefined && task.status === 'running' && !task.isArchived;
}
