import type { Clock } from '../../core/clock';
import { DisposableStore } from '../../core/disposable';
import type { Worker } from '../../core/entities';
import { isCancelled, toTracksideError, TracksideError } from '../../core/errors';
import type { Logger } from '../../core/logger';
import type { LoadHistory } from '../../core/worker-load';
import type { ConnectionSession, NeedHandle, ScheduledNeed } from '../../store/contract';
import { fileNameOf } from '../metrics/save-chunks';
import { failureView } from '../panels/failure-schema';
import { takeMessage } from '../panels/page-message';
import type { PanelLife } from '../panels/panel-life';
import { momentText } from '../trees/relative-time';
import {
  loadPageMessage,
  type LoadHostMessage,
  type LoadPageMessage,
  type LoadRef,
  type LoadSpanName,
} from './load-contract';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How far back, and in steps of how long: a few hundred of them, never shorter than servers take. */
const SPANS: Readonly<Record<LoadSpanName, { readonly lengthMs: number; readonly stepMs: number }>> = {
  '30min': { lengthMs: 30 * MINUTE_MS, stepMs: MINUTE_MS },
  '3h': { lengthMs: 3 * HOUR_MS, stepMs: MINUTE_MS },
  '24h': { lengthMs: 24 * HOUR_MS, stepMs: 5 * MINUTE_MS },
  '7d': { lengthMs: 7 * 24 * HOUR_MS, stepMs: 30 * MINUTE_MS },
};
const FIRST_SPAN: LoadSpanName = '3h';
/** Workers report every 10 to 30 s. */
const LEAST_INTERVAL_MS = 30_000;

export interface LoadSessionPorts {
  readonly ref: LoadRef;
  readonly session: ConnectionSession;
  readonly clock: Clock;
  readonly logger: Logger;
  post(message: LoadHostMessage): void;
  setTitle(title: string): void;
  openTask(taskId: string): void;
  /** Tells the person itself when it fails. */
  savePicture(fileName: string, bytes: Uint8Array): Promise<void>;
}

/** The life of one panel of a worker's load, without the editor: it asks only while it is visible. */
export class LoadSession implements PanelLife {
  private readonly owned = new DisposableStore();
  private held: DisposableStore | undefined;
  private reading: NeedHandle | undefined;
  private span = FIRST_SPAN;
  private history: { readonly span: LoadSpanName; readonly load: LoadHistory } | undefined;
  private failure: TracksideError | undefined;
  private isPageReady = false;

  constructor(private readonly ports: LoadSessionPorts) {
    this.owned.add(
      ports.session.store.onDidChange(({ kind }) => {
        if (kind === 'workers') {
          this.postWorker();
        }
      }),
    );
  }

  setVisible(isVisible: boolean): void {
    if (isVisible && this.held === undefined) {
      this.held = new DisposableStore();
      this.held.add(this.ports.session.store.need({ kind: 'workers' }));
      this.readAnew();
    } else if (!isVisible) {
      this.isPageReady = false;
      this.reading?.dispose();
      this.reading = undefined;
      this.held?.dispose();
      this.held = undefined;
    }
  }

  /** Takes what the page sent; anything that is not in the contract is logged and dropped. */
  receive(message: unknown): void {
    const { logger } = this.ports;
    takeMessage(message, { schema: loadPageMessage, sender: "A panel of a worker's load", logger }, (taken) =>
      this.handle(taken),
    );
  }

  dispose(): void {
    this.setVisible(false);
    this.owned.dispose();
  }

  private handle(message: LoadPageMessage): void {
    switch (message.type) {
      case 'ready':
        this.isPageReady = true;
        this.show(message.span ?? this.span);
        this.post({ type: 'open', ref: this.ports.ref, span: this.span });
        this.postWorker();
        this.postHistory();
        return;
      case 'span':
        this.show(message.span);
        return;
      case 'openTask':
        this.ports.openTask(message.taskId);
        return;
      case 'savePicture':
        void this.ports.savePicture(fileNameOf(message.name, message.format), message.bytes);
        return;
      case 'retry':
        this.reading?.poke().catch(() => undefined); // the need itself shows the failure
        return;
    }
  }

