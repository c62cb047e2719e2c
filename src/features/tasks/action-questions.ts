import type { TaskAction, TaskActionRequest } from '../../core/actions';
import { TracksideError } from '../../core/errors';
import type { Queue } from '../../core/entities';
import type { Choice, Dialogs } from '../../platform/contract';
import type { ConnectionSession } from '../../store/contract';
import { counted } from '../trees/plural';
import { askTagChange } from './tag-question';
import { namesOf, type Consent } from './action-consent';
import { askInputs, changesInputs, readInputs } from './input-questions';
import { askProject } from './project-question';
import type { TaskTarget } from './task-targets';
import { asLines, asOneLine, NEW_LINE } from './typed-lines';

/** What to send for the targets of one connection; undefined when the person turned away. */
export async function askRequest(
  dialogs: Dialogs,
  action: TaskAction,
  consent: Consent,
  session: ConnectionSession,
  targets: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  switch (action) {
    case 'enqueue':
    case 'requeue':
      return askQueue(dialogs, action, session, targets);
    case 'rename':
      return askName(dialogs, targets);
    case 'tag':
      return askTags(dialogs, targets);
    case 'comment':
      return askComment(dialogs, targets);
    case 'edit':
      return askEdits(dialogs, targets);
    case 'move':
      return askMove(dialogs, session, targets);
    case 'fail':
      return askReason(dialogs, targets);
    case 'reset':
    case 'delete':
      return { action, ...consent };
    case 'dequeue':
    case 'stop':
    case 'rerun':
    case 'clone':
    case 'publish':
    case 'complete':
    case 'archive':
    case 'unarchive':
      return { action };
  }
}

async function askQueue(
  dialogs: Dialogs,
  action: 'enqueue' | 'requeue',
  session: ConnectionSession,
  targets: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  await session.store.refresh({ kind: 'queues' });
  const all = [...session.store.queues().items].sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
  const isMoving = action === 'requeue';
  const queues = all.filter(({ id }) => !isMoving || targets.some(({ task }) => task.queueId !== id));
  const [only] = queues;
  if (!only) {
    throw new TracksideError(
      'invalid',
      all.length === 0 ? `${session.info.label} has no queue.` : `${session.info.label} has no other queue.`,
      'Create one in the Queues view; agents take tasks from queues.',
    );
  }
  const title = isMoving ? `Move ${namesOf(targets)} to another queue` : `Enqueue ${namesOf(targets)}`;
  const queueId =
    !isMoving && queues.length === 1 && only.workerNames?.length !== 0
      ? only.id
      : await dialogs.pick(title, queues.map(queueChoice), 'Choose a queue');
  return queueId === undefined ? undefined : { action, queueId };
}

function queueChoice(queue: Queue): Choice<string> {
  const { workerNames } = queue;
  const workers =
    workerNames === undefined
      ? undefined
      : workerNames.length === 0
        ? 'No worker serves it: tasks will wait'
        : `${counted(workerNames.length, 'worker')}: ${workerNames.join(', ')}`;
  return {
    label: queue.name,
    description: [`${queue.entries.length} waiting`, ...(queue.isDefault ? ['default'] : [])].join(' · '),
    ...(workers === undefined ? {} : { detail: workers }),
    value: queue.id,
  };
}

async function askEdits(
  dialogs: Dialogs,
  targets: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  const [target, second] = targets;
  if (!target || second) {
    throw new TracksideError(
      'invalid',
      'The parameters of one task can be edited at a time.',
      'Select one task.',
    );
  }
  const { name } = target.task;
  const inputs = await readInputs(dialogs, target);
  const edits = await askInputs(dialogs, { title: `Edit “${name}”`, done: 'Save' }, inputs);
  return edits !== undefined && changesInputs(edits) ? { action: 'edit', inputs: edits } : undefined;
}

async function askName(
  dialogs: Dialogs,
  targets: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  const [first] = targets;
  const name = await dialogs.ask({
    title: `Rename ${namesOf(targets)}`,
    value: first?.task.name ?? '',
    validate: (text) => (text.trim() === '' ? 'A task needs a name.' : undefined),
  });
  return name === undefined || (targets.length === 1 && name.trim() === first?.task.name)
    ? undefined
    : { action: 'rename', name: name.trim() };
}

async function askTags(
  dialogs: Dialogs,
  targets: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  const tags = targets.map(({ task }) => task.tags);
  const change = await askTagChange(dialogs, `Tags of ${namesOf(targets)}`, tags);
  return change && { action: 'tag', ...change };
}

/** Asked in one line, with a sign for each new line, so that a longer comment survives. */
async function askComment(
  dialogs: Dialogs,
  targets: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  const comments = new Set(targets.map(({ task }) => task.comment ?? ''));
  const [common] = comments;
  const text = await dialogs.ask({
    title: `Comment on ${namesOf(targets)}`,
    prompt: `${NEW_LINE} stands for a new line${comments.size > 1 ? '; replaces different comments' : ''}`,
    value: comments.size === 1 ? asOneLine(common ?? '') : '',
  });
  if (text === undefined) {
    return undefined;
  }
  const comment = asLines(text);
  return comments.size === 1 && comment === common?.trim() ? undefined : { action: 'comment', comment };
}

async function askMove(
  dialogs: Dialogs,
  session: ConnectionSession,
  targets: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  const [first] = targets;
  const isTogether = targets.every(({ task }) => task.projectId === first?.task.projectId);
  const project = await askProject(dialogs, session, {
    title: `Move ${namesOf(targets)} to a project`,
    offersCurrent: false,
    ...(isTogether && first ? { current: first.task } : {}),
  });
  return project && { action: 'move', project };
}

async function askReason(
  dialogs: Dialogs,
  targets: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  const reason = await dialogs.ask({
    title: `Mark ${namesOf(targets)} as failed`,
    prompt: 'Why, for those who look at it later; may stay empty',
  });
  return reason === undefined ? undefined : { action: 'fail', reason: reason.trim() };
}
