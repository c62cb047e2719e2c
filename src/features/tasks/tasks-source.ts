import type { TaskQuery } from '../../backends/contract';
import type { ConnectionSession } from '../../store/contract';
import { taskParts } from '../trees/row-parts';
import { taskRow, taskTooltip } from '../trees/task-row';
import { loadMoreNode, taskNode } from '../trees/tree-nodes';
import { noTasksHint, rowsOf, type TreeSource, type ViewHeader } from '../trees/tree-source';
import {
  filterQuery,
  filterWords,
  isFilterSet,
  NO_FILTER,
  type TaskFilter,
  type TaskFilterState,
} from './task-filter';

/** All tasks of a connection that the filter lets through, newest first. */
export function createTasksSource(filter: TaskFilterState): TreeSource {
  const queryOf = ({ info }: ConnectionSession): TaskQuery => filterQuery(filter.current, info.id);
  return {
    children: (session, parent) => {
      if (parent !== undefined) {
        return [];
      }
      const { id } = session.info;
      const query = queryOf(session);
      const listing = session.store.tasks(query);
      const rows = [
        ...listing.items.map((task) => taskNode(id, task.id)),
        ...(listing.hasMore ? [loadMoreNode(id, 'tasks', { kind: 'tasks', query })] : []),
      ];
      const hint = isNarrow(query) ? 'noMatch' : noTasksHint(session);
      return rowsOf(
        { connectionId: id, parentId: 'tasks', need: { kind: 'tasks', query } },
        listing,
        rows,
        hint,
      );
    },
    needs: (session, parent) => (parent === undefined ? [{ kind: 'tasks', query: queryOf(session) }] : []),
    row: (session, node, now) => {
      const task = node.kind === 'task' ? session.store.task(node.taskId) : undefined;
      return node.kind === 'task' && task
        ? taskRow(node, task, { showsProject: true, has: taskParts(session) }, now)
        : undefined;
    },
    tooltip: (session, node, now) => {
      const task = node.kind === 'task' ? session.store.task(node.taskId) : undefined;
      return task && taskTooltip(task, now);
    },
    header: () => headerOf(filter.current),
    onDidChange: filter.onDidChange,
  };
}

/** Whether a query leaves tasks out, so that none being there may be its doing; an order alone does not. */
function isNarrow({
  order: _order,
  sort: _sort,
  omitsApart: _omits,
  isArchived,
  ...parts
}: TaskQuery): boolean {
  return isArchived === true || Object.keys(parts).length > 0;
}

/** Which filter is on: by its name where it has one, and in words. */
function headerOf(filter: TaskFilter): ViewHeader {
  if (!isFilterSet(filter)) {
    return {};
  }
  const { own, ...shared } = filter;
  const words = [
    ...(filterWords(shared).length > 0 ? [`Only ${filterWords(shared).join(', ')}.`] : []),
    ...(own ? [`${own.connectionLabel}: ${filterWords({ ...NO_FILTER, own }).join(', ')}.`] : []),
  ];
  return { description: filter.name ?? 'filtered', message: words.join(' ') };
}
