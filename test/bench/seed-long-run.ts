import { scalarLines, type ScalarPoint, type TrackerClient } from './tracker-client';

const BATCH = 20_000;

export const LONG_RUN = 'Long run';

/**
 * Writes a finished task with `seriesCount` noisy falling curves of `points` points each, and one spike per series
 * that a careless chart would lose. Returns the task's id.
 */
export async function seedLongRun(
  client: TrackerClient,
  seriesCount: number,
  points: number,
): Promise<string> {
  const task = await client.createTask(LONG_RUN, await client.createProject('Bench/Long runs'));
  await client.call('tasks.started', { task });
  const begin = Date.now() - points;
  for (let series = 0; series < seriesCount; series += 1) {
    for (let first = 0; first < points; first += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, points - first) }, (_, offset): ScalarPoint => {
        const iter = first + offset;
        const spike = iter === Math.floor(points / 3) + series ? 10 : 0;
        const value =
          Math.exp((-4 * iter) / points) * (1 + series / 4) + Math.sin(iter * 12.9898) * 0.05 + spike;
        return { metric: `metric ${series}`, variant: 'train', iter, value, timestamp: begin + iter };
      });
      await client.addBatch(scalarLines(task, batch));
    }
  }
  await client.call('tasks.completed', { task });
  return task;
}
