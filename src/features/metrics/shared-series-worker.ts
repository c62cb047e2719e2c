import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { Platform } from '../../platform/contract';
import { SeriesWorkerClient } from './series-worker-client';

/** Opened again within this time, a panel finds a thread that runs and whose code is compiled. */
const LINGER_MS = 300_000;

/** The series worker that all panels of curves share, from the first of them until a while after the last. */
export class SharedSeriesWorker implements Disposable {
  private client: SeriesWorkerClient | undefined;
  private lingering: Disposable | undefined;
  private readonly users = new Set<object>();

  constructor(
    private readonly platform: Pick<Platform, 'extensionPath' | 'logger'>,
    private readonly clock: Clock,
  ) {}

  /** The worker, which begins to start when it is not there yet; `user` has a panel open until it leaves. */
  use(user: object): SeriesWorkerClient {
    this.users.add(user);
    return this.start();
  }

  /** Starts the worker for panels that may open soon. */
  warmUp(): void {
    this.start();
    this.endLater();
  }

  /** `user` has no panel open any more. */
  leave(user: object): void {
    this.users.delete(user);
    this.endLater();
  }

  dispose(): void {
    this.lingering?.dispose();
    this.lingering = undefined;
    this.client?.dispose();
    this.client = undefined;
  }

  private start(): SeriesWorkerClient {
    this.lingering?.dispose();
    this.lingering = undefined;
    this.client ??= new SeriesWorkerClient(
      `${this.platform.extensionPath}/dist/series-worker.js`,
      this.platform.logger.child('metrics'),
    );
    this.client.warmUp();
    return this.client;
  }

  private endLater(): void {
    if (this.users.size === 0) {
      this.lingering?.dispose();
      this.lingering = this.clock.after(LINGER_MS, () => this.dispose());
    }
  }
}