  private show(span: LoadSpanName): void {
    if (span !== this.span) {
      this.span = span;
      this.history = undefined;
      this.failure = undefined;
      this.readAnew();
    }
  }

  private readAnew(): void {
    this.reading?.dispose();
    this.reading = this.held && this.ports.session.scheduler.add(this.need(this.span));
  }

  private need(span: LoadSpanName): ScheduledNeed {
    const intervalMs = Math.max(LEAST_INTERVAL_MS, SPANS[span].stepMs / 2);
    return {
      key: `load:${span}:${this.ports.ref.workerId}`,
      freshForMs: 0,
      intervalMs: () => intervalMs,
      matches: () => false,
      run: async (signal) => {
        try {
          const load = await this.read(span, signal);
          this.take(span, load);
        } catch (error) {
          this.fail(span, error);
          throw error;
        }
      },
    };
  }

  private async read(span: LoadSpanName, signal: AbortSignal): Promise<LoadHistory> {
    const { ref, session, clock } = this.ports;
    const { workers } = await session.backend(signal);
    if (workers?.history === undefined) {
      const message = `${session.info.label} does not keep what its workers were like.`;
      throw new TracksideError('invalid', message, 'Close this panel.');
    }
    const { lengthMs, stepMs } = SPANS[span];
    // Up to the end of the step that goes on now, for servers that tell it.
    const to = Math.ceil(clock.now() / stepMs) * stepMs;
    return workers.history(ref.workerId, { from: to - lengthMs, to, stepMs }, signal);
  }

  private take(span: LoadSpanName, load: LoadHistory): void {
    if (span === this.span) {
      this.history = { span, load };
      this.failure = undefined;
      this.postHistory();
    }
  }

  private fail(span: LoadSpanName, error: unknown): void {
    if (span === this.span && !isCancelled(error)) {
      this.failure = toTracksideError(error);
      this.postHistory();
    }
  }

  private postHistory(): void {
    if (this.history !== undefined) {
      const { span, load } = this.history;
      const curves = load.curves.map(({ figure, means, peaks }) => ({
        figure,
        means: [...means],
        peaks: [...peaks],
      }));
      this.post({ type: 'load', load: { span, from: load.from, stepMs: load.stepMs, curves } });
    }
    if (this.failure !== undefined) {
      this.post({ type: 'failed', ...failureView(this.failure) });
    }
  }

  private postWorker(): void {
    const { ref, session } = this.ports;
    const listing = session.store.workers();
    const worker = listing.items.find(({ id }) => id === ref.workerId);
    const name = worker?.isLocal === true ? 'Local worker' : (worker?.name ?? ref.workerId);
    this.ports.setTitle(`Load of ${name}`);
    const gone = listing.isLoaded ? ['Not in the list of workers now'] : [];
    const stale = listing.error === undefined ? [] : [`Not up to date: ${listing.error.message}`];
    this.post({
      type: 'worker',
      worker: {
        name,
        facts: [...stale, ...(worker ? factsOf(worker) : gone)],
        load: { ...worker?.load },
        ...(worker?.task && { taskId: worker.task.id }),
      },
    });
  }

  private post(message: LoadHostMessage): void {
    if (this.isPageReady) {
      this.ports.post(message);
    }
  }
}

function factsOf({ task, isRunUnknown, queueNames, lastSeenAt }: Worker): string[] {
  const idle = isRunUnknown === true ? [] : ['Idle'];
  return [
    ...(task ? [`Runs ${task.name}`] : idle),
    ...(queueNames.length === 0 ? [] : [`Takes from ${queueNames.join(', ')}`]),
    ...(lastSeenAt === undefined ? [] : [`Seen ${momentText(lastSeenAt)}`]),
  ];
}
