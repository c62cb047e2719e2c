import * as z from 'zod';
import { ApiError } from '../api-error';
import type { Endpoint } from '../http/call';
import { isoTime, type JsonObject } from '../json';
import type { TrackerContext } from '../tracker-context';
import type { WorkerRow, WorkerUpdate } from '../worker-table';
import { ids, maybeCount, maybeObject, maybeTags, maybeText, reading, writing } from './endpoint';

const named = z.object({ worker: z.string().min(1) });

/** Workers: what they report and who is there. */
export function workerEndpoints(context: TrackerContext): Endpoint[] {
  return [...reports(context), ...readers(context)];
}

function reports(context: TrackerContext): Endpoint[] {
  const registration = named.extend({
    timeout: maybeCount,
    queues: ids,
    tags: maybeTags,
    system_tags: maybeTags,
  });
  const report = named.extend({
    task: maybeText,
    queue: maybeText,
    queues: z.array(z.string()).nullish(),
    machine_stats: maybeObject,
    tags: maybeTags,
  });
  const now = (): number => context.clock.now();
  return [
    reading('workers.register', registration, (request) => {
      context.workers.report(request.worker, now(), {
        timeoutS: request.timeout ?? 600,
        queues: request.queues,
        tags: request.tags ?? [],
        systemTags: request.system_tags ?? [],
      });
      context.live.changed('workers');
      return {};
    }),
    reading('workers.unregister', named, ({ worker }) => {
      if (!context.workers.remove(worker)) {
        throw new ApiError(400, 1001, `Invalid worker id: worker=${worker}`);
      }
      context.live.changed('workers');
      return {};
    }),
    writing(context, 'workers.status_report', report, (request) => {
      const update: WorkerUpdate = {
        taskId: request.task,
        queueId: request.queue,
        tags: request.tags ?? [],
        lastReportAt: now(),
        ...(request.queues && { queues: request.queues }),
        ...(request.machine_stats && { machineStats: request.machine_stats }),
      };
      context.workers.report(request.worker, now(), update);
      markTask(context, request.task, request.worker);
      context.live.changed('workers');
      return {};
    }),
  ];
}

/** The task that a worker reports is run by it, which decides how a stop request reaches it. */
function markTask(context: TrackerContext, taskId: string | undefined, worker: string): void {
  const task = taskId === undefined ? undefined : context.storage.tasks.find(taskId);
  if (task !== undefined) {
    const now = context.clock.now();
    context.storage.tasks.change(task.key, {
      last_worker: worker,
      last_worker_report: now,
      last_update: now,
    });
  }
}

function readers(context: TrackerContext): Endpoint[] {
  const input = z.object({ last_seen: maybeCount, tags: ids, worker_pattern: maybeText });
  const list = (lastSeenS: number): WorkerRow[] => {
    context.workersAsked.fire();
    return context.workers.list(context.clock.now(), lastSeenS);
  };
  return [
    reading('workers.get_all', input, ({ last_seen: lastSeenS, tags }) => ({
      workers: list(lastSeenS ?? 3600)
        .filter((row) => tags.length === 0 || row.tags.some((tag) => tags.includes(tag)))
        .map((row) => toDocument(context, row)),
    })),
    reading('workers.get_count', input, ({ last_seen: lastSeenS }) => ({
      count: list(lastSeenS ?? 0).length,
    })),
  ];
}

function toDocument(context: TrackerContext, row: WorkerRow): JsonObject {
  const { userId, userName, companyId, companyName } = context.authentication.identity;
  const queues = row.queues.map((id) => queueDocument(context, id));
  return {
    id: row.id,
    key: row.id,
    ip: row.ip,
    user: { id: userId, name: userName },
    company: { id: companyId, name: companyName },
    ...taskDocument(context, row),
    queues,
    ...(row.queueId !== undefined && row.queues.includes(row.queueId)
      ? { queue: queueDocument(context, row.queueId) }
      : {}),
    register_time: isoTime(row.registeredAt),
    register_timeout: row.timeoutS,
    last_activity_time: isoTime(row.lastActivityAt),
    ...(row.lastReportAt !== undefined && { last_report_time: isoTime(row.lastReportAt) }),
    tags: row.tags,
    system_tags: row.systemTags,
    trackside: { machine_stats: row.machineStats },
  };
}

function taskDocument(context: TrackerContext, { taskId }: WorkerRow): JsonObject {
  const task = taskId === undefined ? undefined : context.storage.tasks.find(taskId);
  if (task === undefined) {
    return {};
  }
  const projectName = context.storage.projects.find(task.project ?? '')?.name;
  const runningTime = task.started === undefined ? 0 : context.clock.now() - task.started;
  return {
    task: { id: task.id, name: task.name, running_time: runningTime, last_iteration: task.lastIteration },
    ...(projectName !== undefined && { project: { id: task.project, name: projectName } }),
  };
}

function queueDocument(context: TrackerContext, id: string): JsonObject {
  const queue = context.storage.queues.find(id);
  const entries = context.storage.queues.entries(id);
  const next = entries[0] === undefined ? undefined : context.storage.tasks.find(entries[0].task);
  return {
    id,
    name: queue?.name ?? '',
    num_tasks: entries.length,
    ...(next !== undefined && { next_task: { id: next.id, name: next.name } }),
  };
}
