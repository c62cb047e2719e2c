import type { Task } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import type { ConnectionSession } from '../../store/contract';
import { report } from '../tasks/action-report';
import type { TaskTarget } from '../tasks/task-targets';
import { counted } from '../trees/plural';
import { choosePipelineRun } from './pipeline-choice';
import type { PipelineDeps } from './register-pipelines';

/** Tasks named in the question. */
const MOST_NAMED = 12;

/**
 * Stops a pipeline's run and the steps it started, after naming them. The run first, so that it starts no more; then
 * the steps there are by then.
 */
export async function stopPipeline(deps: PipelineDeps, node: unknown): Promise<void> {
  const { dialogs } = deps.platform;
  const target = await choosePipelineRun(deps, node, 'Stop Pipeline with Its Steps: which run?');
  if (!target) {
    return;
  }
  const { session, task } = target;
  const steps = await dialogs.withProgress(`Reading the steps of “${task.name}”…`, (signal) =>
    stoppableSteps(target, signal),
  );
  const run = task.can.includes('stop') ? [task] : [];
  if (run.length + steps.length === 0) {
    dialogs.info(`Nothing to stop: neither “${task.name}” nor a step of it is running or queued.`);
    return;
  }
  const question = `Stop “${task.name}” with ${counted(steps.length, 'step')}?`;
  if (!(await dialogs.confirm(question, detailOf([...run, ...steps]), 'Stop All'))) {
    return;
  }
  const outcomes = [...(await session.store.act(run, { action: 'stop' }))];
  const now = await stoppableSteps(target, new AbortController().signal);
  outcomes.push(...(await session.store.act(now, { action: 'stop' })));
  report(deps.platform, 'stop', outcomes, []);
}

/** Steps that are running or wait in a queue, as the server has them now. */
async function stoppableSteps({ session, task }: TaskTarget, signal: AbortSignal): Promise<readonly Task[]> {
  const ids = await stepIds(session, task, signal);
  const backend = await session.backend(signal);
  const steps = await backend.getTasks(ids, signal);
  return steps.filter(({ can, isStopping }) => can.includes('stop') && !isStopping);
}

async function stepIds(
  session: ConnectionSession,
  task: Task,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { pipelines } = await session.backend(signal);
  if (!pipelines) {
    throw new TracksideError(
      'invalid',
      `${session.info.label} does not tell the steps of a pipeline.`,
      'Stop its tasks one by one.',
    );
  }
  return pipelines.stepTasks(task.id, signal);
}

function detailOf(tasks: readonly Task[]): string {
  const named = tasks.slice(0, MOST_NAMED).map(({ name, status }) => `• ${name} (${status})`);
  const rest = tasks.length - named.length;
  return [
    'These are stopped; what has ended stays as it is:',
    ...named,
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ].join('\n');
}
