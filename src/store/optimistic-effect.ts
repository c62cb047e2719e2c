import type { ProjectChoice, TaskActionRequest } from '../core/actions';
import type { Task } from '../core/entities';

/** A task as it will probably be once the server has done what was asked; `undefined` when it will be gone. */
export function expectedAfter(task: Task, request: TaskActionRequest): Task | undefined {
  switch (request.action) {
    case 'delete':
      return undefined;
    case 'rerun':
    case 'clone':
    case 'edit':
      return task;
    case 'rename':
      return { ...task, name: request.name };
    case 'tag':
      return { ...task, tags: changedTags(task.tags, request.add, request.remove) };
    case 'comment':
      return { ...task, comment: request.comment };
    case 'move':
      return inProject(task, request.project);
    default:
      // What is possible afterwards is not known before the server says so.
      return { ...movedBy(task, request), can: [] };
  }
}

type Move = Exclude<
  TaskActionRequest,
  { readonly action: 'delete' | 'rerun' | 'clone' | 'edit' | 'rename' | 'tag' | 'comment' | 'move' }
>;

function movedBy(task: Task, request: Move): Task {
  switch (request.action) {
    case 'enqueue':
    case 'requeue':
      return { ...task, status: 'queued', queueId: request.queueId };
    case 'dequeue':
      return { ...withoutQueue(task), status: 'draft' };
    case 'stop':
      return { ...task, isStopping: task.status === 'running' };
    case 'reset':
      return { ...withoutQueue(task), status: 'draft', isStopping: false };
    case 'publish':
      return { ...task, status: 'published' };
    case 'complete':
      return { ...withoutQueue(task), status: 'completed', isStopping: false };
    case 'fail':
      return { ...withoutQueue(task), status: 'failed', isStopping: false };
    case 'archive':
      return { ...task, isArchived: true };
    case 'unarchive':
      return { ...task, isArchived: false };
  }
}

function inProject(task: Task, project: ProjectChoice): Task {
  if ('id' in project) {
    return { ...task, projectId: project.id, projectName: project.name };
  }
  const { projectId: _, ...rest } = task;
  return { ...rest, projectName: project.newName };
}

function withoutQueue(task: Task): Task {
  const { queueId: _, ...rest } = task;
  return rest;
}

function changedTags(tags: readonly string[], add: readonly string[], remove: readonly string[]): string[] {
  return [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])];
}
