import type { Clock } from '../core/clock';
import type { Emitter } from '../core/emitter';
import type { Logger } from '../core/logger';
import type { Authentication } from './http/authentication';
import type { LiveChanges } from './live-changes';
import type { QueueHistory } from './queue-history';
import type { RevokedRuns } from './revoked-runs';
import type { Storage } from './storage/storage';
import type { WorkerTable } from './worker-table';

/** What every endpoint may use. Made once in the process entry, which owns and disposes the parts. */
export interface TrackerContext {
  readonly storage: Storage;
  readonly authentication: Authentication;
  readonly live: LiveChanges;
  readonly workers: WorkerTable;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Version of the Trackside that started the tracker. */
  readonly version: string;
  /** The default queue may have something to take. */
  readonly queueChanges: Emitter<void>;
  /** What the queues were like. */
  readonly history: QueueHistory;
  /** The run of this task is to be ended. */
  readonly stopRequests: Emitter<string>;
  /** Runs that nothing is taken from any more. */
  readonly revokedRuns: RevokedRuns;
  /** Somebody reads the list of workers. */
  readonly workersAsked: Emitter<void>;
}
