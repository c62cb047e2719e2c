import * as z from 'zod';
import { ClearMlBackend } from '../../../src/backends/clearml/clearml-backend';
import type { ClearMlKeys, ClearMlOptions } from '../../../src/backends/clearml/session';
import { silentLogger } from '../../../src/core/logger';

/** A running server that the contract is checked against. */
export interface ContractServer {
  readonly url: string;
  readonly keys: ClearMlKeys;
  /** Whether it is Trackside's tracker, which adds exact differences and pushes. */
  readonly isTrackside: boolean;
  /** The second part of the version of the API, such as 34 of 2.34. */
  readonly apiMinor: number;
  /** Whether rows say which worker runs them and who may change them. */
  readonly tellsAll: boolean;
  stop(): Promise<void>;
}

export function openBackend(
  server: Pick<ContractServer, 'url' | 'keys'>,
  more: Partial<ClearMlOptions> = {},
): ClearMlBackend {
  return new ClearMlBackend({
    apiUrl: server.url,
    credentials: () => Promise.resolve(server.keys),
    logger: silentLogger,
    userAgent: 'Trackside-test',
    ...more,
  });
}

const answerData = z.object({ data: z.record(z.string(), z.unknown()) });

/** Fills a server through its own calls, as an SDK and an agent would, not through our backend. */
export class Seeder {
  private readonly authorization: string;

  constructor(private readonly server: Pick<ContractServer, 'url' | 'keys'>) {
    const { accessKey, secretKey } = server.keys;
    this.authorization = `Basic ${Buffer.from(`${accessKey}:${secretKey}`).toString('base64')}`;
  }

  async call(name: string, body: object): Promise<Record<string, unknown>> {
    return this.send(name, JSON.stringify(body), 'application/json');
  }

  async task(fields: { readonly name: string } & Record<string, unknown>): Promise<string> {
    return idOf(await this.call('tasks.create', { type: 'training', ...fields }));
  }

  async project(name: string): Promise<string> {
    return idOf(await this.call('projects.create', { name, description: '' }));
  }

  async events(events: readonly object[]): Promise<void> {
    const lines = events.map((event) => JSON.stringify(event)).join('\n');
    await this.send('events.add_batch', lines, 'application/json-lines');
  }

  async scalars(
    task: string,
    metric: string,
    variant: string,
    points: readonly (readonly [number, number])[],
  ): Promise<void> {
    const timestamp = Date.now();
    await this.events(
      points.map(([iter, value]) => ({
        type: 'training_stats_scalar',
        task,
        metric,
        variant,
        iter,
        value,
        timestamp,
      })),
    );
  }

  private async send(name: string, body: string, contentType: string): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.server.url}/${name}`, {
      method: 'POST',
      headers: { authorization: this.authorization, 'content-type': contentType },
      body,
    });
    const text = await response.text();
    if (response.status !== 200) {
      throw new Error(`Seeding: ${name} → ${response.status} ${text.slice(0, 300)}`);
    }
    return answerData.parse(JSON.parse(text)).data;
  }
}

function idOf(data: Record<string, unknown>): string {
  return z.object({ id: z.string() }).parse(data).id;
}

/** Never fires; tests end by themselves. */
export function noSignal(): AbortSignal {
  return new AbortController().signal;
}

export { refusal } from '../refusal';
