import { ApiError, invalidQueue, invalidTask, validationError } from '../api-error';
import type { JsonObject } from '../json';
import type { TaskColumns, TaskRecord } from '../storage/task-store';
import type { TrackerContext } from '../tracker-context';
import { ensureDefaultQueue } from './default-queue';
import { ARCHIVED, DEVELOPMENT, type WireStatus } from './task-words';
import { removeOutput, type OutputFate } from './task-output';
import { isRunByWorker, target, transition, type Transition } from './transitions';

/** Optional parts that every status command takes. */
export interface CommandOptions {
  readonly reason: string;
  readonly message: string;
  readonly isForced: boolean;
}

export interface EnqueueOptions extends CommandOptions {
  readonly queueId: string | undefined;
  readonly queueName: string | undefined;
}

/** What a command changed, in the form `{updated, fields}` that clients expect. */
export interface CommandResult extends JsonObject {
  readonly updated: number;
  readonly fields: JsonObject;
}

/** Moves tasks between statuses by the real server's rules. Each call belongs inside a transaction. */
export class TaskCommands {
  constructor(private readonly context: TrackerContext) {}

  /** The task with this id; throws 400/101. */
  require(id: string): TaskRecord {
    const task = this.context.storage.tasks.find(id);
    if (task === undefined) {
      throw invalidTask(id);
    }
    return task;
  }

  /** A command that only changes the status, from the rules' table. Throws 400/110 where they do not allow it. */
  move(
    id: string,
    command: Exclude<Transition, 'enqueue' | 'reset' | 'stop'>,
    options: CommandOptions,
  ): CommandResult {
    const task = this.require(id);
    const status = this.allowed(task, command, options.isForced);
    if (task.status === 'queued') {
      this.leaveQueues(task);
    }
    return this.setStatus(task, status, options, this.timesOf(command, task));
  }

  stop(id: string, options: CommandOptions): CommandResult {
    const task = this.require(id);
    const trace = {
      lastWorker: task.lastWorker,
      lastUpdate: task.lastUpdate,
      isDevelopment: task.systemTags.includes(DEVELOPMENT),
    };
    const isRun = task.status !== 'queued' && isRunByWorker(trace, this.context.clock.now());
    if (isRun && (task.status === 'in_progress' || task.status === 'completed')) {
      const result = this.setStatus(task, task.status, { ...options, message: 'stopping' });
      this.context.stopRequests.fire(task.id);
      return result;
    }
    const status = this.allowed(task, 'stop', options.isForced);
    if (task.status === 'queued') {
      this.leaveQueues(task);
    }
    const stoppedBy = `Stopped by ${this.context.authentication.identity.userName}`;
    const message = options.message === '' ? stoppedBy : options.message;
    const result = this.setStatus(task, status, { ...options, message }, this.timesOf('stopped', task));
    this.context.stopRequests.fire(task.id);
    return result;
  }

  enqueue(id: string, options: EnqueueOptions): JsonObject {
    const { storage, clock } = this.context;
    const task = this.require(id);
    const queueId = this.resolveQueue(options);
    const status = this.allowed(task, 'enqueue', options.isForced);
    if (storage.queues.contains(queueId, id)) {
      throw new ApiError(400, 706, `Task already queued: task=${id}, queue=${queueId}`);
    }
    storage.queues.removeEverywhere(id);
    storage.queues.append(queueId, id, clock.now());
    const previous = task.status === 'queued' ? (task.enqueueStatus ?? 'created') : task.status;
    if (task.systemTags.includes(DEVELOPMENT)) {
      storage.tasks.setTags(
        task.key,
        'system_tags',
        task.systemTags.filter((tag) => tag !== DEVELOPMENT),
      );
    }
    const { updated, fields } = this.setStatus(task, status, options, {
      enqueue_status: previous,
      queue: queueId,
    });
    this.queuesChanged();
    return {
      queued: 1,
      updated,
      fields: { ...fields, enqueue_status: previous, 'execution.queue': queueId },
    };
  }

  /** Takes the task out of its queue; does nothing, successfully, when it is in none. */
  dequeue(id: string, options: CommandOptions, newStatus: WireStatus | undefined): JsonObject {
    const task = this.context.storage.tasks.find(id);
    if (task === undefined || (task.status !== 'queued' && task.status !== 'in_progress')) {
      return { dequeued: 1, updated: 0, fields: {} };
    }
    this.leaveQueues(task);
    const status = newStatus ?? task.enqueueStatus ?? 'created';
    const { updated, fields } = this.setStatus(task, status, options, { enqueue_status: null });
    if (task.status === 'in_progress' && status !== 'in_progress') {
      this.context.stopRequests.fire(task.id);
    }
    return { dequeued: 1, updated, fields };
  }

  /** Back to a draft: everything that the run reported is removed. */
  reset(id: string, options: CommandOptions, fate: OutputFate): JsonObject {
    const { storage } = this.context;
    const task = this.require(id);
    const status = this.allowed(task, 'reset', options.isForced);
    const wasQueued = this.leaveQueues(task);
    const { deletedModels, urls } = removeOutput(this.context, task, fate);
    storage.clearEvents(task.key, task.id);
    storage.tasks.clearSection(task.key, 'runtime');
    const models = storage.tasks.section(task.key, 'models');
    storage.tasks.setSection(task.key, 'models', { ...models, output: [] });
    const execution = storage.tasks.section(task.key, 'execution');
    const artifacts = Array.isArray(execution['artifacts']) ? execution['artifacts'] : [];
    storage.tasks.setSection(task.key, 'execution', { ...execution, artifacts: artifacts.filter(isInput) });
    const nothing = {
      started: null,
      completed: null,
      published: null,
      last_worker: null,
      last_worker_report: null,
    };
    const change = { ...nothing, last_iteration: 0, is_sdk_attached: 0, enqueue_status: null, queue: null };
    const { updated, fields } = this.setStatus(task, status, options, change);
    this.context.live.seriesChanged(id);
    this.context.live.consoleChanged(id);
    this.context.stopRequests.fire(id); // a task that has ended may have a run that still sends
    return {
      updated,
      fields,
      dequeued: wasQueued ? { removed: 1 } : {},
      deleted_models: deletedModels,
      events: {},
      urls,
    };
  }

