import { Agent, request } from 'node:http';
import * as z from 'zod';
import type { TrackerProcess } from './tracker-process';

const envelope = z.object({
  meta: z.object({ result_code: z.number(), result_msg: z.string() }),
  data: z.record(z.string(), z.unknown()),
});
const idData = z.object({ id: z.string() });
const tokenData = z.object({ token: z.string() });

export interface ScalarPoint {
  readonly metric: string;
  readonly variant: string;
  readonly iter: number;
  readonly value: number;
  /** Epoch milliseconds; left out, the server sets it. */
  readonly timestamp?: number;
}

/** A plain HTTP client as small as can be, so that figures show the tracker and not a library. */
export class TrackerClient {
  private readonly agent: Agent;
  private token = '';

  constructor(
    private readonly tracker: Pick<TrackerProcess, 'url' | 'accessKey' | 'secretKey'>,
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  async signIn(): Promise<void> {
    const { accessKey, secretKey } = this.tracker;
    const basic = Buffer.from(`${accessKey}:${secretKey}`).toString('base64');
    const answer = await this.post('auth.login', '{}', 'application/json', `Basic ${basic}`);
    this.token = tokenData.parse(readEnvelope(answer, 'auth.login')).token;
  }

  async call(endpoint: string, body: object): Promise<Record<string, unknown>> {
    return readEnvelope(await this.post(endpoint, JSON.stringify(body), 'application/json'), endpoint);
  }

  /** Answer as it came, not parsed. */
  async callRaw(endpoint: string, body: object): Promise<Buffer> {
    return this.post(endpoint, JSON.stringify(body), 'application/json');
  }

  /** Sends ready-made JSON lines; resolves when the tracker acknowledged them. */
  async addBatch(jsonLines: string | Buffer): Promise<void> {
    readEnvelope(
      await this.post('events.add_batch', jsonLines, 'application/json-lines'),
      'events.add_batch',
    );
  }

  async createProject(name: string): Promise<string> {
    return idData.parse(await this.call('projects.create', { name, description: '' })).id;
  }

  async createTask(name: string, project: string): Promise<string> {
    return idData.parse(await this.call('tasks.create', { name, project, type: 'training' })).id;
  }

  dispose(): void {
    this.agent.destroy();
  }

  private post(
    endpoint: string,
    body: string | Buffer,
    contentType: string,
    authorization = `Bearer ${this.token}`,
  ): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        `${this.tracker.url}/v2.34/${endpoint}`,
        {
          method: 'POST',
          agent: this.agent,
          headers: { authorization, 'content-type': contentType, 'content-length': Buffer.byteLength(body) },
        },
        (incoming) => {
          const parts: Buffer[] = [];
          incoming.on('data', (part: Buffer) => parts.push(part));
          incoming.on('error', reject);
          incoming.on('end', () => {
            resolve(Buffer.concat(parts));
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}

/** Scalars of one task as the JSON lines of `events.add_batch`. */
export function scalarLines(task: string, points: readonly ScalarPoint[]): string {
  return points
    .map((point) => JSON.stringify({ type: 'training_stats_scalar', task, allow_locked: false, ...point }))
    .join('\n');
}

function readEnvelope(answer: Buffer, endpoint: string): Record<string, unknown> {
  const { meta, data } = envelope.parse(JSON.parse(answer.toString('utf8')));
  if (meta.result_code !== 200) {
    throw new Error(`${endpoint} was refused with ${meta.result_code}: ${meta.result_msg}`);
  }
  return data;
}
