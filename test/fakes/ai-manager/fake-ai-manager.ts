import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { addressOf, bodyOf, fieldsOf, listenLocally, stopServer } from '../local-http';

/** `document`: as its API page says. `real`: as the server does, with what it does against its own page. */
export type AiManagerPersonality = 'document' | 'real';

export const FAKE_USER = { username: 'ada', password: 'correct horse' };

interface FakeProject {
  id: number;
  name: string;
  owner_id: number;
  is_public: boolean;
  description: string | null;
}

interface FakeRun {
  id: number;
  project_id: number;
  name: string;
  status: string;
  config: Record<string, unknown>;
  tags: string[];
  notes: string | null;
  started_at: string;
  ended_at: string | null;
}

interface FakeMetric {
  id: number;
  run_id: number;
  name: string;
  /** `poison`: stored where the server cannot answer it. */
  value: number | null | 'poison';
  step: number;
  timestamp: string;
}

interface Answer {
  readonly status: number;
  readonly json?: unknown;
}

const NOT_FOUND: Answer = { status: 404, json: { detail: 'Run not found' } };
const BROKEN: Answer = { status: 500 };
const START_MS = Date.UTC(2026, 0, 1);

/** AI Manager in memory, from what is known of its wire. */
export class FakeAiManager {
  readonly requests: string[] = [];
  readonly projects: FakeProject[] = [
    { id: 1, name: 'own', owner_id: 1, is_public: false, description: 'mine' },
    { id: 2, name: 'shared', owner_id: 2, is_public: true, description: null },
  ];
  readonly runs = new Map<number, FakeRun>();
  metrics: FakeMetric[] = [];
  tokenLifeMs = 1_800_000;
  /** Whether every reading of metrics fails, as when the database is away. */
  areMetricsAway = false;
  /** How long every reading of metrics takes. */
  metricsTakeMs = 0;
  /** What happens while a summary is made. */
  onSummary: () => void = () => undefined;
  /** Answers 429 to so many requests. */
  refusals = 0;
  /** Whether any token was answered with 401. */
  wasRefused = false;
  /** `run path` of every channel that was opened. */
  readonly channels: string[] = [];
  /** Whether people make accounts themselves. */
  isOpen = true;
  readonly accounts = new Map<string, string>([[FAKE_USER.username, FAKE_USER.password]]);
  private readonly sockets = new WebSocketServer({ noServer: true });
  private signIns = 0;
  private token = '';
  private nextMetric = 1;

  private constructor(
    private readonly server: http.Server,
    private readonly personality: AiManagerPersonality,
  ) {}

  static async start(personality: AiManagerPersonality, port = 0): Promise<FakeAiManager> {
    const server = http.createServer();
    const fake = new FakeAiManager(server, personality);
    server.on('request', (request, response) => void fake.serve(request, response));
    server.on('upgrade', (request, socket, head) => {
      fake.channels.push(request.url ?? '');
      fake.sockets.handleUpgrade(request, socket, head, () => undefined);
    });
    await listenLocally(server, port);
    return fake;
  }

  get url(): string {
    return addressOf(this.server);
  }

  get signInCount(): number {
    return this.signIns;
  }

  addRun(fields: Partial<FakeRun> = {}): FakeRun {
    const id = this.runs.size + 1;
    const started = new Date(START_MS + id * 60_000).toISOString().replace(/\.000Z$/, '');
    const run: FakeRun = {
      id,
      project_id: 1,
      name: `run ${id}`,
      status: 'running',
      config: {},
      tags: [],
      notes: null,
      started_at: started,
      ended_at: null,
      ...fields,
    };
    this.runs.set(run.id, run);
    return run;
  }

  addMetric(run: number, name: string, step: number, value: FakeMetric['value']): void {
    const timestamp = new Date(START_MS + this.nextMetric * 1000).toISOString().replace(/\.000Z$/, '');
    this.metrics.push({ id: this.nextMetric, run_id: run, name, step, value, timestamp });
    this.nextMetric += 1;
    if (this.personality === 'document') {
      this.push({ run_id: run, name, value, step });
    }
  }