  /** Removes the task. Allowed for drafts and archived ones, and by force. Throws 400/123 otherwise. */
  delete(id: string, isForced: boolean, fate: OutputFate): JsonObject {
    const task = this.require(id);
    if (!isForced && task.status !== 'created' && !task.systemTags.includes(ARCHIVED)) {
      throw new ApiError(400, 123, `Task cannot be deleted: status=${task.status}, task=${id}`);
    }
    this.leaveQueues(task);
    const { deletedModels, urls } = removeOutput(this.context, task, fate);
    const { updatedChildren } = this.context.storage.tasks.delete(task);
    this.context.storage.series.forget();
    this.context.live.taskChanged(id);
    this.context.live.changed('projects');
    if (task.status === 'in_progress') {
      this.context.stopRequests.fire(id);
    }
    return {
      deleted: true,
      updated_children: updatedChildren,
      updated_models: 0,
      deleted_models: deletedModels,
      urls,
    };
  }

  /** Hides the task from lists; a queued one leaves its queue, a running one is stopped. */
  archive(id: string, options: CommandOptions): void {
    const { storage } = this.context;
    const task = this.require(id);
    storage.tasks.setTags(task.key, 'system_tags', [...task.systemTags, ARCHIVED]);
    if (task.status === 'queued') {
      this.leaveQueues(task);
      this.setStatus(task, task.enqueueStatus ?? 'created', options, { enqueue_status: null });
    } else if (task.status === 'in_progress') {
      this.setStatus(task, 'stopped', options, this.timesOf('stopped', task));
      this.context.stopRequests.fire(id);
    } else {
      this.setStatus(task, task.status, options);
    }
  }

  unarchive(id: string, options: CommandOptions): void {
    const task = this.require(id);
    const tags = task.systemTags.filter((tag) => tag !== ARCHIVED);
    this.context.storage.tasks.setTags(task.key, 'system_tags', tags);
    this.setStatus(task, task.status, options);
  }

  /** Takes the front task of the queue and marks it running by the worker. */
  takeForWorker(queueId: string, workerId: string): TaskRecord | undefined {
    const { storage } = this.context;
    for (;;) {
      const entry = storage.queues.takeFirst(queueId);
      if (entry === undefined) {
        return undefined;
      }
      this.queuesChanged();
      const task = storage.tasks.find(entry.task);
      if (task?.status === 'queued') {
        const options = { reason: '', message: `Taken by ${workerId}`, isForced: true };
        this.setStatus(task, 'in_progress', options, {
          ...this.timesOf('started', task),
          last_worker: workerId,
        });
        return this.require(task.id);
      }
    }
  }

  private allowed(task: TaskRecord, command: Transition, isForced: boolean): WireStatus {
    const status = transition(command, task.status, isForced);
    if (status === undefined) {
      const change = `current_status=${task.status}, new_status=${target(command)}`;
      throw new ApiError(400, 110, `Invalid task status: ${change}, task=${task.id}`);
    }
    return status;
  }

  private timesOf(
    command: Exclude<Transition, 'enqueue' | 'reset' | 'stop'>,
    task: TaskRecord,
  ): Partial<TaskColumns> {
    const now = this.context.clock.now();
    switch (command) {
      case 'started':
        return task.status === 'in_progress' ? {} : { started: now, completed: null };
      case 'completed':
      case 'failed':
      case 'stopped':
        return task.status === 'in_progress' || task.started === undefined ? { completed: now } : {};
      case 'close':
        return {};
      case 'publish':
        return { published: now };
    }
  }

  private setStatus(
    task: TaskRecord,
    status: WireStatus,
    options: CommandOptions,
    more: Partial<TaskColumns> = {},
  ): CommandResult {
    const now = this.context.clock.now();
    const isSame = status === task.status;
    const fields = { status, status_reason: options.reason, status_message: options.message };
    this.context.storage.tasks.change(task.key, {
      ...fields,
      ...(isSame ? {} : { status_changed: now }),
      last_update: now,
      last_change: now,
      ...more,
    });
    this.context.live.taskChanged(task.id);
    if (!isSame) {
      this.context.live.changed('projects');
    }
    return { updated: 1, fields };
  }

  private resolveQueue({ queueId, queueName }: EnqueueOptions): string {
    const { storage, clock } = this.context;
    if (queueId !== undefined && queueName !== undefined) {
      throw validationError('give either queue or queue_name, not both');
    }
    if (queueName !== undefined) {
      return storage.queues.findByName(queueName)?.id ?? storage.queues.create(queueName, clock.now(), {});
    }
    if (queueId === undefined) {
      return ensureDefaultQueue(storage, clock.now());
    }
    if (storage.queues.find(queueId) === undefined) {
      throw invalidQueue(queueId);
    }
    return queueId;
  }

  private leaveQueues(task: TaskRecord): boolean {
    const wasQueued = this.context.storage.queues.removeEverywhere(task.id);
    if (wasQueued) {
      this.queuesChanged();
    }
    return wasQueued;
  }

  private queuesChanged(): void {
    this.context.live.changed('queues');
    this.context.queueChanges.fire();
  }
}

function isInput(artifact: unknown): boolean {
  return typeof artifact === 'object' && artifact !== null && 'mode' in artifact && artifact.mode === 'input';
}
