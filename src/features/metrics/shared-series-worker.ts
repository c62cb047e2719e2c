import type { Disposable } from '../../core/disposable';
import type { Platform } from '../../platform/contract';
import { SeriesWorkerClient } from './series-worker-client';

/** The series worker that all panels of one kind share, from the first of them to the last. */
export class SharedSeriesWorker implements Disposable {
  private client: SeriesWorkerClient | undefined;

  constructor(private readonly platform: Platform) {}

  /** The worker, which begins to start when it is not there yet. */
  use(): SeriesWorkerClient {
    this.client ??= new SeriesWorkerClient(
      `${this.platform.extensionPath}/dist/series-worker.js`,
      this.platform.logger.child('metrics'),
    );
    this.client.warmUp();
    return this.client;
  }

  /** Ends the worker when no panel is open any more. */
  panelClosed(open: number): void {
    if (open === 0) {
      this.dispose();
    }
  }

  dispose(): void {
    this.client?.dispose();
    this.client = undefined;
  }
}