  /** To every channel, whatever its run, as the one helper that could send does. */
  push(message: object): void {
    this.sockets.clients.forEach((client) => client.send(JSON.stringify(message)));
  }

  /** As if the server's clock had passed the token's end. */
  expireToken(): void {
    this.token = '';
  }

  async stop(): Promise<void> {
    this.sockets.clients.forEach((client) => client.terminate());
    await stopServer(this.server);
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const url = new URL(request.url ?? '/', this.url);
    const method = request.method ?? 'GET';
    this.requests.push(`${method} ${url.pathname}${url.search}`);
    if (this.metricsTakeMs > 0 && method === 'GET' && url.pathname.startsWith('/metrics/')) {
      await delay(this.metricsTakeMs);
    }
    const answer = this.answer(method, url, body, request);
    const isText = answer.json === undefined;
    if (answer.status === BROKEN.status) {
      // The real server drops a kept connection after a failure of its own, and does not say so.
      response.once('finish', () => request.socket.destroy());
    }
    response.writeHead(answer.status, {
      'content-type': isText ? 'text/plain' : 'application/json',
      ...(answer.status === 429 ? { 'retry-after': '0' } : {}),
    });
    response.end(isText ? 'Internal Server Error' : JSON.stringify(answer.json));
  }

  private answer(method: string, url: URL, body: string, request: http.IncomingMessage): Answer {
    if (this.refusals > 0) {
      this.refusals -= 1;
      return { status: 429, json: { detail: 'Too many requests' } };
    }
    const open = this.openAnswer(url.pathname, body, request);
    if (open !== undefined) {
      return open;
    }
    if (this.token === '' || request.headers.authorization !== `Bearer ${this.token}`) {
      this.wasRefused = true;
      return { status: 401, json: { detail: 'Could not validate credentials' } };
    }
    const fields = fieldsOf(body) as Partial<FakeRun>;
    const [room, id, rest] = url.pathname.split('/').slice(1);
    switch (room) {
      case 'auth':
        return { status: 200, json: { id: 1, username: FAKE_USER.username } };
      case 'projects':
        return method === 'POST' ? this.addProject(body) : { status: 200, json: paged(this.projects, url) };
      case 'runs':
        return id === '' ? this.runList(method, url, fields) : this.oneRun(method, Number(id), fields);
      case 'metrics':
        return method === 'POST'
          ? this.logMetrics(Number(id), rest, body)
          : this.metricAnswer(Number(id), rest, url);
      default:
        return { status: 404, json: { detail: 'Not Found' } };
    }
  }

  /** What is answered to people who have not signed in. */
  private openAnswer(path: string, body: string, { headers }: http.IncomingMessage): Answer | undefined {
    switch (path) {
      case '/auth/login':
        return this.login(body, headers['content-type'] ?? '');
      case '/auth/register':
        return this.isOpen ? this.register(fieldsOf(body)) : undefined;
      case '/openapi.json':
        return {
          status: 200,
          json: { info: { title: 'AI Manager', version: '1.0.0' }, paths: this.paths() },
        };
      default:
        return undefined;
    }
  }

  private paths(): object {
    return { '/auth/login': { post: {} }, ...(this.isOpen ? { '/auth/register': { post: {} } } : {}) };
  }

  private register({ username, password, email }: Record<string, unknown>): Answer {
    if (typeof username !== 'string' || typeof password !== 'string' || typeof email !== 'string') {
      return { status: 422, json: { detail: [{ loc: ['body', 'email'], msg: 'Field required' }] } };
    }
    if (email.endsWith('.test')) {
      const msg = 'value is not a valid email address: a special-use or reserved name';
      return { status: 422, json: { detail: [{ loc: ['body', 'email'], msg }] } };
    }
    if (this.accounts.has(username)) {
      return { status: 400, json: { detail: 'User with this email or username already exists' } };
    }
    this.accounts.set(username, password);
    return { status: this.personality === 'real' ? 200 : 201, json: { id: 2, username, email } };
  }

