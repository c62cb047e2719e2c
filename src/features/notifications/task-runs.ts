import { DisposableStore, type Disposable } from '../../core/disposable';
import { Emitter, type Event } from '../../core/emitter';
import type { EpochMs, Task } from '../../core/entities';
import type { Logger } from '../../core/logger';
import { isEnded } from '../../core/status';
import type { Connections, ConnectionSession } from '../../store/contract';

/** A task of one connection as it was when something about its run changed. */
export interface RunChange {
  readonly session: ConnectionSession;
  readonly task: Task;
}

/** Runs that began or ended while this window watched. */
export interface TaskRuns extends Disposable {
  /** A task that is running now and was not known to run, or runs anew. */
  readonly onDidStart: Event<RunChange>;
  /** A task that was known to wait or run, and has ended. */
  readonly onDidEnd: Event<RunChange>;
}

/** Watches what the stores learn anyway; asks no server for anything. */
export function watchTaskRuns(connections: Connections, logger: Logger): TaskRuns {
  return new Watch(connections, logger);
}

type Phase =
  { readonly kind: 'waiting' } | { readonly kind: 'running'; readonly startedAt: EpochMs | undefined };

class Watch implements TaskRuns {
  private readonly owned = new DisposableStore();
  private readonly starts: Emitter<RunChange>;
  private readonly ends: Emitter<RunChange>;
  /** Live tasks by session, since two connections may use the same ids. */
  private readonly phases = new WeakMap<ConnectionSession, Map<string, Phase>>();
  private subscriptions = new DisposableStore();

  constructor(
    private readonly connections: Connections,
    logger: Logger,
  ) {
    const failed = (error: unknown): void => logger.error('A listener of task runs failed.', error);
    this.starts = this.owned.add(new Emitter<RunChange>(failed));
    this.ends = this.owned.add(new Emitter<RunChange>(failed));
    this.owned.add(connections.onDidChange(() => this.subscribe()));
    this.owned.add({ dispose: () => this.subscriptions.dispose() });
    this.subscribe();
  }

  get onDidStart(): Event<RunChange> {
    return this.starts.event;
  }

  get onDidEnd(): Event<RunChange> {
    return this.ends.event;
  }

  dispose(): void {
    this.owned.dispose();
  }

  private subscribe(): void {
    this.subscriptions.dispose();
    this.subscriptions = new DisposableStore();
    for (const session of this.connections.all()) {
      const phases = this.phases.get(session) ?? new Map<string, Phase>();
      this.phases.set(session, phases);
      this.subscriptions.add(
        session.store.onDidChange((change) => {
          if (change.kind === 'tasks') {
            change.ids.forEach((id) => this.look(session, phases, id));
          }
        }),
      );
      for (const task of session.store.knownTasks()) {
        const phase = phaseOf(task);
        if (phase !== undefined && !phases.has(task.id)) {
          phases.set(task.id, phase);
        }
      }
    }
  }

  private look(session: ConnectionSession, phases: Map<string, Phase>, id: string): void {
    const task = session.store.task(id);
    if (task?.status === 'unknown') {
      return;
    }
    const before = phases.get(id);
    const phase = task && phaseOf(task);
    if (task === undefined || phase === undefined) {
      phases.delete(id);
      if (task !== undefined && before !== undefined && isEnded(task.status)) {
        this.ends.fire({ session, task });
      }
      return;
    }
    phases.set(id, phase);
    if (phase.kind === 'running' && !isSameRun(before, phase)) {
      this.starts.fire({ session, task });
    }
  }
}

/** Undefined for a task that neither waits nor runs, and for one of which the server does not say. */
function phaseOf({ status, startedAt }: Task): Phase | undefined {
  switch (status) {
    case 'queued':
    case 'blocked':
      return { kind: 'waiting' };
    case 'running':
      return { kind: 'running', startedAt };
    case 'draft':
    case 'completed':
    case 'failed':
    case 'stopped':
    case 'published':
    case 'unknown':
      return undefined;
  }
}

/** The time of the start may come later than the status. */
function isSameRun(before: Phase | undefined, now: Phase & { kind: 'running' }): boolean {
  return before?.kind === 'running' && (before.startedAt === undefined || before.startedAt === now.startedAt);
}
