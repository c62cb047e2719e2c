import type { ActionPlan } from '../../backends/contract';
import type { TaskAction, TaskActionRequest } from '../../core/actions';
import type { Dialogs } from '../../platform/contract';
import type { ConnectionSession } from '../../store/contract';
import { counted } from '../trees/plural';
import { namesOf } from './action-consent';
import type { TaskTarget } from './task-targets';

/** Whether the server says itself what its actions do. */
export function saysItself({ session }: TaskTarget): boolean {
  return session.openBackend?.actions?.plan !== undefined;
}

/** What the action will do to these tasks of one connection, by the server's own rules. */
export async function planOf(
  session: ConnectionSession,
  action: TaskAction,
  targets: readonly TaskTarget[],
): Promise<ActionPlan | undefined> {
  const ids = targets.map(({ task }) => task.id);
  return session.openBackend?.actions?.plan?.(ids, action, new AbortController().signal);
}

/**
 * Tells the plan and asks what it needs; undefined when the person turns away. `other`: what to send for actions that
 * need nothing of this.
 */
export async function askPlanned(
  dialogs: Dialogs,
  action: TaskAction,
  plan: ActionPlan,
  targets: readonly TaskTarget[],
  other: () => Promise<TaskActionRequest | undefined>,
): Promise<TaskActionRequest | undefined> {
  if (!(await dialogs.confirm(`${plan.verb} ${namesOf(targets)}?`, plan.says, plan.verb))) {
    return undefined;
  }
  switch (action) {
    case 'delete':
    case 'reset':
      return { action };
    case 'fail': {
      const priority = await askNeeded(dialogs, plan);
      return priority && { action, ...priority };
    }
    case 'enqueue':
      return askEnqueue(dialogs, plan, targets);
    default:
      return other();
  }
}

async function askEnqueue(
  dialogs: Dialogs,
  plan: ActionPlan,
  [first]: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  const freesBlocked = plan.blockedCount > 0 ? await askBlocked(dialogs, plan.blockedCount) : false;
  const priority = freesBlocked === undefined ? undefined : await askNeeded(dialogs, plan);
  return freesBlocked === undefined || !priority
    ? undefined
    : { action: 'enqueue', queueId: first?.task.projectId ?? '', freesBlocked, ...priority };
}

/** The priority where it must be given; undefined when the person turns away. */
async function askNeeded(
  dialogs: Dialogs,
  { asksPriority }: ActionPlan,
): Promise<{ readonly priority?: number } | undefined> {
  if (!asksPriority) {
    return {};
  }
  const priority = await askPriority(dialogs);
  return priority === undefined ? undefined : { priority };
}

function askBlocked(dialogs: Dialogs, count: number): Promise<boolean | undefined> {
  const blocked = counted(count, 'blocked task');
  return dialogs.pick('What it blocked', [
    {
      label: `Also free ${blocked}`,
      detail: 'They become pending again, with the same priority',
      value: true,
    },
    { label: 'Only this', detail: `${blocked} stay as they are`, value: false },
  ]);
}

async function askPriority(dialogs: Dialogs): Promise<number | undefined> {
  const text = await dialogs.ask({
    title: 'Priority from now on',
    prompt: 'The server does not tell the one it had; higher runs first',
    value: '0',
    validate: (typed) => (/^-?\d{1,9}$/.test(typed.trim()) ? undefined : 'Write a whole number.'),
  });
  return text === undefined ? undefined : Number(text.trim());
}
