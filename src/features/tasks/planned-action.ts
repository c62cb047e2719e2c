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
  if (action === 'delete') {
    return { action };
  }
  if (action !== 'enqueue' && action !== 'fail') {
    return other();
  }
  const freesBlocked = plan.blockedCount > 0 ? await askBlocked(dialogs, plan.blockedCount) : false;
  const priority = plan.asksPriority && freesBlocked !== undefined ? await askPriority(dialogs) : undefined;
  if (freesBlocked === undefined || (plan.asksPriority && priority === undefined)) {
    return undefined;
  }
  const given = priority === undefined ? {} : { priority };
  return action === 'fail'
    ? { action, ...given }
    : { action, queueId: targets[0]?.task.projectId ?? '', freesBlocked, ...given };
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
