import type { LiveMessage } from '../backends/clearml/trackside-wire';
import type { Clock } from '../core/clock';
import { DisposableStore, type Disposable } from '../core/disposable';
import { Emitter } from '../core/emitter';

/** Changes of one moment are pushed together after this long. */
const COALESCE_MS = 10;
/** A running task's own figures (iteration, last update) are pushed no more often than this. */
const PROGRESS_MS = 500;

/** Collects what changed and says it once per moment, to whoever shows it. */
export class LiveChanges implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly messages = this.owned.add(new Emitter<readonly LiveMessage[]>());
  private readonly tasks = new Set<string>();
  private readonly progressing = new Set<string>();
  private readonly series = new Set<string>();
  private readonly consoles = new Set<string>();
  private readonly kinds = new Set<'queues' | 'workers' | 'projects'>();
  private pending: Disposable | undefined;
  private pendingProgress: Disposable | undefined;

  /** Each time, everything that changed since the time before. */
  readonly onMessages = this.messages.event;

  constructor(private readonly clock: Clock) {}

  taskChanged(id: string): void {
    this.tasks.add(id);
    this.schedule();
  }

  /** Points or lines arrived for a task, so its row shows older figures. */
  taskProgressed(id: string): void {
    this.progressing.add(id);
    this.pendingProgress ??= this.clock.after(PROGRESS_MS, () => {
      this.pendingProgress = undefined;
      for (const progressed of this.progressing) {
        this.tasks.add(progressed);
      }
      this.progressing.clear();
      this.schedule();
    });
  }

  seriesChanged(taskId: string): void {
    this.series.add(taskId);
    this.schedule();
  }

  consoleChanged(taskId: string): void {
    this.consoles.add(taskId);
    this.schedule();
  }

  changed(kind: 'queues' | 'workers' | 'projects'): void {
    this.kinds.add(kind);
    this.schedule();
  }

  dispose(): void {
    this.pending?.dispose();
    this.pendingProgress?.dispose();
    this.owned.dispose();
  }

  private schedule(): void {
    this.pending ??= this.clock.after(COALESCE_MS, () => {
      this.pending = undefined;
      this.messages.fire(this.take());
    });
  }

  private take(): LiveMessage[] {
    const messages: LiveMessage[] = [
      ...(this.tasks.size > 0 ? [{ kind: 'task' as const, ids: [...this.tasks] }] : []),
      ...[...this.series].map((taskId) => ({ kind: 'series' as const, taskId })),
      ...[...this.consoles].map((taskId) => ({ kind: 'console' as const, taskId })),
      ...[...this.kinds].map((kind) => ({ kind })),
    ];
    for (const collected of [this.tasks, this.series, this.consoles, this.kinds]) {
      collected.clear();
    }
    return messages;
  }
}
