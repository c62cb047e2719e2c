import type { Backend, ServerDescription } from '../backends/contract';
import { steadyClock, type Clock } from '../core/clock';
import { DisposableStore } from '../core/disposable';
import { Emitter, type Event } from '../core/emitter';
import type { EpochMs } from '../core/entities';
import { isCancelled, toTracksideError, TracksideError } from '../core/errors';
import type { Logger } from '../core/logger';
import type { Attention } from './attention';
import { backOffMs } from './back-off';
import type { ConnectionInfo, ConnectionSession, ConnectionState } from './contract';
import { createEntityStore, type OwnedEntityStore } from './entity-store';
import { createRefreshScheduler, type ConnectionScheduler } from './refresh-scheduler';

/** Longest wait between tries to open, as long as something is needed. */
const LONGEST_REOPEN_MS = 30_000;
/** A backend that fails sooner than this after it was opened is not opened again because of it. */
const SHORTEST_OPEN_MS = 5_000;
/** How long a server that is left may take to end what signing in began. */
const SIGN_OUT_MS = 3_000;
/** For asking again what a server can do. */
const DESCRIBE_MS = 15_000;
/** Between two looks at who answers, while reading fails. */
const LOOK_AGAIN_MS = 5 * 60_000;

export interface ConnectionSessionOptions {
  readonly info: ConnectionInfo;
  /** Opens the backend: starts what must be started and signs in. Throws TracksideError. */
  readonly open: (signal: AbortSignal) => Promise<Backend>;
  /**
   * The failure of a server, or a better word for it: that the address is another server's by now. Asked when opening
   * fails, and rarely when reading does. Never throws.
   */
  readonly explain?: (failure: TracksideError, signal: AbortSignal) => Promise<TracksideError>;
  /** Requests a minute that reading by time may cost. */
  readonly budgetPerMinute: () => number;
  readonly attention: Attention;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A session as its owner sees it. */
export interface OwnedConnectionSession extends ConnectionSession {
  readonly onDidChangeState: Event<ConnectionState>;
  /** Drops the open backend, for example because the server moved; the next need opens again. */
  close(): void;
  /** Disposes, and the server is told where it keeps sign-ins: beside the way, so nobody waits, and it may fail. */
  leave(): void;
}

export function createConnectionSession(options: ConnectionSessionOptions): OwnedConnectionSession {
  return new Session(options);
}

class Session implements OwnedConnectionSession {
  readonly info: ConnectionInfo;
  readonly scheduler: ConnectionScheduler;
  readonly store: OwnedEntityStore;
  private readonly owned = new DisposableStore();
  private readonly states: Emitter<ConnectionState>;
  private current: ConnectionState = { kind: 'idle' };
  /** `uses`: what ends as soon as the backend is not to be used any more; `owned` holds the backend as well. */
  private opened:
    | { readonly backend: Backend; readonly owned: DisposableStore; readonly uses: DisposableStore }
    | undefined;
  private opening: { readonly promise: Promise<Backend>; readonly abort: AbortController } | undefined;
  private readonly clock: Clock;
  private failures = 0;
  private retryAt: EpochMs = 0;
  private openedAt: EpochMs = 0;
  private lookAgainAt: EpochMs = 0;
  private isDisposed = false;

  constructor(private readonly options: ConnectionSessionOptions) {
    const { info, attention, clock, logger, budgetPerMinute } = options;
    this.info = info;
    this.clock = steadyClock(clock);
    this.states = this.owned.add(
      new Emitter<ConnectionState>((error) => logger.error('A listener of a connection failed.', error)),
    );
    this.scheduler = this.owned.add(
      createRefreshScheduler({
        clock,
        attention,
        budgetPerMinute,
        logger,
        onFailure: (error) => this.onReadFailed(error),
      }),
    );
    this.store = this.owned.add(
      createEntityStore({
        scheduler: this.scheduler,
        clock,
        logger,
        backend: (signal) => this.backendForRead(signal),
        onAsked: () => {
          this.retryAt = 0;
        },
      }),
    );
  }

  get state(): ConnectionState {
    return this.current;
  }

  get onDidChangeState(): Event<ConnectionState> {
    return this.states.event;
  }

  get openBackend(): Backend | undefined {
    return this.opened?.backend;
  }

  backend(signal: AbortSignal): Promise<Backend> {
    if (this.isDisposed || signal.aborted) {
      return Promise.reject(cancelled());
    }
    if (this.opened) {
      return Promise.resolve(this.opened.backend);
    }
    this.opening ??= this.begin();
    return untilAborted(this.opening.promise, signal);
  }

  close(): void {
    const { opened, opening } = this;
    this.opened = undefined;
    this.opening = undefined;
    opening?.abort.abort();
    opened?.owned.dispose();
    if (opened) {
      this.become({ kind: 'idle' });
    }
  }

  leave(): void {
    const { opened } = this;
    const signOut = opened?.backend.signOut;
    if (opened && signOut) {
      this.opened = undefined;
      opened.uses.dispose();
      void this.signOut(signOut).finally(() => opened.owned.dispose());
    }
    this.dispose();
  }

  dispose(): void {
    this.isDisposed = true;
    this.close();
    this.owned.dispose();
  }

  /** For reads: after a failed opening the next ones share its failure until it is time to try again. */
  private backendForRead(signal: AbortSignal): Promise<Backend> {
    if (this.current.kind === 'failed' && this.clock.now() < this.retryAt && !this.opening) {
      return Promise.reject(this.current.error);
    }
    return this.backend(signal);
  }

