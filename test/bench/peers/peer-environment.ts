import * as z from 'zod';

const there = z.object({
  /** Runs both products by `-m`. */
  python: z.string(),
  versions: z.object({ tensorboard: z.string(), mlflow: z.string() }),
});
const absent = z.object({ reason: z.string() });

export type Peers = z.infer<typeof there>;

/** What scripts/bench.mjs installed; throws the reason when the peers could not be had. */
export function requirePeers(): Peers {
  const text = process.env['TRACKSIDE_BENCH_PEERS'];
  if (text === undefined) {
    throw new Error('TensorBoard and MLflow are installed by `npm run bench` alone.');
  }
  const found = z.union([there, absent]).parse(JSON.parse(text));
  if ('reason' in found) {
    throw new Error(found.reason);
  }
  return found;
}
