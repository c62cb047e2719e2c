import type { TaskQuery } from '../backends/contract';
import type { Task } from '../core/entities';
import { isApart } from '../core/project-groups';

/**
 * True when this task cannot be in the answer to the query. False also where only the server can say (text, which may
 * match what we do not hold, and projects below a project), or where the task does not say.
 */
export function isSurelyOutside(task: Task, query: TaskQuery): boolean {
  return (
    task.isArchived !== (query.isArchived ?? false) ||
    isOutsideStatuses(task, query) ||
    isOutsideProject(task, query) ||
    isOutsideTypes(task, query) ||
    (query.omitsApart === true && isApart(task)) ||
    (query.tags ?? []).some((tag) => !task.tags.includes(tag))
  );
}

function isOutsideStatuses(task: Task, { statuses = [] }: TaskQuery): boolean {
  return statuses.length > 0 && !statuses.includes(task.status);
}

function isOutsideTypes({ type }: Task, { types = [] }: TaskQuery): boolean {
  return types.length > 0 && type !== undefined && !types.includes(type);
}

/** True where only the server can say which tasks belong to the list, or in which order. */
export function isDecidedByServer({ text, includeSubprojects, userIds, ranges, sort }: TaskQuery): boolean {
  return (
    text !== undefined ||
    includeSubprojects === true ||
    sort !== undefined ||
    (userIds ?? []).length + (ranges ?? []).length > 0
  );
}

function isOutsideProject(task: Task, { projectId, includeSubprojects }: TaskQuery): boolean {
  const isElsewhere = task.projectId !== undefined && task.projectId !== projectId;
  return projectId !== undefined && includeSubprojects !== true && isElsewhere;
}

/** What about a task decides where it is listed, besides what {@link isSurelyOutside} looks at. */
export function isListedElsewhere(before: Task, after: Task, query: TaskQuery): boolean {
  if (isSurelyOutside(before, query) !== isSurelyOutside(after, query)) {
    return true;
  }
  switch (query.order ?? 'newest') {
    case 'newest':
      return before.createdAt !== after.createdAt;
    case 'updated':
      return before.updatedAt !== after.updatedAt;
    case 'name':
      return before.name !== after.name;
  }
}
