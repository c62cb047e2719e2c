import { once } from 'node:events';
import type { Server } from 'node:http';
import os from 'node:os';
import type { Clock } from '../core/clock';
import { DisposableStore, toDisposable, type Disposable } from '../core/disposable';
import { Emitter } from '../core/emitter';
import type { Logger } from '../core/logger';
import { eventEndpoints } from './api/event-endpoints';
import { historyEndpoints } from './api/history-endpoints';
import { modelEndpoints } from './api/model-endpoints';
import { projectEndpoints } from './api/project-endpoints';
import { queueEndpoints } from './api/queue-endpoints';
import { sessionEndpoints } from './api/session-endpoints';
import { taskCommandEndpoints } from './api/task-command-endpoints';
import { taskPartEndpoints } from './api/task-part-endpoints';
import { tableEndpoints } from './api/table-endpoints';
import { taskReadEndpoints } from './api/task-read-endpoints';
import { taskWriteEndpoints } from './api/task-write-endpoints';
import { tracksideEndpoints } from './api/trackside-endpoints';
import { workerEndpoints } from './api/worker-endpoints';
import { CommitGroup } from './events/commit-group';
import { Authentication, type KeyPair } from './http/authentication';
import type { Endpoint } from './http/call';
import { FileHost } from './http/file-host';
import { LiveSockets } from './http/live-sockets';
import { createTrackerServer } from './http/tracker-server';
import { LiveChanges } from './live-changes';
import { QueueHistory } from './queue-history';
import { RevokedRuns } from './revoked-runs';
import { Compactor } from './storage/compactor';
import { Storage } from './storage/storage';
import { ensureDefaultQueue } from './tasks/default-queue';
import type { TrackerContext } from './tracker-context';
import { StoredWorkerSettings } from './worker-settings';
import { WorkerTable } from './worker-table';

export interface TrackerOptions {
  /** An existing folder that only this user can read. */
  readonly dataDir: string;
  /** Accepted from now on, beside those of earlier starts. */
  readonly credentials: KeyPair;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** More calls, such as those of the process around it. */
  readonly extraEndpoints?: readonly Endpoint[];
}

/** The tracker without its process: storage, API and HTTP. Disposing closes everything. */
export class Tracker implements Disposable {
  private readonly owned = new DisposableStore();
  readonly context: TrackerContext;
  readonly settings: StoredWorkerSettings;
  private readonly server: Server;
  private readonly sockets: LiveSockets;
  private lastRequestAt: number;

  /** Opens the database; throws with a sentence when it cannot be written. */
  constructor(private readonly options: TrackerOptions) {
    const { clock, logger, dataDir, version } = options;
    const storage = this.owned.add(Storage.open(dataDir, clock.now()));
    storage.notices.forEach((notice) => logger.warn(notice));
    const authentication = new Authentication(storage.meta, userName(), () => clock.now());
    authentication.accept(options.credentials);
    const live = this.owned.add(new LiveChanges(clock));
    const queueChanges = this.owned.add(new Emitter<void>(reportTo(logger)));
    this.context = {
      storage,
      authentication,
      live,
      workers: new WorkerTable(),
      clock,
      logger,
      version,
      queueChanges,
      history: this.owned.add(new QueueHistory(storage.queues, clock, queueChanges.event)),
      stopRequests: this.owned.add(new Emitter<string>(reportTo(logger))),
      revokedRuns: new RevokedRuns(),
      workersAsked: this.owned.add(new Emitter<void>(reportTo(logger))),
    };
    this.settings = this.owned.add(new StoredWorkerSettings(storage.meta));
    storage.transaction(() => ensureDefaultQueue(storage, clock.now()));
    this.lastRequestAt = clock.now();
    const commits = this.owned.add(new CommitGroup(storage));
    this.owned.add(new Compactor(storage, clock, logger, live));
    this.server = createTrackerServer({
      endpoints: byName(this.endpoints(commits)),
      authentication,
      revokedRuns: this.context.revokedRuns,
      fileHost: new FileHost({
        files: storage.files,
        authentication,
        logger,
        nowMs: () => clock.now(),
        onRequest: () => this.noteRequest(),
      }),
      logger,
      onRequest: () => this.noteRequest(),
    });
    this.sockets = new LiveSockets(this.server, authentication, live);
    this.owned.add(this.sockets);
    this.owned.add(
      toDisposable(() => {
        this.server.close();
        this.server.closeAllConnections();
      }),
    );
  }

  /** Listens on 127.0.0.1 and returns the port. Rejects when the port is taken. */
  async listen(port: number): Promise<number> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Takes no more requests and answers those under way, for at most `patienceMs`. Dispose afterwards. */
  async close(patienceMs: number): Promise<void> {
    const closed = once(this.server, 'close');
    this.sockets.dispose();
    this.server.close();
    this.server.closeIdleConnections();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([closed, patience]);
    clearTimeout(timer);
    this.server.closeAllConnections();
  }

  /** Milliseconds since somebody used the tracker; 0 while a client listens for changes. */
  get idleMs(): number {
    return this.sockets.count > 0 ? 0 : this.options.clock.now() - this.lastRequestAt;
  }

  dispose(): void {
    this.owned.dispose();
  }

  private noteRequest(): void {
    this.lastRequestAt = this.options.clock.now();
  }

  private endpoints(commits: CommitGroup): Endpoint[] {
    const { context } = this;
    return [
      ...sessionEndpoints(context),
      ...projectEndpoints(context),
      ...taskReadEndpoints(context),
      ...tableEndpoints(context),
      ...taskWriteEndpoints(context),
      ...taskPartEndpoints(context),
      ...taskCommandEndpoints(context),
      ...modelEndpoints(context),
      ...queueEndpoints(context),
      ...workerEndpoints(context),
      ...historyEndpoints(context),
      ...eventEndpoints(context, commits),
      ...tracksideEndpoints(context, this.settings),
      ...(this.options.extraEndpoints ?? []),
    ];
  }
}

function byName(endpoints: readonly Endpoint[]): ReadonlyMap<string, Endpoint> {
  return new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]));
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // No such user in the system's list, as in some containers.
    return 'local user';
  }
}

function reportTo(logger: Logger): (error: unknown) => void {
  return (error) => logger.error('A listener failed', error);
}
