import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { addressOf, bodyOf, fieldsOf, listenLocally, stopServer } from '../local-http';
import { DocumentCalls } from './document-calls';
import { FakeRefusal, noRoute, textOf, type FakeCall } from './fake-answer';
import { FakeWorld, type FakeRun } from './fake-world';
import { RealCalls } from './real-calls';

/** `document`: as its planning document says. `real`: as the released server does. */
export type StudioPersonality = 'document' | 'real';

export const FAKE_ACCOUNT = { email: 'ada@example.com', password: 'correct horse' };

const PREFIX = '/api/v1/';
const REAL_PATHS = [
  'agents',
  'pipelines',
  'deployments',
  'gateways',
  'executions/start',
  'auth/register',
  'workspaces',
];
const DOCUMENT_PATHS = ['agents', 'pipelines', 'deployments', 'test/execute', 'auth/register'];

/** What goes wrong with the next request whose `METHOD /path` matches. */
export interface FakeFault {
  readonly match: RegExp;
  /** `limit`: 429. `crash`: 500, and the kept connection is cut. `lose`: done, but the answer never comes. */
  readonly kind: 'limit' | 'crash' | 'lose' | 'forbid';
}

/** A Kaizen Studio in memory, on a port of this machine. */
export class FakeStudio {
  readonly world = new FakeWorld();
  /** `GET /api/v1/pipelines?limit=100`, in order. */
  readonly requests: string[] = [];
  readonly faults: FakeFault[] = [];
  /** Refresh tokens that were sent a second time. */
  reusedRefreshTokens = 0;
  refreshes = 0;
  signIns = 0;
  signOuts = 0;
  streamTries = 0;
  /** Whether the description of calls is served; a proxy may hide it. */
  isDescribed = true;
  /** Document only. */
  hasConnectionsCall = true;
  /** What a run does before it ends. */
  work: (run: FakeRun) => Promise<void> = (run) => {
    run.output = { response: 'solved' };
    return Promise.resolve();
  };
  private readonly accounts = new Map<string, string>([[FAKE_ACCOUNT.email, FAKE_ACCOUNT.password]]);
  private readonly accessTokens = new Set<string>();
  private readonly refreshTokens = new Set<string>();
  private readonly usedRefreshTokens = new Set<string>();
  private readonly streams = new Map<string, Set<WebSocket>>();
  private readonly sockets = new WebSocketServer({ noServer: true });
  private readonly calls: RealCalls | DocumentCalls;

  private constructor(
    private readonly server: Server,
    readonly personality: StudioPersonality,
  ) {
    const execute = (run: FakeRun): Promise<void> => this.execute(run);
    this.calls =
      personality === 'real'
        ? new RealCalls(this.world, execute)
        : new DocumentCalls(this.world, this, execute);
    server.on('request', (request, response) => void this.serve(request, response));
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
  }

  static async start(personality: StudioPersonality, port = 0): Promise<FakeStudio> {
    const server = createServer();
    const fake = new FakeStudio(server, personality);
    await listenLocally(server, port);
    return fake;
  }

  get url(): string {
    return addressOf(this.server);
  }

  countOf(pattern: RegExp): number {
    return this.requests.filter((request) => pattern.test(request)).length;
  }

  /** As if their time had passed. */
  expireAccess(): void {
    this.accessTokens.clear();
  }

  /** As if the server's list of them had been lost. */
  expireRefresh(): void {
    this.refreshTokens.clear();
  }

  /** To everybody who listens to a run. */
  push(runId: string, type: string, data: unknown): void {
    this.streams.get(runId)?.forEach((socket) => socket.send(JSON.stringify({ type, data })));
  }

  /** Tokens of either kind that would be taken now. */
  get validTokens(): number {
    return this.accessTokens.size + this.refreshTokens.size;
  }

  listenersOf(runId: string): number {
    return this.streams.get(runId)?.size ?? 0;
  }

  async stop(): Promise<void> {
    this.sockets.clients.forEach((socket) => socket.terminate());
    this.sockets.close();
    await stopServer(this.server);
  }

