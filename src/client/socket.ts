import WebSocket from 'ws';
import type { Clock } from '../core/clock';
import { toDisposable, type Disposable } from '../core/disposable';
import { toTracksideError } from '../core/errors';
import type { Logger } from '../core/logger';
import type { Headers } from './auth';
import type { Redactor } from './redaction';
import { trustOptions, type ServerTrust } from './server-trust';

export interface SocketOptions {
  /** `ws:` or `wss:` address; read anew for every connection. */
  readonly url: () => string;
  readonly headers: (signal: AbortSignal) => Promise<Headers>;
  /** The server answered 401 to these headers. */
  readonly onRefused?: (headers: Headers) => void;
  readonly onMessage: (text: string) => void;
  readonly onState: (isConnected: boolean) => void;
  /** Where not every server has sockets: the first try failed, for this reason, and nothing more is tried. */
  readonly onNeverOpened?: (reason: string) => void;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly random?: () => number;
  readonly userAgent: string;
  readonly trust?: ServerTrust;
  readonly handshakeTimeoutMs?: number;
  /** A ping this often; no pong until the next one means the connection is dead. */
  readonly heartbeatMs?: number;
  readonly firstPauseMs?: number;
  readonly maxPauseMs?: number;
  readonly maxMessageBytes?: number;
}

const DEFAULTS = {
  handshakeTimeoutMs: 10_000,
  heartbeatMs: 60_000,
  firstPauseMs: 250,
  maxPauseMs: 30_000,
  maxMessageBytes: 1_048_576,
};

/**
 * A WebSocket that stays connected until disposed: jittered exponential back-off between tries, ping and pong to
 * notice a dead peer. Text messages only; what was sent while away is lost, so a reconnected caller reads again.
 */
export class ReconnectingSocket implements Disposable {
  private readonly ended = new AbortController();
  private readonly bounds: typeof DEFAULTS;
  private socket: WebSocket | undefined;
  private timer: Disposable = toDisposable(() => undefined);
  private failures = 0;
  private isConnected = false;
  private wasOpen = false;

  constructor(private readonly options: SocketOptions) {
    this.bounds = { ...DEFAULTS, ...definedOf(options) };
    void this.connect();
  }

  dispose(): void {
    this.ended.abort();
    this.timer.dispose();
    this.socket?.terminate();
    this.socket = undefined;
    this.setConnected(false);
  }

  private async connect(): Promise<void> {
    try {
      const headers = await this.options.headers(this.ended.signal);
      if (!this.ended.signal.aborted) {
        this.open(headers);
      }
    } catch (error) {
      this.retry(toTracksideError(error).message);
    }
  }

  private open(headers: Headers): void {
    const socket = new WebSocket(this.options.url(), {
      headers: { 'user-agent': this.options.userAgent, ...headers },
      handshakeTimeout: this.bounds.handshakeTimeoutMs,
      maxPayload: this.bounds.maxMessageBytes,
      followRedirects: false,
      ...trustOptions(this.options.trust ?? {}),
    });
    this.socket = socket;
    let reason = 'the connection was closed';
    socket.on('open', () => this.onOpen(socket));
    socket.on('message', (data, isBinary) => {
      if (!isBinary && !this.ended.signal.aborted) {
        this.options.onMessage(textOf(data));
      }
    });
    socket.on('error', (error) => {
      reason = error.message;
      if (/server response: 401$/.test(error.message)) {
        this.options.onRefused?.(headers);
      }
    });
    socket.on('close', () => {
      if (this.socket === socket) {
        this.socket = undefined;
        this.retry(reason);
      }
    });
  }

  private onOpen(socket: WebSocket): void {
    this.failures = 0;
    this.wasOpen = true;
    this.setConnected(true);
    let isAlive = true;
    socket.on('pong', () => {
      isAlive = true;
    });
    const beat = (): void => {
      if (!isAlive) {
        socket.terminate();
        return;
      }
      isAlive = false;
      socket.ping();
      this.timer = this.options.clock.after(this.bounds.heartbeatMs, beat);
    };
    this.timer = this.options.clock.after(this.bounds.heartbeatMs, beat);
  }

  private retry(reason: string): void {
    this.timer.dispose();
    this.setConnected(false);
    if (this.ended.signal.aborted) {
      return;
    }
    if (this.options.onNeverOpened !== undefined && !this.wasOpen) {
      this.options.onNeverOpened(reason);
      return;
    }
    const { firstPauseMs, maxPauseMs } = this.bounds;
    const capMs = Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(this.failures, 16));
    this.failures += 1;
    const pauseMs = Math.round(capMs * (0.5 + (this.options.random ?? Math.random)() / 2));
    this.options.logger.debug(
      this.options.redactor.redact(`Live updates: ${reason}. Connecting again in ${pauseMs} ms.`),
    );
    this.timer = this.options.clock.after(pauseMs, () => void this.connect());
  }

  private setConnected(isConnected: boolean): void {
    if (this.isConnected !== isConnected) {
      this.isConnected = isConnected;
      this.options.onState(isConnected);
    }
  }
}

function textOf(data: WebSocket.RawData): string {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);
  return bytes.toString('utf8');
}

function definedOf(options: SocketOptions): Partial<typeof DEFAULTS> {
  const { handshakeTimeoutMs, heartbeatMs, firstPauseMs, maxPauseMs, maxMessageBytes } = options;
  return Object.fromEntries(
    Object.entries({ handshakeTimeoutMs, heartbeatMs, firstPauseMs, maxPauseMs, maxMessageBytes }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}
