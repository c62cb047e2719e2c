import * as z from 'zod';
import type { InputEdits, ProjectChoice, TaskActionOutcome, TaskActionRequest } from '../../core/actions';
import { copyName } from '../../core/copy-name';
import { isCancelled, isTracksideError, toTracksideError, TracksideError } from '../../core/errors';
import type { ManyOutcome } from '../contract';
import { codeEditBody } from './code-edits';
import { configurationChanges } from './configuration-edits';
import { itemFailure } from './failure-reading';
import { createdData, manyData, queuedData, tasksData, updatedData, type WireTask } from './schema';
import type { ClearMlSession } from './session';

/** Names shorter than this are refused by the server. */
export const MIN_NAME_LENGTH = 3;

const NOTHING: TaskActionOutcome = {};
const STOPPED = { status_reason: 'Stopped by the user', status_message: '' };
const anything = z.unknown();

type CloneRequest = Extract<TaskActionRequest, { readonly action: 'clone' }>;

/** Changes one task. Nothing here is ever sent twice. */
export class ClearMlActions {
  constructor(private readonly session: ClearMlSession) {}

  async act(taskId: string, request: TaskActionRequest, signal: AbortSignal): Promise<TaskActionOutcome> {
    const task = { task: taskId };
    switch (request.action) {
      case 'enqueue':
        return this.enqueue(taskId, request.queueId, signal);
      case 'requeue':
        return this.requeue(taskId, request.queueId, signal);
      case 'dequeue':
        return this.send('tasks.dequeue', task, signal);
      case 'stop':
        return this.stop(taskId, signal);
      case 'reset':
        return this.send('tasks.reset', { ...task, ...outputOptions(request.keepsOutput) }, signal);
      case 'clone':
        return this.clone(taskId, request, signal);
      case 'publish':
        return this.send('tasks.publish', { ...task, ...(await this.wordsOf(taskId, signal)) }, signal);
      case 'complete':
        return this.send('tasks.completed', { ...task, ...marked('completed') }, signal);
      case 'fail':
        return this.send('tasks.failed', { ...task, ...marked('failed', request.reason) }, signal);
      case 'archive':
        return this.sendOne('tasks.archive_many', taskId, signal);
      case 'unarchive':
        return this.sendOne('tasks.unarchive_many', taskId, signal);
      case 'delete': {
        // Older servers move to a trash that nobody can open unless told not to.
        const body = { ...task, move_to_trash: false, ...outputOptions(request.keepsOutput) };
        return this.send('tasks.delete', body, signal);
      }
      case 'rename':
        return this.send('tasks.update', { ...task, name: checkedName(request.name) }, signal);
      case 'tag':
        return this.tag(taskId, request.add, request.remove, signal);
      case 'comment':
        return this.send('tasks.update', { ...task, comment: request.comment }, signal);
      case 'edit':
        return this.edit(taskId, request.inputs, signal);
      case 'rerun':
        throw new TracksideError(
          'invalid',
          'ClearML starts no run by itself.',
          'Clone the task and enqueue the copy.',
        );
      case 'move':
        return this.send('tasks.move', { ids: [taskId], ...moveTarget(request.project) }, signal);
    }
  }

  /** Not for what keeps why a task ended: that is told per task, and a form for several has one text for all. */
  actOnMany(
    ids: readonly string[],
    request: TaskActionRequest,
    signal: AbortSignal,
  ): Promise<readonly ManyOutcome[]> | undefined {
    if (ids.length === 0) {
      return undefined;
    }
    switch (request.action) {
      case 'enqueue':
        return this.enqueueMany(ids, request.queueId, signal);
      case 'requeue':
        return this.requeueMany(ids, request.queueId, signal);
      case 'dequeue':
        return this.many('tasks.dequeue_many', ids, {}, signal);
      case 'stop':
        return this.many('tasks.stop_many', ids, STOPPED, signal);
      case 'reset':
        return this.many('tasks.reset_many', ids, outputOptions(request.keepsOutput), signal);
      case 'delete':
        return this.many(
          'tasks.delete_many',
          ids,
          { move_to_trash: false, ...outputOptions(request.keepsOutput) },
          signal,
        );
      default:
        return undefined;
    }
  }