  private login(body: string, contentType: string): Answer {
    const form = new URLSearchParams(body);
    if (contentType !== 'application/x-www-form-urlencoded') {
      return { status: 422, json: { detail: [{ loc: ['body', 'username'], msg: 'Field required' }] } };
    }
    if (this.accounts.get(form.get('username') ?? '') !== form.get('password')) {
      return { status: 401, json: { detail: 'Incorrect username or password' } };
    }
    this.signIns += 1;
    const exp = (Date.now() + this.tokenLifeMs) / 1000;
    const claims = Buffer.from(JSON.stringify({ sub: 'ada', exp, n: this.signIns })).toString('base64url');
    this.token =
      this.personality === 'real' ? `eyJhbGciOiJIUzI1NiJ9.${claims}.sig` : `opaque-${this.signIns}`;
    return { status: 200, json: { access_token: this.token, token_type: 'bearer' } };
  }

  private addProject(body: string): Answer {
    const { name } = JSON.parse(body) as { name: string };
    const project = { id: this.projects.length + 1, name, owner_id: 1, is_public: false, description: null };
    this.projects.push(project);
    return { status: 200, json: project };
  }

  private runList(method: string, url: URL, fields: Partial<FakeRun>): Answer {
    const project = Number(url.searchParams.get('project_id') ?? '0');
    if (method === 'POST') {
      const started_at = new Date().toISOString().replace('Z', '');
      const created = { ...fields, status: 'running', project_id: project, started_at };
      return { status: this.personality === 'real' ? 200 : 201, json: this.addRun(created) };
    }
    const rows = [...this.runs.values()]
      .filter((run) => project === 0 || run.project_id === project)
      .map(({ id, name, status, started_at, ended_at, tags }) => ({
        ...{ id, name, status, started_at, ended_at },
        tags,
      }));
    return { status: 200, json: paged(rows, url) };
  }

  private oneRun(method: string, id: number, fields: Partial<FakeRun>): Answer {
    const run = this.runs.get(id);
    if (run === undefined) {
      return NOT_FOUND;
    }
    if (method === 'DELETE') {
      this.runs.delete(id);
      this.metrics = this.metrics.filter((metric) => metric.run_id !== id);
      return { status: 200, json: { message: 'Run deleted successfully' } };
    }
    if (method === 'PUT') {
      Object.assign(run, fields);
    }
    return { status: 200, json: run };
  }

  private logMetrics(id: number, rest: string | undefined, body: string): Answer {
    if (!this.runs.has(id)) {
      return NOT_FOUND;
    }
    if (rest !== 'batch') {
      return { status: 404, json: { detail: 'Not Found' } };
    }
    const given = JSON.parse(body) as { metrics: Record<string, number>; step?: number };
    const entries = Object.entries(given.metrics);
    entries.forEach(([name, value]) => this.addMetric(id, name, given.step ?? 0, value));
    return { status: 200, json: { message: `Logged ${entries.length} metrics successfully` } };
  }

  private metricAnswer(id: number, rest: string | undefined, url: URL): Answer {
    if (!this.runs.has(id)) {
      return NOT_FOUND;
    }
    const only = url.searchParams.get('metric_name');
    const own = this.metrics.filter(
      ({ run_id, name }) => run_id === id && (only === null || only === '' || name === only),
    );
    const rows = rest === 'summary' ? own : paged(own, url);
    if (rest === 'summary') {
      this.onSummary();
    }
    if (this.areMetricsAway || rows.some(({ value }) => value === 'poison')) {
      return BROKEN;
    }
    return { status: 200, json: rest === 'summary' ? summaryOf(rows) : rows };
  }
}

function paged<T>(rows: readonly T[], url: URL): T[] {
  const skip = Number(url.searchParams.get('skip') ?? '0');
  return rows.slice(skip, skip + Number(url.searchParams.get('limit') ?? '100'));
}

function summaryOf(rows: readonly FakeMetric[]): unknown[] {
  return [...new Set(rows.map(({ name }) => name))].map((name) => {
    const values = rows.filter((row) => row.name === name).map(({ value }) => Number(value));
    return {
      name,
      current_value: values.at(-1),
      min_value: Math.min(...values),
      max_value: Math.max(...values),
      mean_value: values.reduce((sum, value) => sum + value, 0) / values.length,
      total_points: values.length,
    };
  });
}
