import path from 'node:path';
import * as z from 'zod';
import { spread, timeEach, type BenchRow, type Figures } from './bench-row';
import { TrackerClient } from './tracker-client';
import { startTracker } from './tracker-process';

const TASKS = 100_000;
const CONNECTIONS = 8;
const PAGE = 100;

const page = z.object({ tasks: z.array(z.object({ id: z.string() })) });

/** What the Tasks and Projects trees ask for: the newest 100 tasks of a project with the fields that a row shows. */
export const firstPageRow: BenchRow = {
  id: 'firstPage',
  title: `First page of a ${TASKS.toLocaleString('en')}-task project`,
  budget: '< 200 ms',
  async run({ root, folder, say }): Promise<Figures> {
    const tracker = await startTracker(root, path.join(folder, 'data'));
    const client = new TrackerClient(tracker, CONNECTIONS);
    try {
      await client.signIn();
      const project = await client.createProject('Bench/Many tasks');
      say(`creating ${TASKS.toLocaleString('en')} tasks over HTTP`);
      const createdPerSecond = await createTasks(client, project);
      const samplesMs = await timeEach(20, async () => {
        const { tasks } = page.parse(await client.call('tasks.get_all_ex', firstPage(project)));
        if (tasks.length !== PAGE) {
          throw new Error(`The first page holds ${tasks.length} tasks instead of ${PAGE}.`);
        }
      });
      const [firstMs = Number.NaN] = samplesMs;
      return { firstMs: Math.round(firstMs), ...spread(samplesMs), createdPerSecond };
    } finally {
      client.dispose();
      await tracker.stop();
    }
  },
};

async function createTasks(client: TrackerClient, project: string): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, lane) => {
      for (let index = lane; index < TASKS; index += CONNECTIONS) {
        await client.createTask(`Run ${index}`, project);
      }
    }),
  );
  return Math.round(TASKS / ((performance.now() - startedAt) / 1_000));
}

function firstPage(project: string): object {
  return {
    project: [project],
    page: 0,
    page_size: PAGE,
    order_by: ['-created'],
    system_tags: ['__$not', 'archived'],
    only_fields: [
      'name',
      'status',
      'status_message',
      'status_reason',
      'type',
      'project.name',
      'tags',
      'system_tags',
      'user.name',
      'created',
      'started',
      'completed',
      'last_update',
      'last_iteration',
      'last_worker',
      'execution.queue.name',
    ],
  };
}
