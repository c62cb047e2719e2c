import { idsData } from './schema';
import type { ClearMlSession } from './session';

const MAX_CHILDREN = 500;

/** A task's parent and its children, as edges from parent to child. */
export async function readDependencies(
  session: ClearMlSession,
  taskId: string,
  signal: AbortSignal,
): Promise<{ readonly from: string; readonly to: string }[]> {
  const only_fields = ['id', 'parent'];
  const [own, children] = await Promise.all([
    session.read('tasks.get_by_id_ex', { id: [taskId], only_fields }, idsData, signal),
    session.read(
      'tasks.get_all_ex',
      { parent: [taskId], only_fields, page: 0, page_size: MAX_CHILDREN },
      idsData,
      signal,
    ),
  ]);
  const parent = own.tasks[0]?.parent?.id;
  // A deleted parent leaves a mark instead of its id.
  const hasParent = parent !== undefined && parent !== '' && !parent.startsWith('__DELETED__');
  return [
    ...(hasParent ? [{ from: parent, to: taskId }] : []),
    ...children.tasks.map(({ id }) => ({ from: taskId, to: id })),
  ];
}