  private async execute(run: FakeRun): Promise<void> {
    await this.work(run);
    if (run.status === 'running') {
      run.status = 'done';
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const url = new URL(request.url ?? '/', this.url);
    const line = `${request.method ?? ''} ${request.url ?? ''}`;
    this.requests.push(line);
    try {
      const fault = this.takeFault(line);
      const json = await this.answer(request, url, text);
      if (fault?.kind === 'lose') {
        request.socket.destroy();
      } else {
        send(response, json === undefined ? 204 : 200, json);
      }
    } catch (error) {
      this.refuse(error, request, response);
    }
  }

  private takeFault(line: string): FakeFault | undefined {
    const index = this.faults.findIndex(({ match }) => match.test(line));
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    switch (fault?.kind) {
      case 'limit':
        throw new FakeRefusal(429, 'Too many requests');
      case 'crash':
        throw new FakeRefusal(500, '\u001b[31mTraceback:\nboom\u001b[0m');
      case 'forbid':
        throw new FakeRefusal(403, 'Permission denied: deployments:read');
      default:
        return fault;
    }
  }

  private refuse(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    if (!(error instanceof FakeRefusal)) {
      throw error;
    }
    send(response, error.status, this.failure(error), error.status === 429 ? { 'retry-after': '0' } : {});
    if (error.status === 500) {
      // The released server drops a kept connection after what it did not expect.
      response.once('finish', () => request.socket.destroy());
    }
  }

  private async answer(request: IncomingMessage, url: URL, text: string): Promise<unknown> {
    if (!url.pathname.startsWith(PREFIX)) {
      return this.outside(url.pathname);
    }
    const path = url.pathname.slice(PREFIX.length).split('/').map(decodeURIComponent);
    const contentType = request.headers['content-type'] ?? '';
    const isForm = contentType.startsWith('application/x-www-form-urlencoded');
    const body: Record<string, unknown> = isForm
      ? Object.fromEntries(new URLSearchParams(text))
      : fieldsOf(text);
    const isSigningOut = path.join('/') === 'auth/logout';
    if (path[0] === 'auth' && !isSigningOut) {
      return this.auth(path[1] ?? '', body, isForm);
    }
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    if (!this.accessTokens.has(token)) {
      throw new FakeRefusal(401, 'Not authenticated');
    }
    if (isSigningOut) {
      return this.signOut(token, text, textOf(body['refresh_token']));
    }
    if (path.join('/') === 'users/me') {
      return {
        id: 'u1',
        email: FAKE_ACCOUNT.email,
        organization_id: this.world.organizationId,
        role: 'org_owner',
      };
    }
    const call: FakeCall = { method: request.method ?? '', path, query: url.searchParams, body };
    return this.calls.answer(call);
  }

  private outside(path: string): unknown {
    if (path === '/openapi.json' && this.isDescribed) {
      const isReal = this.personality === 'real';
      const body = isReal ? 'application/json' : 'application/x-www-form-urlencoded';
      return {
        info: { title: 'Kaizen Studio', version: '0.1.0' },
        paths: {
          ...Object.fromEntries(
            (isReal ? REAL_PATHS : DOCUMENT_PATHS).map((name) => [PREFIX + name, { get: {} }]),
          ),
          [`${PREFIX}auth/login`]: { post: { requestBody: { content: { [body]: {} } } } },
        },
      };
    }
    if (path === '/') {
      return { name: 'Kaizen Studio', version: '0.1.0', docs: '/docs' };
    }
    throw noRoute();
  }

  private auth(call: string, body: Readonly<Record<string, unknown>>, isForm: boolean): unknown {
    switch (call) {
      case 'login':
        return this.login(body, isForm);
      case 'register':
        return this.register(body);
      case 'refresh':
        return this.refresh(textOf(body['refresh_token']));
      default:
        throw noRoute();
    }
  }

  private login(body: Readonly<Record<string, unknown>>, isForm: boolean): unknown {
    const isReal = this.personality === 'real';
    if (isForm === isReal) {
      throw new FakeRefusal(422, `body.${isReal ? 'email' : 'username'}: Field required`);
    }
    if (this.accounts.get(textOf(isReal ? body['email'] : body['username'])) !== body['password']) {
      throw new FakeRefusal(401, 'Invalid email or password');
    }
    this.signIns += 1;
    return this.tokens();
  }

  private register(body: Readonly<Record<string, unknown>>): unknown {
    const email = textOf(body['email']);
    if (this.accounts.has(email)) {
      throw new FakeRefusal(409, 'Email already registered');
    }
    if (textOf(body[this.personality === 'real' ? 'name' : 'full_name']) === '') {
      throw new FakeRefusal(422, 'body.name: Field required');
    }
    this.accounts.set(email, textOf(body['password']));
    return { user: { id: 'u2', email }, tokens: this.tokens() };
  }

  /** A refresh token works once. */
  private refresh(token: string): unknown {
    this.refreshes += 1;
    if (this.usedRefreshTokens.has(token)) {
      this.reusedRefreshTokens += 1;
    }
    if (!this.refreshTokens.delete(token)) {
      throw new FakeRefusal(401, 'Invalid or expired token');
    }
    this.usedRefreshTokens.add(token);
    return this.tokens();
  }

  /** The document's takes no body and tells nothing of refresh tokens; the released one wants at least an empty one. */
  private signOut(accessToken: string, text: string, refreshToken: string): unknown {
    if (this.personality === 'real' && text === '') {
      throw new FakeRefusal(422, 'body: Field required');
    }
    this.signOuts += 1;
    this.accessTokens.delete(accessToken);
    this.refreshTokens.delete(refreshToken);
    return { message: 'Logged out' };
  }

  private tokens(): object {
    const [access, refresh] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`];
    this.accessTokens.add(access);
    this.refreshTokens.add(refresh);
    const life = this.personality === 'real' ? { expires_in: 900 } : {};
    return { access_token: access, refresh_token: refresh, token_type: 'bearer', ...life };
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.streamTries += 1;
    const url = new URL(request.url ?? '/', this.url);
    const runId = /^\/ws\/executions\/([^/]+)$/.exec(url.pathname)?.[1];
    const isKnown = this.accessTokens.has(url.searchParams.get('token') ?? '');
    if (this.personality === 'real' || runId === undefined || !isKnown) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (stream) => {
      const all = this.streams.get(runId) ?? new Set();
      this.streams.set(runId, all.add(stream));
      stream.on('close', () => all.delete(stream));
    });
  }

  /** Each personality has its own shape of an error; the released one has another where it limits. */
  private failure({ status, reason }: FakeRefusal): object {
    if (this.personality === 'document') {
      return status === 422
        ? { detail: [{ loc: ['body', 'field'], msg: reason, type: 'missing' }], status_code: status }
        : { detail: reason, status_code: status };
    }
    if (status === 429) {
      return { error: 'rate_limit_exceeded', message: 'Too many requests', retry_after: 0 };
    }
    if (status === 422) {
      const [field, message] = reason.split(': ');
      const details = { errors: [{ field, message: message ?? reason, type: 'missing' }] };
      return { error: { code: 'VALIDATION_ERROR', message: 'Request validation failed', details } };
    }
    return { error: { code: CODES[status] ?? 'ERROR', message: reason } };
  }
}

const CODES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  500: 'INTERNAL_ERROR',
};

function send(
  response: ServerResponse,
  status: number,
  json: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(json === undefined ? '' : JSON.stringify(json));
}
