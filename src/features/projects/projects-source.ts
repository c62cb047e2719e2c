import type { TaskQuery } from '../../backends/contract';
import type { Dataset } from '../../core/datasets';
import type { EpochMs, Project } from '../../core/entities';
import type { ModelQuery } from '../../core/models';
import { runsTemplates, type GroupKind, type ProjectGroup } from '../../core/project-groups';
import type { ConnectionSession, StoreNeed } from '../../store/contract';
import { datasetFileRow, datasetRow, datasetTooltip } from '../datasets/dataset-row';
import { datasetFileRows, datasetRows } from '../datasets/dataset-rows';
import { modelRow, modelTooltip } from '../models/model-row';
import type { RowPart } from '../trees/context-value';
import { dependencyParts, taskParts } from '../trees/row-parts';
import type { RowModel } from '../trees/row-model';
import { taskRow, taskTooltip } from '../trees/task-row';
import {
  errorNode,
  groupNode,
  hintNode,
  loadMoreNode,
  modelNode,
  projectNode,
  taskNode,
  type DatasetNode,
  type GroupNode,
  type ProjectNode,
  type TreeNode,
} from '../trees/tree-nodes';
import { listingOf, noTasksHint, rowsOf, type TreeSource } from '../trees/tree-source';
import { groupRow, groupTooltip, type GroupFacts } from './group-row';
import { isOnDemand, listBelow } from './list-below';
import { placeOf, placesOf, tasksIn, type KnownPlace } from './place-lookup';
import { projectRow, projectTooltip } from './project-row';

const PROJECTS: StoreNeed = { kind: 'projects' };
const GROUPS: StoreNeed = { kind: 'groups' };

/** Projects nested by `/`, in each its tasks, newest first; at the end what the server keeps apart. */
export function createProjectsSource(): TreeSource {
  return {
    children: (session, parent) => {
      if (parent === undefined) {
        return topRows(session);
      }
      switch (parent.kind) {
        case 'group':
          return rowsInGroup(session, parent);
        case 'project':
          return rowsInProject(session, parent);
        case 'dataset':
          return datasetFileRows(session, parent);
        default:
          return [];
      }
    },
    needs: (session, parent) => {
      if (parent === undefined) {
        return session.openBackend?.groups ? [PROJECTS, GROUPS] : [PROJECTS];
      }
      const need = listBelow(session, parent);
      return need ? [need] : [];
    },
    row: rowOf,
    tooltip: tooltipOf,
  };
}

function topRows(session: ConnectionSession): readonly TreeNode[] {
  const { info, store } = session;
  const projects = (placesOf(session).get('')?.childPaths ?? []).map((path) => projectNode(info.id, path));
  const listing = store.projects();
  const groups = store.groups();
  const apart = listing.isLoaded ? groups.items.map(({ id }) => groupNode(info.id, id)) : [];
  const failed =
    groups.error && !listing.error && listing.isLoaded ? [errorNode(info.id, 'groups', GROUPS)] : [];
  return rowsOf(
    { connectionId: info.id, parentId: 'projects', need: PROJECTS },
    listing,
    [...projects, ...apart, ...failed],
    noTasksHint(session),
  );
}

function rowsInProject(session: ConnectionSession, parent: ProjectNode): readonly TreeNode[] {
  const { id } = session.info;
  const place = placeOf(session, parent);
  const below = (place?.childPaths ?? []).map((path) => projectNode(id, path));
  const query = tasksIn(place);
  const models =
    (place?.project?.modelCount ?? 0) > 0 && session.openBackend?.models
      ? [groupNode(id, 'models', parent.path)]
      : [];
  return query ? taskRows(session, parent, query, below, models) : below;
}

function modelRows(session: ConnectionSession, parent: GroupNode, query: ModelQuery): readonly TreeNode[] {
  const { info, store } = session;
  const emptyHint = isOnDemand(session, parent) ? 'emptyList' : 'emptyGroup';
  const listing = store.models(query);
  const need = { kind: 'models', query } as const;
  const rows = [
    ...listing.items.map(({ id }) => modelNode(info.id, id, parent.projectPath)),
    ...(listing.hasMore ? [loadMoreNode(info.id, parent.id, need)] : []),
  ];
  return rowsOf({ connectionId: info.id, parentId: parent.id, need }, listing, rows, emptyHint);
}

function taskRows(
  { info, store }: ConnectionSession,
  parent: TreeNode,
  query: TaskQuery,
  before: readonly TreeNode[] = [],
  after: readonly TreeNode[] = [],
): readonly TreeNode[] {
  const listing = store.tasks(query);
  const rows = [
    ...before,
    ...listing.items.map((task) => taskNode(info.id, task.id)),
    ...(listing.hasMore ? [loadMoreNode(info.id, parent.id, { kind: 'tasks', query })] : []),
    ...after,
  ];
  return rowsOf(
    { connectionId: info.id, parentId: parent.id, need: { kind: 'tasks', query } },
    listing,
    rows,
    parent.kind === 'group' ? 'emptyGroup' : 'emptyProject',
  );
}

