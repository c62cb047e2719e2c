import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { EpochMs, Task } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import type { TaskRef } from '../../core/task-ref';
import type { Backend } from '../../backends/contract';
import type { ConnectionSession } from '../../store/contract';

const TIMEOUT_MS = 30_000;

/** What the editor is told of a file. */
export interface FileState {
  readonly text: string;
  /** Goes up with every other text. */
  readonly modifiedAt: EpochMs;
  /** The number of bytes, or a little more: see {@link ConfigurationFile}. */
  readonly size: number;
  readonly isEditable: boolean;
}

export interface ConfigurationFileDeps {
  readonly session: ConnectionSession;
  readonly ref: TaskRef;
  /** The configuration's. */
  readonly name: string;
  readonly clock: Clock;
  /** The task changed, so that the text or whether it may be saved can be another. */
  readonly changed: () => void;
}

/**
 * A configuration of a task as a file that can be saved. The editor asks how it stands before it saves, and lets the
 * person compare and decide when the text is another than the one they began with. It takes a text of the same size for
 * the same text, so no two texts of one file are told with the same size.
 */
export class ConfigurationFile implements Disposable {
  private known: FileState | undefined;
  private readonly sizes = new Set<number>();
  private readonly subscription: Disposable;

  constructor(private readonly deps: ConfigurationFileDeps) {
    const { session, ref, changed } = deps;
    this.subscription = session.store.onDidChange((change) => {
      // A task that has started changes all the time, and its configuration no more.
      if (change.kind === 'tasks' && change.ids.has(ref.taskId) && this.known?.isEditable === true) {
        changed();
      }
    });
  }

  /** Asks the server. Throws `notFound` when the task or the configuration is gone. */
  async look(): Promise<FileState> {
    const { session, ref, name } = this.deps;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const backend = await session.backend(signal);
    const [details, task] = await Promise.all([
      backend.details?.read(ref.taskId, signal),
      this.task(backend, signal),
    ]);
    const found = details?.configurations.find((each) => each.name === name);
    if (found === undefined) {
      throw gone(`The task has no configuration “${name}” any more.`);
    }
    return this.note(found.text, found.isEditable === true && task.can.includes('edit'));
  }

  /** Replaces the text that was seen last. Throws `conflict` when it is another by now, or the task has started. */
  async save(text: string): Promise<void> {
    const { session, name } = this.deps;
    const { text: before } = this.known ?? (await this.look());
    if (text === before) {
      return;
    }
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const task = await this.task(await session.backend(signal), signal);
    const [outcome] = await session.store.act([task], {
      action: 'edit',
      inputs: { parameters: [], configurations: [{ name, before, text }] },
    });
    if (outcome?.ok === false) {
      throw outcome.error;
    }
    this.note(text, true);
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async task(backend: Backend, signal: AbortSignal): Promise<Task> {
    const { session, ref } = this.deps;
    const [task] = await backend.getTasks([ref.taskId], signal);
    if (task === undefined) {
      throw gone(`The task is not on ${session.info.label} any more.`);
    }
    return task;
  }

  private note(text: string, isEditable: boolean): FileState {
    const { known } = this;
    this.known =
      known?.text === text
        ? { ...known, isEditable }
        : { text, isEditable, size: this.freeSize(text), modifiedAt: this.nextTime() };
    return this.known;
  }

  private freeSize(text: string): number {
    let size = Buffer.byteLength(text);
    while (this.sizes.has(size)) {
      size += 1;
    }
    this.sizes.add(size);
    return size;
  }

  private nextTime(): EpochMs {
    return Math.max(this.deps.clock.now(), (this.known?.modifiedAt ?? 0) + 1);
  }
}

function gone(message: string): TracksideError {
  return new TracksideError('notFound', message, 'Copy what you need of the text, and close it.');
}
