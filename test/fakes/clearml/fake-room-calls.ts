import { FakeError, isRow, textIn, textsIn, type Row } from './fake-error';
import { modelCalls } from './fake-model-calls';
import { projectCalls } from './fake-project-calls';
import { isoDate } from './fake-task-documents';
import { tableCalls } from './fake-table-calls';
import type { Handler } from './fake-task-calls';
import { page } from './fake-task-filter';
import type { FakeWorld, Personality } from './fake-world';

/** Projects, queues, workers and who is there. */
export function roomCalls(world: FakeWorld, personality: Personality): Record<string, Handler> {
  const calls: Record<string, Handler> = {
    ...projectCalls(world, personality),
    'queues.get_all_ex': (data) => ({ queues: page(listQueues(world, personality), data) }),
    ...queueCalls(world),
    'workers.get_all': () => ({ workers: listWorkers(world, personality) }),
    'workers.status_report': (data) => reportWorker(world, data),
    'server.info': () =>
      personality === 'real'
        ? { version: '2.3.0', build: '1', commit: 'abc', api_version: '2.34' }
        : { version: '1.9.0' },
  };
  if (personality === 'real') {
    Object.assign(calls, tableCalls(world), modelCalls(world));
    calls['users.get_current_user'] = () => ({
      user: { id: 'user', name: 'Ada', role: 'user', company: { id: 'company', name: 'Acme' } },
    });
    calls['workers.get_stats'] = (data) => ({ workers: workerStats(world, data) });
    calls['queues.get_queue_metrics'] = (data) => ({ queues: queueMetrics(world, data) });
  }
  return calls;
}

function listQueues(world: FakeWorld, personality: Personality): Row[] {
  return world.queues.map(({ id, name, isDefault, entries }) => ({
    id,
    name,
    system_tags: isDefault ? ['default'] : [],
    entries: entries.map(({ task, added }) => ({
      task: { id: task, name: world.task(task).name },
      added: isoDate(added, personality),
    })),
    ...(personality === 'real'
      ? {
          workers: [...world.workers.values()]
            .filter(({ queues }) => queues.includes(id))
            .map((worker) => ({ name: worker.id, key: worker.id })),
        }
      : {}),
  }));
}

function queueCalls(world: FakeWorld): Record<string, Handler> {
  const mover =
    (to: (index: number, length: number) => number): Handler =>
    (data) => {
      const { entries } = world.queue(textIn(data, 'queue'));
      const index = entries.findIndex(({ task }) => task === textIn(data, 'task'));
      const [entry] = index < 0 ? [] : entries.splice(index, 1);
      if (entry === undefined) {
        throw new FakeError(400, 703, 'Task not found in queue');
      }
      const position = Math.max(0, Math.min(entries.length, to(index, entries.length)));
      entries.splice(position, 0, entry);
      return { position };
    };
  return {
    'queues.create': (data) => createQueue(world, data),
    'queues.get_by_id': (data) => {
      const { id, name } = world.queue(textIn(data, 'queue'));
      return { queue: { id, name } };
    },
    'queues.update': (data) => {
      world.queue(textIn(data, 'queue')).name = textIn(data, 'name');
      return { updated: 1, fields: {} };
    },
    'queues.delete': (data) => {
      const queue = world.queue(textIn(data, 'queue'));
      if (queue.entries.length > 0 && data['force'] !== true) {
        throw new FakeError(400, 702, 'Queue is not empty');
      }
      release(world, queue.entries);
      world.queues.splice(world.queues.indexOf(queue), 1);
      return { deleted: 1 };
    },
    'queues.move_task_to_front': mover(() => 0),
    'queues.move_task_forward': mover((index) => index - 1),
    'queues.move_task_backward': mover((index) => index + 1),
    'queues.move_task_to_back': mover((_index, length) => length),
  };
}

function createQueue(world: FakeWorld, data: Row): Row {
  const name = textIn(data, 'name');
  if (world.queues.some((queue) => queue.name === name)) {
    throw new FakeError(400, 801, 'Value combination already exists');
  }
  return { id: world.addQueue(name).id };
}

/** What waited goes back to what it was. */
function release(world: FakeWorld, entries: readonly { readonly task: string }[]): void {
  for (const task of entries.map((entry) => world.task(entry.task))) {
    task.status = task.beforeQueue ?? 'created';
  }
}

function reportWorker(world: FakeWorld, data: Row): Row {
  const id = textIn(data, 'worker');
  const now = world.now();
  const figures = isRow(data['machine_stats']) ? data['machine_stats'] : {};
  if (typeof figures['cpu_usage'] === 'number') {
    throw new FakeError(400, 12, "Validation error (error for field 'machine_stats')");
  }
  const task = typeof data['task'] === 'string' ? { task: data['task'] } : {};
  world.workers.set(id, { id, queues: textsIn(data, 'queues'), figures, lastReport: now, ...task });
  if ('task' in task) {
    world.task(task.task).lastWorker = id;
  }
  return {};
}

function listWorkers(world: FakeWorld, personality: Personality): Row[] {
  return [...world.workers.values()].map((worker) => ({
    id: worker.id,
    key: `worker_${worker.id}`,
    queues: worker.queues.map((id) => ({ id, name: world.queue(id).name })),
    last_activity_time: isoDate(worker.lastReport, personality),
    last_report_time: isoDate(worker.lastReport, personality),
    ...(worker.task === undefined
      ? {}
      : { task: { id: worker.task, name: world.task(worker.task).name, running_time: 5_000 } }),
  }));
}

/** The first and the last bucket are ones that nobody measured in. */
function workerStats(world: FakeWorld, data: Row): Row[] {
  const interval = Number(data['interval']);
  if (interval < 40) {
    throw new FakeError(400, 12, 'Validation error (field=interval)');
  }
  const first = Number(data['from_date']) * 1000;
  const dates = [0, 1, 2, 3].map((index) => first + index * interval * 1000);
  return textsIn(data, 'worker_ids').flatMap((id) => {
    const worker = world.workers.get(id);
    return worker === undefined
      ? []
      : [
          {
            worker: id,
            metrics: Object.entries(worker.figures).map(([metric, value]) => ({
              metric,
              stats: [{ aggregation: 'avg', dates, values: [0, average(value) / 2, average(value), 0] }],
            })),
          },
        ];
  });
}

/** A figure comes as one number, or as a list of one for each core or GPU. */
function average(value: unknown): number {
  const parts = (Array.isArray(value) ? value : [value]).map(Number);
  return parts.reduce((sum, part) => sum + part, 0) / parts.length;
}

/** Hours without waiting tasks are left out. */
function queueMetrics(world: FakeWorld, data: Row): Row[] {
  const hour = 3_600_000;
  const first = Math.ceil((Number(data['from_date']) * 1000) / hour) * hour;
  return world.queues
    .filter(({ id }) => textsIn(data, 'queue_ids').includes(id))
    .map(({ id }) => ({
      queue: id,
      dates: [first, first + 2 * hour],
      avg_waiting_times: [60, 720],
      queue_lengths: [1, 4],
    }));
}
