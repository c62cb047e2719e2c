import type { Backend, LiveChange } from '../../backends/contract';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Task } from '../../core/entities';
import { isCancelled, toTracksideError, TracksideError } from '../../core/errors';
import { isLive } from '../../core/status';
import type { ConnectionSession, NeedHandle } from '../../store/contract';
import { failureView } from '../panels/failure-schema';
import type { RunState } from './compare-contract';
import { contentOf, type ReadRun } from './run-content';

const LIVE_INTERVAL_MS = 15_000;
const PUSH_GAP_MS = 2_000;
/** A comparison that is looked at again asks again; what has ended is not read twice. */
const FRESH_FOR_MS = 1_000;
/** Runs read at the same time. */
const MOST_AT_ONCE = 4;
/** Details may be large, and hardly change while a run runs. */
const DETAILS_FRESH_FOR_MS = 60_000;

interface Slot {
  read: (ReadRun & { readonly detailsAt: number }) | undefined;
  /** False: what is known of it does not hold, or nothing is known. */
  isTrue: boolean;
  /** Why the last try to read it failed; null when it did not. */
  staleReason: string | null;
}

export interface ConnectionRunsPorts {
  readonly session: ConnectionSession;
  readonly taskIds: readonly string[];
  now(): number;
  onState(taskId: string, state: RunState): void;
}

/** The compared runs of one connection: read once, those that are live again while they are looked at. */
export class ConnectionRuns implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly slots: ReadonlyMap<string, Slot>;
  private need: NeedHandle | undefined;

  constructor(private readonly ports: ConnectionRunsPorts) {
    this.slots = new Map(
      ports.taskIds.map((id) => [id, { read: undefined, isTrue: false, staleReason: null }]),
    );
    const { store } = ports.session;
    this.owned.add(
      store.onDidChange((change) => {
        if (change.kind === 'tasks') {
          change.ids.forEach((id) => this.adopt(id));
        }
      }),
    );
  }

  setOn(isOn: boolean): void {
    if (!isOn) {
      this.need?.dispose();
      this.need = undefined;
      return;
    }
    this.need ??= this.ports.session.scheduler.add({
      key: 'compare',
      owner: this,
      freshForMs: FRESH_FOR_MS,
      pushGapMs: PUSH_GAP_MS,
      intervalMs: () => (this.hasLive() ? LIVE_INTERVAL_MS : undefined),
      matches: (change) => this.concerns(change),
      run: (signal) => this.run(signal),
    });
  }

  /** Reads what could not be read, now. */
  retry(): void {
    this.slots.forEach((slot) => (slot.isTrue &&= slot.read !== undefined));
    // What goes wrong shows in the column of the run.
    this.need?.poke().catch(() => undefined);
  }

  dispose(): void {
    this.setOn(false);
    this.owned.dispose();
  }

  private concerns(change: LiveChange): boolean {
    const ids = change.kind === 'task' ? change.ids : change.kind === 'series' ? [change.taskId] : [];
    const ours = ids.flatMap((id) => this.slots.get(id) ?? []);
    ours.forEach((slot) => (slot.isTrue = false));
    return ours.length > 0;
  }

  private hasLive(): boolean {
    return [...this.slots.values()].some(({ read }) => read !== undefined && isLive(read.task.status));
  }

  private async run(signal: AbortSignal): Promise<void> {
    const wanted = [...this.slots].filter(
      ([, { isTrue, read }]) => !isTrue || (read !== undefined && isLive(read.task.status)),
    );
    if (wanted.length === 0) {
      return;
    }
    const failures: TracksideError[] = [];
    try {
      const backend = await this.ports.session.backend(signal);
      const tasks = await backend.getTasks(
        wanted.map(([id]) => id),
        signal,
      );
      const byId = new Map(tasks.map((task) => [task.id, task]));
      const waiting = [...wanted];
      const readNext = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          failures.push(...(await this.readRun(backend, next, byId, signal)));
        }
      };
      await Promise.all(Array.from({ length: MOST_AT_ONCE }, readNext));
    } catch (thrown) {
      wanted.forEach(([id, slot]) => this.tellFailure(id, slot, thrown));
      throw thrown;
    }
    const [first] = failures.filter(({ kind }) => kind !== 'notFound');
    if (first !== undefined) {
      // The scheduler tries again, later and later.
      throw first;
    }
  }

  private async readRun(
    backend: Backend,
    [id, slot]: readonly [string, Slot],
    tasks: ReadonlyMap<string, Task>,
    signal: AbortSignal,
  ): Promise<TracksideError[]> {
    try {
      const task = tasks.get(id);
      if (task === undefined) {
        throw new TracksideError(
          'notFound',
          'This task does not exist any more.',
          'Take it out of the comparison.',
        );
      }
      slot.read = await this.parts(backend, task, slot.read, signal);
      slot.isTrue = true;
      slot.staleReason = null;
      this.tell(id, slot.read, null);
      return [];
    } catch (thrown) {
      if (isCancelled(thrown)) {
        throw thrown;
      }
      const error = toTracksideError(thrown);
      // What is gone stays gone; anything else may be read later.
      slot.isTrue = error.kind === 'notFound';
      slot.read = slot.isTrue ? undefined : slot.read;
      this.tellFailure(id, slot, error);
      return [error];
    }
  }

  private async parts(
    { details, series, console }: Backend,
    task: Task,
    known: Slot['read'],
    signal: AbortSignal,
  ): Promise<NonNullable<Slot['read']>> {
    const now = this.ports.now();
    const isSameRun = known !== undefined && known.task.status === task.status;
    const keepsDetails = isSameRun && isLive(task.status) && now - known.detailsAt < DETAILS_FRESH_FOR_MS;
    const [readDetails, readSeries] = await Promise.all([
      keepsDetails ? known.details : details?.read(task.id, signal),
      series?.list(task.id, signal),
    ]);
    return {
      task,
      details: readDetails,
      series: readSeries,
      hasConsole: console !== undefined,
      detailsAt: keepsDetails ? known.detailsAt : now,
    };
  }

  /** What an action does shows at once. */
  private adopt(id: string): void {
    const slot = this.slots.get(id);
    const task = this.ports.session.store.task(id);
    if (slot?.read !== undefined && task?.id === id) {
      slot.read = { ...slot.read, task };
      // A status that is true does not make metrics and details true.
      this.tell(id, slot.read, slot.staleReason);
    }
  }

  private tell(id: string, read: ReadRun, staleReason: string | null): void {
    const content = contentOf(read, this.ports.session.info.label);
    this.ports.onState(id, { phase: 'ready', content, staleReason });
  }

  private tellFailure(id: string, slot: Slot, thrown: unknown): void {
    if (isCancelled(thrown)) {
      return;
    }
    const failure = failureView(toTracksideError(thrown));
    slot.staleReason = failure.message;
    if (slot.read === undefined) {
      this.ports.onState(id, { phase: 'failed', failure });
    } else {
      this.tell(id, slot.read, slot.staleReason);
    }
  }
}
