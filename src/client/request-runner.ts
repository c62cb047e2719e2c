import { systemClock, type Clock } from '../core/clock';
import type { Disposable } from '../core/disposable';
import { isCancelled, TracksideError, toTracksideError } from '../core/errors';
import type { Logger } from '../core/logger';
import { waitFor } from './abort';
import type { AuthStrategy, Headers } from './auth';
import {
  failureOfJson,
  failureOfRedirect,
  failureOfStatus,
  failureOfWebPage,
  type FailureReading,
} from './failures';
import type { Redactor } from './redaction';
import { defaultRetryPolicy, pauseBefore, retryAfterMs, type RetryPolicy } from './retry';
import type { HttpTransport, RawAnswer, RawRequest, Timeouts } from './transport';

/** One call of a server, in the server's terms. */
export interface CallRequest {
  /** For logs and sentences, such as `tasks.get_all_ex`. */
  readonly call: string;
  /** Below the base address, no leading slash. */
  readonly path: string;
  readonly method?: RawRequest['method'];
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as a form instead of `body`. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Headers;
  /** What a good answer holds. */
  readonly accept: 'json' | 'bytes';
  /** May be repeated without a second effect. Anything else is sent once, except after a 401. */
  readonly isIdempotent: boolean;
  readonly signal: AbortSignal;
  readonly wholeTimeoutMs?: number;
  readonly maxResponseBytes?: number;
}

/** A good answer. `json` is set when that was accepted. */
export interface CallAnswer {
  readonly status: number;
  readonly bytes: Uint8Array;
  readonly json?: unknown;
}

/** What one HTTP request cost; for budgets and diagnostics. */
export interface RequestCost {
  readonly call: string;
  readonly durationMs: number;
  /** Absent when no answer came. */
  readonly status?: number;
  readonly responseBytes: number;
}

export interface RequestRunnerOptions {
  /** Where the API is; a path is kept, user and password in it are refused. */
  readonly baseUrl: string;
  readonly auth: AuthStrategy;
  readonly redactor: Redactor;
  readonly logger: Logger;
  readonly userAgent: string;
  readonly transport: HttpTransport;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly timeouts?: Timeouts;
  readonly retry?: RetryPolicy;
  readonly maxResponseBytes?: number;
  /** Next step shown when a web page answers, such as where the API usually is. */
  readonly webPageHint?: string;
  /** Reads the server's own words out of an error answer. */
  readonly readFailure?: (status: number, json: unknown) => FailureReading | undefined;
  readonly onRequest?: (cost: RequestCost) => void;
}

const NO_CONTENT = 204;
export const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 10_000, wholeMs: 30_000 };
export const DEFAULT_MAX_RESPONSE_BYTES = 64 * 1_048_576;
/** Making one costs more than decoding a small answer. */
const UTF_8 = new TextDecoder();

/**
 * Sends calls to one server through one account: signs, times, bounds, repeats what may be repeated, checks what
 * came back, and throws {@link TracksideError} only, with every secret taken out.
 */
export class RequestRunner implements Disposable {
  private readonly clock: Clock;
  private readonly origin: string;
  private readonly base: string;

  constructor(private readonly options: RequestRunnerOptions) {
    const url = parseBaseUrl(options.baseUrl);
    this.clock = options.clock ?? systemClock;
    this.origin = url.origin;
    this.base = (url.origin + url.pathname).replace(/\/+$/, '');
  }

  /** Origin of the server, for sentences. */
  get server(): string {
    return this.origin;
  }

  /** The server's address with its path, without a slash at the end. */
  get address(): string {
    return this.base;
  }

  /** Signed headers, for connections that are not requests. */
  authHeaders(signal: AbortSignal): Promise<Headers> {
    return this.options.auth.headers(signal);
  }

  urlOf(path: string): string {
    return `${this.base}/${path}`;
  }

