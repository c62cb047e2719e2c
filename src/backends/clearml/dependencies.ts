import type { DependencyGraph } from '../../core/dependency-graph';
import { TracksideError } from '../../core/errors';
import { readLineage } from './dataset-lineage';
import { otherStepTasks, ownStepTasks, pipelineGraph, pipelineOf, type Pipeline } from './pipeline-graph';
import {
  goneNode,
  MOST_LISTED,
  parentIdOf,
  readChildren,
  readRelatives,
  readWithGraph,
  relativeNode,
  type Relative,
} from './relatives';
import type { ClearMlSession } from './session';

/**
 * What the task belongs to: its pipeline when it is one or a step of one, the lineage of its dataset when it is a
 * version of one, else its parent and its children.
 */
export async function readDependencies(
  session: ClearMlSession,
  taskId: string,
  signal: AbortSignal,
): Promise<DependencyGraph> {
  const [task, children] = await readBoth(session, taskId, signal);
  const own = pipelineOf(task, children);
  if (own !== undefined) {
    return readPipeline(session, own, taskId, signal);
  }
  const lineage = await readLineage(session, task, signal);
  if (lineage !== undefined) {
    return lineage;
  }
  const parentId = parentIdOf(task);
  const parent = parentId === undefined ? undefined : await readWithGraph(session, parentId, signal);
  const above = parent && pipelineOf(parent, await childrenOfPipeline(session, parent, signal));
  return above === undefined
    ? family(task, children, parentId, parent)
    : withChildren(await readPipeline(session, above, taskId, signal), children);
}

/** Ids of the tasks that a pipeline's run started; none for any other task. Throws `notFound` when it is gone. */
export async function readStepTasks(
  session: ClearMlSession,
  taskId: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const [task, children] = await readBoth(session, taskId, signal);
  const pipeline = pipelineOf(task, children);
  return pipeline === undefined ? [] : ownStepTasks(pipeline);
}

/** A task and its children. */
async function readBoth(
  session: ClearMlSession,
  taskId: string,
  signal: AbortSignal,
): Promise<readonly [Relative, readonly Relative[]]> {
  const [task, children] = await Promise.all([
    readWithGraph(session, taskId, signal),
    readChildren(session, taskId, signal),
  ]);
  if (task === undefined) {
    throw new TracksideError('notFound', 'The task is gone.', 'Refresh the tree.');
  }
  return [task, children];
}

/** Nobody is asked for the siblings of a task whose parent is no pipeline. */
async function childrenOfPipeline(
  session: ClearMlSession,
  parent: Relative,
  signal: AbortSignal,
): Promise<readonly Relative[]> {
  return pipelineOf(parent, []) === undefined ? [] : readChildren(session, parent.id, signal);
}

async function readPipeline(
  session: ClearMlSession,
  pipeline: Pipeline,
  focusId: string,
  signal: AbortSignal,
): Promise<DependencyGraph> {
  const others = await readRelatives(session, otherStepTasks(pipeline), signal);
  return pipelineGraph(pipeline, others, focusId);
}

/** A step may have made tasks of its own. */
function withChildren(graph: DependencyGraph, children: readonly Relative[]): DependencyGraph {
  const { focusId } = graph;
  const known = new Set(graph.nodes.map(({ taskId }) => taskId));
  const added = focusId === undefined ? [] : children.filter(({ id }) => !known.has(id));
  return {
    ...graph,
    nodes: [...graph.nodes, ...added.map(relativeNode)],
    edges: [...graph.edges, ...added.map(({ id }) => ({ from: focusId ?? '', to: id }))],
  };
}

/** A task with its parent and its children; edges go from parent to child. */
function family(
  task: Relative,
  children: readonly Relative[],
  parentId: string | undefined,
  parent: Relative | undefined,
): DependencyGraph {
  const above =
    parentId === undefined ? [] : [parent === undefined ? goneNode(parentId) : relativeNode(parent)];
  return {
    title: task.name ?? task.id,
    focusId: task.id,
    nodes: [...above, relativeNode(task), ...children.map(relativeNode)],
    edges: [
      ...above.map(({ id }) => ({ from: id, to: task.id })),
      ...children.map(({ id }) => ({ from: task.id, to: id })),
    ],
    notes: children.length < MOST_LISTED ? [] : [`Only the first ${MOST_LISTED} children are shown.`],
  };
}
