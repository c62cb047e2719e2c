import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { Platform } from '../../platform/contract';
import { SeriesWorkerClient } from './series-worker-client';

/** Opened again within this time, a panel finds a thread that runs and whose code is compiled. */
const LINGER_MS = 300_000;

/** The series worker that all panels of one kind share, from the first of them until a while after the last. */
export class SharedSeriesWorker implements Disposable {
  private client: SeriesWorkerClient | undefined;
  private lingering: Disposable | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly clock: Clock,
  ) {}

  /** The worker, which begins to start when it is not there yet. */
  use(): SeriesWorkerClient {
    this.lingering?.dispose();
    this.lingering = undefined;
    this.client ??= new SeriesWorkerClient(
      `${this.platform.extensionPath}/dist/series-worker.js`,
      this.platform.logger.child('metrics'),
    );
    this.client.warmUp();
    return this.client;
  }

  /** Ends the worker when no panel has been open for a while. */
  panelClosed(open: number): void {
    if (open === 0) {
      this.lingering?.dispose();
      this.lingering = this.clock.after(LINGER_MS, () => this.dispose());
    }
  }

  dispose(): void {
    this.lingering?.dispose();
    this.lingering = undefined;
    this.client?.dispose();
    this.client = undefined;
  }
}
