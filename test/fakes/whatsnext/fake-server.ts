import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { addressOf, bodyOf, fieldsOf, listenLocally, stopServer } from '../local-http';
import { FakeCalls, FakeRefusal, type FakeTraits } from './fake-calls';
import { FakeWorld } from './fake-world';

const OPEN_PATHS: readonly string[] = ['/', '/checkdb', '/openapi.json'];
const COLLECTIONS = /^\/(projects|tasks|jobs|clients)$/;

export interface FakeOptions extends FakeTraits {
  /** Absent: open to everybody. */
  readonly apiKey?: string;
}

/** A WhatsNext server in memory, on a free port of this machine. */
export class FakeWhatsNext {
  readonly world = new FakeWorld();
  /** `GET /jobs/?limit=10`, in order. */
  readonly requests: string[] = [];
  /** Requests under way at the same time, at most. */
  mostAtOnce = 0;
  /** Requests that are refused with 429: these paths, so many times, and the pause they ask for. */
  refusals = { paths: /^/, count: 0, retryAfterS: 1 };
  private atOnce = 0;
  private readonly calls: FakeCalls;

  private constructor(
    private readonly server: Server,
    private readonly options: FakeOptions,
  ) {
    this.calls = new FakeCalls(this.world, options);
    server.on('request', (request, response) => void this.answer(request, response));
  }

  static async start(options: FakeOptions, port = 0): Promise<FakeWhatsNext> {
    const server = createServer();
    const fake = new FakeWhatsNext(server, options);
    await listenLocally(server, port);
    return fake;
  }

  get url(): string {
    return addressOf(this.server);
  }

  countOf(pattern: RegExp): number {
    return this.requests.filter((request) => pattern.test(request)).length;
  }

  async stop(): Promise<void> {
    await stopServer(this.server);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    const text = await bodyOf(request);
    const url = new URL(request.url ?? '/', this.url);
    this.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    // Lets others in, so that requests really overlap.
    await new Promise((resolve) => setImmediate(resolve));
    this.atOnce -= 1;
    try {
      this.guard(request, url.pathname);
      const body = fieldsOf(text);
      const json = this.calls.answer({
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        body,
      });
      const created = request.method === 'POST' && url.pathname.endsWith('/batch') ? 201 : 200;
      send(response, json === undefined ? 204 : created, json);
    } catch (error) {
      if (!(error instanceof FakeRefusal)) {
        throw error;
      }
      const headers: Record<string, string> =
        error.status === 429 ? { 'retry-after': String(this.refusals.retryAfterS) } : {};
      if (error.status === 500) {
        // The real server drops a kept connection after a failure of its own, and does not say so.
        response.once('finish', () => request.socket.destroy());
      }
      send(response, error.status, error.body, { ...headers, ...redirectTo(error, this.url, url) });
    }
  }

  private guard(request: IncomingMessage, path: string): void {
    const { apiKey } = this.options;
    const key = request.headers['x-api-key'];
    if (apiKey !== undefined && !OPEN_PATHS.includes(path) && key !== apiKey) {
      throw key === undefined
        ? new FakeRefusal(401, 'API key required. Provide X-API-Key header.')
        : new FakeRefusal(403, 'Invalid API key.');
    }
    if (this.refusals.count > 0 && this.refusals.paths.test(path)) {
      this.refusals.count -= 1;
      throw new FakeRefusal(429, 'Rate limit exceeded');
    }
    if (COLLECTIONS.test(path)) {
      throw new FakeRefusal(307, '');
    }
  }
}

function redirectTo(error: FakeRefusal, origin: string, { pathname }: URL): Record<string, string> {
  return error.status === 307 ? { location: `${origin}${pathname}/` } : {};
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  if (typeof body === 'string') {
    // Texts of 401, 403 and 429 have no type at all.
    response.writeHead(status, status === 500 ? { ...headers, 'content-type': 'text/plain' } : headers);
    response.end(body);
    return;
  }
  response.writeHead(status, { ...headers, 'content-type': 'application/json' });
  response.end(body === undefined ? '' : JSON.stringify(body));
}
