import * as z from 'zod';
import { keyAuth, type AuthStrategy } from '../../client/auth';
import { failureOfShape } from '../../client/failures';
import { Redactor } from '../../client/redaction';
import { parseBaseUrl, RequestRunner, type CallRequest, type RequestCost } from '../../client/request-runner';
import type { RetryPolicy } from '../../client/retry';
import type { ServerTrust } from '../../client/server-trust';
import { HttpTransport, type Timeouts } from '../../client/transport';
import { systemClock, type Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { toTracksideError } from '../../core/errors';
import type { Logger } from '../../core/logger';
import { readWhatsNextFailure, withKeyWords } from './failure-reading';

export interface WhatsNextOptions {
  readonly url: string;
  /** Empty for a server that is open to everybody. Read for every request. */
  readonly apiKey: () => Promise<string>;
  readonly logger: Logger;
  readonly userAgent: string;
  readonly onRequest?: (cost: RequestCost) => void;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly timeouts?: Timeouts;
  readonly retry?: RetryPolicy;
  readonly redactor?: Redactor;
  readonly trust?: ServerTrust;
}

export type Query = Readonly<Record<string, string | number | boolean>>;

/** The most rows that one page may have; more is refused. */
export const MAX_PAGE = 1_000;
/** Marking the head of a long chain as failed takes the server tens of seconds. */
const CHANGE_TIMEOUT_MS = 120_000;
const NO_BODY = 204;

/**
 * Calls of one WhatsNext server. Paths of collections end in `/`: without it the server redirects to an address that
 * it makes up from the Host header, which is never followed.
 */
export class WhatsNextSession implements Disposable {
  readonly clock: Clock;
  readonly logger: Logger;
  private readonly owned = new DisposableStore();
  private readonly runner: RequestRunner;
  private hasKey = false;

  constructor(options: WhatsNextOptions) {
    this.clock = options.clock ?? systemClock;
    this.logger = options.logger;
    const redactor = options.redactor ?? new Redactor();
    const url = parseBaseUrl(options.url);
    this.runner = this.owned.add(
      new RequestRunner({
        ...options,
        baseUrl: (url.origin + url.pathname).replace(/\/+$/, ''),
        auth: optionalKey(options.apiKey, redactor, (hasKey) => (this.hasKey = hasKey)),
        redactor,
        transport: this.owned.add(new HttpTransport(options.trust)),
        readFailure: readWhatsNextFailure,
      }),
    );
  }

  async get<T>(path: string, query: Query, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const json = await this.send({ path: withQuery(path, query), method: 'GET', signal }, path, true);
    return this.checked(`GET /${path}`, json, schema);
  }

  /** All rows of a list, each id once. The server orders nothing, so a row may stand on two pages or on none. */
  async all<T extends { readonly id: string | number }>(
    path: string,
    query: Query,
    row: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T[]> {
    const first = await this.pages(path, query, row, signal);
    if (!first.isUnsure) {
      return [...first.found.values()];
    }
    const second = await this.pages(path, query, row, signal);
    return [...new Map([...first.found, ...second.found]).values()];
  }

  /** Sends a change once, whatever happens. */
  async change(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<unknown> {
    const request = { path, method, signal, wholeTimeoutMs: CHANGE_TIMEOUT_MS };
    return this.send(body === undefined ? request : { ...request, body }, path, false);
  }

  checked<T>(call: string, json: unknown, schema: z.ZodType<T>): T {
    const parsed = schema.safeParse(json);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const where = issue?.path.map(String).join('.') ?? '';
      throw failureOfShape(
        this.runner.server,
        call,
        `${where === '' ? 'the answer' : where}: ${issue?.message ?? ''}`,
      );
    }
    return parsed.data;
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async pages<T extends { readonly id: string | number }>(
    path: string,
    query: Query,
    row: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<{ found: Map<T['id'], T>; isUnsure: boolean }> {
    const found = new Map<T['id'], T>();
    let isUnsure = false;
    for (let skip = 0; ; skip += MAX_PAGE) {
      const page = await this.get(path, { ...query, limit: MAX_PAGE, skip }, z.array(z.unknown()), signal);
      for (const item of page) {
        const parsed = row.safeParse(item);
        if (parsed.success) {
          isUnsure ||= found.has(parsed.data.id);
          found.set(parsed.data.id, parsed.data);
        }
      }
      if (page.length < MAX_PAGE) {
        return { found, isUnsure };
      }
    }
  }

  private async send(
    request: Omit<CallRequest, 'call' | 'accept' | 'isIdempotent'>,
    path: string,
    isIdempotent: boolean,
  ): Promise<unknown> {
    const call = `${request.method ?? 'GET'} /${path}`;
    try {
      const answer = await this.runner.run({ ...request, call, accept: 'bytes', isIdempotent });
      return answer.status === NO_BODY ? undefined : (answer.json ?? this.refuseText(call));
    } catch (thrown) {
      throw withKeyWords(toTracksideError(thrown), this.hasKey);
    }
  }

  private refuseText(call: string): never {
    throw failureOfShape(this.runner.server, call, 'text where JSON belongs');
  }
}

function withQuery(path: string, query: Query): string {
  const pairs = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
  return pairs.size === 0 ? path : `${path}?${pairs.toString()}`;
}

/** `X-API-Key` when there is a key, nothing otherwise. */
function optionalKey(
  read: () => Promise<string>,
  redactor: Redactor,
  tell: (hasKey: boolean) => void,
): AuthStrategy {
  return keyAuth(
    async () => {
      const key = (await read()).trim();
      tell(key !== '');
      return key;
    },
    redactor,
    'x-api-key',
    '',
  );
}
