import type { Backend } from '../../backends/contract';
import { toDisposable, type Disposable } from '../../core/disposable';
import { isCancelled, toTracksideError } from '../../core/errors';
import type { Clock } from '../../core/clock';
import type { Logger } from '../../core/logger';

export interface LocalTrackerDeps {
  /** Finds the running tracker or starts one; resolves when it answers. */
  ensure(signal: AbortSignal): Promise<{ readonly url: string }>;
  /** A backend that speaks to it; makes no request. */
  connect(url: string): Promise<Backend>;
  /** Called after each start with the address. */
  started(url: string, signal: AbortSignal): Promise<void>;
  /** The tracker came back at another address: what was opened is of no use any more. */
  moved(): void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** More restarts than this within the period mean that something else is wrong; the next need then tries again. */
const MAX_RESTARTS = 4;
const RESTART_PERIOD_MS = 60_000;

/** The embedded tracker as the Local connection uses it: started on first use, started again when it dies. */
export class LocalTracker implements Disposable {
  private readonly ended = new AbortController();
  private url: string | undefined;
  private restarts: readonly number[] = [];
  private restarting: Promise<void> | undefined;

  constructor(private readonly deps: LocalTrackerDeps) {}

  async open(signal: AbortSignal): Promise<Backend> {
    const either = AbortSignal.any([signal, this.ended.signal]);
    const { url } = await this.deps.ensure(either);
    this.url = url;
    await this.tellSettings(url, either);
    const backend = await this.deps.connect(url);
    return watchLive(backend, () => this.onLost());
  }

  /** Address of the running tracker, as far as this window knows. */
  get address(): string | undefined {
    return this.url;
  }

  /** Tells a running tracker what settings changed; does nothing before the first use. */
  async refreshSettings(): Promise<void> {
    if (this.url !== undefined) {
      await this.tellSettings(this.url, this.ended.signal);
    }
  }

  dispose(): void {
    this.ended.abort();
  }

  private async tellSettings(url: string, signal: AbortSignal): Promise<void> {
    await this.deps.started(url, signal).catch((error: unknown) => {
      const { message } = toTracksideError(error);
      this.deps.logger.warn(`The local worker did not take its settings: ${message}`);
    });
  }

  private onLost(): void {
    if (this.ended.signal.aborted || this.restarting !== undefined) {
      return;
    }
    const now = this.deps.clock.now();
    this.restarts = [...this.restarts.filter((at) => now - at < RESTART_PERIOD_MS), now];
    if (this.restarts.length > MAX_RESTARTS) {
      this.deps.logger.warn('The tracker keeps ending; it is started again when it is needed.');
      return;
    }
    this.deps.logger.info('The tracker is gone; looking for it or starting it again.');
    this.restarting = this.restart().finally(() => {
      this.restarting = undefined;
    });
  }

  private async restart(): Promise<void> {
    try {
      const { url } = await this.deps.ensure(this.ended.signal);
      const hasMoved = url !== this.url;
      this.url = url;
      if (hasMoved) {
        this.deps.moved();
      } else {
        await this.tellSettings(url, this.ended.signal);
      }
    } catch (error) {
      if (!isCancelled(error)) {
        this.deps.logger.error('The tracker could not be started again.', error);
      }
    }
  }
}

/** The same backend; `lost` is called when pushes end although the subscriber still wants them. */
function watchLive(backend: Backend, lost: () => void): Backend {
  return new Proxy(backend, {
    get: (target, name): unknown =>
      name === 'live' ? watchedLive(target, lost) : Reflect.get(target, name, target),
  });
}

function watchedLive(backend: Backend, lost: () => void): Backend['live'] {
  const { live } = backend;
  if (live === undefined) {
    return undefined;
  }
  return {
    subscribe: (onChange, onState) => {
      let isWanted = true;
      let wasConnected = false;
      const subscription = live.subscribe(onChange, (isConnected) => {
        onState(isConnected);
        if (wasConnected && !isConnected && isWanted) {
          lost();
        }
        wasConnected = isConnected;
      });
      return toDisposable(() => {
        isWanted = false;
        subscription.dispose();
      });
    },
  };
}
