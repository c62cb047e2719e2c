import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { BenchContext } from '../bench-row';
import { startMlflow } from './mlflow';
import { requirePeers } from './peer-environment';

/** The most that one `log-batch` request may hold. */
export const MLFLOW_BATCH = 1_000;
const BATCHES = { full: 40, small: 4 } as const;
const METRICS = 10;

/** Scalars per second that MLflow's server takes by `log-batch`; bodies are made before the clock starts. */
export async function measureMlflowIngest(context: BenchContext, connections: number): Promise<number> {
  const folder = path.join(context.folder, 'ingest-mlflow');
  mkdirSync(folder, { recursive: true });
  context.say('ingest by MLflow');
  const server = await startMlflow(requirePeers(), folder);
  try {
    const run = await server.client.createRun(await server.client.createExperiment('Ingest'), 'ingest');
    const bodies = makeBodies(run, context.small ? BATCHES.small : BATCHES.full);
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: connections }, async (_, lane) => {
        for (let index = lane; index < bodies.length; index += connections) {
          await server.client.logBatch(bodies[index] ?? '');
        }
      }),
    );
    return (bodies.length * MLFLOW_BATCH) / ((performance.now() - startedAt) / 1_000);
  } finally {
    await server.stop();
  }
}

function makeBodies(run: string, batches: number): string[] {
  const now = Date.now();
  return Array.from({ length: batches }, (_, batch) => {
    const metrics = Array.from({ length: MLFLOW_BATCH }, (__, offset) => {
      const index = batch * MLFLOW_BATCH + offset;
      const step = Math.floor(index / METRICS);
      const value = Math.exp(-step / 20_000) + Math.sin(index) * 0.01;
      return { key: `loss/series ${index % METRICS}`, value, timestamp: now + step, step };
    });
    return JSON.stringify({ run_id: run, metrics });
  });
}