  private begin(): { readonly promise: Promise<Backend>; readonly abort: AbortController } {
    const abort = new AbortController();
    const promise = this.open(abort.signal);
    // Whoever waits hears of it; nobody may be waiting any more.
    promise.catch(() => undefined);
    this.become({ kind: 'opening' });
    return { promise, abort };
  }

  private async open(signal: AbortSignal): Promise<Backend> {
    // Deferred, so that `opening` is set before anything can end it.
    await Promise.resolve();
    try {
      const backend = await this.options.open(signal);
      const description = await this.describe(backend, signal);
      if (signal.aborted) {
        backend.dispose();
        throw cancelled();
      }
      this.accept(backend, description);
      return backend;
    } catch (thrown) {
      const error = await this.explained(toTracksideError(thrown), signal);
      if (!signal.aborted) {
        this.refuse(error);
      }
      throw error;
    }
  }

  private explained(failure: TracksideError, signal: AbortSignal): Promise<TracksideError> {
    return this.options.explain?.(failure, signal) ?? Promise.resolve(failure);
  }

  private async describe(backend: Backend, signal: AbortSignal): Promise<ServerDescription> {
    try {
      return await backend.describe(signal);
    } catch (error) {
      backend.dispose();
      throw error;
    }
  }

  private accept(backend: Backend, description: ServerDescription): void {
    const owned = new DisposableStore();
    owned.add(backend);
    const uses = owned.add(new DisposableStore());
    this.opened = { backend, owned, uses };
    this.opening = undefined;
    this.failures = 0;
    this.openedAt = this.clock.now();
    this.options.logger.info(`${this.info.label} is open: ${description.product}`);
    this.tell(description);
    const learning = backend.onDidLearn?.(() => void this.describeAgain(backend));
    if (learning) {
      uses.add(learning);
    }
    if (backend.live) {
      uses.add({ dispose: () => this.scheduler.setPushConnected(false) });
      uses.add(
        backend.live.subscribe(
          (change) => this.scheduler.notify(change),
          (isConnected) => this.scheduler.setPushConnected(isConnected),
        ),
      );
    }
    this.scheduler.retryFailing();
  }

  private tell({ product, user, abilities }: ServerDescription): void {
    const limits = abilities.filter(({ isAvailable, reason }) => !isAvailable || reason !== undefined);
    this.become({
      kind: 'open',
      product,
      ...(user === undefined ? {} : { user }),
      ...(limits.length === 0 ? {} : { limits, foundAt: this.options.clock.now() }),
    });
  }

  /** Never throws: what was known of the server stays. */
  private async describeAgain(backend: Backend): Promise<void> {
    try {
      const description = await backend.describe(AbortSignal.timeout(DESCRIBE_MS));
      if (this.opened?.backend === backend) {
        this.tell(description);
      }
    } catch (thrown) {
      const { message } = toTracksideError(thrown);
      this.options.logger.debug(`${this.info.label} was not described again: ${message}`);
    }
  }

  private refuse(error: TracksideError): void {
    this.opening = undefined;
    if (isCancelled(error)) {
      this.become({ kind: 'idle' });
      return;
    }
    this.failures += 1;
    const delayMs = Math.min(backOffMs(this.failures, 0, error.detail.retryAfterMs), LONGEST_REOPEN_MS);
    this.retryAt = this.clock.now() + delayMs;
    this.options.logger.warn(`${this.info.label} could not be opened: ${error.message}`);
    this.become({ kind: 'failed', error });
  }

  /** Never throws. */
  private async signOut(ask: NonNullable<Backend['signOut']>): Promise<void> {
    try {
      await ask(AbortSignal.timeout(SIGN_OUT_MS));
    } catch (thrown) {
      const { message } = toTracksideError(thrown);
      this.options.logger.debug(`${this.info.label} was not told of signing out: ${message}`);
    }
  }

  /** The embedded tracker may have ended or come back elsewhere: the next need finds or starts it. */
  private onReadFailed(error: TracksideError): void {
    const isLost = error.kind === 'unreachable' || error.kind === 'unauthorized';
    const isLongOpen = this.clock.now() - this.openedAt >= SHORTEST_OPEN_MS;
    if (this.info.isLocal && this.opened && isLost && isLongOpen) {
      this.options.logger.info(`${this.info.label} cannot be reached; opening it again when it is needed.`);
      this.close();
    } else if (this.opened && this.clock.now() >= this.lookAgainAt) {
      this.lookAgainAt = this.clock.now() + LOOK_AGAIN_MS;
      void this.lookAgain(error, this.opened);
    }
  }

  /** Closes what is open when its address is another server's by now; every view then says so. */
  private async lookAgain(failure: TracksideError, seen: NonNullable<Session['opened']>): Promise<void> {
    const abort = new AbortController();
    seen.uses.add({ dispose: () => abort.abort() });
    const error = await this.explained(failure, abort.signal);
    if (error !== failure && this.opened === seen) {
      this.close();
      this.refuse(error);
      this.scheduler.retryFailing();
    }
  }

  private become(state: ConnectionState): void {
    this.current = state;
    this.states.fire(state);
  }
}

/** The result, or `cancelled` as soon as this caller gives up; the work itself goes on for the others. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(cancelled());
    signal.addEventListener('abort', giveUp, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

function cancelled(): TracksideError {
  return new TracksideError('cancelled', 'Cancelled.', '');
}