  /** Answered with 200 even when every task was refused. */
  private async many(
    call: string,
    ids: readonly string[],
    options: object,
    signal: AbortSignal,
  ): Promise<readonly ManyOutcome[]> {
    const body = { ids, ...options };
    const answer = await this.session.call(call, body, manyData, { isIdempotent: false, signal });
    const refused = new Map(answer.failed.map((item) => [item.id, item.error]));
    const done = new Map(answer.succeeded.map((item) => [item.id, item]));
    return ids.map((id): ManyOutcome => {
      const error = refused.get(id);
      if (error !== undefined) {
        return { ok: false, error: itemFailure(call, error.codes, error.msg) };
      }
      const item = { ...answer, ...done.get(id) };
      return { ok: true, outcome: { ...watchNote(item), ...stopNote(item) } };
    });
  }

  private async send(call: string, body: object, signal: AbortSignal): Promise<TaskActionOutcome> {
    await this.session.call(call, body, anything, { isIdempotent: false, signal });
    return NOTHING;
  }

  /** Archiving and its reverse tell about one task only in their `_many` form. */
  private async sendOne(call: string, taskId: string, signal: AbortSignal): Promise<TaskActionOutcome> {
    const body = { ids: [taskId], ...(await this.wordsOf(taskId, signal)) };
    const { failed } = await this.session.call(call, body, manyData, { isIdempotent: false, signal });
    const [first] = failed;
    if (first !== undefined) {
      throw itemFailure(call, first.error.codes, first.error.msg);
    }
    return NOTHING;
  }

  /**
   * Why the task ended, to be sent along: every command overwrites both texts, with nothing when they are left out,
   * even one that changes nothing about how the task ended.
   */
  private async wordsOf(
    taskId: string,
    signal: AbortSignal,
  ): Promise<{ readonly status_reason: string; readonly status_message: string }> {
    const task = await this.read(taskId, ['status_reason', 'status_message'], signal);
    return { status_reason: task.status_reason ?? '', status_message: task.status_message ?? '' };
  }

  private enqueueMany(
    ids: readonly string[],
    queue: string,
    signal: AbortSignal,
  ): Promise<readonly ManyOutcome[]> {
    return this.many('tasks.enqueue_many', ids, { queue, verify_watched_queue: true }, signal);
  }

  private async requeueMany(
    ids: readonly string[],
    queueId: string,
    signal: AbortSignal,
  ): Promise<readonly ManyOutcome[]> {
    const outcomes: ManyOutcome[] = [];
    for (const [index, outcome] of (await this.enqueueMany(ids, queueId, signal)).entries()) {
      const id = ids[index];
      outcomes.push(
        id === undefined || outcome.ok || !isWrongState(outcome.error)
          ? outcome
          : await this.takeOver(id, queueId, signal).then(
              (done): ManyOutcome => ({ ok: true, outcome: done }),
              (error: unknown): ManyOutcome => ({ ok: false, error: toTracksideError(error) }),
            ),
      );
    }
    return outcomes;
  }

  /** Into another queue. Servers before API 2.31 do not enqueue what waits already. */
  private async requeue(taskId: string, queueId: string, signal: AbortSignal): Promise<TaskActionOutcome> {
    try {
      return await this.enqueue(taskId, queueId, signal);
    } catch (error) {
      if (isTracksideError(error) && isWrongState(error)) {
        return this.takeOver(taskId, queueId, signal);
      }
      throw error;
    }
  }

