import http from 'node:http';
import * as z from 'zod';
import type { Disposable } from '../../core/disposable';
import { RUN_HEADER } from '../../backends/clearml/trackside-wire';

const CALL_TIMEOUT_MS = 60_000;

const envelope = z.object({
  meta: z.object({
    result_code: z.number(),
    result_subcode: z.number().nullish(),
    result_msg: z.string().nullish(),
  }),
  data: z.unknown(),
});

/** The tracker answered, and the answer is no. */
export class TrackerRefusal extends Error {
  override readonly name = 'TrackerRefusal';

  constructor(
    readonly code: number,
    readonly subcode: number,
    message: string,
  ) {
    super(message);
  }

  /** The task does not exist any more (`400/101`). */
  get isTaskGone(): boolean {
    return this.code === 400 && this.subcode === 101;
  }

  /** Worth another try: the tracker is in trouble, not the request. */
  get isTemporary(): boolean {
    return this.code >= 500 || this.code === 429;
  }
}

export interface TrackerKeys {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Calls of one runner to the tracker. Throws {@link TrackerRefusal}, or any other error when there was no answer. */
export class TrackerSession implements Disposable {
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  private token: Promise<string> | undefined;

  constructor(
    private url: string,
    private readonly keys: TrackerKeys,
    private readonly workerId: string,
    private readonly runName: string,
  ) {}

  /** The tracker was started again, perhaps elsewhere. */
  moveTo(url: string): void {
    this.url = url;
    this.token = undefined;
  }

  async call(endpoint: string, body: Record<string, unknown>): Promise<unknown> {
    return this.signedPost(endpoint, 'application/json', Buffer.from(JSON.stringify(body)));
  }

  /** `lines`: one event as JSON per line. Resolves once the tracker has them on disk. */
  async addBatch(lines: Buffer): Promise<void> {
    await this.signedPost('events.add_batch', 'application/json-lines', lines);
  }

  dispose(): void {
    this.agent.destroy();
  }

  private async signedPost(endpoint: string, type: string, body: Buffer): Promise<unknown> {
    try {
      return await this.post(endpoint, `Bearer ${await this.signIn()}`, type, body);
    } catch (error) {
      if (!(error instanceof TrackerRefusal) || error.code !== 401) {
        throw error;
      }
      this.token = undefined;
      return this.post(endpoint, `Bearer ${await this.signIn()}`, type, body);
    }
  }

  private async signIn(): Promise<string> {
    this.token ??= this.logIn();
    try {
      return await this.token;
    } catch (error) {
      this.token = undefined;
      throw error;
    }
  }

  private async logIn(): Promise<string> {
    const pair = Buffer.from(`${this.keys.accessKey}:${this.keys.secretKey}`).toString('base64');
    const data = await this.post('auth.login', `Basic ${pair}`, 'application/json', Buffer.from('{}'));
    return z.object({ token: z.string() }).parse(data).token;
  }

  private async post(endpoint: string, authorization: string, type: string, body: Buffer): Promise<unknown> {
    const { status, text } = await this.send(
      endpoint,
      {
        authorization,
        'content-type': type,
        'content-length': body.length,
        'x-clearml-worker': this.workerId,
        [RUN_HEADER]: this.runName,
      },
      body,
    );
    const answer = envelope.parse(JSON.parse(text));
    if (status !== 200) {
      throw new TrackerRefusal(
        status,
        answer.meta.result_subcode ?? 0,
        answer.meta.result_msg ?? `HTTP ${status}`,
      );
    }
    return answer.data;
  }

  private send(
    endpoint: string,
    headers: http.OutgoingHttpHeaders,
    body: Buffer,
  ): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const request = http.request(
        `${this.url}/${endpoint}`,
        { method: 'POST', agent: this.agent, headers, timeout: CALL_TIMEOUT_MS },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('aborted', () => reject(new Error('The tracker broke off its answer.')));
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') });
          });
        },
      );
      request.on('timeout', () => request.destroy(new Error('The tracker did not answer in time.')));
      request.on('error', reject);
      request.end(body);
    });
  }
}
