import type * as z from 'zod';
import { noAuth, TokenAuth, type IssuedToken } from '../../client/auth';
import { failureOfShape, type FailureReading } from '../../client/failures';
import { Redactor } from '../../client/redaction';
import { RequestRunner } from '../../client/request-runner';
import { timesOf } from '../../client/token-times';
import { HttpTransport } from '../../client/transport';
import { systemClock, type Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { toTracksideError, TracksideError } from '../../core/errors';
import type { BackendOptions } from '../backend-entry';
import { failureAnswer, loginAnswer } from './wire';

export interface AiManagerOptions extends BackendOptions {
  readonly clock?: Clock;
}

/** How long tokens live unless the server is told otherwise; used where a token does not say. */
const TOKEN_LIFE_MS = 1_800_000;
const RENEW_BEFORE_MS = 120_000;

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Calls of one AI Manager: signs in again before the token ends, since nothing refreshes it. */
export class AiManagerSession implements Disposable {
  readonly logger: BackendOptions['logger'];
  readonly clock: Clock;
  readonly redactor: Redactor;
  readonly userAgent: string;
  readonly trust: BackendOptions['trust'];
  private readonly owned = new DisposableStore();
  private readonly runner: RequestRunner;

  constructor(options: AiManagerOptions) {
    const { clock = systemClock, redactor = new Redactor() } = options;
    this.logger = options.logger;
    this.clock = clock;
    this.redactor = redactor;
    this.userAgent = options.userAgent;
    this.trust = options.trust;
    const transport = this.owned.add(new HttpTransport(options.trust));
    const shared = { ...options, baseUrl: options.url, clock, redactor, transport, readFailure };
    const login = this.owned.add(new RequestRunner({ ...shared, auth: noAuth() }));
    const known = new Set<string>();
    const signIn = async (signal: AbortSignal): Promise<IssuedToken> => {
      const { username = '', password = '', email = '' } = await options.credentials();
      if (!known.has(password)) {
        known.add(password);
        this.owned.add(redactor.register(password));
      }
      return signedIn(login, { username, password, email }, clock, signal);
    };
    const auth = new TokenAuth({ signIn, redactor, clock, renewBeforeMs: RENEW_BEFORE_MS });
    this.runner = this.owned.add(new RequestRunner({ ...shared, auth }));
  }

  /** Address of the server, without a slash at its end. */
  get url(): string {
    return this.runner.address;
  }

  /** The checked answer of a reading call. `path` has no leading slash. Throws TracksideError only. */
  read<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    return this.send('GET', path, undefined, schema, signal);
  }

  /** Anything but GET is sent once. */
  async send<T>(
    method: Method,
    path: string,
    body: object | undefined,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const call = `${method} /${path.split('?')[0] ?? ''}`;
    const { json } = await this.runner.run({
      call,
      path,
      method,
      ...(body === undefined ? {} : { body }),
      accept: 'json',
      isIdempotent: method === 'GET',
      signal,
    });
    return checked(this.runner.server, call, json, schema);
  }

  dispose(): void {
    this.owned.dispose();
  }
}

interface Account {
  readonly username: string;
  readonly password: string;
  /** Given only where the person asked for a new account. */
  readonly email: string;
}

/** Makes the account when it is wanted and not there yet; the server says the same of no account and a wrong password. */
async function signedIn(
  login: RequestRunner,
  account: Account,
  clock: Clock,
  signal: AbortSignal,
): Promise<IssuedToken> {
  const { username, password, email } = account;
  const token = (): Promise<IssuedToken> => requestToken(login, { username, password }, clock, signal);
  try {
    return await token();
  } catch (error) {
    if (email === '' || toTracksideError(error).kind !== 'unauthorized') {
      throw error;
    }
  }
  await register(login, account, signal);
  return token();
}

async function register(login: RequestRunner, account: Account, signal: AbortSignal): Promise<void> {
  const [call, path] = ['POST /auth/register', 'auth/register'];
  try {
    await login.run({ call, path, body: account, accept: 'json', isIdempotent: false, signal });
  } catch (thrown) {
    const error = toTracksideError(thrown);
    throw error.detail.status === 400
      ? new TracksideError(
          'unauthorized',
          'There is an account with this user name or e-mail address, and this password does not open it.',
          'Sign in with its password, or choose another name and address.',
          error.detail,
        )
      : error;
  }
}

async function requestToken(
  login: RequestRunner,
  form: Readonly<Record<string, string>>,
  clock: Clock,
  signal: AbortSignal,
): Promise<IssuedToken> {
  const call = 'POST /auth/login';
  const path = 'auth/login';
  const { json } = await login.run({ call, path, form, accept: 'json', isIdempotent: true, signal });
  const token = checked(login.server, call, json, loginAnswer).access_token;
  const now = clock.now();
  return { token, expiresAt: timesOf(token, now).expiresAt ?? now + TOKEN_LIFE_MS };
}

function checked<T>(server: string, call: string, json: unknown, schema: z.ZodType<T>): T {
  const answer = schema.safeParse(json);
  if (!answer.success) {
    const [issue] = answer.error.issues;
    throw failureOfShape(server, call, `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  return answer.data;
}

/** `{"detail": "text"}`, or a list of fields that are wrong. */
function readFailure(status: number, json: unknown): FailureReading | undefined {
  const parsed = failureAnswer.safeParse(json);
  if (!parsed.success) {
    return undefined;
  }
  const { detail } = parsed.data;
  if (typeof detail !== 'string') {
    return { reason: detail.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`).join('; ') };
  }
  return { reason: detail, ...(status === 400 && detail === 'Inactive user' ? { kind: 'forbidden' } : {}) };
}
