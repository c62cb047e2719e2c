import type { Disposable } from '../../core/disposable';
import { isCancelled, toTracksideError } from '../../core/errors';
import type { ConnectionSession, NeedHandle, ScheduledNeed } from '../../store/contract';
import { detailsView } from './details-view';
import type { DetailsState } from './panel-contract';

/** How often the details of a live run are asked for while nothing pushes. */
const POLL_INTERVAL_MS = 15_000;
const FRESH_FOR_MS = 2_000;

export interface DetailsFeedPorts {
  readonly session: ConnectionSession;
  readonly taskId: string;
  isLive(): boolean;
  onState(state: DetailsState): void;
}

/** Keeps what a task is made of up to date while somebody looks at it. */
export class DetailsFeed implements Disposable {
  private handle: NeedHandle | undefined;
  private isRead = false;

  constructor(private readonly ports: DetailsFeedPorts) {}

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
    const { taskId } = this.ports;
    return {
      key: `details:${taskId}`,
      freshForMs: FRESH_FOR_MS,
      intervalMs: () => (this.ports.isLive() ? POLL_INTERVAL_MS : undefined),
      matches: (change) => change.kind === 'task' && change.ids.includes(taskId),
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
    if (!this.isRead) {
      this.ports.onState({ phase: 'reading' });
    }
    const { details } = await this.ports.session.backend(signal);
    if (details === undefined) {
      const reason = `${this.ports.session.info.label} keeps no details of its tasks.`;
      this.ports.onState({ phase: 'unsupported', reason });
      return;
    }
    const read = await details.read(this.ports.taskId, signal);
    this.isRead = true;
    this.ports.onState({ phase: 'ready', details: detailsView(read) });
  }

  private reportFailure(error: unknown): void {
    if (!isCancelled(error)) {
      const { message, nextStep } = toTracksideError(error);
      this.ports.onState({ phase: 'failed', failure: { message, nextStep } });
    }
  }
}
