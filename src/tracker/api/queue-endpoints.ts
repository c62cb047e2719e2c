import * as z from 'zod';
import { ApiError, invalidQueue } from '../api-error';
import type { Endpoint } from '../http/call';
import { isoTime, project as pick, stringsIn, type JsonObject } from '../json';
import { compilePattern, exactName } from '../storage/pattern';
import type { QueueRecord } from '../storage/queue-store';
import { DEFAULT_QUEUE, ensureDefaultQueue } from '../tasks/default-queue';
import { TaskCommands } from '../tasks/task-commands';
import type { TrackerContext } from '../tracker-context';
import {
  ids,
  maybeCount,
  maybeFlag,
  maybeObject,
  maybeTags,
  maybeText,
  paths,
  reading,
  writing,
} from './endpoint';
import { queueOrderEndpoints } from './queue-order-endpoints';

const fields = z.object({
  display_name: maybeText,
  tags: maybeTags,
  system_tags: maybeTags,
  metadata: maybeObject,
});
const named = z.object({ queue: z.string() });

/** Queues and their entries. */
export function queueEndpoints(context: TrackerContext): Endpoint[] {
  return [...readers(context), ...writers(context), ...takers(context), ...queueOrderEndpoints(context)];
}

/** The queue with this id; throws 400/701. */
export function requireQueue(context: TrackerContext, id: string): QueueRecord {
  const queue = context.storage.queues.find(id);
  if (queue === undefined) {
    throw invalidQueue(id);
  }
  return queue;
}

export function queuesChanged(context: TrackerContext): void {
  context.live.changed('queues');
  context.queueChanges.fire();
}

function readers(context: TrackerContext): Endpoint[] {
  const filters = z.looseObject({
    id: ids,
    name: maybeText,
    tags: ids,
    system_tags: ids,
    only_fields: paths,
    max_task_entries: maybeCount,
  });
  const list = (name: string, isJoined: boolean): Endpoint =>
    reading(name, filters, (request) => {
      const queues = context.storage.queues.all().filter((queue) => matches(queue, request));
      const onlyFields = isJoined ? [] : request.only_fields;
      return {
        queues: queues.map((queue) =>
          pick(toDocument(context, queue, isJoined, request.max_task_entries), onlyFields),
        ),
      };
    });
  return [
    list('queues.get_all', false),
    list('queues.get_all_ex', true),
    reading('queues.get_by_id', named.extend({ max_task_entries: maybeCount }), (request) => ({
      queue: toDocument(context, requireQueue(context, request.queue), false, request.max_task_entries),
    })),
    writing(context, 'queues.get_default', z.object({}), () => ({
      id: ensureDefaultQueue(context.storage, context.clock.now()),
      name: DEFAULT_QUEUE,
    })),
    reading('queues.get_num_entries', named, ({ queue }) => ({
      num: context.storage.queues.entries(requireQueue(context, queue).id).length,
    })),
    reading('queues.peek_task', named, ({ queue }) => ({
      task: context.storage.queues.entries(requireQueue(context, queue).id)[0]?.task ?? null,
    })),
  ];
}

function writers(context: TrackerContext): Endpoint[] {
  const { queues } = context.storage;
  return [
    writing(context, 'queues.create', fields.extend({ name: z.string().min(3) }), ({ name, ...body }) => {
      if (queues.findByName(name) !== undefined) {
        throw new ApiError(400, 801, `Value combination already exists: name=${name}`);
      }
      const id = queues.create(name, context.clock.now(), defined(body));
      context.live.changed('queues');
      return { id };
    }),
    writing(context, 'queues.update', fields.extend({ queue: z.string(), name: maybeText }), (request) => {
      const { queue: id, name, ...body } = request;
      const known = requireQueue(context, id);
      const changed = { ...known, name: name ?? known.name, body: { ...known.body, ...defined(body) } };
      queues.save(changed, context.clock.now());
      context.live.changed('queues');
      return { updated: 1, fields: defined({ name, ...body }) };
    }),
    writing(context, 'queues.delete', named.extend({ force: maybeFlag }), ({ queue: id, force }) => {
      requireQueue(context, id);
      if (queues.entries(id).length > 0 && !force) {
        throw new ApiError(400, 702, `Queue is not empty: id=${id}`);
      }
      emptyQueue(context, id);
      queues.delete(id);
      context.live.changed('queues');
      return { deleted: 1 };
    }),
    writing(context, 'queues.clear_queue', named, ({ queue: id }) => {
      requireQueue(context, id);
      return { removed_tasks: emptyQueue(context, id) };
    }),
  ];
}

