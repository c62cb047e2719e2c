import path from 'node:path';
import * as z from 'zod';
import { spread, timeEach, type BenchRow, type Figures } from './bench-row';
import { copyNewestTask } from './seed-many-tasks';
import { scalarLines, TrackerClient } from './tracker-client';
import { startTracker } from './tracker-process';

const TASKS = 100_000;
const PAGE = 100;

const page = z.object({ tasks: z.array(z.object({ id: z.string() })) });

/** What the Tasks and Projects trees ask for: the newest 100 tasks of a project with the fields that a row shows. */
export const firstPageRow: BenchRow = {
  id: 'firstPage',
  title: `First page of a ${TASKS.toLocaleString('en')}-task project`,
  budget: '< 200 ms',
  async run({ root, folder, say }): Promise<Figures> {
    const dataDir = path.join(folder, 'data');
    const project = await withTracker(root, dataDir, createOneTask);
    say(`copying a task ${TASKS.toLocaleString('en')} times`);
    copyNewestTask(dataDir, TASKS - 1);
    return withTracker(root, dataDir, async (client) => {
      const samplesMs = await timeEach(20, async () => {
        const { tasks } = page.parse(await client.call('tasks.get_all_ex', firstPage(project)));
        if (tasks.length !== PAGE) {
          throw new Error(`The first page holds ${tasks.length} tasks instead of ${PAGE}.`);
        }
      });
      const [firstMs = Number.NaN] = samplesMs;
      return { firstMs: Math.round(firstMs), ...spread(samplesMs) };
    });
  },
};

async function withTracker<T>(
  root: string,
  dataDir: string,
  work: (client: TrackerClient) => Promise<T>,
): Promise<T> {
  const tracker = await startTracker(root, dataDir);
  const client = new TrackerClient(tracker, 1);
  try {
    await client.signIn();
    return await work(client);
  } finally {
    client.dispose();
    await tracker.stop();
  }
}

/** A task as a finished run leaves it. Returns its project. */
async function createOneTask(client: TrackerClient): Promise<string> {
  const project = await client.createProject('Bench/Many tasks');
  const task = await client.createTask('Run 0', project);
  await client.call('tasks.started', { task });
  await client.addBatch(scalarLines(task, [{ metric: 'loss', variant: 'train', iter: 1, value: 0.5 }]));
  await client.call('tasks.completed', { task });
  return project;
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
