import type { Logger } from '../../core/logger';
import { ensureTracker } from '../lifecycle/ensure-tracker';
import type { RunJob } from './run-job';
import type { TrackerKeys } from './tracker-session';

const PATIENCE_MS = 30_000;

/** Returns what starts the tracker of this run's data again when it is gone, and gives its address either way. */
export function createTrackerRevival(job: RunJob, keys: TrackerKeys, logger: Logger): () => Promise<string> {
  return async () => {
    const { url } = await ensureTracker({
      dataDir: job.dataDir,
      trackerScript: job.trackerScript,
      nodePath: job.nodePath,
      credentials: keys,
      version: job.version,
      logger,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return url;
  };
}
