import type { Backend, LiveChange } from '../../backends/contract';
import type { Disposable } from '../../core/disposable';
import { isCancelled, toTracksideError } from '../../core/errors';
import type { ConnectionSession, NeedHandle, ScheduledNeed } from '../../store/contract';
import { failureView, type FailureView } from '../panels/failure-schema';

/** How often a live run is asked for while nothing pushes. */
const POLL_INTERVAL_MS = 15_000;
const FRESH_FOR_MS = 2_000;

export type Snapshot<T> =
  | { readonly phase: 'reading' }
  | { readonly phase: 'ready'; readonly value: T }
  | { readonly phase: 'failed'; readonly failure: FailureView }
  | { readonly phase: 'unsupported'; readonly reason: string };

export interface SnapshotFeedPorts<T> {
  readonly session: ConnectionSession;
  /** Names what is read, for one reading at a time however many panels show it. */
  readonly key: string;
  readonly isLive: () => boolean;
  readonly isChangedBy: (change: LiveChange) => boolean;
  /** Undefined where the server keeps nothing of the kind. */
  read(backend: Backend, signal: AbortSignal): Promise<T | undefined>;
  /** Said where the server keeps nothing of the kind. */
  readonly unsupported: string;
  readonly onState: (state: Snapshot<T>) => void;
}

/** Keeps one thing that is always read whole up to date while somebody looks at it. */
export class SnapshotFeed<T> implements Disposable {
  private handle: NeedHandle | undefined;
  private isRead = false;

  constructor(private readonly ports: SnapshotFeedPorts<T>) {}

  setOn(isOn: boolean): void {
    if (!isOn) {
      this.handle?.dispose();
      this.handle = undefined;
    } else {
      this.handle ??= this.ports.session.scheduler.add(this.need());
    }
  }

  /** Asks now; failures show in the panel. */
  async poke(): Promise<void> {
    await this.handle?.poke().catch(() => undefined);
  }

  dispose(): void {
    this.setOn(false);
  }

  private need(): ScheduledNeed {
    const { key, isLive, isChangedBy } = this.ports;
    return {
      key,
      freshForMs: FRESH_FOR_MS,
      intervalMs: () => (isLive() ? POLL_INTERVAL_MS : undefined),
      matches: isChangedBy,
      run: async (signal) => {
        try {
          await this.read(signal);
        } catch (error) {
          this.reportFailure(error);
          throw error;
        }
      },
    };
  }

  private async read(signal: AbortSignal): Promise<void> {
    const { session, unsupported, onState } = this.ports;
    if (!this.isRead) {
      onState({ phase: 'reading' });
    }
    const value = await this.ports.read(await session.backend(signal), signal);
    this.isRead = value !== undefined;
    onState(value === undefined ? { phase: 'unsupported', reason: unsupported } : { phase: 'ready', value });
  }

  private reportFailure(error: unknown): void {
    if (!isCancelled(error)) {
      this.ports.onState({ phase: 'failed', failure: failureView(toTracksideError(error)) });
    }
  }
}
