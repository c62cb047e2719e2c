// Not `node:http`: the editor routes requests through its proxy settings by replacing the modules `http` and
// `https` for extensions, and it knows them by these names.
import * as http from 'http';
import * as https from 'https';
import type { Readable } from 'node:stream';
import {
  AxiosHeaders,
  getAdapter,
  isAxiosError,
  type AxiosRequestConfig,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import type { Disposable } from '../core/disposable';
import { throwIfAborted } from './abort';
import { failureOfNetwork, failureOfSize, failureOfTimeout } from './failures';
import { trustOptions, type ServerTrust } from './server-trust';

export interface Timeouts {
  readonly connectMs: number;
  /** From the first byte sent to the last byte received. */
  readonly wholeMs: number;
}

export interface RawRequest {
  readonly call: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly timeouts: Timeouts;
  readonly maxResponseBytes: number;
  /**
   * Nobody sends it again when its connection is cut, so it gets one of its own where connections are ours to choose.
   * Servers close a kept one whenever they like, and what is sent at that moment is lost without a word.
   */
  readonly isSentOnce?: boolean;
}

export interface RawAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly bytes: Uint8Array;
}

/** An answer whose body has not been read; whoever asked reads it to the end or destroys it. */
export interface StreamAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: Readable;
}

export type StreamRequest = Pick<RawRequest, 'call' | 'url' | 'headers' | 'signal'> & {
  readonly connectMs: number;
  /** Until the first byte of the answer. */
  readonly answerMs: number;
};

/**
 * axios' own sending of a request. Its `request()` around it merges defaults, looks for interceptors and converts
 * bodies, none of which is used here, and that costs more than sending.
 */
const sendByAxios: <T>(config: InternalAxiosRequestConfig) => Promise<AxiosResponse<T>> = getAdapter('http');

const COMMON: Omit<InternalAxiosRequestConfig, 'headers'> = {
  proxy: false,
  maxRedirects: 0,
  responseType: 'arraybuffer',
  decompress: true,
  maxBodyLength: Number.POSITIVE_INFINITY,
  validateStatus: () => true,
};

/** As many as a backend has under way at once; one connection less is made anew again and again. */
const MAX_FREE_SOCKETS = 8;
/** What axios sets for each request; another value here makes two system calls of it each time. */
const KEEP_ALIVE_MS = 60_000;
const FIRST_SERVER_FAILURE = 500;

/**
 * One HTTP exchange through axios, with no opinion on its status. Follows no redirect. Keeps connections to this
 * machine alive in an agent of its own; for every other host the runtime's agents stay in place, because the editor
 * puts its proxy there (`http.proxy*` settings, PAC, system certificates), and axios itself must not look for one.
 */
export class HttpTransport implements Disposable {
  private readonly loopbackAgent = new http.Agent({
    keepAlive: true,
    keepAliveMsecs: KEEP_ALIVE_MS,
    maxFreeSockets: MAX_FREE_SOCKETS,
  });
  private readonly loopbackAgentForOne = new http.Agent({ keepAlive: false });

  private readonly trust: ReturnType<typeof trustOptions>;
  private lastPlace: Place | undefined;

  constructor(trust: ServerTrust = {}) {
    this.trust = trustOptions(trust);
  }

  /** Throws `unreachable`, `tls`, `malformed` (too big) or `cancelled`. */
  async send(request: RawRequest): Promise<RawAnswer> {
    throwIfAborted(request.signal);
    const stop = new AbortController();
    const giveUp = (): void => stop.abort();
    const timer = setTimeout(giveUp, request.timeouts.wholeMs);
    // `AbortSignal.any` does the same for several times the price.
    request.signal.addEventListener('abort', giveUp, { once: true });
    try {
      return toRawAnswer(await this.exchange(request, stop.signal));
    } catch (error) {
      throwIfAborted(request.signal);
      throw classify(error, request, stop.signal.aborted);
    } finally {
      clearTimeout(timer);
      request.signal.removeEventListener('abort', giveUp);
    }
  }

