import * as z from 'zod';
import type { IssuedToken } from '../../client/auth';
import { failureOfShape } from '../../client/failures';
import type { Redactor } from '../../client/redaction';
import type { RequestRunner } from '../../client/request-runner';
import { timesOf } from '../../client/token-times';
import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { isTracksideError, TracksideError } from '../../core/errors';
import { API, type ServerShape } from './server-shape';
import { tokensAnswer, type WireTokens } from './wire';

/** Where neither the answer nor the token says when it ends. */
const TOKEN_LIFE_MS = 900_000;

export interface SignInPorts {
  /** Sends no credentials of its own. */
  readonly runner: RequestRunner;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly credentials: () => Promise<Readonly<Record<string, string>>>;
  readonly shape: (signal: AbortSignal) => Promise<ServerShape>;
}

/**
 * Gets access tokens. A refresh token works once: it is given up before it is used, and its successor kept. Tokens stay
 * in this process, so that windows of one account, which sign in one by one, never use up each other's, and a window
 * that signs out ends its own session only.
 */
export class KaizenSignIn implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly hidden = new Set<string>();
  private refreshToken: string | undefined;
  private loginBody: ServerShape['loginBody'];

  constructor(private readonly ports: SignInPorts) {}

  /** For {@link TokenAuth}, which keeps one call in flight. */
  async issue(signal: AbortSignal): Promise<IssuedToken> {
    const renewed = await this.renew(signal);
    return this.keep(renewed ?? (await this.signIn(signal)));
  }

  /** For signing out, which makes it useless. Undefined where the server gave none. */
  giveUpRefreshToken(): string | undefined {
    const { refreshToken } = this;
    this.refreshToken = undefined;
    return refreshToken;
  }

  dispose(): void {
    this.refreshToken = undefined;
    this.owned.dispose();
  }

  private async renew(signal: AbortSignal): Promise<WireTokens | undefined> {
    const { refreshToken } = this;
    if (refreshToken === undefined) {
      return undefined;
    }
    this.refreshToken = undefined;
    try {
      return await this.post('auth/refresh', { body: { refresh_token: refreshToken } }, signal);
    } catch (error) {
      if (isTracksideError(error) && error.detail.status !== undefined && error.detail.status < 500) {
        return undefined;
      }
      // Nobody knows whether the server has used it up; if it has, the next try is refused and signs in.
      this.refreshToken = refreshToken;
      throw error;
    }
  }

  private async signIn(signal: AbortSignal): Promise<WireTokens> {
    const credentials = await this.ports.credentials();
    const { email = '', password = '', organization = '' } = credentials;
    this.hide(password);
    try {
      return await this.login(email, password, signal);
    } catch (error) {
      const isRefused = isTracksideError(error) && error.kind === 'unauthorized';
      if (!isRefused || organization === '') {
        throw error;
      }
      return this.register(credentials, signal);
    }
  }

  /** In the form that the server describes, else in both: the server's first. */
  private async login(email: string, password: string, signal: AbortSignal): Promise<WireTokens> {
    const asJson = { body: { email, password } };
    const asForm = { form: { username: email, password } };
    this.loginBody ??= (await this.ports.shape(signal)).loginBody;
    if (this.loginBody !== undefined) {
      return this.post('auth/login', this.loginBody === 'json' ? asJson : asForm, signal);
    }
    try {
      const tokens = await this.post('auth/login', asJson, signal);
      this.loginBody = 'json';
      return tokens;
    } catch (error) {
      if (!isTracksideError(error) || ![400, 415, 422].includes(error.detail.status ?? 0)) {
        throw error;
      }
    }
    const tokens = await this.post('auth/login', asForm, signal);
    this.loginBody = 'form';
    return tokens;
  }

  /** Only where the person asked for a new account: an organisation is not asked for otherwise. */
  private async register(
    { email = '', password = '', name = '', organization = '' }: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<WireTokens> {
    // The server takes `name`, the document says `full_name`.
    const body = { email, password, name, full_name: name, organization_name: organization };
    try {
      return await this.post('auth/register', { body }, signal);
    } catch (error) {
      if (isTracksideError(error) && error.kind === 'conflict') {
        throw new TracksideError(
          'unauthorized',
          'There is an account with this e-mail address, and its password is another one.',
          'Sign in with its password.',
          error.detail,
        );
      }
      throw error;
    }
  }

  private async post(
    path: string,
    sent: { readonly body: object } | { readonly form: Readonly<Record<string, string>> },
    signal: AbortSignal,
  ): Promise<WireTokens> {
    const call = `POST /${path}`;
    const request = { call, path: `${API}/${path}`, accept: 'json', isIdempotent: false, signal } as const;
    const { json } = await this.ports.runner.run({ ...request, ...sent });
    // Registration puts the tokens one level deeper than the two others.
    const nested = z.object({ tokens: z.unknown() }).safeParse(json);
    const tokens = tokensAnswer.safeParse(nested.success ? nested.data.tokens : json);
    if (!tokens.success) {
      throw failureOfShape(this.ports.runner.server, call, 'no access token');
    }
    return tokens.data;
  }

  private keep({ access_token: token, refresh_token: next, expires_in: seconds }: WireTokens): IssuedToken {
    const now = this.ports.clock.now();
    if (next !== undefined) {
      this.hide(next);
      this.refreshToken = next;
    }
    const expiresAt = seconds === undefined ? timesOf(token, now).expiresAt : now + seconds * 1000;
    return { token, expiresAt: expiresAt ?? now + TOKEN_LIFE_MS };
  }

  private hide(secret: string): void {
    if (secret !== '' && !this.hidden.has(secret)) {
      this.hidden.add(secret);
      this.owned.add(this.ports.redactor.register(secret));
    }
  }
}
