import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../../src/core/clock';
import { silentLogger } from '../../../src/core/logger';
import { Tracker } from '../../../src/tracker/tracker';

export const keys = { accessKey: 'ACCESS', secretKey: 'secret' };

/** A new empty folder that `remove` deletes. */
export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'trackside-tracker-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** An answer as it came. `data` is unchecked; read it with `field`. */
export interface Answer {
  readonly status: number;
  readonly code: number;
  readonly subcode: number;
  readonly message: string;
  readonly data: Record<string, unknown>;
  readonly bytes: Buffer;
}

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

const envelope = z.object({
  meta: z.object({ result_code: z.number(), result_subcode: z.number(), result_msg: z.string() }),
  data: z.record(z.string(), z.unknown()),
});

/** Sends exactly what is given; no credentials are added. */
export function send(
  port: number,
  { method = 'POST', path: target, headers = {}, body }: RawRequest,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port, method, path: target, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(toAnswer(response.statusCode ?? 0, Buffer.concat(chunks))));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

export function basic({ accessKey, secretKey }: typeof keys = keys): string {
  return `Basic ${Buffer.from(`${accessKey}:${secretKey}`).toString('base64')}`;
}

/** Sends a call with credentials. */
export function call(
  port: number,
  name: string,
  data: unknown = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const common = { authorization: basic(), 'content-type': 'application/json' };
  return send(port, {
    path: `/v2.34/${name}`,
    headers: { ...common, ...headers },
    body: JSON.stringify(data),
  });
}

/** Sends events as json-lines. */
export function report(
  port: number,
  events: readonly object[],
  headers: Record<string, string> = {},
): Promise<Answer> {
  const body = events.map((event) => JSON.stringify(event)).join('\n');
  const common = { authorization: basic(), 'content-type': 'application/json-lines' };
  return send(port, { path: '/v2.23/events.add_batch', headers: { ...common, ...headers }, body });
}

export function scalar(
  task: string,
  iter: number,
  value: unknown,
  metric = 'loss',
  variant = 'train',
): object {
  return {
    type: 'training_stats_scalar',
    task,
    iter,
    value,
    metric,
    variant,
    timestamp: 1_700_000_000_000 + iter,
  };
}

/** What is at a path of keys and indices; `undefined` where there is nothing. */
export function at(value: unknown, ...steps: (string | number)[]): unknown {
  return steps.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) {
      const list: unknown[] = inner;
      return typeof step === 'number' ? list[step] : undefined;
    }
    return typeof inner === 'object' && inner !== null
      ? new Map<unknown, unknown>(Object.entries(inner)).get(step)
      : undefined;
  }, value);
}

export function idOf(answer: Answer): string {
  return z.string().parse(answer.data['id']);
}

export interface RunningTracker {
  readonly tracker: Tracker;
  readonly port: number;
  readonly folder: string;
  /** Ends the tracker and deletes its data. */
  end(): void;
}

/** A tracker in this process on a free port, without a local worker. */
export async function startTracker(): Promise<RunningTracker> {
  const { folder, remove } = temporaryFolder();
  const options = {
    dataDir: folder,
    credentials: keys,
    version: '1.2.3',
    clock: systemClock,
    logger: silentLogger,
  };
  const tracker = new Tracker(options);
  const port = await tracker.listen(0);
  return {
    tracker,
    port,
    folder,
    end: () => {
      tracker.dispose();
      remove();
    },
  };
}

/** A draft task; returns its id. */
export async function createTask(port: number, more: object = {}): Promise<string> {
  return idOf(await call(port, 'tasks.create', { name: 'a task', type: 'training', ...more }));
}

function toAnswer(status: number, bytes: Buffer): Answer {
  const parsed = envelope.safeParse(tryParse(bytes.toString('utf8')));
  const { meta, data } = parsed.success
    ? parsed.data
    : { meta: { result_code: -1, result_subcode: -1, result_msg: '' }, data: {} };
  const { result_code: code, result_subcode: subcode, result_msg: message } = meta;
  return { status, code, subcode, message, data, bytes };
}

function tryParse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
