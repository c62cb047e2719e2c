import type { ClearMlOptions } from '../../backends/clearml/session';
import { tracksideCalls, workerSettings } from '../../backends/clearml/trackside-wire';
import type { Settings } from '../../platform/contract';

/** Gives the local worker the editor's settings. Throws TracksideError. */
export async function pushWorkerSettings(
  options: ClearMlOptions,
  settings: Settings,
  signal: AbortSignal,
): Promise<void> {
  const { ClearMlSession } = await import('../../backends/clearml/session');
  const session = new ClearMlSession(options);
  try {
    const changes = {
      concurrent_tasks: settings.localWorkerConcurrentTasks(),
      stop_grace_ms: settings.localWorkerStopGraceMs(),
    };
    await session.call(tracksideCalls.worker, changes, workerSettings, { isIdempotent: true, signal });
  } finally {
    session.dispose();
  }
}
