import type { TaskQuery } from '../../backends/contract';
import type { ConnectionSession, StoreNeed } from '../../store/contract';
import type { GroupNode, TreeNode } from '../trees/tree-nodes';
import { placeOf, placesOf, tasksIn } from './place-lookup';

/** Lists that a row of the projects can stand for. */
export type ListNeed = Extract<
  StoreNeed,
  { readonly kind: 'tasks' | 'models' | 'datasets' | 'datasetContents' }
>;

const ARCHIVED: TaskQuery = { isArchived: true, includesHidden: true, order: 'newest' };

/** The list that is right below a row of the projects, if there is one. */
export function listBelow(session: ConnectionSession, parent: TreeNode): ListNeed | undefined {
  switch (parent.kind) {
    case 'project': {
      const query = tasksIn(placeOf(session, parent));
      return query && { kind: 'tasks', query };
    }
    case 'group':
      return listOfGroup(session, parent);
    case 'dataset':
      return { kind: 'datasetContents', datasetId: parent.datasetId };
    default:
      return undefined;
  }
}

/** Whether the list of a group is read only when a person opens or refreshes it. */
export function isOnDemand({ openBackend }: ConnectionSession, { group }: GroupNode): boolean {
  switch (group) {
    case 'datasets':
      return openBackend?.datasets !== undefined;
    case 'models':
    case 'archivedModels':
      return openBackend?.models?.isOnDemand === true;
    case 'agents':
    case 'deployments':
    case 'pipelines':
    case 'reports':
    case 'hidden':
    case 'archived':
      return false;
  }
}

function listOfGroup(session: ConnectionSession, { group, projectPath }: GroupNode): ListNeed | undefined {
  switch (group) {
    case 'archived':
      return { kind: 'tasks', query: ARCHIVED };
    case 'models':
    case 'archivedModels': {
      const isArchived = group === 'archivedModels';
      const projectId =
        projectPath === undefined ? undefined : placesOf(session).get(projectPath)?.project?.id;
      return { kind: 'models', query: { isArchived, ...(projectId === undefined ? {} : { projectId }) } };
    }
    case 'datasets':
      return session.openBackend?.datasets ? { kind: 'datasets' } : undefined;
    case 'agents':
    case 'deployments':
    case 'pipelines':
    case 'reports':
    case 'hidden':
      return undefined;
  }
}
