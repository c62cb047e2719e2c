// Not `node:http`: the editor routes requests through its proxy settings by replacing the modules `http` and
// `https` for extensions, and it knows them by these names.
import * as http from 'http';
import * as https from 'https';
import type { Readable } from 'node:stream';
import axios, { isAxiosError, type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from 'axios';
import type { Disposable } from '../core/disposable';
import { cancelled, throwIfAborted } from './abort';
import { failureOfNetwork, failureOfSize, failureOfTimeout } from './failures';

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
 * One HTTP exchange through axios, with no opinion on its status. Follows no redirect. Keeps connections to this
 * machine alive in an agent of its own; for every other host the runtime's agents stay in place, because the editor
 * puts its proxy there (`http.proxy*` settings, PAC, system certificates), and axios itself must not look for one.
 */
export class HttpTransport implements Disposable {
  private readonly loopbackAgent = new http.Agent({ keepAlive: true, maxFreeSockets: 4 });
  private readonly client: AxiosInstance = axios.create({
    adapter: 'http',
    proxy: false,
    maxRedirects: 0,
    responseType: 'arraybuffer',
    decompress: true,
    maxBodyLength: Number.POSITIVE_INFINITY,
    validateStatus: () => true,
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
  });

  /** Throws `unreachable`, `tls`, `malformed` (too big) or `cancelled`. */
  async send(request: RawRequest): Promise<RawAnswer> {
    throwIfAborted(request.signal);
    const whole = new AbortController();
    const timer = setTimeout(() => whole.abort(), request.timeouts.wholeMs);
    try {
      return toRawAnswer(await this.exchange(request, AbortSignal.any([request.signal, whole.signal])));
    } catch (error) {
      if (request.signal.aborted) {
        throw cancelled();
      }
      throw classify(error, request, whole.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A GET whose body is read piece by piece, of any size. Throws `unreachable`, `tls` or `cancelled`. */
  async open(request: StreamRequest): Promise<StreamAnswer> {
    throwIfAborted(request.signal);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), request.answerMs);
    try {
      const response = await this.client.request<Readable>({
        ...this.placeOf(request.url, request.connectMs),
        method: 'GET',
        headers: { ...request.headers },
        responseType: 'stream',
        // Sizes and hashes are those of the file as it is kept.
        decompress: false,
        signal: AbortSignal.any([request.signal, late.signal]),
      });
      return { status: response.status, header: headerReader(response), body: response.data };
    } catch (error) {
      if (request.signal.aborted) {
        throw cancelled();
      }
      const timeouts = { connectMs: request.connectMs, wholeMs: request.answerMs };
      throw classify(error, { ...request, timeouts, maxResponseBytes: 0 }, late.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  }

  dispose(): void {
    this.loopbackAgent.destroy();
  }

  private exchange(request: RawRequest, signal: AbortSignal): Promise<AxiosResponse<unknown>> {
    return this.client.request<unknown>({
      ...this.placeOf(request.url, request.timeouts.connectMs),
      method: request.method,
      headers: { ...request.headers },
      data: request.body,
      signal,
      maxContentLength: request.maxResponseBytes,
    });
  }

  private placeOf(url: string, connectMs: number): AxiosRequestConfig {
    const { protocol, hostname } = new URL(url);
    return {
      url,
      transport: boundedTransport(protocol === 'https:', connectMs),
      ...(protocol === 'http:' && isLoopback(hostname) ? { httpAgent: this.loopbackAgent } : {}),
    };
  }
}

/** True for addresses that never leave this machine. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return (
    host === 'localhost' || host === '::1' || host.endsWith('.localhost') || /^127(\.\d{1,3}){3}$/.test(host)
  );
}

function boundedTransport(
  isSecure: boolean,
  connectMs: number,
): {
  request(
    options: https.RequestOptions,
    onAnswer: (answer: http.IncomingMessage) => void,
  ): http.ClientRequest;
} {
  return {
    request: (options, onAnswer) => {
      const request = isSecure ? https.request(options, onAnswer) : http.request(options, onAnswer);
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

function headerReader(response: AxiosResponse<unknown>): RawAnswer['header'] {
  const headers = new Map(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return (name) => {
    const value: unknown = headers.get(name.toLowerCase());
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