  /** Out of one queue and into another, in two steps, of which the second may fail. */
  private async takeOver(taskId: string, queueId: string, signal: AbortSignal): Promise<TaskActionOutcome> {
    const { status, execution } = await this.read(taskId, ['status', 'execution.queue'], signal);
    if (execution?.queue?.id === queueId) {
      throw new TracksideError('conflict', 'The task is already in that queue.', 'Choose another queue.');
    }
    if (status !== 'queued') {
      throw new TracksideError(
        'conflict',
        `The task does not wait any more: it is ${status}.`,
        'Refresh the list.',
      );
    }
    await this.send('tasks.dequeue', { task: taskId }, signal);
    try {
      return await this.enqueue(taskId, queueId, signal);
    } catch (error) {
      const { kind, message, detail } = toTracksideError(error);
      const left = 'The task was taken out of its queue and is in none now';
      throw new TracksideError(kind, `${left}: ${message}`, 'Enqueue it again.', detail);
    }
  }

  /** A server that checks says when nobody takes from the queue. */
  private async enqueue(taskId: string, queueId: string, signal: AbortSignal): Promise<TaskActionOutcome> {
    const body = { task: taskId, queue: queueId, verify_watched_queue: true };
    const answer = await this.session.call('tasks.enqueue', body, queuedData, {
      isIdempotent: false,
      signal,
    });
    return watchNote(answer);
  }

  /** A worker-run task ends when its worker has seen the request; until then the status stays. */
  private async stop(taskId: string, signal: AbortSignal): Promise<TaskActionOutcome> {
    const body = { task: taskId, ...STOPPED };
    return stopNote(
      await this.session.call('tasks.stop', body, updatedData, { isIdempotent: false, signal }),
    );
  }

  private async clone(
    taskId: string,
    { name, project, inputs }: CloneRequest,
    signal: AbortSignal,
  ): Promise<TaskActionOutcome> {
    const newName =
      name === undefined ? copyName((await this.read(taskId, [], signal)).name) : checkedName(name);
    const body = { task: taskId, new_task_name: newName, ...(project && cloneTarget(project)) };
    const { id } = await this.session.call('tasks.clone', body, createdData, { isIdempotent: false, signal });
    return { createdTaskId: id, ...(await this.editCopy(id, inputs, signal)) };
  }

  /** The copy exists by now: a failure is told as a note, since doing it all again would make another one. */
  private async editCopy(
    taskId: string,
    inputs: InputEdits | undefined,
    signal: AbortSignal,
  ): Promise<TaskActionOutcome> {
    try {
      return inputs === undefined ? NOTHING : await this.edit(taskId, inputs, signal);
    } catch (error) {
      const reason = isCancelled(error) ? 'It was cancelled.' : toTracksideError(error).message;
      return { note: `The copy was made, but its parameters are those of the original: ${reason}` };
    }
  }

  /** `force` is for tasks that wait in a queue; the server refuses it for those that ended. */
  private async edit(taskId: string, inputs: InputEdits, signal: AbortSignal): Promise<TaskActionOutcome> {
    const task = { task: taskId, force: true };
    const { parameters, removedParameters = [], code } = inputs;
    const { entries, removed } = await configurationChanges(this.session, taskId, inputs, signal);
    if (entries.length > 0) {
      await this.send('tasks.edit_configuration', { ...task, configuration: entries }, signal);
    }
    if (removed.length > 0) {
      await this.send('tasks.delete_configuration', { ...task, configuration: removed }, signal);
    }
    if (parameters.length > 0) {
      const body = { ...task, hyperparams: parameters, replace_hyperparams: 'none' };
      await this.send('tasks.edit_hyper_params', body, signal);
    }
    if (removedParameters.length > 0) {
      await this.send('tasks.delete_hyper_params', { ...task, hyperparams: removedParameters }, signal);
    }
    if (code !== undefined) {
      await this.send('tasks.edit', await codeEditBody(this.session, taskId, code, signal), signal);
    }
    return NOTHING;
  }

