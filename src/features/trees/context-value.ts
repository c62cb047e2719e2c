import { TASK_ACTIONS, type TaskAction } from '../../core/actions';
import type { TaskStatus } from '../../core/status';
import type { TreeNodeKind } from './tree-nodes';

/**
 * What a row may have that a command needs: something to copy, a web page, a queue that can be changed or taken away,
 * another task before or after it in its queue, a task that it runs, a queue that can at least be cleared, a worker
 * that can be taken out, or whose load was kept, a project that can be archived or brought back, templates to run, a graph of what depends on what,
 * output that the server keeps;
 * a pipeline that can be started and stopped with its steps;
 * a project that others or tasks can be made in, or that can be changed;
 * a model that can be published and so on, has a file, or a task that made it; a dataset's
 * version with files to save; a connection whose pages and files can be at addresses of their own.
 */
export const ROW_PARTS = [
  'id',
  'webUrl',
  'queueEdit',
  'queueDelete',
  'placeBefore',
  'placeAfter',
  'runningTask',
  'queueClear',
  'workerDeactivate',
  'loadHistory',
  'projectArchive',
  'projectUnarchive',
  'templates',
  'dependencies',
  'console',
  'pipeline',
  'projectCreate',
  'taskCreate',
  'projectEdit',
  'modelPublish',
  'modelEdit',
  'modelArchive',
  'modelUnarchive',
  'modelDelete',
  'modelFile',
  'modelTask',
  'datasetFiles',
  'otherHosts',
] as const;
export type RowPart = (typeof ROW_PARTS)[number];

export interface RowContext {
  readonly kind: TreeNodeKind;
  /** True for a connection that the person added and may take away. */
  readonly isRemovable?: boolean;
  readonly status?: TaskStatus;
  readonly can?: readonly TaskAction[];
  readonly has?: readonly RowPart[];
}

/**
 * The text that `when` clauses of menus match: tokens, each ended by `;`, the whole begun by one, so that a clause
 * can match `;can=stop;` and nothing longer or shorter. `removable` comes right after the kind.
 */
export function contextValue({ kind, isRemovable, status, can = [], has = [] }: RowContext): string {
  const tokens = [
    `kind=${kind}`,
    ...(isRemovable ? ['removable'] : []),
    ...(status ? [`status=${status}`] : []),
    ...TASK_ACTIONS.filter((action) => can.includes(action)).map((action) => `can=${action}`),
    ...ROW_PARTS.filter((part) => has.includes(part)).map((part) => `has=${part}`),
  ];
  return `;${tokens.map((token) => `${token};`).join('')}`;
}
