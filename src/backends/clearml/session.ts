import * as z from 'zod';
import { basicAuth, TokenAuth, type Headers, type IssuedToken } from '../../client/auth';
import { failureOfShape } from '../../client/failures';
import { Redactor } from '../../client/redaction';
import { RequestRunner, parseBaseUrl, type RequestCost } from '../../client/request-runner';
import type { RetryPolicy } from '../../client/retry';
import type { ServerTrust } from '../../client/server-trust';
import { timesOf } from '../../client/token-times';
import { HttpTransport, type Timeouts } from '../../client/transport';
import { systemClock, type Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Logger } from '../../core/logger';
import type { HostKeys } from '../backend-entry';
import { readClearMlFailure } from './failure-reading';
import { KnownFields } from './known-fields';
import { envelope, loginData } from './schema';
import { apiHintOf } from './web-url';

export interface ClearMlKeys {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Addresses that people gave where ClearML's own rules do not lead to them. */
export interface ClearMlHosts {
  readonly webUrl?: string;
  readonly filesUrl?: string;
}

export interface ClearMlOptions {
  /** Address of the API, such as `https://api.example.com`; a version at its end is ignored. */
  readonly apiUrl: string;
  /** Read for every sign-in, so that the keys need not be kept. */
  readonly credentials: () => Promise<ClearMlKeys>;
  /** Absent: all hosts are where ClearML's own rules say. */
  readonly hosts?: () => Promise<ClearMlHosts>;
  readonly logger: Logger;
  readonly userAgent: string;
  readonly onRequest?: (cost: RequestCost) => void;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly timeouts?: Timeouts;
  readonly retry?: RetryPolicy;
  readonly maxResponseBytes?: number;
  /** Shared with the logger of the window, so that tokens are hidden there too. */
  readonly redactor?: Redactor;
  readonly trust?: ServerTrust;
  readonly hostKeys?: HostKeys;
}

export interface CallOptions {
  readonly isIdempotent: boolean;
  readonly signal: AbortSignal;
  readonly wholeTimeoutMs?: number;
  readonly maxResponseBytes?: number;
}

/** The SDK's own margin; tokens live for days. */
const RENEW_BEFORE_MS = 360_000;
const LIVE_TIMEOUT_MS = 120_000;
const MAX_SERIES_BYTES = 1024 * 1_048_576;

/** Calls of one ClearML server: signs in, unwraps the envelope, checks what is inside. */
export class ClearMlSession implements Disposable {
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly userAgent: string;
  readonly transport: HttpTransport;
  /** Keys of hosts of files that do not take the server's. */
  readonly hostKeys: HostKeys | undefined;
  /** Addresses that people gave; empty where nobody did. */
  readonly hosts: () => Promise<ClearMlHosts>;
  private readonly owned = new DisposableStore();
  private readonly auth: TokenAuth;
  private readonly runner: RequestRunner;
  private readonly fields = new KnownFields();
  private skewMs: number | undefined;

  constructor(options: ClearMlOptions) {
    this.transport = this.owned.add(new HttpTransport(options.trust));
    this.clock = options.clock ?? systemClock;
    this.logger = options.logger;
    this.redactor = options.redactor ?? new Redactor();
    this.userAgent = options.userAgent;
    this.hostKeys = options.hostKeys;
    this.hosts = options.hosts ?? (() => Promise.resolve({}));
    const url = parseBaseUrl(options.apiUrl);
    this.apiUrl = (url.origin + url.pathname).replace(/\/+$/, '').replace(/\/v\d+(\.\d+)?$/, '');
    const { transport } = this;
    const hint = apiHintOf(url);
    const shared = {
      ...options,
      baseUrl: this.apiUrl,
      transport,
      redactor: this.redactor,
      readFailure: readClearMlFailure,
      ...(hint === undefined ? {} : { webPageHint: `The API of this server is probably at ${hint}.` }),
    };
    const readKeys = async (): Promise<{ user: string; password: string }> => {
      const { accessKey, secretKey } = await options.credentials();
      return { user: accessKey, password: secretKey };
    };
    const login = this.owned.add(
      new RequestRunner({ ...shared, auth: basicAuth(readKeys, this.redactor, 'latin1') }),
    );
    this.auth = new TokenAuth({
      signIn: (signal) => this.signIn(login, signal),
      redactor: this.redactor,
      clock: this.clock,
      renewBeforeMs: RENEW_BEFORE_MS,
    });
    this.runner = this.owned.add(new RequestRunner({ ...shared, auth: this.auth }));
  }

  /** `data` of the answer to one call, checked. Throws TracksideError only. */
  async call<T>(name: string, body: object, schema: z.ZodType<T>, options: CallOptions): Promise<T> {
    const { json } = await this.runner.run({ call: name, path: name, body, accept: 'json', ...options });
    return this.unwrap(name, json, schema);
  }

  /** For reading calls, which may be repeated. Fields that the server does not have are left out of `only_fields`. */
  async read<T>(name: string, body: object, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await this.call(name, this.fields.trimmed(name, body), schema, { isIdempotent: true, signal });
      } catch (error) {
        if (!this.fields.learn(name, body, error)) {
          throw error;
        }
        this.logger.debug(
          `The server has not all fields that ${name} was asked for; it is asked without them.`,
        );
      }
    }
  }

  /** The bytes of a call that answers without envelope. */
  async readBytes(name: string, body: object, signal: AbortSignal): Promise<Uint8Array> {
    const { bytes, json } = await this.runner.run({
      call: name,
      path: name,
      body,
      accept: 'bytes',
      isIdempotent: true,
      signal,
      wholeTimeoutMs: LIVE_TIMEOUT_MS,
      maxResponseBytes: MAX_SERIES_BYTES,
    });
    if (json !== undefined) {
      throw failureOfShape(this.runner.server, name, 'JSON where bytes belong');
    }
    return bytes;
  }

  get server(): string {
    return this.runner.server;
  }

  /** How far the server's clock is ahead of this machine's, to about a second; undefined before it is known. */
  get clockSkewMs(): number | undefined {
    return this.skewMs;
  }

  authHeaders(signal: AbortSignal): Promise<Headers> {
    return this.auth.headers(signal);
  }

  /** Makes the token useless; the keys stay good, and so do other tokens. */
  async signOut(signal: AbortSignal): Promise<void> {
    await this.call('auth.logout', {}, z.unknown(), { isIdempotent: false, signal });
  }

  refused(headers: Headers): void {
    this.auth.refused(headers);
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async signIn(login: RequestRunner, signal: AbortSignal): Promise<IssuedToken> {
    const { json } = await login.run({
      call: 'auth.login',
      path: 'auth.login',
      body: {},
      accept: 'json',
      isIdempotent: true,
      signal,
    });
    const { token } = this.unwrap('auth.login', json, loginData);
    const now = this.clock.now();
    const { expiresAt, issuedAt } = timesOf(token, now);
    this.skewMs = issuedAt === undefined ? undefined : issuedAt - now;
    return expiresAt === undefined ? { token } : { token, expiresAt };
  }

  private unwrap<T>(name: string, json: unknown, schema: z.ZodType<T>): T {
    const answer = envelope.safeParse(json);
    if (!answer.success) {
      throw failureOfShape(this.runner.server, name, 'no ClearML envelope');
    }
    const data = schema.safeParse(answer.data.data);
    if (!data.success) {
      const [issue] = data.error.issues;
      const where = issue?.path.map(String).join('.') ?? '';
      throw failureOfShape(
        this.runner.server,
        name,
        `${where === '' ? 'data' : where}: ${issue?.message ?? ''}`,
      );
    }
    return data.data;
  }
}