  private async read(taskId: string, fields: readonly string[], signal: AbortSignal): Promise<WireTask> {
    const body = { id: [taskId], only_fields: ['id', 'name', ...fields] };
    const [task] = (await this.session.read('tasks.get_by_id_ex', body, tasksData, signal)).tasks;
    if (task === undefined) {
      throw new TracksideError('notFound', 'The task no longer exists on the server.', 'Refresh the list.');
    }
    return task;
  }

  private async tag(
    taskId: string,
    add: readonly string[],
    remove: readonly string[],
    signal: AbortSignal,
  ): Promise<TaskActionOutcome> {
    if (add.length === 0 && remove.length === 0) {
      return NOTHING;
    }
    checkTags(add);
    const body = { ids: [taskId], add_tags: add, remove_tags: remove };
    try {
      return await this.send('tasks.update_tags', body, signal);
    } catch (error) {
      if (isTracksideError(error) && error.detail.status === 404) {
        return this.replaceTags(taskId, add, remove, signal);
      }
      throw error;
    }
  }

  /** For servers before API 2.27, which know no single tags. */
  private async replaceTags(
    taskId: string,
    add: readonly string[],
    remove: readonly string[],
    signal: AbortSignal,
  ): Promise<TaskActionOutcome> {
    const task = await this.read(taskId, ['tags'], signal);
    const tags = [...new Set([...task.tags, ...add])].filter((tag) => !remove.includes(tag));
    return this.send('tasks.update', { task: taskId, tags }, signal);
  }
}

/** Refused for the state that the task is in. */
function isWrongState({ detail }: TracksideError): boolean {
  return detail.serverCode === '400/110';
}

/** A server that checks says when nobody takes tasks from the queue. */
function watchNote({
  queue_watched: isWatched,
}: {
  readonly queue_watched?: boolean | undefined;
}): TaskActionOutcome {
  return isWatched === false ? { note: 'Waiting: no worker takes tasks from this queue now' } : NOTHING;
}

function stopNote({ fields }: Pick<z.infer<typeof updatedData>, 'fields'>): TaskActionOutcome {
  const isPending = fields?.status_message === 'stopping' || fields?.status === 'in_progress';
  return isPending ? { note: 'Stopping: the worker has been asked' } : NOTHING;
}

/** The server deletes output models and the files of artifacts unless told to keep them. */
function outputOptions(keepsOutput = false): object {
  return keepsOutput ? { delete_output_models: false, delete_external_artifacts: false } : {};
}

function marked(
  as: string,
  reason = '',
): { readonly status_reason: string; readonly status_message: string } {
  return { status_reason: reason === '' ? `Marked as ${as} by the user` : reason, status_message: '' };
}

function moveTarget(project: ProjectChoice): object {
  return 'id' in project
    ? { project: project.id }
    : { project_name: checkedName(project.newName, 'project') };
}

function cloneTarget(project: ProjectChoice): object {
  return 'id' in project
    ? { new_task_project: project.id }
    : { new_project_name: checkedName(project.newName, 'project') };
}

/** The name without blanks around it; throws `invalid` when the server would refuse it as too short. */
export function checkedName(name: string, what: 'task' | 'project' | 'queue' | 'model' = 'task'): string {
  const trimmed = name.trim();
  const last = what === 'project' ? (trimmed.split('/').at(-1) ?? '').trim() : trimmed;
  if (last.length < MIN_NAME_LENGTH) {
    throw new TracksideError(
      'invalid',
      `A ${what}'s name needs at least ${MIN_NAME_LENGTH} characters.`,
      'Give it a longer name.',
    );
  }
  return trimmed;
}

/** Throws `invalid` for tags that the server would refuse. */
export function checkTags(tags: readonly string[]): void {
  const bad = tags.find((tag) => tag.trim() === '' || tag.startsWith('__$'));
  if (bad !== undefined) {
    throw new TracksideError(
      'invalid',
      `“${bad}” cannot be a tag.`,
      'Use a tag that is not empty and does not begin with __$.',
    );
  }
}
