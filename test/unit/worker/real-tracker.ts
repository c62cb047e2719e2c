import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import * as z from 'zod';
import { decodeSeries } from '../../../src/backends/clearml/series-wire';
import { consoleData } from '../../../src/backends/clearml/trackside-wire';
import { LAUNCH_CONFIGURATION_NAME } from '../../../src/core/launch-configuration';
import { silentLogger } from '../../../src/core/logger';
import { ensureTracker, type RunningTracker } from '../../../src/tracker/lifecycle/ensure-tracker';

export const credentials = { accessKey: 'ACCESS', secretKey: 'secret' };

const taskData = z.object({
  task: z.object({
    status: z.string(),
    status_reason: z.string().nullish(),
    last_iteration: z.number().nullish(),
    last_worker: z.string().nullish(),
  }),
});

/** The real tracker process with the real local worker and runners, from bundles of their own. */
export class RealTracker {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'trackside-real-'));
  running: RunningTracker | undefined;
  private token = '';

  get dataDir(): string {
    return path.join(this.folder, 'data');
  }

  async build(): Promise<void> {
    await build({
      entryPoints: { tracker: 'src/tracker/main.ts', runner: 'src/tracker/runner/main.ts' },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outdir: path.join(this.folder, 'dist'),
      logLevel: 'error',
    });
  }

  async start(): Promise<void> {
    this.running = await ensureTracker({
      dataDir: this.dataDir,
      trackerScript: path.join(this.folder, 'dist', 'tracker.js'),
      nodePath: process.execPath,
      credentials,
      version: '0.1.0',
      logger: silentLogger,
      signal: AbortSignal.timeout(30_000),
    });
    const basic = Buffer.from(`${credentials.accessKey}:${credentials.secretKey}`).toString('base64');
    const answer = await this.post('auth.login', {}, `Basic ${basic}`);
    this.token = z.object({ token: z.string() }).parse(answer).token;
  }

  kill(): void {
    process.kill(this.running?.pid ?? Number.NaN, 'SIGKILL');
  }

  async dispose(): Promise<void> {
    try {
      await this.start(); // the one that runs now, whoever started it
      process.kill(this.running?.pid ?? Number.NaN, 'SIGTERM');
      await delay(300);
    } finally {
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  async call(endpoint: string, body: object): Promise<unknown> {
    return this.post(endpoint, body, `Bearer ${this.token}`);
  }

  /** Creates a task for Python text and puts it into the default queue. */
  async launch(name: string, text: string, settings: object = {}): Promise<string> {
    const script = path.join(this.folder, `${name}.py`);
    mkdirSync(path.dirname(script), { recursive: true });
    writeFileSync(script, text);
    const launch = {
      version: 1,
      script,
      workingDirectory: this.folder,
      interpreter: 'python3',
      arguments: [],
      environment: {},
      ...settings,
    };
    const configuration = {
      [LAUNCH_CONFIGURATION_NAME]: { name: LAUNCH_CONFIGURATION_NAME, value: JSON.stringify(launch) },
    };
    const created = await this.call('tasks.create', {
      name: `task ${name}`,
      type: 'training',
      configuration,
    });
    const { id } = z.object({ id: z.string() }).parse(created);
    await this.enqueue(id);
    return id;
  }

  async enqueue(task: string): Promise<void> {
    const { id } = z.object({ id: z.string() }).parse(await this.call('queues.get_default', {}));
    await this.call('tasks.enqueue', { task, queue: id });
  }

  async task(task: string): Promise<z.infer<typeof taskData>['task']> {
    return taskData.parse(await this.call('tasks.get_by_id', { task })).task;
  }

  async console(task: string): Promise<string> {
    const pages: string[] = [];
    for await (const page of this.consolePages(task)) {
      pages.push(page);
    }
    return pages.join('\n');
  }

  /** The console in pieces, in order; a line end belongs between them. */
  async *consolePages(task: string): AsyncGenerator<string> {
    let cursor: string | undefined;
    for (;;) {
      const page = consoleData.parse(await this.call('trackside.console', { task, cursor, limit: 1_000 }));
      if (page.chunks.length > 0) {
        yield page.chunks.map(({ text }) => text).join('\n');
      }
      if (!page.has_more) {
        return;
      }
      cursor = page.cursor;
    }
  }

  async series(task: string): Promise<ReturnType<typeof decodeSeries>['series']> {
    const response = await this.request('trackside.series', { task }, `Bearer ${this.token}`);
    return decodeSeries(new Uint8Array(await response.arrayBuffer())).series;
  }

  /** Steps and values of one series, in order of steps. */
  async points(task: string, metric: string): Promise<readonly (readonly [number, number])[]> {
    const found = (await this.series(task)).find(({ name }) => name.metric === metric);
    return [...(found?.steps ?? [])].map((step, index) => [step, found?.values[index] ?? Number.NaN]);
  }

  async untilTask(
    task: string,
    isRight: (state: z.infer<typeof taskData>['task']) => boolean,
  ): Promise<string> {
    const deadline = performance.now() + 90_000;
    for (;;) {
      const state = await this.task(task);
      if (isRight(state)) {
        return state.status_reason ?? '';
      }
      if (performance.now() > deadline) {
        throw new Error(`Waited in vain; the task is ${JSON.stringify(state)}`);
      }
      await delay(30);
    }
  }

  private async post(endpoint: string, body: object, authorization: string): Promise<unknown> {
    const response = await this.request(endpoint, body, authorization);
    const answer = z
      .object({ meta: z.object({ result_msg: z.string() }), data: z.unknown() })
      .parse(await response.json());
    if (response.status !== 200) {
      throw new Error(`${endpoint}: ${response.status} ${answer.meta.result_msg}`);
    }
    return answer.data;
  }

  private request(endpoint: string, body: object, authorization: string): Promise<Response> {
    return fetch(`${this.running?.url ?? ''}/${endpoint}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
}
