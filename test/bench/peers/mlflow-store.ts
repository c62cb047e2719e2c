import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import type { PeerRun } from './peer-data';

const experiment = z.object({ experiment_id: z.string() });
const run = z.object({ run: z.object({ info: z.object({ run_id: z.string() }) }) });

/** MLflow's REST API, as far as the bench speaks it. */
export class MlflowClient {
  constructor(private readonly url: string) {}

  async createExperiment(name: string): Promise<string> {
    return experiment.parse(await this.post('experiments/create', { name })).experiment_id;
  }

  /** @param colour what a person would have picked in the page: by itself a run may get a black that is taken for text */
  async createRun(experimentId: string, name: string, colour?: string): Promise<string> {
    const tags = colour === undefined ? [] : [{ key: 'mlflow.runColor', value: colour }];
    const body = { experiment_id: experimentId, run_name: name, start_time: Date.now(), tags };
    return run.parse(await this.post('runs/create', body)).run.info.run_id;
  }

  async finishRun(runId: string): Promise<void> {
    await this.post('runs/update', { run_id: runId, status: 'FINISHED', end_time: Date.now() });
  }

  /** `body` is a `log-batch` request as JSON, with at most 1,000 metrics. */
  async logBatch(body: string): Promise<void> {
    await this.send('runs/log-batch', body);
  }

  private async post(path: string, body: object): Promise<unknown> {
    return this.send(path, JSON.stringify(body));
  }

  private async send(path: string, body: string): Promise<unknown> {
    const answer = await fetchTwice(`${this.url}/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    if (!answer.ok) {
      throw new Error(`MLflow refused ${path} with ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    }
    return answer.json();
  }
}

/** Once more when the server closed a connection that the client was about to use again. */
async function fetchTwice(address: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(address, options);
  } catch {
    return fetch(address, options);
  }
}

/**
 * Puts a run's points into the tables where `log-batch` would put them: a million points take seconds so, not minutes.
 * Only for what is looked at afterwards; ingest is measured through the API.
 */
export function fillRun(databaseFile: string, runId: string, { metrics, times }: PeerRun): void {
  const database = new DatabaseSync(databaseFile, { timeout: 30_000 });
  try {
    database.exec('BEGIN IMMEDIATE');
    const columns = '(key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, 0, ?)';
    const insert = database.prepare(`INSERT INTO metrics ${columns}`);
    const latest = database.prepare(`INSERT INTO latest_metrics ${columns}`);
    for (const { name, values } of metrics) {
      values.forEach((value, step) => insert.run(name, value, times[step] ?? 0, step, runId));
      latest.run(name, values.at(-1) ?? 0, times.at(-1) ?? 0, values.length - 1, runId);
    }
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}
