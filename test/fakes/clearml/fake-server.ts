import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { addressOf, bodyOf, fieldsOf, listenLocally, stopServer } from '../local-http';
import { FakeError, type Row } from './fake-error';
import { addEvent, eventCalls } from './fake-event-calls';
import { envelopeText, playFault, type Fault } from './fake-faults';
import { asOld } from './fake-old-server';
import { roomCalls } from './fake-room-calls';
import { taskCalls, type Handler } from './fake-task-calls';
import { FakeWorld, type Personality } from './fake-world';

export interface SeenRequest {
  readonly call: string;
  readonly body: Row;
  readonly authorization: string;
}

export const FAKE_KEYS = { accessKey: 'FAKEACCESSKEY0123456789', secretKey: 'canary-secret-5f1c7e+/=%22' };

const NEWEST_MINOR = 34;
/** Servers before keep the token good. */
const LOGOUT_REVOKES_MINOR = 29;

/** A ClearML server in memory, on a free port of this machine. */
export class FakeClearMl {
  readonly world = new FakeWorld();
  readonly requests: SeenRequest[] = [];
  /** Decides per call whether something goes wrong; `nth` counts the requests of that call from 1. */
  fault: (call: string, nth: number) => Fault | undefined = () => undefined;
  /** The second part of the version of the API that it behaves like; for the real personality only. */
  apiMinor = NEWEST_MINOR;
  /** How long a token lives, by its own word. */
  tokenLifeS = 2_592_000;
  /** How far this server's clock is ahead of the machine's. */
  clockAheadS = 0;
  /** A user with a password of its own, as servers with fixed users have. */
  fixedUser: { readonly name: string; readonly password: string } | undefined;
  /** Keys that are taken beside the usual ones. */
  keys: { readonly accessKey: string; readonly secretKey: string } = FAKE_KEYS;
  private readonly calls: Record<string, Handler>;
  private readonly counts = new Map<string, number>();
  private readonly tokens = new Set<string>();
  private issued = 0;

  private constructor(
    private readonly server: Server,
    readonly personality: Personality,
  ) {
    const { world } = this;
    this.calls = {
      ...roomCalls(world, personality),
      ...taskCalls(world, personality),
      ...eventCalls(world, personality),
    };
    server.on('request', (request, response) => void this.answer(request, response));
  }

  /** With `tls`, over HTTPS; on a free port unless one is named. */
  static async start(
    personality: Personality,
    tls?: { readonly key: string; readonly cert: string },
    port = 0,
  ): Promise<FakeClearMl> {
    const server = tls === undefined ? createServer() : createSecureServer(tls);
    const fake = new FakeClearMl(server, personality);
    await listenLocally(server, port);
    return fake;
  }

  get url(): string {
    return addressOf(this.server);
  }

  countOf(call: string): number {
    return this.requests.filter((request) => request.call === call).length;
  }

  /** How many tokens would be taken now. */
  get validTokens(): number {
    return this.tokens.size;
  }

  /** Every token given out so far is refused from now on. */
  revokeTokens(): void {
    this.tokens.clear();
  }

  async stop(): Promise<void> {
    await stopServer(this.server);
  }

  /** Goes down as {@link stop} does; what it returns brings the same server up again, at the same address. */
  async goDown(): Promise<() => Promise<void>> {
    const port = Number(new URL(this.url).port);
    await this.stop();
    this.tokens.clear();
    return () => new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const call = (request.url ?? '').replace(/^\/(v[\d.]+\/)?/, '').replace(/\?.*$/, '');
    const nth = (this.counts.get(call) ?? 0) + 1;
    this.counts.set(call, nth);
    const isLines = request.headers['content-type'] === 'application/json-lines';
    const body = isLines ? {} : fieldsOf(text);
    this.requests.push({ call, body, authorization: request.headers.authorization ?? '' });
    const fault = this.fault(call, nth);
    if (fault !== undefined && (await playFault(fault, response))) {
      return;
    }
    this.respond(call, body, isLines ? text : undefined, request, response);
  }

  private respond(
    call: string,
    body: Row,
    lines: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const finish = (code: number, subcode: number, message: string, data: Row): void => {
      response.writeHead(code, { 'content-type': 'application/json' });
      response.end(envelopeText(code, subcode, message, data, call));
    };
    try {
      finish(200, 0, 'OK', this.run(call, body, lines, request.headers.authorization ?? ''));
    } catch (error) {
      if (!(error instanceof FakeError)) {
        throw error;
      }
      finish(error.code, error.subcode, error.message, {});
    }
  }

  private run(call: string, body: Row, lines: string | undefined, authorization: string): Row {
    if (call === 'debug.ping') {
      return { msg: 'ClearML server' };
    }
    if (call === 'login.supported_modes') {
      const basic = { enabled: this.fixedUser !== undefined, guest: { enabled: false } };
      return { authenticated: false, basic, sso: {}, sso_providers: [] };
    }
    this.checkCredentials(authorization);
    if (call === 'auth.login') {
      return { token: this.newToken(), ...(this.personality === 'document' ? { user: { id: 'user' } } : {}) };
    }
    if (call === 'auth.logout') {
      if (this.apiMinor >= LOGOUT_REVOKES_MINOR) {
        this.tokens.delete(authorization.replace(/^Bearer /, ''));
      }
      return {};
    }
    if (call === 'events.add_batch') {
      const events = (lines ?? '').split('\n').filter((line) => line !== '');
      events.forEach((line) => addEvent(this.world, fieldsOf(line)));
      return { added: events.length, errors: 0, errors_info: {} };
    }
    const known = this.calls[call];
    const handler = this.apiMinor === NEWEST_MINOR ? known : asOld(this.apiMinor, call, known, this.world);
    if (handler === undefined) {
      throw new FakeError(404, 0, `Unable to find endpoint for name ${call} and version 2.34`);
    }
    return handler(body);
  }

  private checkCredentials(authorization: string): void {
    const [scheme, value = ''] = authorization.split(' ');
    const { accessKey, secretKey } = this.keys;
    const pairs = [`${accessKey}:${secretKey}`];
    if (this.fixedUser !== undefined) {
      pairs.push(`${this.fixedUser.name}:${this.fixedUser.password}`);
    }
    if (authorization === '') {
      throw new FakeError(401, 20, 'Unauthorized (missing credentials)');
    }
    // Latin-1, as the real server reads it.
    if (scheme === 'Basic' && !pairs.includes(Buffer.from(value, 'base64').toString('latin1'))) {
      throw new FakeError(
        401,
        22,
        'Unauthorized (invalid credentials) (failed to locate provided credentials)',
      );
    }
    if (scheme === 'Bearer' && !this.tokens.has(value)) {
      throw new FakeError(401, 30, 'Invalid token (reason=Signature has expired)');
    }
  }

  private newToken(): string {
    this.issued += 1;
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const iat = Math.floor(Date.now() / 1000) + this.clockAheadS;
    const exp = iat + this.tokenLifeS;
    const token =
      this.personality === 'real'
        ? `${part({ alg: 'HS256' })}.${part({ iat, exp, nth: this.issued })}.c2lnbmF0dXJl${this.issued}`
        : `opaque-canary-token-${this.issued}`;
    this.tokens.add(token);
    return token;
  }
}
