import * as z from 'zod';
import type { TaskActionOutcome, TaskActionRequest } from '../../core/actions';
import { isTracksideError, TracksideError } from '../../core/errors';
import { itemFailure } from './failure-reading';
import { createdData, manyData, tasksData, updatedData } from './schema';
import type { ClearMlSession } from './session';

/** Names shorter than this are refused by the server. */
export const MIN_NAME_LENGTH = 3;

const NOTHING: TaskActionOutcome = {};
const anything = z.unknown();

/** Changes one task. Nothing here is ever sent twice. */
export class ClearMlActions {
  constructor(private readonly session: ClearMlSession) {}

  async act(taskId: string, request: TaskActionRequest, signal: AbortSignal): Promise<TaskActionOutcome> {
    const body = { task: taskId, status_reason: '', status_message: '' };
    switch (request.action) {
      case 'enqueue':
        return this.send('tasks.enqueue', { ...body, queue: request.queueId }, signal);
      case 'dequeue':
        return this.send('tasks.dequeue', body, signal);
      case 'stop':
        return this.stop(taskId, signal);
      case 'reset':
        return this.send('tasks.reset', body, signal);
      case 'clone':
        return this.clone(taskId, request.name, signal);
      case 'publish':
        return this.send('tasks.publish', body, signal);
      case 'archive':
        return this.sendOne('tasks.archive_many', taskId, signal);
      case 'unarchive':
        return this.sendOne('tasks.unarchive_many', taskId, signal);
      case 'delete':
        // Older servers move to a trash that nobody can open unless told not to.
        return this.send('tasks.delete', { ...body, move_to_trash: false }, signal);
      case 'rename':
        return this.send('tasks.update', { task: taskId, name: checkedName(request.name) }, signal);
      case 'tag':
        return this.tag(taskId, request.add, request.remove, signal);
    }
  }

  private async send(call: string, body: object, signal: AbortSignal): Promise<TaskActionOutcome> {
    await this.session.call(call, body, anything, { isIdempotent: false, signal });
    return NOTHING;
  }

  /** Archiving and its reverse tell about one task only in their `_many` form. */
  private async sendOne(call: string, taskId: string, signal: AbortSignal): Promise<TaskActionOutcome> {
    const { failed } = await this.session.call(call, { ids: [taskId] }, manyData, {
      isIdempotent: false,
      signal,
    });
    const [first] = failed;
    if (first !== undefined) {
      throw itemFailure(call, first.error.codes, first.error.msg);
    }
    return NOTHING;
  }

  /** A worker-run task ends when its worker has seen the request; until then the status stays. */
  private async stop(taskId: string, signal: AbortSignal): Promise<TaskActionOutcome> {
    const { fields } = await this.session.call(
      'tasks.stop',
      { task: taskId, status_reason: 'Stopped by the user', status_message: '' },
      updatedData,
      { isIdempotent: false, signal },
    );
    const isPending = fields?.status_message === 'stopping' || fields?.status === 'in_progress';
    return isPending ? { note: 'Stopping: the worker has been asked' } : NOTHING;
  }

  private async clone(
    taskId: string,
    name: string | undefined,
    signal: AbortSignal,
  ): Promise<TaskActionOutcome> {
    const newName = name === undefined ? copyName(await this.nameOf(taskId, signal)) : checkedName(name);
    const { id } = await this.session.call(
      'tasks.clone',
      { task: taskId, new_task_name: newName },
      createdData,
      {
        isIdempotent: false,
        signal,
      },
    );
    return { createdTaskId: id };
  }

  private async nameOf(taskId: string, signal: AbortSignal): Promise<string> {
    const { tasks } = await this.session.read(
      'tasks.get_by_id_ex',
      { id: [taskId], only_fields: ['id', 'name'] },
      tasksData,
      signal,
    );
    const [task] = tasks;
    if (task === undefined) {
      throw goneTask();
    }
    return task.name;
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
    try {
      return await this.send(
        'tasks.update_tags',
        { ids: [taskId], add_tags: add, remove_tags: remove },
        signal,
      );
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
    const body = { id: [taskId], only_fields: ['id', 'name', 'tags'] };
    const [task] = (await this.session.read('tasks.get_by_id_ex', body, tasksData, signal)).tasks;
    if (task === undefined) {
      throw goneTask();
    }
    const tags = [...new Set([...task.tags, ...add])].filter((tag) => !remove.includes(tag));
    return this.send('tasks.update', { task: taskId, tags }, signal);
  }
}

/** `run` → `run (copy)` → `run (copy 2)`. */
export function copyName(name: string): string {
  const copy = /^(.*) \(copy(?: (\d{1,6}))?\)$/s.exec(name);
  return copy === null ? `${name} (copy)` : `${copy[1] ?? ''} (copy ${Number(copy[2] ?? 1) + 1})`;
}

function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed.length < MIN_NAME_LENGTH) {
    throw new TracksideError(
      'invalid',
      `A task's name needs at least ${MIN_NAME_LENGTH} characters.`,
      'Give it a longer name.',
    );
  }
  return trimmed;
}

function checkTags(tags: readonly string[]): void {
  const bad = tags.find((tag) => tag.trim() === '' || tag.startsWith('__$'));
  if (bad !== undefined) {
    throw new TracksideError(
      'invalid',
      `“${bad}” cannot be a tag.`,
      'Use a tag that is not empty and does not begin with __$.',
    );
  }
}

function goneTask(): TracksideError {
  return new TracksideError('notFound', 'The task no longer exists on the server.', 'Refresh the list.');
}
