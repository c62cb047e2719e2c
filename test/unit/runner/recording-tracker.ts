import http from 'node:http';
import * as z from 'zod';
import { RUN_HEADER, wireNumber } from '../../../src/backends/clearml/trackside-wire';

const scalarEvent = z.object({
  type: z.literal('training_stats_scalar'),
  task: z.string(),
  metric: z.string(),
  variant: z.string(),
  iter: z.number(),
  value: wireNumber,
  timestamp: z.number(),
});
const logEvent = z.object({
  type: z.literal('log'),
  task: z.string(),
  msg: z.string(),
  timestamp: z.number(),
});
const event = z.discriminatedUnion('type', [scalarEvent, logEvent]);

export type ScalarEvent = z.infer<typeof scalarEvent>;

/** The few calls that a runner makes, over real HTTP, with everything kept that was acknowledged. */
export class RecordingTracker {
  readonly keys = { accessKey: 'key', secretKey: 'secret "with" quotes' };
  readonly messages: string[] = [];
  readonly scalars: ScalarEvent[] = [];
  readonly arrivals: { readonly type: string; readonly atMs: number }[] = [];
  readonly ends: { readonly call: string; readonly reason: string; readonly task: string }[] = [];
  readonly problems: string[] = [];
  /** States of particular tasks; any other id stands for {@link task}. */
  readonly tasksById = new Map<string, { status: string; status_message: string }>();
  task: { status: string; status_message: string } | undefined = {
    status: 'in_progress',
    status_message: '',
  };
  logBytes = 0;
  keepsMessages = true;
  batchDelayMs = 0;
  private server: http.Server | undefined;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get console(): string {
    return this.messages
      .map((message, index) => (index === 0 || message.startsWith('\r') ? message : `\n${message}`))
      .join('');
  }

  async start(): Promise<void> {
    const server = http.createServer((request, response) => void this.answer(request, response));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** As if killed: connections break, nothing is answered any more. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) {
      parts.push(z.instanceof(Buffer).parse(part));
    }
    const body = Buffer.concat(parts).toString('utf8');
    const endpoint = (request.url ?? '').replace(/^\//, '');
    const [code, subcode, data] = await this.handle(endpoint, body, request.headers);
    const meta = {
      id: 'x',
      result_code: code,
      result_subcode: subcode,
      result_msg: code === 200 ? 'OK' : 'refused',
    };
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ meta, data }));
  }

  private async handle(
    endpoint: string,
    body: string,
    headers: http.IncomingHttpHeaders,
  ): Promise<readonly [number, number, Record<string, unknown>]> {
    if (endpoint === 'auth.login') {
      const expected = Buffer.from(`${this.keys.accessKey}:${this.keys.secretKey}`).toString('base64');
      return headers.authorization === `Basic ${expected}` ? [200, 0, { token: 't' }] : [401, 22, {}];
    }
    if (headers.authorization !== 'Bearer t') {
      return [401, 30, {}];
    }
    switch (endpoint) {
      case 'events.add_batch':
        return this.addBatch(body, headers);
      case 'tasks.get_all':
        return [200, 0, { tasks: this.find(body) }];
      case 'tasks.ping':
        return [200, 0, {}];
      case 'tasks.completed':
      case 'tasks.failed':
      case 'tasks.stopped':
        return this.end(endpoint, body);
      default:
        this.problems.push(`unexpected call ${endpoint}`);
        return [404, 0, {}];
    }
  }

  private find(body: string): readonly unknown[] {
    const { id } = z.object({ id: z.tuple([z.string()]) }).parse(JSON.parse(body));
    const task = this.tasksById.get(id[0]) ?? this.task;
    return task === undefined ? [] : [task];
  }

  private async addBatch(
    body: string,
    headers: http.IncomingHttpHeaders,
  ): Promise<readonly [number, number, Record<string, unknown>]> {
    await new Promise((resolve) => setTimeout(resolve, this.batchDelayMs));
    if (this.task === undefined) {
      return [400, 101, {}];
    }
    if (headers[RUN_HEADER] === undefined) {
      this.problems.push('a batch came without the name of its run');
    }
    const lines = body.split('\n');
    for (const line of lines) {
      const parsed = event.safeParse(JSON.parse(line));
      if (parsed.success) {
        this.keep(parsed.data, line.length);
      } else {
        this.problems.push(`bad event ${line.slice(0, 200)}`);
      }
    }
    return [200, 0, { added: lines.length, errors: 0, errors_info: {} }];
  }

  private keep(received: z.infer<typeof event>, bytes: number): void {
    this.arrivals.push({ type: received.type, atMs: performance.now() });
    if (received.type === 'training_stats_scalar') {
      this.scalars.push(received);
      return;
    }
    this.logBytes += bytes;
    if (this.keepsMessages) {
      this.messages.push(received.msg);
    }
  }

  private end(endpoint: string, body: string): readonly [number, number, Record<string, unknown>] {
    const change = z.object({ task: z.string(), status_reason: z.string() }).parse(JSON.parse(body));
    const call = endpoint.slice('tasks.'.length);
    this.ends.push({ call, reason: change.status_reason, task: change.task });
    const state = { status: call, status_message: change.status_reason };
    if (this.tasksById.has(change.task)) {
      this.tasksById.set(change.task, state);
    } else {
      this.task = state;
    }
    return [200, 0, { updated: 1, fields: {} }];
  }
}
