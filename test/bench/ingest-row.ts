import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import type { BenchContext, BenchRow, Figures } from './bench-row';
import { percentile, tidy } from './bench-row';
import { measureMlflowIngest, MLFLOW_BATCH } from './peers/mlflow-ingest';
import { scalarLines, TrackerClient, type ScalarPoint } from './tracker-client';
import { startTracker } from './tracker-process';

const SCALARS = { full: 200_000, small: 20_000 } as const;
/** Both sides in turn, so that a busy moment of the machine does not fall on one of them alone; medians count. */
const ROUNDS = 7;
const SERIES = 10;
const CONNECTIONS = 4;
/** Points per request and per transaction: what a chatty script sends, and what a bulk import sends. */
const BATCH_SIZES = [500, 10_000] as const;

const rawResult = z.object({ rowsPerSecond: z.number() });

/**
 * The same number of scalars, in batches of the same size, on the same disk: once over HTTP into the tracker (one
 * process sends, one stores), once as rows straight into SQLite by one process. Both with a write-ahead log and
 * `synchronous=FULL`. Bodies are made before the clock starts; the tracker parses and checks them, raw SQLite
 * gets numbers.
 */
export const ingestRow: BenchRow = {
  id: 'ingest',
  title: 'Durable ingest over HTTP',
  budget: '≥ 100,000 scalars/s; ≥ 0.4 of raw SQLite',
  async run(context): Promise<Figures> {
    const figures: Record<string, number> = {};
    const mlflow = await mlflowFigure(context);
    for (const batchSize of BATCH_SIZES) {
      context.say(`${countOf(context).toLocaleString('en')} scalars in batches of ${batchSize}`);
      const rounds: { overHttp: number; raw: number }[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        rounds.push({
          overHttp: await measureHttp(context, batchSize, round),
          raw: await measureRaw(context, batchSize, round),
        });
      }
      const overHttp = percentile(
        rounds.map((figure) => figure.overHttp),
        0.5,
      );
      const raw = percentile(
        rounds.map((figure) => figure.raw),
        0.5,
      );
      figures[`batch${batchSize}ScalarsPerSecond`] = tidy(overHttp);
      figures[`batch${batchSize}RawSqlitePerSecond`] = tidy(raw);
      figures[`batch${batchSize}Ratio`] = tidy(overHttp / raw);
      context.compare({
        what: `Durable ingest in batches of ${batchSize.toLocaleString('en')} (MLflow: ${MLFLOW_BATCH.toLocaleString('en')}, its maximum)`,
        unit: 'scalars/s',
        better: 'higher',
        goal: '20 × MLflow; 0.4 of raw SQLite',
        values: { Trackside: tidy(overHttp), MLflow: mlflow, 'raw SQLite': tidy(raw) },
      });
    }
    return figures;
  },
};

function countOf({ small }: BenchContext): number {
  return small ? SCALARS.small : SCALARS.full;
}

/** Scalars per second, or why there are none. */
async function mlflowFigure(context: BenchContext): Promise<number | string> {
  try {
    return tidy(await measureMlflowIngest(context, CONNECTIONS));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function measureHttp(context: BenchContext, batchSize: number, round: number): Promise<number> {
  const { root, folder } = context;
  const count = countOf(context);
  const tracker = await startTracker(root, path.join(folder, `http-${batchSize}-${round}`));
  const client = new TrackerClient(tracker, CONNECTIONS);
  try {
    await client.signIn();
    const task = await client.createTask('Ingest', await client.createProject('Bench'));
    const bodies = makeBodies(task, batchSize, count);
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async (_, lane) => {
        for (let index = lane; index < bodies.length; index += CONNECTIONS) {
          await client.addBatch(bodies[index] ?? Buffer.alloc(0));
        }
      }),
    );
    const seconds = (performance.now() - startedAt) / 1_000;
    await assertStored(client, task, count);
    return count / seconds;
  } finally {
    client.dispose();
    await tracker.stop();
  }
}

function makeBodies(task: string, batchSize: number, count: number): Buffer[] {
  const now = Date.now();
  return Array.from({ length: count / batchSize }, (_, batch) => {
    const points = Array.from({ length: batchSize }, (__, offset): ScalarPoint => {
      const index = batch * batchSize + offset;
      const step = Math.floor(index / SERIES);
      const value = Math.exp(-step / 20_000) + Math.sin(index) * 0.01;
      return {
        metric: 'loss',
        variant: `series ${index % SERIES}`,
        iter: step,
        value,
        timestamp: now + step,
      };
    });
    return Buffer.from(scalarLines(task, points));
  });
}

const summary = z.object({ series: z.array(z.object({ count: z.number() })) });

/** A fast tracker that lost points would be no tracker. */
async function assertStored(client: TrackerClient, task: string, count: number): Promise<void> {
  const { series } = summary.parse(await client.call('trackside.summary', { task }));
  const stored = series.reduce((sum, each) => sum + each.count, 0);
  if (stored !== count) {
    throw new Error(`The tracker acknowledged ${count} scalars and holds ${stored}.`);
  }
}

async function measureRaw(context: BenchContext, batchSize: number, round: number): Promise<number> {
  const { folder } = context;
  const database = path.join(folder, `raw-${batchSize}-${round}.db`);
  const child = spawn(
    process.execPath,
    [__filename, '--raw-sqlite', database, String(countOf(context)), String(batchSize)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (child.exitCode !== 0) {
    throw new Error(`Writing to raw SQLite ended with ${String(child.exitCode)}.`);
  }
  return rawResult.parse(JSON.parse(output)).rowsPerSecond;
}
