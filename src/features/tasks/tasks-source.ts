import { dependencyParts } from '../trees/dependency-parts';
import { taskRow, taskTooltip } from '../trees/task-row';
import { loadMoreNode, taskNode } from '../trees/tree-nodes';
import { rowsOf, type TreeSource } from '../trees/tree-source';
import { filterQuery, filterWords, isFilterSet, type TaskFilterState } from './task-filter';

/** All tasks of a connection that the filter lets through, newest first. */
export function createTasksSource(filter: TaskFilterState): TreeSource {
  const query = (): ReturnType<typeof filterQuery> => filterQuery(filter.current);
  return {
    children: (session, parent) => {
      if (parent !== undefined) {
        return [];
      }
      const { id } = session.info;
      const listing = session.store.tasks(query());
      const rows = [
        ...listing.items.map((task) => taskNode(id, task.id)),
        ...(listing.hasMore ? [loadMoreNode(id, 'tasks', { kind: 'tasks', query: query() })] : []),
      ];
      const hint = isFilterSet(filter.current) ? 'noMatch' : 'noTasks';
      return rowsOf(
        { connectionId: id, parentId: 'tasks', need: { kind: 'tasks', query: query() } },
        listing,
        rows,
        hint,
      );
    },
    needs: (_session, parent) => (parent === undefined ? [{ kind: 'tasks', query: query() }] : []),
    row: (session, node, now) => {
      const task = node.kind === 'task' ? session.store.task(node.taskId) : undefined;
      return node.kind === 'task' && task
        ? taskRow(node, task, { showsProject: true, has: dependencyParts(session, 'task') }, now)
        : undefined;
    },
    tooltip: (session, node, now) => {
      const task = node.kind === 'task' ? session.store.task(node.taskId) : undefined;
      return task && taskTooltip(task, now);
    },
    header: () =>
      isFilterSet(filter.current)
        ? { description: 'filtered', message: `Only ${filterWords(filter.current).join(', ')}.` }
        : {},
    onDidChange: filter.onDidChange,
  };
}