  async run(request: CallRequest): Promise<CallAnswer> {
    const { retry = defaultRetryPolicy, random = Math.random, logger } = this.options;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.runOnce(request);
      } catch (thrown) {
        const error = this.redacted(toTracksideError(thrown));
        const pauseMs = request.isIdempotent ? pauseBefore(tries, error, retry, random()) : undefined;
        if (pauseMs === undefined) {
          throw error;
        }
        logger.debug(`${request.call}: ${error.message} Trying again in ${pauseMs} ms.`);
        await waitFor(this.clock, pauseMs, request.signal);
      }
    }
  }

  dispose(): void {
    this.options.auth.dispose();
  }

  private async runOnce(request: CallRequest): Promise<CallAnswer> {
    const { auth } = this.options;
    const headers = await auth.headers(request.signal);
    const answer = await this.exchange(request, headers);
    if (answer.status !== 401 || !auth.refused(headers)) {
      return this.check(request, answer);
    }
    return this.check(request, await this.exchange(request, await auth.headers(request.signal)));
  }

  private async exchange(request: CallRequest, authHeaders: Headers): Promise<RawAnswer> {
    const { timeouts = DEFAULT_TIMEOUTS, transport } = this.options;
    const startedAt = this.clock.now();
    let answer: RawAnswer | undefined;
    try {
      answer = await transport.send({
        call: request.call,
        method: request.method ?? 'POST',
        url: this.urlOf(request.path),
        headers: { ...this.headersOf(request), ...authHeaders },
        signal: request.signal,
        timeouts: { connectMs: timeouts.connectMs, wholeMs: request.wholeTimeoutMs ?? timeouts.wholeMs },
        maxResponseBytes:
          request.maxResponseBytes ?? this.options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
        isSentOnce: !request.isIdempotent,
        ...bodyOf(request),
      });
      return answer;
    } finally {
      this.account(request.call, this.clock.now() - startedAt, answer);
    }
  }

  private headersOf(request: CallRequest): Headers {
    return {
      accept: request.accept === 'json' ? 'application/json' : 'application/octet-stream, application/json',
      'user-agent': this.options.userAgent,
      ...contentTypeOf(request),
      ...request.headers,
    };
  }

  private account(call: string, durationMs: number, answer: RawAnswer | undefined): void {
    const responseBytes = answer?.bytes.byteLength ?? 0;
    const status = answer === undefined ? {} : { status: answer.status };
    this.options.onRequest?.({ call, durationMs, responseBytes, ...status });
    this.options.logger.trace(
      `${call} → ${answer?.status ?? 'no answer'}, ${responseBytes} bytes, ${durationMs} ms`,
    );
  }

  private check(request: CallRequest, answer: RawAnswer): CallAnswer {
    const { status, bytes } = answer;
    const contentType = answer.header('content-type')?.toLowerCase() ?? '';
    const isPage = contentType.includes('text/html') || contentType.includes('application/xhtml');
    if (status >= 300) {
      throw this.refusal(request, answer, isPage);
    }
    if (isPage) {
      throw failureOfWebPage(this.origin, this.options.webPageHint);
    }
    if (status === NO_CONTENT) {
      // Some servers name a type for the content that is not there.
      return { status, bytes };
    }
    const isJson = contentType.includes('json');
    if (request.accept === 'bytes' && !isJson) {
      return { status, bytes };
    }
    return { status, bytes, json: this.parse(request, bytes) };
  }

  private parse(request: CallRequest, bytes: Uint8Array): unknown {
    const text = UTF_8.decode(bytes);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw /^\s*</.test(text)
        ? failureOfWebPage(this.origin, this.options.webPageHint)
        : failureOfJson(
            this.origin,
            request.call,
            error instanceof Error ? new Error(error.name) : undefined,
          );
    }
  }

  private refusal(request: CallRequest, answer: RawAnswer, isPage: boolean): TracksideError {
    const { status } = answer;
    const location = answer.header('location');
    if (status < 400 && location !== undefined) {
      return failureOfRedirect(this.origin, originOf(location, this.base));
    }
    const pause = retryAfterMs(answer.header('retry-after'), this.clock.now());
    const reading = isPage ? undefined : this.readFailure(status, answer.bytes);
    if (isPage && status === 404) {
      return failureOfWebPage(this.origin, this.options.webPageHint);
    }
    return failureOfStatus({
      server: this.origin,
      call: request.call,
      status,
      ...(pause === undefined ? {} : { retryAfterMs: pause }),
      ...(reading === undefined ? {} : { reading }),
    });
  }

  private readFailure(status: number, bytes: Uint8Array): FailureReading | undefined {
    try {
      const json: unknown = JSON.parse(UTF_8.decode(bytes));
      return this.options.readFailure?.(status, json);
    } catch {
      return undefined;
    }
  }

  private redacted(error: TracksideError): TracksideError {
    if (isCancelled(error)) {
      return error;
    }
    const { redactor } = this.options;
    return new TracksideError(error.kind, redactor.redact(error.message), redactor.redact(error.nextStep), {
      ...error.detail,
      ...(error.detail.cause === undefined ? {} : { cause: redactedCause(error.detail.cause, redactor) }),
    });
  }
}

function bodyOf({ body, form }: CallRequest): { readonly body?: string } {
  if (form !== undefined) {
    return { body: new URLSearchParams(form).toString() };
  }
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

function contentTypeOf({ body, form }: CallRequest): Headers {
  if (form !== undefined) {
    return { 'content-type': 'application/x-www-form-urlencoded' };
  }
  return body === undefined ? {} : { 'content-type': 'application/json' };
}

function redactedCause(cause: unknown, redactor: Redactor): Error {
  const error = new Error(redactor.redact(cause instanceof Error ? cause.message : String(cause)));
  delete error.stack;
  return cause instanceof Error && 'code' in cause ? Object.assign(error, { code: cause.code }) : error;
}

function originOf(location: string, base: string): string | undefined {
  try {
    return new URL(location, base).origin;
  } catch {
    return undefined;
  }
}

/** Checks an address that a person typed. Throws `invalid` with what to change. */
export function parseBaseUrl(text: string): URL {
  const wrong = (message: string, nextStep: string): TracksideError =>
    new TracksideError('invalid', message, nextStep);
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw wrong('The address of the server is not a URL.', 'Write it like https://api.example.com.');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw wrong(
      'The address of the server must begin with https:// or http://.',
      'Write it like https://api.example.com.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong(
      'The address of the server must not hold a user or password.',
      'Give credentials in their own fields.',
    );
  }
  return url;
}
