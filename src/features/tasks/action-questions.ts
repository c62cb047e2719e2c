import type { TaskAction, TaskActionRequest } from '../../core/actions';
import { TracksideError } from '../../core/errors';
import type { Queue } from '../../core/entities';
import type { Choice, Dialogs } from '../../platform/contract';
import type { ConnectionSession } from '../../store/contract';
import { counted } from '../trees/plural';
import { parseTags, tagChange } from './tag-text';
import type { TaskTarget } from './task-targets';

/** Names listed in a question. */
const MOST_NAMED = 8;

interface Warning {
  readonly verb: string;
  readonly loses: (it: string) => string;
}

/** What is asked before an action that cannot be taken back. */
const WARNINGS: Readonly<Partial<Record<TaskAction, Warning>>> = {
  reset: {
    verb: 'Reset',
    loses: (it) => `The metrics, console and output of ${it} are destroyed. This cannot be undone.`,
  },
  delete: {
    verb: 'Delete',
    loses: (it) =>
      `The metrics, console, artifacts and code state of ${it} are destroyed. This cannot be undone.`,
  },
  publish: {
    verb: 'Publish',
    loses: (it) => `Publishing cannot be undone: afterwards ${it} can be neither reset nor run again.`,
  },
};

/** True when nothing needs confirming or the person agrees. Names what will be lost. */
export async function isAgreed(
  dialogs: Pick<Dialogs, 'confirm'>,
  action: TaskAction,
  targets: readonly TaskTarget[],
): Promise<boolean> {
  const warning = WARNINGS[action];
  const [first] = targets;
  if (!warning || !first) {
    return true;
  }
  const isOne = targets.length === 1;
  const what = isOne ? `“${first.task.name}”` : counted(targets.length, 'task');
  const named = targets.slice(0, MOST_NAMED).map(({ task }) => `• ${task.name} (${task.status})`);
  const rest = targets.length - named.length;
  const list = isOne ? [] : ['', ...named, ...(rest > 0 ? [`and ${rest} more`] : [])];
  const detail = [warning.loses(isOne ? what : 'these tasks'), ...list].join('\n');
  return dialogs.confirm(`${warning.verb} ${what}?`, detail, warning.verb);
}

/** What to send for the targets of one connection; undefined when the person turned away. */
export async function askRequest(
  dialogs: Dialogs,
  action: TaskAction,
  session: ConnectionSession,
  targets: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  switch (action) {
    case 'enqueue':
      return askQueue(dialogs, session, targets);
    case 'rename':
      return askName(dialogs, targets);
    case 'tag':
      return askTags(dialogs, targets);
    default:
      return { action };
  }
}

async function askQueue(
  dialogs: Dialogs,
  session: ConnectionSession,
  targets: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  await session.store.refresh({ kind: 'queues' });
  const queues = [...session.store.queues().items].sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
  const [only] = queues;
  if (!only) {
    throw new TracksideError(
      'invalid',
      `${session.info.label} has no queue.`,
      'Create one on the server; its agents take tasks from queues.',
    );
  }
  const what = targets.length === 1 ? `“${targets[0]?.task.name ?? ''}”` : counted(targets.length, 'task');
  const queueId =
    queues.length === 1 && only.workerNames?.length !== 0
      ? only.id
      : await dialogs.pick(`Enqueue ${what}`, queues.map(queueChoice), 'Choose a queue');
  return queueId === undefined ? undefined : { action: 'enqueue', queueId };
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

async function askName(
  dialogs: Dialogs,
  targets: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  const [first] = targets;
  const name = await dialogs.ask({
    title:
      targets.length === 1
        ? `Rename “${first?.task.name ?? ''}”`
        : `Rename ${counted(targets.length, 'task')}`,
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
  const [first, ...others] = targets.map(({ task }) => task.tags);
  const common = (first ?? []).filter((tag) => others.every((tags) => tags.includes(tag)));
  const isOne = targets.length === 1;
  const text = await dialogs.ask({
    title: isOne ? `Tags of “${targets[0]?.task.name ?? ''}”` : `Tags of ${counted(targets.length, 'task')}`,
    prompt: isOne
      ? 'Separated by commas'
      : 'Tags that all of them have, separated by commas; other tags stay',
    value: common.join(', '),
  });
  if (text === undefined) {
    return undefined;
  }
  const change = tagChange(common, parseTags(text));
  return change.add.length + change.remove.length === 0 ? undefined : { action: 'tag', ...change };
}
