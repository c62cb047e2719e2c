import { TracksideError } from '../../core/errors';
import { taskRef } from '../../core/task-ref';
import type { ConnectionSession } from '../../store/contract';
import { placeOf } from '../projects/place-lookup';
import { pickTask } from '../tasks/pick-task';
import { targetOf, type TaskTarget } from '../tasks/task-targets';
import { isTreeNode } from '../trees/tree-nodes';
import type { PipelineDeps } from './register-pipelines';

/** Runs that are looked at to find the newest of a project, and the highest number among their names. */
export const MOST_RUNS = 100;

/**
 * The run that is meant: that of the row, the newest of a pipeline's project, else asked for. Undefined when the person
 * turns away. Throws `invalid` for a task that is no run of a pipeline.
 */
export async function choosePipelineRun(
  deps: PipelineDeps,
  node: unknown,
  title: string,
): Promise<TaskTarget | undefined> {
  const ref = taskRef.safeParse(node).data;
  const target =
    ref !== undefined
      ? await targetOf(deps.connections, ref)
      : ((await newestOfProject(deps, node)) ??
        (await pickTask(deps, {
          title,
          fits: ({ isPipelineRun }) => isPipelineRun === true,
          none: 'No recent task is a run of a pipeline. Use the menu of one in the Projects or Tasks view.',
        })));
  if (target && target.task.isPipelineRun !== true) {
    throw new TracksideError(
      'invalid',
      `“${target.task.name}” is no run of a pipeline.`,
      'Choose the task that started the steps.',
    );
  }
  return target;
}

async function newestOfProject(
  { connections }: PipelineDeps,
  node: unknown,
): Promise<TaskTarget | undefined> {
  if (!isTreeNode(node) || node.kind !== 'project') {
    return undefined;
  }
  const session = connections.get(node.connectionId);
  const project = session && placeOf(session, node)?.project;
  const run = session && project && (await newestRuns(session, project.id))[0];
  if (!session || !run) {
    throw new TracksideError(
      'notFound',
      `“${node.path}” has no run of a pipeline yet.`,
      'Run the pipeline once from its script.',
    );
  }
  return { session, task: run };
}

/** Runs of pipelines directly in this project, newest first. */
export async function newestRuns(
  session: ConnectionSession,
  projectId: string,
): Promise<readonly TaskTarget['task'][]> {
  const { signal } = new AbortController();
  const backend = await session.backend(signal);
  const { items } = await backend.listTasks(
    { projectId, order: 'newest', includesHidden: true },
    { size: MOST_RUNS },
    signal,
  );
  return items.filter(({ isPipelineRun }) => isPipelineRun === true);
}