function takers(context: TrackerContext): Endpoint[] {
  const { queues } = context.storage;
  const entry = named.extend({ task: z.string(), update_task_status: maybeFlag });
  return [
    writing(context, 'queues.get_next_task', named.extend({ get_task_info: maybeFlag }), ({ queue }) => {
      const taken = queues.takeFirst(requireQueue(context, queue).id);
      if (taken === undefined) {
        return {};
      }
      queuesChanged(context);
      context.live.taskChanged(taken.task);
      return { entry: { task: taken.task, added: isoTime(taken.added) } };
    }),
    writing(context, 'queues.add_task', entry, ({ queue, task }) => {
      new TaskCommands(context).require(task);
      if (queues.contains(requireQueue(context, queue).id, task)) {
        throw new ApiError(400, 706, `Task already queued: task=${task}, queue=${queue}`);
      }
      queues.append(queue, task, context.clock.now());
      queuesChanged(context);
      return { added: 1 };
    }),
    writing(context, 'queues.remove_task', entry, ({ queue, task, update_task_status: isUpdating }) => {
      if (!queues.remove(requireQueue(context, queue).id, task)) {
        throw new ApiError(400, 703, `Task not found in queue: task=${task}, queue=${queue}`);
      }
      if (isUpdating) {
        new TaskCommands(context).dequeue(task, { reason: '', message: '', isForced: false }, undefined);
      }
      queuesChanged(context);
      return { removed: 1 };
    }),
  ];
}

function emptyQueue(context: TrackerContext, id: string): string[] {
  const commands = new TaskCommands(context);
  const removed = context.storage.queues.entries(id).map(({ task }) => task);
  for (const task of removed) {
    commands.dequeue(task, { reason: '', message: '', isForced: false }, undefined);
  }
  queuesChanged(context);
  return removed;
}

function toDocument(
  context: TrackerContext,
  queue: QueueRecord,
  isJoined: boolean,
  largestEntries: number | undefined,
): JsonObject {
  const entries = context.storage.queues.entries(queue.id).slice(0, largestEntries);
  const { companyId, companyName } = context.authentication.identity;
  return {
    id: queue.id,
    name: queue.name,
    tags: [],
    system_tags: [],
    metadata: {},
    ...queue.body,
    created: isoTime(queue.created),
    last_update: isoTime(queue.lastUpdate),
    company: isJoined ? { id: companyId, name: companyName } : companyId,
    entries: entries.map(({ task, added }) => ({
      task: isJoined ? { id: task, name: context.storage.tasks.find(task)?.name ?? '' } : task,
      added: isoTime(added),
    })),
    ...(isJoined && { workers: workersOf(context, queue) }),
  };
}

function workersOf(context: TrackerContext, queue: QueueRecord): JsonObject[] {
  return context.workers
    .list(context.clock.now(), 0)
    .filter(({ queues }) => queues.includes(queue.id))
    .map(({ id, ip, taskId }) => ({
      name: id,
      ip,
      key: id,
      ...(taskId !== undefined && {
        task: { id: taskId, name: context.storage.tasks.find(taskId)?.name ?? '' },
      }),
    }));
}

function matches(
  queue: QueueRecord,
  request: { id: string[]; name: string | undefined; tags: string[]; system_tags: string[] },
): boolean {
  const exact = request.name === undefined ? undefined : exactName(request.name);
  const isNamed =
    request.name === undefined ||
    (exact === undefined ? compilePattern(request.name, false).test(queue.name) : queue.name === exact);
  const isTagged = (['tags', 'system_tags'] as const).every(
    (kind) =>
      request[kind].length === 0 || stringsIn(queue.body[kind]).some((tag) => request[kind].includes(tag)),
  );
  return isNamed && isTagged && (request.id.length === 0 || request.id.includes(queue.id));
}

function defined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