  /** A GET whose body is read piece by piece, of any size. Throws `unreachable`, `tls` or `cancelled`. */
  async open(request: StreamRequest): Promise<StreamAnswer> {
    throwIfAborted(request.signal);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), request.answerMs);
    try {
      const response = await sendByAxios<Readable>({
        ...COMMON,
        ...this.placeOf(request.url, request.connectMs),
        method: 'GET',
        headers: new AxiosHeaders({ ...request.headers }),
        responseType: 'stream',
        // Sizes and hashes are those of the file as it is kept.
        decompress: false,
        signal: AbortSignal.any([request.signal, late.signal]),
      });
      return { status: response.status, header: headerReader(response), body: response.data };
    } catch (error) {
      throwIfAborted(request.signal);
      const timeouts = { connectMs: request.connectMs, wholeMs: request.answerMs };
      throw classify(error, { ...request, timeouts, maxResponseBytes: 0 }, late.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  }

  dispose(): void {
    this.loopbackAgent.destroy();
    this.loopbackAgentForOne.destroy();
  }

  private exchange(request: RawRequest, signal: AbortSignal): Promise<AxiosResponse<unknown>> {
    return sendByAxios<unknown>({
      ...COMMON,
      ...this.placeOf(request.url, request.timeouts.connectMs, request.isSentOnce),
      method: request.method,
      headers: new AxiosHeaders({ ...typeOfNothing(request), ...request.headers }),
      data: request.body,
      signal,
      maxContentLength: request.maxResponseBytes,
    });
  }

  private placeOf(url: string, connectMs: number, isSentOnce = false): AxiosRequestConfig {
    const agent = isSentOnce ? this.loopbackAgentForOne : this.loopbackAgent;
    const place = this.placeAt(originPart(url));
    return {
      url,
      transport: boundedTransport(place.isSecure ? this.trust : undefined, connectMs),
      ...(place.isLoopback ? { httpAgent: agent } : {}),
    };
  }

  /** Nearly all requests go to one server. */
  private placeAt(origin: string): Place {
    if (this.lastPlace?.origin !== origin) {
      const { protocol, hostname } = new URL(origin);
      const isSecure = protocol === 'https:';
      this.lastPlace = { origin, isSecure, isLoopback: !isSecure && isLoopback(hostname) };
    }
    return this.lastPlace;
  }
}

/** Servers were seen with what axios says of a body that is not there. */
function typeOfNothing({ method, body }: RawRequest): RawRequest['headers'] {
  return body === undefined && method !== 'GET' && method !== 'DELETE'
    ? { 'content-type': 'application/x-www-form-urlencoded' }
    : {};
}

interface Place {
  readonly origin: string;
  readonly isSecure: boolean;
  /** Plain HTTP on this machine. */
  readonly isLoopback: boolean;
}

/** What stands before the path. */
function originPart(url: string): string {
  const end = url.indexOf('/', url.indexOf('://') + 3);
  return end < 0 ? url : url.slice(0, end);
}

/** True for addresses that never leave this machine. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return (
    host === 'localhost' || host === '::1' || host.endsWith('.localhost') || /^127(\.\d{1,3}){3}$/.test(host)
  );
}

/** `trust` is absent for plain HTTP. It goes with each request, so that it also holds behind the editor's proxy. */
function boundedTransport(
  trust: ReturnType<typeof trustOptions> | undefined,
  connectMs: number,
): {
  request(
    options: https.RequestOptions,
    onAnswer: (answer: http.IncomingMessage) => void,
  ): http.ClientRequest;
} {
  return {
    request: (options, onAnswer) => {
      const isSecure = trust !== undefined;
      const onHead = (answer: http.IncomingMessage): void => {
        // Servers close the connection after a failure of their own, some without saying so.
        request.shouldKeepAlive &&= (answer.statusCode ?? 0) < FIRST_SERVER_FAILURE;
        onAnswer(answer);
      };
      const request = isSecure
        ? https.request({ ...options, ...trust }, onHead)
        : http.request(options, onHead);
      request.once('socket', (socket) => {
        if (!socket.connecting) {
          return;
        }
        const timer = setTimeout(() => {
          request.destroy(Object.assign(new Error('No connection in time.'), { code: 'ETIMEDOUT' }));
        }, connectMs);
        const stop = (): void => clearTimeout(timer);
        socket.once(isSecure ? 'secureConnect' : 'connect', stop);
        request.once('close', stop);
      });
      return request;
    },
  };
}

function toRawAnswer(response: AxiosResponse<unknown>): RawAnswer {
  const { status, data } = response;
  return {
    status,
    header: headerReader(response),
    bytes: data instanceof Uint8Array ? data : new Uint8Array(),
  };
}

function headerReader({ headers }: AxiosResponse<unknown>): RawAnswer['header'] {
  // The runtime gives the names of headers in lower case.
  return (name) => {
    const value: unknown = headers[name.toLowerCase()];
    return typeof value === 'string' ? value : undefined;
  };
}

function classify(
  error: unknown,
  request: Pick<RawRequest, 'url' | 'call' | 'timeouts' | 'maxResponseBytes'>,
  isTimedOut: boolean,
): Error {
  const server = new URL(request.url).origin;
  if (isTimedOut) {
    return failureOfTimeout(server, request.call, request.timeouts.wholeMs);
  }
  if (isAxiosError(error) && error.message.startsWith('maxContentLength')) {
    return failureOfSize(server, request.call, request.maxResponseBytes);
  }
  return failureOfNetwork(server, causeOf(error));
}

/** An axios error holds the whole request with its headers; only what the system said may travel on. */
function causeOf(error: unknown): Error {
  const cause = isAxiosError(error) && error.cause instanceof Error ? error.cause : undefined;
  const code = isAxiosError(error) ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const isCut = /aborted|socket hang up/i.test(message);
  const systemCode = cause !== undefined && 'code' in cause ? cause.code : code;
  return Object.assign(new Error(message), { code: isCut ? 'ECONNRESET' : systemCode });
}
