import type { InputEdits } from '../../core/actions';
import type { Queue, Task } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import type { StateStorage } from '../../platform/contract';
import type { ActOutcome, ConnectionSession } from '../../store/contract';
import { chooseQueue } from '../launch/queue-choice';
import { askInputs, readInputs } from '../tasks/input-questions';
import type { TaskTarget } from '../tasks/task-targets';
import { choosePipelineRun, newestRuns } from './pipeline-choice';
import type { PipelineDeps } from './register-pipelines';
import { nextRunName } from './run-name';

/** Where a pipeline keeps what a run is given; its other sections are about how it was made. */
const ARGUMENTS = 'Args';

/** A copy of a run with other arguments, into a queue. Everything is asked before anything is sent. */
export async function startPipelineRun(deps: PipelineDeps, node: unknown): Promise<void> {
  const { dialogs } = deps.platform;
  const target = await choosePipelineRun(deps, node, 'Start Pipeline Run: of which pipeline?');
  if (!target) {
    return;
  }
  const { session, task } = target;
  const inputs = await readInputs(dialogs, target);
  const edits = await askInputs(
    dialogs,
    { title: `Start “${task.name}”`, done: 'Go on with these' },
    { parameters: inputs.parameters.filter(({ section }) => section === ARGUMENTS) },
  );
  const queue = edits && (await askQueue(deps, session));
  if (!edits || !queue) {
    return;
  }
  const name = nextRunName(task.name, await namesOf(session, task));
  if (await dialogs.confirm(`Start “${name}”?`, detailOf(deps, target, edits, queue), 'Start')) {
    await start(deps, target, { name, edits, queue });
  }
}

async function askQueue(
  { platform, workspaceState }: PipelineDeps,
  session: ConnectionSession,
): Promise<Queue | undefined> {
  const { signal } = new AbortController();
  const backend = await session.backend(signal);
  const queues = (await backend.queues?.list(signal)) ?? [];
  const deps = { dialogs: platform.dialogs, workspaceState: apart(workspaceState) };
  return chooseQueue(deps, session.info, queues, { asksQueue: true });
}

/** Pipelines wait in queues of their own: the choice for scripts is not theirs. */
function apart(state: StateStorage): StateStorage {
  const own = (key: string): string => `pipeline.${key}`;
  return { get: (key, parse) => state.get(own(key), parse), set: (key, value) => state.set(own(key), value) };
}

async function namesOf(session: ConnectionSession, { projectId, name }: Task): Promise<readonly string[]> {
  const runs = projectId === undefined ? [] : await newestRuns(session, projectId);
  return [name, ...runs.map((run) => run.name)];
}

function detailOf(
  { platform }: PipelineDeps,
  { session, task }: TaskTarget,
  { parameters }: InputEdits,
  queue: Queue,
): string {
  const isCrowded = session.info.isLocal && platform.settings.localWorkerConcurrentTasks() < 2;
  const isUnwatched = queue.workerNames?.length === 0;
  return [
    `A copy of “${task.name}” goes into the queue ${queue.name} of ${session.info.label} and starts its steps.`,
    ...parameters.map(({ name, value }) => `• ${name} = ${value}`),
    ...(isUnwatched ? ['No worker takes tasks from this queue now.'] : []),
    ...(isCrowded
      ? [
          'The local worker runs one task at a time (trackside.localWorker.concurrentTasks): steps that go to its queue would wait for ever.',
        ]
      : []),
  ].join('\n');
}

interface Wish {
  readonly name: string;
  readonly edits: InputEdits;
  readonly queue: Queue;
}

async function start(
  { platform }: PipelineDeps,
  { session, task }: TaskTarget,
  { name, edits, queue }: Wish,
): Promise<void> {
  const { store } = session;
  const copied = done((await store.act([task], { action: 'clone', name, inputs: edits }))[0]);
  const id = copied.createdTaskId ?? '';
  if (copied.note !== undefined) {
    const next = 'It was not started: edit its parameters and enqueue it, or delete it.';
    throw new TracksideError('conflict', copied.note, next);
  }
  await store.refresh({ kind: 'task', id });
  const copy = store.task(id);
  if (!copy) {
    throw new TracksideError('notFound', `“${name}” was made and is gone.`, 'Refresh the view.');
  }
  const { note } = done((await store.act([copy], { action: 'enqueue', queueId: queue.id }))[0]);
  const started = `“${name}” is in the queue ${queue.name}.`;
  platform.dialogs.info(note === undefined ? started : `${started} ${note}.`);
}

function done(outcome: ActOutcome | undefined): { readonly createdTaskId?: string; readonly note?: string } {
  if (outcome?.ok === false) {
    throw outcome.error;
  }
  return outcome?.outcome ?? {};
}
