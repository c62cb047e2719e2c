import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../core/clock';
import { DisposableStore } from '../core/disposable';
import type { Logger } from '../core/logger';
import { newId } from './ids';
import { controlEndpoints } from './lifecycle/control-endpoints';
import { lockDataDir } from './lifecycle/data-dir-lock';
import { removeTrackerFile, writeTrackerFile, type TrackerFile } from './lifecycle/tracker-file';
import type { ProcessOptions } from './process-options';
import { storageTrouble } from './storage/sqlite';
import { Tracker } from './tracker';
import type { LocalWorker } from './worker/contract';
import { startLocalWorker } from './worker/local-worker';
import { LocalWorkerRegistry, LocalWorkerTasks } from './worker-port';

/** Another tracker serves this data folder. */
export class DataDirInUse extends Error {
  override readonly name = 'DataDirInUse';
}

/** Requests that are under way when the process ends get this long to be answered. */
const FAREWELL_MS = 500;

/** One tracker process: the lock, the tracker, the local worker, and how it all ends. */
export class TrackerProcess {
  private readonly owned = new DisposableStore();
  private worker: LocalWorker | undefined;
  private ending: Promise<void> | undefined;

  private constructor(
    private readonly tracker: Tracker,
    private readonly options: ProcessOptions,
    private readonly logger: Logger,
    /** Where it listens and who it is. */
    readonly identity: TrackerFile,
  ) {}

  /**
   * Takes the data folder and listens. Throws {@link DataDirInUse} when another process has it, and an error with a
   * sentence for people when the folder cannot be written.
   */
  static async start(options: ProcessOptions, scriptFolder: string, logger: Logger): Promise<TrackerProcess> {
    const owned = new DisposableStore();
    try {
      owned.add(takeDataDir(options.dataDir));
      const self: { process?: TrackerProcess } = {};
      const identity = { ...newIdentity(options), port: 0, url: '' };
      const tracker = owned.add(
        new Tracker({
          dataDir: options.dataDir,
          credentials: options,
          version: options.version,
          clock: systemClock,
          logger,
          extraEndpoints: controlEndpoints({
            identity: () => self.process?.identity ?? identity,
            accept: (key, hash) => tracker.context.authentication.acceptHash(key, hash),
            shutDown: () => void self.process?.shutDown('A newer Trackside takes over.'),
            clock: systemClock,
          }),
        }),
      );
      const port = await listen(tracker, options.port);
      const started = new TrackerProcess(tracker, options, logger, {
        ...identity,
        port,
        url: `http://127.0.0.1:${port}`,
      });
      started.owned.add(owned);
      started.serve(scriptFolder);
      self.process = started;
      return started;
    } catch (error) {
      owned.dispose();
      throw error;
    }
  }

  /** Ends the process after what is under way; runs go on by themselves. */
  shutDown(reason: string): Promise<void> {
    this.ending ??= this.end(reason);
    return this.ending;
  }

  private serve(scriptFolder: string): void {
    const { context, settings } = this.tracker;
    const { options, identity, logger } = this;
    writeTrackerFile(options.dataDir, identity);
    logger.info(`Listening on ${identity.url}, process ${identity.pid}, data in ${options.dataDir}`);
    if (options.hasWorker) {
      this.worker = startLocalWorker({
        dataDir: options.dataDir,
        nodePath: process.execPath,
        runnerScript: path.join(scriptFolder, 'runner.js'),
        trackerScript: path.join(scriptFolder, 'tracker.js'),
        version: options.version,
        url: identity.url,
        credentials: { accessKey: options.accessKey, secretKey: options.secretKey },
        tasks: new LocalWorkerTasks(context),
        registry: new LocalWorkerRegistry(context, context.clock),
        settings,
        logger: logger.child('worker'),
        clock: context.clock,
      });
    }
    this.watchIdleness();
  }

  private watchIdleness(): void {
    const { idleMs } = this.options;
    if (idleMs === undefined) {
      return;
    }
    const check = (): void => {
      const isIdle = this.tracker.idleMs >= idleMs && (this.worker?.activeRuns ?? 0) === 0;
      if (isIdle) {
        void this.shutDown(`Nobody used the tracker for ${Math.round(idleMs / 1000)} s.`);
      }
    };
    const timer = setInterval(check, Math.min(Math.max(idleMs / 4, 50), 30_000));
    this.owned.add({ dispose: () => clearInterval(timer) });
  }

  private async end(reason: string): Promise<void> {
    this.logger.info(`Ending: ${reason}`);
    this.worker?.dispose();
    await this.tracker.close(FAREWELL_MS);
    removeTrackerFile(this.options.dataDir, this.identity.instanceId);
    this.owned.dispose();
    this.logger.info('Ended.');
  }
}

function newIdentity(options: ProcessOptions): Omit<TrackerFile, 'port' | 'url'> {
  return {
    instanceId: newId(),
    pid: process.pid,
    startedAt: Date.now(),
    version: options.version,
    controlSecret: randomBytes(32).toString('base64url'),
  };
}

function takeDataDir(dataDir: string): { dispose(): void } {
  let lock;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    chmodSync(dataDir, 0o700);
    lock = lockDataDir(dataDir);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const cure =
      storageTrouble(error) === 'full' ? 'Free some disk space.' : 'Check that the folder can be written.';
    throw new Error(`The tracker cannot use the folder ${dataDir}: ${reason}. ${cure}`, { cause: error });
  }
  if (lock === undefined) {
    throw new DataDirInUse(`Another tracker uses the folder ${dataDir}.`);
  }
  return lock;
}

/** The wished port must be free; without a wish it is that of the last time, so that running scripts find it again. */
async function listen(tracker: Tracker, wished: number): Promise<number> {
  const { meta } = tracker.context.storage;
  const last = Number(meta.get('port') ?? 0);
  const port = await (wished !== 0
    ? tracker.listen(wished)
    : tracker.listen(last).catch((error: unknown) => {
        if (last === 0) {
          throw error;
        }
        return tracker.listen(0);
      }));
  meta.set('port', String(port));
  return port;
}
