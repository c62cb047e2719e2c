import * as z from 'zod';
import type { DependencyGraph, DependencyNode } from '../../core/dependency-graph';
import { TracksideError } from '../../core/errors';
import type { ClearMlSession } from './session';
import { statusOf } from './statuses';

const MAX_CHILDREN = 500;
const FIELDS = ['id', 'name', 'status', 'type', 'parent'];

const relative = z.object({
  id: z.string(),
  name: z.string().nullish(),
  status: z.string().nullish(),
  type: z.string().nullish(),
  parent: z.object({ id: z.string().nullish() }).nullish(),
});
type Relative = z.infer<typeof relative>;
const relatives = z.object({ tasks: z.array(relative) });

/** A task with its parent and its children; edges go from parent to child. */
export async function readFamily(
  session: ClearMlSession,
  taskId: string,
  signal: AbortSignal,
): Promise<DependencyGraph> {
  const [own, children] = await Promise.all([
    readTasks(session, 'tasks.get_by_id_ex', { id: [taskId] }, signal),
    readTasks(session, 'tasks.get_all_ex', { parent: [taskId], page: 0, page_size: MAX_CHILDREN }, signal),
  ]);
  const [task] = own;
  if (task === undefined) {
    throw new TracksideError('notFound', 'The task is gone.', 'Refresh the tree.');
  }
  const parentId = task.parent?.id ?? '';
  const parents = await readParents(session, parentId, signal);
  return {
    title: task.name ?? taskId,
    focusId: taskId,
    nodes: [...parents, toNode(task), ...children.map(toNode)],
    edges: [
      ...parents.map(({ id }) => ({ from: id, to: taskId })),
      ...children.map(({ id }) => ({ from: taskId, to: id })),
    ],
    notes: children.length < MAX_CHILDREN ? [] : [`Only the first ${MAX_CHILDREN} children are shown.`],
  };
}

async function readParents(
  session: ClearMlSession,
  parentId: string,
  signal: AbortSignal,
): Promise<DependencyNode[]> {
  // A deleted parent leaves a mark instead of its id.
  if (parentId === '' || parentId.startsWith('__DELETED__')) {
    return [];
  }
  const [parent] = await readTasks(session, 'tasks.get_by_id_ex', { id: [parentId] }, signal);
  return [
    parent === undefined
      ? { id: parentId, label: parentId, status: 'unknown', isMissing: true }
      : toNode(parent),
  ];
}

async function readTasks(
  session: ClearMlSession,
  endpoint: string,
  query: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Relative[]> {
  return (await session.read(endpoint, { ...query, only_fields: FIELDS }, relatives, signal)).tasks;
}

function toNode({ id, name, status, type }: Relative): DependencyNode {
  return {
    id,
    label: name ?? id,
    taskId: id,
    status: statusOf(status ?? ''),
    ...(type === null || type === undefined ? {} : { type }),
  };
}
