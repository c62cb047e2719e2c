import type { WorkerFigure } from '../../core/entities';
import type { GroupKind } from '../../core/project-groups';
import type { StoreNeed } from '../../store/contract';

/** Rows that say something instead of showing an entity. */
export const HINTS = [
  'noTasks',
  'noTasksThere',
  'noMatch',
  'emptyProject',
  'emptyGroup',
  'emptyList',
  'emptyDataset',
  'moreFiles',
  'emptyQueue',
  'idleWorker',
  'noQueues',
  'noWorkers',
  'noQueueAbility',
  'noWorkerAbility',
] as const;
export type Hint = (typeof HINTS)[number];

interface Node<K extends string> {
  readonly kind: K;
  /** `connectionId:kind:rest`; says what the row is about and never how that is doing. */
  readonly id: string;
  readonly connectionId: string;
}

export type ConnectionNode = Node<'connection'>;

export interface ProjectNode extends Node<'project'> {
  /** Full path, which is also the only thing known of a project that merely holds others. */
  readonly path: string;
  /** True in a group: the server keeps it apart from the projects that are nested by path. */
  readonly isApart: boolean;
}

/** What the server keeps apart, at the end of the projects. */
export interface GroupNode extends Node<'group'> {
  readonly group: GroupKind;
  /** Full path of the project whose models these are; absent: everything of the kind. */
  readonly projectPath?: string;
}

export interface ModelNode extends Node<'model'> {
  readonly modelId: string;
  /** The project below which it is listed; absent: in the list of all models. */
  readonly projectPath?: string;
}

export interface DatasetNode extends Node<'dataset'> {
  readonly datasetId: string;
}

/** A file in a dataset. */
export interface DatasetFileNode extends Node<'datasetFile'> {
  readonly path: string;
}

/** A task wherever it is shown; also a TaskRef. */
export interface TaskNode extends Node<'task'> {
  readonly taskId: string;
  /** The list it is shown in: a queue or worker by id, else the view's own list. */
  readonly place: { readonly in: 'list' } | { readonly in: 'queue' | 'worker'; readonly ownerId: string };
}

export interface QueueNode extends Node<'queue'> {
  readonly queueId: string;
}

export interface WorkerNode extends Node<'worker'> {
  readonly workerId: string;
}

/** One figure of a worker as it was lately. */
export interface LoadNode extends Node<'load'> {
  readonly workerId: string;
  readonly figure: WorkerFigure;
}

/** The list that goes on. */
export type LoadMoreNode = Node<'loadMore'> & { readonly need: PagedNeed };
export type PagedNeed = Extract<StoreNeed, { readonly kind: 'tasks' | 'models' }>;

export type LoadingNode = Node<'loading'>;

export interface HintNode extends Node<'hint'> {
  readonly hint: Hint;
}

/** A read that failed; the store knows why. */
export interface ErrorNode extends Node<'error'> {
  readonly need: StoreNeed;
}

/** Rows of all views, as data. Only what the id stands for is in a node; the rest is looked up when it is drawn. */
export type TreeNode =
  | ConnectionNode
  | ProjectNode
  | GroupNode
  | ModelNode
  | DatasetNode
  | DatasetFileNode
  | TaskNode
  | QueueNode
  | WorkerNode
  | LoadNode
  | LoadMoreNode
  | LoadingNode
  | HintNode
  | ErrorNode;

export type TreeNodeKind = TreeNode['kind'];

export function connectionNode(connectionId: string): ConnectionNode {
  return { kind: 'connection', id: `${connectionId}:connection`, connectionId };
}

export function projectNode(connectionId: string, path: string, isApart = false): ProjectNode {
  const id = `${connectionId}:${isApart ? 'apart' : 'project'}:${path}`;
  return { kind: 'project', id, connectionId, path, isApart };
}

export function groupNode(connectionId: string, group: GroupKind, projectPath?: string): GroupNode {
  const id = `${connectionId}:group:${group}`;
  return projectPath === undefined
    ? { kind: 'group', id, connectionId, group }
    : { kind: 'group', id: `${id}:${projectPath}`, connectionId, group, projectPath };
}

export function modelNode(connectionId: string, modelId: string, projectPath?: string): ModelNode {
  const id = `${connectionId}:model:${modelId}`;
  return projectPath === undefined
    ? { kind: 'model', id, connectionId, modelId }
    : { kind: 'model', id: `${id}:${projectPath}`, connectionId, modelId, projectPath };
}

export function datasetNode(connectionId: string, datasetId: string): DatasetNode {
  return { kind: 'dataset', id: `${connectionId}:dataset:${datasetId}`, connectionId, datasetId };
}

export function datasetFileNode(connectionId: string, datasetId: string, path: string): DatasetFileNode {
  return { kind: 'datasetFile', id: `${connectionId}:datasetFile:${datasetId}:${path}`, connectionId, path };
}

export function taskNode(connectionId: string, taskId: string): TaskNode {
  return { kind: 'task', id: `${connectionId}:task:${taskId}`, connectionId, taskId, place: { in: 'list' } };
}

export function queuedTaskNode(connectionId: string, ownerId: string, taskId: string): TaskNode {
  const id = `${connectionId}:queueEntry:${ownerId}:${taskId}`;
  return { kind: 'task', id, connectionId, taskId, place: { in: 'queue', ownerId } };
}

export function workerTaskNode(connectionId: string, ownerId: string, taskId: string): TaskNode {
  const id = `${connectionId}:workerTask:${ownerId}:${taskId}`;
  return { kind: 'task', id, connectionId, taskId, place: { in: 'worker', ownerId } };
}

export function queueNode(connectionId: string, queueId: string): QueueNode {
  return { kind: 'queue', id: `${connectionId}:queue:${queueId}`, connectionId, queueId };
}

export function workerNode(connectionId: string, workerId: string): WorkerNode {
  return { kind: 'worker', id: `${connectionId}:worker:${workerId}`, connectionId, workerId };
}

export function loadNode(connectionId: string, workerId: string, figure: WorkerFigure): LoadNode {
  const id = `${connectionId}:load:${figure}:${workerId}`;
  return { kind: 'load', id, connectionId, workerId, figure };
}

export function loadMoreNode(connectionId: string, parentId: string, need: PagedNeed): LoadMoreNode {
  return { kind: 'loadMore', id: `${connectionId}:loadMore:${parentId}`, connectionId, need };
}

export function loadingNode(connectionId: string, parentId: string): LoadingNode {
  return { kind: 'loading', id: `${connectionId}:loading:${parentId}`, connectionId };
}

export function hintNode(connectionId: string, parentId: string, hint: Hint): HintNode {
  return { kind: 'hint', id: `${connectionId}:hint:${hint}:${parentId}`, connectionId, hint };
}

export function errorNode(connectionId: string, parentId: string, need: StoreNeed): ErrorNode {
  return { kind: 'error', id: `${connectionId}:error:${parentId}`, connectionId, need };
}

const NODE_KINDS: ReadonlySet<unknown> = new Set<TreeNodeKind>([
  'connection',
  'project',
  'group',
  'model',
  'dataset',
  'datasetFile',
  'task',
  'queue',
  'worker',
  'load',
  'loadMore',
  'loading',
  'hint',
  'error',
]);

/** Recognises a row of ours among the arguments of a command. Nothing from outside the window ever gets there. */
export function isTreeNode(value: unknown): value is TreeNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    NODE_KINDS.has(value.kind) &&
    'id' in value &&
    typeof value.id === 'string' &&
    'connectionId' in value &&
    typeof value.connectionId === 'string'
  );
}
