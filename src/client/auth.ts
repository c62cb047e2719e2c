import type { Clock } from '../core/clock';
import type { Disposable } from '../core/disposable';
import type { EpochMs } from '../core/entities';
import { TracksideError } from '../core/errors';
import { unlessAborted } from './abort';
import { parseHeader } from './header-text';
import type { Redactor } from './redaction';

export type Headers = Readonly<Record<string, string>>;

/** How a connection proves who it is. */
export interface AuthStrategy extends Disposable {
  /** Headers for one request; may sign in first. */
  headers(signal: AbortSignal): Promise<Headers>;
  /**
   * The server answered 401 to these headers. `true`: ask {@link headers} again and try once more; `false`: they
   * are simply wrong.
   */
  refused(headers: Headers): boolean;
}

/** For open servers. */
export function noAuth(): AuthStrategy {
  return fixedAuth(() => Promise.resolve({ headers: {}, secrets: [] }));
}

/** HTTP Basic from a name and a password that are read anew for every request. `encoding`: how the server reads them. */
export function basicAuth(
  read: () => Promise<{ readonly user: string; readonly password: string }>,
  redactor: Redactor,
  encoding: 'utf8' | 'latin1' = 'utf8',
): AuthStrategy {
  return fixedAuth(async () => {
    const { user, password } = await read();
    const pair = `${user}:${password}`;
    const encoded = Buffer.from(pair, encoding).toString('base64');
    return { headers: { authorization: `Basic ${encoded}` }, secrets: [password, pair, encoded] };
  }, redactor);
}

/**
 * A key that somebody issued, in a header of the server's choice: `Authorization: Bearer KEY`, `X-API-Key: KEY`. It is
 * read once for every request; an empty one is none.
 */
export function keyAuth(
  read: () => Promise<string>,
  redactor: Redactor,
  header = 'authorization',
  prefix = 'Bearer ',
): AuthStrategy {
  return fixedAuth(async () => {
    const key = await read();
    return key === ''
      ? { headers: {}, secrets: [] }
      : { headers: { [header]: prefix + key }, secrets: [key] };
  }, redactor);
}

/** A whole header that a person wrote, `Name: value`; an empty text is none. Throws `invalid` where it is no header. */
export function headerAuth(read: () => Promise<string>, redactor: Redactor): AuthStrategy {
  return fixedAuth(async () => {
    const text = (await read()).trim();
    if (text === '') {
      return { headers: {}, secrets: [] };
    }
    const header = parseHeader(text);
    if (header === undefined) {
      throw new TracksideError(
        'invalid',
        'The header for the proxy is none that can be sent.',
        'Sign in again and write it like “Authorization: Basic …”.',
      );
    }
    const { name, value } = header;
    // What follows a word such as `Basic` is a secret by itself.
    return { headers: { [name]: value }, secrets: [value, value.slice(value.indexOf(' ') + 1)] };
  }, redactor);
}

interface Signed {
  readonly headers: Headers;
  readonly secrets: readonly string[];
}

function fixedAuth(sign: () => Promise<Signed>, redactor?: Redactor): AuthStrategy {
  const registered = new Map<string, Disposable>();
  return {
    headers: async () => {
      const { headers, secrets } = await sign();
      for (const secret of secrets) {
        if (redactor !== undefined && !registered.has(secret)) {
          registered.set(secret, redactor.register(secret));
        }
      }
      return headers;
    },
    refused: () => false,
    dispose: () => {
      registered.forEach((registration) => registration.dispose());
      registered.clear();
    },
  };
}

export interface IssuedToken {
  readonly token: string;
  /** Absent: until the server refuses it. */
  readonly expiresAt?: EpochMs;
}

export interface TokenAuthOptions {
  /** Signs in and returns a fresh token; throws TracksideError. The signal ends with the strategy. */
  readonly signIn: (signal: AbortSignal) => Promise<IssuedToken>;
  readonly redactor: Redactor;
  readonly clock: Clock;
  /** A token is renewed this long before it expires, or at nine tenths of its life if that is later. */
  readonly renewBeforeMs: number;
}

interface HeldToken {
  readonly header: string;
  readonly renewAt: EpochMs;
  readonly secret: Disposable;
}

/** A bearer token that is fetched when needed: one sign-in in flight, however many calls wait for it. */
export class TokenAuth implements AuthStrategy {
  private readonly ended = new AbortController();
  private held: HeldToken | undefined;
  private signingIn: Promise<HeldToken> | undefined;

  constructor(private readonly options: TokenAuthOptions) {}

  async headers(signal: AbortSignal): Promise<Headers> {
    const { held } = this;
    if (held !== undefined && this.options.clock.now() < held.renewAt) {
      return { authorization: held.header };
    }
    this.signingIn ??= this.signIn().finally(() => {
      this.signingIn = undefined;
    });
    return { authorization: (await unlessAborted(this.signingIn, signal)).header };
  }

  refused(headers: Headers): boolean {
    if (this.held !== undefined && this.held.header === headers['authorization']) {
      this.forget();
    }
    return true;
  }

  dispose(): void {
    this.ended.abort();
    this.forget();
  }

  private async signIn(): Promise<HeldToken> {
    const { clock, redactor, renewBeforeMs, signIn } = this.options;
    const issuedAt = clock.now();
    const { token, expiresAt = Number.POSITIVE_INFINITY } = await signIn(this.ended.signal);
    this.forget();
    const held: HeldToken = {
      header: `Bearer ${token}`,
      renewAt: Math.max(expiresAt - renewBeforeMs, issuedAt + (expiresAt - issuedAt) * 0.9),
      secret: redactor.register(token),
    };
    this.held = held;
    return held;
  }

  private forget(): void {
    this.held?.secret.dispose();
    this.held = undefined;
  }
}
