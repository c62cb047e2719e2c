import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { decodeSeries } from '../../src/backends/clearml/series-wire';
import { TrackerClient } from '../../test/bench/tracker-client';
import { startTracker } from '../../test/bench/tracker-process';

/** A task as the tracker holds it. */
export interface TrackedTask {
  readonly id: string;
  readonly name: string;
  /** ClearML's word, such as `completed`. */
  readonly status: string;
  readonly statusReason: string;
  readonly series: readonly TrackedSeries[];
}

export interface TrackedSeries {
  readonly metric: string;
  readonly variant: string;
  readonly steps: Float64Array;
  /** Epoch milliseconds at which each point was read from the console. */
  readonly times: Float64Array;
}

const taskList = z.object({
  tasks: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      status: z.string(),
      status_reason: z.string().optional(),
    }),
  ),
});

/**
 * What the editor's tracker has on disk. Its keys are in the editor's SecretStorage, so its database is copied (while
 * it may be in use) and served by a tracker with keys of our own.
 */
export async function readTrackerCopy(
  root: string,
  extensionDataFolder: string,
  folder: string,
): Promise<TrackedTask[]> {
  mkdirSync(folder, { recursive: true });
  const source = new DatabaseSync(findDatabase(extensionDataFolder), { readOnly: true });
  await backup(source, path.join(folder, DATABASE));
  source.close();
  const tracker = await startTracker(root, folder);
  const client = new TrackerClient(tracker, 1);
  try {
    await client.signIn();
    const { tasks } = taskList.parse(
      await client.call('tasks.get_all_ex', {
        order_by: ['created'],
        only_fields: ['name', 'status', 'status_reason'],
      }),
    );
    const found: TrackedTask[] = [];
    for (const { id, name, status, status_reason } of tasks) {
      const { series } = decodeSeries(await client.callRaw('trackside.series', { task: id }));
      found.push({
        id,
        name,
        status,
        statusReason: status_reason ?? '',
        series: series.map(({ name: { metric, variant }, steps, times }) => ({
          metric,
          variant,
          steps,
          times,
        })),
      });
    }
    return found;
  } finally {
    client.dispose();
    await tracker.stop();
  }
}

const DATABASE = 'tracker.sqlite';

function findDatabase(folder: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
    (name) => path.basename(name) === DATABASE,
  );
  if (found === undefined) {
    throw new Error(`No ${DATABASE} below ${folder}: the tracker never started.`);
  }
  return path.join(folder, found);
}
