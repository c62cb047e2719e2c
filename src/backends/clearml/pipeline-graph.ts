import type { DependencyEdge, DependencyGraph, DependencyNode } from '../../core/dependency-graph';
import { readSteps, stepStatus, type PipelineStep } from './pipeline-steps';
import { goneNode, MOST_LISTED, parentIdOf, PIPELINE, relativeNode, type Relative } from './relatives';
import { statusOf } from './statuses';

/** A pipeline's controller, what it started, and the steps it was made of. */
export interface Pipeline {
  readonly controller: Relative;
  /** Tasks whose parent is the controller, oldest first. */
  readonly children: readonly Relative[];
  readonly steps: readonly PipelineStep[];
}

/** Undefined for a task that is no pipeline. */
export function pipelineOf(controller: Relative, children: readonly Relative[]): Pipeline | undefined {
  const steps = readSteps(controller.configuration?.[PIPELINE]?.value);
  return steps === undefined ? undefined : { controller, children, steps };
}

/** Ids of the tasks that the run started: its children but for runs that were cloned from it. */
export function ownStepTasks(pipeline: Pipeline): readonly string[] {
  const named = new Set(pipeline.steps.map((step) => taskOf(pipeline, step)));
  return pipeline.children
    .filter(({ id, system_tags: tags }) => named.has(id) || !tags.includes('pipeline'))
    .map(({ id }) => id);
}

/** Ids of tasks that steps name and that are not among the pipeline's own. */
export function otherStepTasks(pipeline: Pipeline): readonly string[] {
  const known = new Set(pipeline.children.map(({ id }) => id));
  return pipeline.steps.flatMap((step) => {
    const id = taskOf(pipeline, step);
    return id === undefined || known.has(id) ? [] : [id];
  });
}

/**
 * The pipeline's run, its steps, and the other tasks that it started. What steps' tasks say is believed before what the
 * configuration says, which is stale once the run was stopped. `others`: tasks of {@link otherStepTasks}.
 */
export function pipelineGraph(
  pipeline: Pipeline,
  others: readonly Relative[],
  focusId: string,
): DependencyGraph {
  const { controller, children, steps } = pipeline;
  const tasks = new Map([...others, ...children].map((task) => [task.id, task]));
  const taken = new Set<string>();
  const nodes: DependencyNode[] = [relativeNode(controller)];
  const edges: DependencyEdge[] = [];
  const nodeIds = new Map<string, string>(steps.map(({ name }) => [name, stepNodeId(name)]));
  for (const step of steps) {
    const taskId = taskOf(pipeline, step);
    if (taskId !== undefined) {
      taken.add(taskId);
    }
    nodes.push(stepNode(pipeline, step, taskId === undefined ? undefined : tasks.get(taskId), taskId));
    const parents = step.parents.map((name) => nodeIds.get(name) ?? stepNodeId(name));
    const sources = parents.length === 0 ? [controller.id] : parents;
    edges.push(...sources.map((from) => ({ from, to: stepNodeId(step.name) })));
  }
  const missing = new Set(steps.flatMap(({ parents }) => parents).filter((name) => !nodeIds.has(name)));
  nodes.push(...[...missing].map((name) => goneNode(stepNodeId(name), name)));
  const rest = children.filter(({ id }) => !taken.has(id));
  nodes.push(...rest.map(relativeNode));
  edges.push(...rest.map(({ id }) => ({ from: controller.id, to: id })));
  const focus = steps.find((step) => taskOf(pipeline, step) === focusId);
  return {
    title: controller.name ?? controller.id,
    focusId: focus === undefined ? focusId : stepNodeId(focus.name),
    nodes,
    edges,
    notes: notesOf(pipeline),
  };
}

/** Unlike any task's id, which are 32 digits. */
function stepNodeId(name: string): string {
  return `step ${name}`;
}

/**
 * The task of a step. A clone carries the steps of the run it was made from until it starts and notes its own mark;
 * until then only tasks that this very run started count. The newest SDKs note a task as soon as it is there, old
 * ones when it is done: then the newest task of the step's name is meant.
 */
function taskOf({ controller, children }: Pipeline, { name, taskId }: PipelineStep): string | undefined {
  const isOwn = children.some(({ id }) => id === taskId);
  if (taskId !== undefined && (isOwn || hasStarted(controller))) {
    return taskId;
  }
  return children.findLast((child) => child.name === name)?.id;
}

function hasStarted({ runtime }: Relative): boolean {
  return (runtime?._pipeline_hash ?? '') !== '';
}

function stepNode(
  { controller }: Pipeline,
  step: PipelineStep,
  task: Relative | undefined,
  taskId: string | undefined,
): DependencyNode {
  const base = {
    id: stepNodeId(step.name),
    label: step.name,
    ...(step.stage === undefined ? {} : { stage: step.stage }),
  };
  if (task !== undefined) {
    return {
      ...relativeNode(task),
      ...base,
      ...(step.status === 'cached'
        ? { word: 'Cached', reason: 'Its result was taken from an earlier run' }
        : {}),
    };
  }
  const type = step.type === undefined ? {} : { type: step.type };
  if (taskId !== undefined) {
    return {
      ...base,
      ...type,
      status: 'unknown',
      isMissing: true,
      reason: 'Its task is not on the server any more',
    };
  }
  return { ...base, ...type, ...waitingState(controller, step) };
}

/** Of a step that has no task. */
function waitingState(
  controller: Relative,
  { status }: PipelineStep,
): Pick<DependencyNode, 'status' | 'word' | 'reason'> {
  const isOver = ['stopped', 'closed', 'failed', 'completed', 'published'].includes(controller.status);
  if (status === 'skipped' && hasStarted(controller)) {
    return { status: 'draft', word: 'Skipped', reason: 'The pipeline left it out' };
  }
  if (isOver) {
    return { status: 'draft', word: 'Not started', reason: 'The pipeline ended before it' };
  }
  const isOfThisRun = hasStarted(controller) && status !== undefined;
  const known = isOfThisRun ? stepStatus(status) : 'draft';
  return known === 'draft' || known === 'unknown'
    ? { status: 'draft', word: 'Pending', reason: pendingReason(controller) }
    : { status: known };
}

function pendingReason(controller: Relative): string {
  return statusOf(controller.status) === 'running'
    ? 'It waits for the steps before it'
    : 'The pipeline has not started';
}

function notesOf({ controller, children, steps }: Pipeline): string[] {
  const parentId = parentIdOf(controller);
  return [
    ...(steps.length === 0 ? ['This pipeline has no steps yet.'] : []),
    ...(hasStarted(controller) || children.length > 0
      ? []
      : ['This pipeline has not run: its steps are pending.']),
    ...(parentId === undefined ? [] : ['The run was cloned from another one, which its own graph shows.']),
    ...(children.length < MOST_LISTED
      ? []
      : [`Only the first ${MOST_LISTED} tasks that it started are looked at.`]),
  ];
}
