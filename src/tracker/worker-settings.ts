import { workerSettings } from '../backends/clearml/trackside-wire';
import { Emitter } from '../core/emitter';
import type { MetaStore } from './storage/meta-store';
import type { WorkerSettings, WorkerSettingsSource } from './worker/contract';
import type { Disposable } from '../core/disposable';

const DEFAULTS: WorkerSettings = { concurrent_tasks: 1, stop_grace_ms: 10_000 };

/** The local worker's settings, kept in the database. */
export class StoredWorkerSettings implements WorkerSettingsSource, Disposable {
  private readonly changes = new Emitter<WorkerSettings>();
  readonly onChange = this.changes.event;

  constructor(private readonly meta: MetaStore) {}

  get current(): WorkerSettings {
    const stored: unknown = JSON.parse(this.meta.get('worker-settings') ?? '{}');
    const result = workerSettings.safeParse({ ...DEFAULTS, ...(typeof stored === 'object' ? stored : {}) });
    return result.success ? result.data : DEFAULTS;
  }

  /** Sets what is given and returns all of them. */
  change(given: {
    readonly [Name in keyof WorkerSettings]?: WorkerSettings[Name] | undefined;
  }): WorkerSettings {
    const before = this.current;
    const after = {
      concurrent_tasks: given.concurrent_tasks ?? before.concurrent_tasks,
      stop_grace_ms: given.stop_grace_ms ?? before.stop_grace_ms,
    };
    if (JSON.stringify(after) !== JSON.stringify(before)) {
      this.meta.set('worker-settings', JSON.stringify(after));
      this.changes.fire(after);
    }
    return after;
  }

  dispose(): void {
    this.changes.dispose();
  }
}
