import * as z from 'zod';
import type { DependencyNode } from '../../core/dependency-graph';
import type { TaskRelatives } from '../../core/task-details';
import { rows } from '../readable-rows';
import { reference, text } from './schema';
import type { ClearMlSession } from './session';
import { statusOf } from './statuses';

/** The configuration objects that say what depends on what; both hold JSON as text. */
export const PIPELINE = 'Pipeline';
export const DATASET = 'Dataset Struct';

/** The server silently gives no more than this per page. */
export const MOST_LISTED = 500;
const MAX_IDS_PER_CALL = 200;
const MOST_IN_DETAILS = 50;
const FIELDS = ['id', 'name', 'status', 'type', 'parent', 'project', 'system_tags'];
/** Large ones, which lists of relatives do without. */
const GRAPH_FIELDS = [
  ...FIELDS,
  `configuration.${PIPELINE}.value`,
  `configuration.${DATASET}.value`,
  'runtime._pipeline_hash',
];

const configuration = z.object({ value: text }).optional().catch(undefined);
const relative = z.object({
  id: z.string().min(1),
  name: text,
  status: z.string().catch('unknown'),
  type: text,
  parent: reference,
  project: reference,
  system_tags: z.array(z.string()).catch([]),
  configuration: z
    .object({ [PIPELINE]: configuration, [DATASET]: configuration })
    .optional()
    .catch(undefined),
  runtime: z.object({ _pipeline_hash: text }).optional().catch(undefined),
});
export type Relative = z.infer<typeof relative>;
const relatives = z.object({ tasks: rows(relative) });

/** The task with what it says about its graph; undefined when it is gone. */
export async function readWithGraph(
  session: ClearMlSession,
  taskId: string,
  signal: AbortSignal,
): Promise<Relative | undefined> {
  const body = { id: [taskId], only_fields: GRAPH_FIELDS };
  return (await session.read('tasks.get_by_id_ex', body, relatives, signal)).tasks[0];
}

/** Tasks by id; those that are gone are absent. */
export async function readRelatives(
  session: ClearMlSession,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Relative[]> {
  const found: Relative[] = [];
  for (let start = 0; start < ids.length; start += MAX_IDS_PER_CALL) {
    const body = { id: ids.slice(start, start + MAX_IDS_PER_CALL), only_fields: FIELDS };
    found.push(...(await session.read('tasks.get_by_id_ex', body, relatives, signal)).tasks);
  }
  return found;
}

/** Tasks that were made from this one, oldest first; at most {@link MOST_LISTED}. */
export async function readChildren(
  session: ClearMlSession,
  parentId: string,
  signal: AbortSignal,
): Promise<readonly Relative[]> {
  const body = {
    parent: [parentId],
    order_by: ['created'],
    search_hidden: true,
    page: 0,
    page_size: MOST_LISTED,
    only_fields: FIELDS,
  };
  return (await session.read('tasks.get_all_ex', body, relatives, signal)).tasks;
}

/** The newest tasks made from `parentId`, but for the task that asks. */
export async function readNewestChildren(
  session: ClearMlSession,
  parentId: string,
  exceptId: string | undefined,
  signal: AbortSignal,
): Promise<TaskRelatives> {
  const body = {
    parent: [parentId],
    order_by: ['-created'],
    search_hidden: true,
    page: 0,
    page_size: MOST_IN_DETAILS + 2,
    only_fields: ['id', 'name', 'status'],
  };
  const { tasks } = await session.read('tasks.get_all_ex', body, relatives, signal);
  const others = tasks.filter(({ id }) => id !== exceptId);
  return {
    tasks: others
      .slice(0, MOST_IN_DETAILS)
      .map(({ id, name, status }) => ({ id, name: name ?? id, status: statusOf(status) })),
    hasMore: others.length > MOST_IN_DETAILS,
  };
}

/** The newest versions of the datasets in this project, with what each says it was made from. */
export async function readVersions(
  session: ClearMlSession,
  projectId: string,
  most: number,
  signal: AbortSignal,
): Promise<readonly Relative[]> {
  const body = {
    project: [projectId],
    type: ['data_processing'],
    system_tags: ['dataset'],
    search_hidden: true,
    order_by: ['-created'],
    page: 0,
    page_size: most,
    only_fields: [...FIELDS, `configuration.${DATASET}.value`],
  };
  return (await session.read('tasks.get_all_ex', body, relatives, signal)).tasks;
}

export function relativeNode({ id, name, status, type }: Relative): DependencyNode {
  return {
    id,
    label: name ?? id,
    taskId: id,
    status: statusOf(status),
    ...(type === undefined ? {} : { type }),
  };
}

/** A task that others name and that is no more. */
export function goneNode(id: string, label = id): DependencyNode {
  return { id, label, status: 'unknown', isMissing: true };
}

/** The id of the task's parent; a deleted parent leaves a mark instead of its id. */
export function parentIdOf({ parent }: Pick<Relative, 'parent'>): string | undefined {
  const id = parent?.id ?? '';
  return id === '' || id.startsWith('__DELETED__') ? undefined : id;
}