function rowsInGroup(session: ConnectionSession, parent: GroupNode): readonly TreeNode[] {
  const need = listBelow(session, parent);
  switch (need?.kind) {
    case 'tasks':
      return taskRows(session, parent, need.query);
    case 'models':
      return modelRows(session, parent, need.query);
    case 'datasets':
      return datasetRows(session, parent);
    default:
      return placeRows(session, parent);
  }
}

function placeRows(session: ConnectionSession, parent: GroupNode): readonly TreeNode[] {
  const { id } = session.info;
  const places = [...(groupOf(session, parent)?.places ?? [])].sort((a, b) =>
    a.label.localeCompare(b.label, 'en', { numeric: true, sensitivity: 'base' }),
  );
  return places.length === 0
    ? [hintNode(id, parent.id, 'emptyGroup')]
    : places.map(({ name }) => projectNode(id, name, true));
}

function rowOf(session: ConnectionSession, node: TreeNode, now: EpochMs): RowModel | undefined {
  switch (node.kind) {
    case 'project': {
      const place = placeOf(session, node);
      return place && projectRow(place, partsOf(session, place));
    }
    case 'group':
      return groupRow(node.group, groupFacts(session, node), now);
    case 'model': {
      const model = session.store.model(node.modelId);
      return model && modelRow(node, model, now);
    }
    case 'dataset': {
      const dataset = datasetOf(session, node);
      const [contents] = session.store.datasetContents(node.datasetId).items;
      return dataset && datasetRow(dataset, contents, now);
    }
    case 'datasetFile':
      return datasetFileRow(node);
    case 'task': {
      const task = session.store.task(node.taskId);
      const place = { showsProject: task?.isArchived ?? false, has: taskParts(session) };
      return task && taskRow(node, task, place, now);
    }
    default:
      return undefined;
  }
}

function partsOf(session: ConnectionSession, { project, apart }: KnownPlace): readonly RowPart[] {
  const { templates, projects } = session.openBackend ?? {};
  const dependencies = dependencyParts(session, 'project');
  if (apart) {
    return partsApart(session, apart.group);
  }
  const isArchived = project?.isArchived === true;
  const archiving: RowPart = isArchived ? 'projectUnarchive' : 'projectArchive';
  return [
    ...dependencies,
    ...(templates && !isArchived ? ['templates' as const] : []),
    ...partsOfTasks(session, project),
    ...(projects?.change ? partsOfChange(project) : []),
    ...(projects?.setArchived ? [archiving] : []),
  ];
}

function partsApart(session: ConnectionSession, group: GroupKind): readonly RowPart[] {
  const canRun = runsTemplates(group) && session.openBackend?.templates !== undefined;
  // Agents wait for nothing.
  const dependencies = group === 'agents' ? [] : dependencyParts(session, 'project');
  return [...dependencies, ...(canRun ? ['templates' as const] : [])];
}

function partsOfTasks({ openBackend }: ConnectionSession, project: Project | undefined): readonly RowPart[] {
  return openBackend?.drafts && project && project.isArchived !== true ? ['taskCreate'] : [];
}

/** Inside a place that only holds others, projects can be made; the place itself is nothing that could change. */
function partsOfChange(project: Project | undefined): readonly RowPart[] {
  return project ? ['projectCreate', 'projectEdit'] : ['projectCreate'];
}

function tooltipOf(session: ConnectionSession, node: TreeNode, now: EpochMs): string | undefined {
  switch (node.kind) {
    case 'project': {
      const place = placeOf(session, node);
      return place && projectTooltip(place, now);
    }
    case 'group':
      return groupTooltip(node.group, groupFacts(session, node));
    case 'model': {
      const model = session.store.model(node.modelId);
      return model && modelTooltip(model, now);
    }
    case 'dataset': {
      const dataset = datasetOf(session, node);
      return dataset && datasetTooltip(dataset);
    }
    case 'task': {
      const task = session.store.task(node.taskId);
      return task && taskTooltip(task, now);
    }
    default:
      return undefined;
  }
}

function datasetOf({ store }: ConnectionSession, { datasetId }: DatasetNode): Dataset | undefined {
  return store.datasets().items.find(({ id }) => id === datasetId);
}

function groupFacts(session: ConnectionSession, node: GroupNode): GroupFacts {
  const need = isOnDemand(session, node) ? listBelow(session, node) : undefined;
  if (!need) {
    return { count: countIn(session, node) };
  }
  const listing = listingOf(session, need);
  const readAt = listing?.loadedAt;
  return { isOnDemand: true, count: listing?.items.length, ...(readAt === undefined ? {} : { readAt }) };
}

function countIn(session: ConnectionSession, node: GroupNode): number | undefined {
  return node.projectPath === undefined
    ? groupOf(session, node)?.places.length
    : placesOf(session).get(node.projectPath)?.project?.modelCount;
}

function groupOf({ store }: ConnectionSession, { group }: GroupNode): ProjectGroup | undefined {
  return store.groups().items.find(({ id }) => id === group);
}
