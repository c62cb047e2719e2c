import type { TaskQuery } from '../../backends/contract';
import type { EpochMs, Project } from '../../core/entities';
import type { ConnectionSession, StoreNeed } from '../../store/contract';
import type { RowPart } from '../trees/context-value';
import { dependencyParts } from '../trees/dependency-parts';
import type { RowModel } from '../trees/row-model';
import { taskRow, taskTooltip } from '../trees/task-row';
import { loadMoreNode, projectNode, taskNode, type ProjectNode, type TreeNode } from '../trees/tree-nodes';
import { rowsOf, type TreeSource } from '../trees/tree-source';
import { projectPlaces, type ProjectPlace } from './project-paths';
import { projectRow, projectTooltip } from './project-row';

const PROJECTS: StoreNeed = { kind: 'projects' };

/** Projects nested by `/`, in each its tasks, newest first. */
export function createProjectsSource(): TreeSource {
  const placesOf = rememberedPlaces();
  return {
    children: (session, parent) => {
      if (parent === undefined) {
        return topRows(session, placesOf(session));
      }
      return parent.kind === 'project' ? rowsInProject(session, parent, placesOf(session)) : [];
    },
    needs: (session, parent) => {
      if (parent === undefined) {
        return [PROJECTS];
      }
      const query = parent.kind === 'project' ? queryOf(placesOf(session).get(parent.path)) : undefined;
      return query ? [{ kind: 'tasks', query }] : [];
    },
    row: (session, node, now) => rowOf(session, node, placesOf(session), now),
    tooltip: (session, node, now) => tooltipOf(session, node, placesOf(session), now),
  };
}

type Places = ReadonlyMap<string, ProjectPlace>;

function topRows(session: ConnectionSession, places: Places): readonly TreeNode[] {
  const { id } = session.info;
  const rows = (places.get('')?.childPaths ?? []).map((path) => projectNode(id, path));
  return rowsOf(
    { connectionId: id, parentId: 'projects', need: PROJECTS },
    session.store.projects(),
    rows,
    'noTasks',
  );
}

function rowsInProject(session: ConnectionSession, parent: ProjectNode, places: Places): readonly TreeNode[] {
  const { id } = session.info;
  const place = places.get(parent.path);
  const below = (place?.childPaths ?? []).map((path) => projectNode(id, path));
  const query = queryOf(place);
  if (!query) {
    return below;
  }
  const listing = session.store.tasks(query);
  const rows = [
    ...below,
    ...listing.items.map((task) => taskNode(id, task.id)),
    ...(listing.hasMore ? [loadMoreNode(id, parent.id, query)] : []),
  ];
  return rowsOf(
    { connectionId: id, parentId: parent.id, need: { kind: 'tasks', query } },
    listing,
    rows,
    'emptyProject',
  );
}

function rowOf(
  session: ConnectionSession,
  node: TreeNode,
  places: Places,
  now: EpochMs,
): RowModel | undefined {
  if (node.kind === 'project') {
    const place = places.get(node.path);
    return place && projectRow(place, partsOf(session, place));
  }
  const task = node.kind === 'task' ? session.store.task(node.taskId) : undefined;
  return node.kind === 'task' && task
    ? taskRow(node, task, { showsProject: false, has: dependencyParts(session, 'task') }, now)
    : undefined;
}

function partsOf(session: ConnectionSession, { project }: ProjectPlace): readonly RowPart[] {
  const { openBackend } = session;
  const isArchived = project?.isArchived === true;
  return [
    ...dependencyParts(session, 'project'),
    ...(openBackend?.templates && !isArchived ? ['templates' as const] : []),
    ...(openBackend?.projects
      ? [isArchived ? ('projectUnarchive' as const) : ('projectArchive' as const)]
      : []),
  ];
}

function tooltipOf(
  session: ConnectionSession,
  node: TreeNode,
  places: Places,
  now: EpochMs,
): string | undefined {
  if (node.kind === 'project') {
    const place = places.get(node.path);
    return place && projectTooltip(place, now);
  }
  const task = node.kind === 'task' ? session.store.task(node.taskId) : undefined;
  return task && taskTooltip(task, now);
}

function queryOf(place: ProjectPlace | undefined): TaskQuery | undefined {
  return place?.project && { projectId: place.project.id, includeSubprojects: false, order: 'newest' };
}

/** Nesting is worked out once per list that was read. */
function rememberedPlaces(): (session: ConnectionSession) => Places {
  const known = new WeakMap<readonly Project[], Places>();
  return ({ store }) => {
    const { items } = store.projects();
    const places = known.get(items) ?? projectPlaces(items);
    known.set(items, places);
    return places;
  };
}
