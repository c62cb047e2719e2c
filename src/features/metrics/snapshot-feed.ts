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
  /** `staleReason`: why the value could not be read again, whole sentences; null while it is up to date. */
  | { readonly phase: 'ready'; readonly value: T; readonly staleReason: string | null }
  | { readonly phase: 'failed'; readonly failure: FailureView }
  | { readonly phase: 'unsupported'; readonly reason: string };

export interface SnapshotFeedPorts<T> {
  readonly session: ConnectionSession;
  /** Names what is read, for people who look at what is asked. */
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
  private last: Snapshot<T> | undefined;

  constructor(private readonly ports: SnapshotFeedPorts<T>) {}

  /** While on, it is kept fresh; on again, what is known is told at once, since who looks now may be a page anew. */
  setOn(isOn: boolean): void {
    if (!isOn) {
      this.handle?.dispose();
      this.handle = undefined;
    } else if (this.handle === undefined) {
      if (this.last !== undefined) {
        this.ports.onState(this.last);
      }
      this.handle = this.ports.session.scheduler.add(this.need());
    }
  }

  /** What is known no longer holds: it is not told again, and read anew when this is on the next time. */
  forget(): void {
    this.isRead = false;
    this.last = undefined;
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
    const freshForMs = (): number => (this.last === undefined ? 0 : FRESH_FOR_MS);
    return {
      key,
      owner: this,
      get freshForMs() {
        return freshForMs();
      },
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
    const { session, unsupported } = this.ports;
    if (!this.isRead) {
      this.tell({ phase: 'reading' });
    }
    const value = await this.ports.read(await session.backend(signal), signal);
    this.isRead = value !== undefined;
    this.tell(
      value === undefined
        ? { phase: 'unsupported', reason: unsupported }
        : { phase: 'ready', value, staleReason: null },
    );
  }

  /** What was read stays: a server that is away for a moment takes nothing out of sight. */
  private reportFailure(error: unknown): void {
    if (isCancelled(error)) {
      return;
    }
    const failure = failureView(toTracksideError(error));
    const staleReason = `${failure.message} ${failure.nextStep}`.trim();
    this.tell(this.last?.phase === 'ready' ? { ...this.last, staleReason } : { phase: 'failed', failure });
  }

  private tell(state: Snapshot<T>): void {
    this.last = state;
    this.ports.onState(state);
  }
}
