import type * as z from 'zod';
import { noAuth, TokenAuth } from '../../client/auth';
import { failureOfShape } from '../../client/failures';
import { Redactor } from '../../client/redaction';
import { RequestRunner, type CallRequest } from '../../client/request-runner';
import type { RetryPolicy } from '../../client/retry';
import type { ServerTrust } from '../../client/server-trust';
import { HttpTransport, type Timeouts } from '../../client/transport';
import { systemClock, type Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { isTracksideError } from '../../core/errors';
import type { Logger } from '../../core/logger';
import type { BackendOptions } from '../backend-entry';
import { apiBase } from './api-base';
import { readKaizenFailure } from './failure-reading';
import { API, readShape, type ServerShape } from './server-shape';
import { KaizenSignIn } from './sign-in';
import { objectOf, rowsOf } from './wire';

export interface KaizenOptions extends BackendOptions {
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly timeouts?: Timeouts;
  readonly retry?: RetryPolicy;
}

export type Query = Readonly<Record<string, string | number>>;
/** How a list is cut: by `limit` and `offset`, by `page` and `page_size`, or not at all. */
export type Paging = 'offset' | 'page' | 'whole';

/** A list that is read whole. */
export interface ListCall<T> {
  readonly path: string;
  readonly query?: Query;
  readonly schema: z.ZodType<T>;
  readonly paging: Paging;
  /** Rows asked for at once. */
  readonly pageRows?: number;
}

const PAGE_ROWS = 100;
/** Guards against a server that always has one more page. */
const MOST_PAGES = 200;
const RENEW_BEFORE_MS = 60_000;
/** While the server runs a pipeline for us it may answer nothing else. */
const PATIENT_TIMEOUT_MS = 600_000;

/** Calls of one Kaizen Studio through one account. */
export class KaizenSession implements Disposable {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly userAgent: string;
  readonly trust: ServerTrust | undefined;
  private readonly owned = new DisposableStore();
  private readonly open: RequestRunner;
  private readonly runner: RequestRunner;
  private readonly signIn: KaizenSignIn;
  private knownShape: Promise<ServerShape> | undefined;
  private runsUnderWay = 0;

  constructor(options: KaizenOptions) {
    const { clock = systemClock, redactor = new Redactor() } = options;
    this.clock = clock;
    this.redactor = redactor;
    this.logger = options.logger;
    this.userAgent = options.userAgent;
    this.trust = options.trust;
    const transport = this.owned.add(new HttpTransport(options.trust));
    const shared = {
      ...options,
      baseUrl: apiBase(options.url),
      clock,
      redactor,
      transport,
      readFailure: readKaizenFailure,
      webPageHint: 'Use the address of the API, often on port 8000, not that of its web page.',
    };
    this.open = this.owned.add(new RequestRunner({ ...shared, auth: noAuth() }));
    this.signIn = this.owned.add(
      new KaizenSignIn({
        runner: this.open,
        redactor,
        clock,
        credentials: options.credentials,
        shape: (signal) => this.shape(signal),
      }),
    );
    const auth = new TokenAuth({
      signIn: (signal) => this.signIn.issue(signal),
      redactor,
      clock,
      renewBeforeMs: RENEW_BEFORE_MS,
    });
    this.runner = this.owned.add(new RequestRunner({ ...shared, auth }));
  }

  /** What the server says of itself; asked once. */
  shape(signal: AbortSignal): Promise<ServerShape> {
    this.knownShape ??= readShape(this.open, signal).catch((error: unknown) => {
      this.knownShape = undefined;
      throw error;
    });
    return this.knownShape;
  }

  /** One object, out of its envelope. */
  async read<T>(path: string, query: Query, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const answer = objectOf(await this.get(path, query, signal));
    return this.checked(`GET /${path}`, answer, schema);
  }

  /** Only whether it is answered. */
  async peek(path: string, signal: AbortSignal): Promise<void> {
    await this.get(path, {}, signal);
  }

  /** One page of a list. Rows that are not what they should be are left out. */
  async rows<T>(path: string, query: Query, schema: z.ZodType<T>, signal: AbortSignal): Promise<T[]> {
    return (await this.page(path, query, schema, signal)).rows;
  }

  /**
   * All rows, each id once. Totals are not believed, since the server counts the page; a page with fewer rows than
   * asked for, or with none that are new, is the last one.
   */
  async all<T extends { readonly id: string | undefined }>(
    { path, query = {}, schema, paging, pageRows = PAGE_ROWS }: ListCall<T>,
    signal: AbortSignal,
  ): Promise<T[]> {
    const found = new Map<string, T>();
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const place = placeOf(paging, page, pageRows);
      const { rows, count } = await this.page(path, { ...query, ...place }, schema, signal);
      const before = found.size;
      rows.forEach((row, index) => found.set(row.id ?? `${page} ${index}`, row));
      if (paging === 'whole' || count < pageRows || found.size === before) {
        break;
      }
    }
    return [...found.values()];
  }

  /** Sent once, whatever happens. Undefined where the answer has no content. */
  async send(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<unknown> {
    return this.run({ method, path, signal, isIdempotent: false, ...(body === undefined ? {} : { body }) });
  }

  /** A call that is answered when the server has run something to its end. */
  async sendPatiently(path: string, body: object, signal: AbortSignal): Promise<unknown> {
    this.runsUnderWay += 1;
    try {
      return await this.send('POST', path, body, signal);
    } finally {
      this.runsUnderWay -= 1;
    }
  }

  checked<T>(call: string, json: unknown, schema: z.ZodType<T>): T {
    const answer = schema.safeParse(json);
    if (!answer.success) {
      const [issue] = answer.error.issues;
      const where = issue?.path.map(String).join('.') ?? '';
      const what = `${where === '' ? 'the answer' : where}: ${issue?.message ?? ''}`;
      throw failureOfShape(this.runner.server, call, what);
    }
    return answer.data;
  }

  /** The access token as it is now; may sign in. */
  async token(signal: AbortSignal): Promise<string> {
    return ((await this.runner.authHeaders(signal))['authorization'] ?? '').replace(/^Bearer /, '');
  }

  /**
   * Makes both tokens useless. The released server wants a body, and a refresh token that is not in it stays valid; the
   * document's takes none, and lets one pass.
   */
  async signOut(signal: AbortSignal): Promise<void> {
    // Where the access token has expired this renews it, which also brings another refresh token.
    await this.token(signal);
    const refreshToken = this.signIn.giveUpRefreshToken();
    const body = refreshToken === undefined ? {} : { refresh_token: refreshToken };
    await this.send('POST', 'auth/logout', body, signal);
  }

  /** Beside the API: sockets have no prefix. */
  socketUrl(path: string): string {
    return this.runner.urlOf(path).replace(/^http/, 'ws');
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async page<T>(
    path: string,
    query: Query,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<{ readonly rows: T[]; readonly count: number }> {
    const given = rowsOf(await this.get(path, query, signal));
    if (given === undefined) {
      throw failureOfShape(this.runner.server, `GET /${path}`, 'no list');
    }
    const rows = given.flatMap((row) => {
      const parsed = schema.safeParse(row);
      return parsed.success ? [parsed.data] : [];
    });
    if (rows.length < given.length) {
      this.logger.debug(`GET /${path}: ${given.length - rows.length} rows are not understood and left out.`);
    }
    return { rows, count: given.length };
  }

  private get(path: string, query: Query, signal: AbortSignal): Promise<unknown> {
    return this.run({ method: 'GET', path, query, signal, isIdempotent: true });
  }

  private async run({
    path,
    query = {},
    ...request
  }: Pick<CallRequest, 'path' | 'signal' | 'isIdempotent' | 'body'> & {
    readonly method: NonNullable<CallRequest['method']>;
    readonly query?: Query;
  }): Promise<unknown> {
    const pairs = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
    const { json } = await this.runner.run({
      ...request,
      call: `${request.method} /${path}`,
      path: `${API}/${path}${pairs.size === 0 ? '' : `?${pairs.toString()}`}`,
      accept: 'json',
      ...(this.runsUnderWay > 0 ? { wholeTimeoutMs: PATIENT_TIMEOUT_MS } : {}),
    });
    return json;
  }
}

function placeOf(paging: Paging, page: number, rows: number): Query {
  switch (paging) {
    case 'offset':
      return { limit: rows, offset: page * rows };
    case 'page':
      return { page: page + 1, page_size: rows };
    case 'whole':
      return {};
  }
}

/** True for answers that never came: what was asked for may have happened all the same. */
export function isUnanswered(error: unknown): boolean {
  return (
    isTracksideError(error) &&
    (error.kind === 'unreachable' ||
      error.kind === 'malformed' ||
      [502, 503, 504].includes(error.detail.status ?? 0))
  );
}
