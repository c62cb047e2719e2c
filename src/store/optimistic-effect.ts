import type { TaskActionRequest } from '../core/actions';
import type { Task } from '../core/entities';

/** A task as it will probably be once the server has done what was asked; `undefined` when it will be gone. */
export function expectedAfter(task: Task, request: TaskActionRequest): Task | undefined {
  switch (request.action) {
    case 'enqueue':
      return { ...task, status: 'queued', queueId: request.queueId, can: [] };
    case 'dequeue':
      return { ...withoutQueue(task), status: 'draft', can: [] };
    case 'stop':
      return task.status === 'running' ? { ...task, isStopping: true, can: [] } : { ...task, can: [] };
    case 'reset':
      return { ...withoutQueue(task), status: 'draft', isStopping: false, can: [] };
    case 'publish':
      return { ...task, status: 'published', can: [] };
    case 'archive':
      return { ...task, isArchived: true, can: [] };
    case 'unarchive':
      return { ...task, isArchived: false, can: [] };
    case 'delete':
      return undefined;
    case 'rename':
      return { ...task, name: request.name };
    case 'tag':
      return { ...task, tags: changedTags(task.tags, request.add, request.remove) };
    case 'clone':
      return task;
  }
}

function withoutQueue(task: Task): Task {
  const { queueId: _, ...rest } = task;
  return rest;
}

function changedTags(tags: readonly string[], add: readonly string[], remove: readonly string[]): string[] {
  return [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])];
}
