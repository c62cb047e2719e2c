import type { Task } from '../../core/entities';
import { shortened } from '../../core/short-text';
import { exactDuration } from '../trees/relative-time';
import { counted } from '../trees/plural';

const LONGEST_NAME = 80;
const LONGEST_REASON = 200;
const MOST_NAMES = 3;

/** Which endings are told; the setting's values. */
export const NOTIFICATION_CHOICES = ['never', 'failures', 'all'] as const;
export type NotificationChoice = (typeof NOTIFICATION_CHOICES)[number];

/** Whether the ending of this task is to be told. */
export function isTold({ status }: Task, choice: NotificationChoice): boolean {
  switch (choice) {
    case 'never':
      return false;
    case 'failures':
      return status === 'failed';
    case 'all':
      return true;
  }
}

/** One sentence about tasks that ended, at least one. */
export function noticeText(tasks: readonly Task[]): string {
  const [first] = tasks;
  if (first !== undefined && tasks.length === 1) {
    return oneEnding(first);
  }
  const failed = tasks.filter(({ status }) => status === 'failed');
  const others = tasks.filter(({ status }) => status !== 'failed');
  return [manyEndings(failed, 'failed'), manyEndings(others, 'ended')]
    .filter((part) => part !== '')
    .join(' ');
}

function oneEnding(task: Task): string {
  const name = nameOf(task);
  const durationMs =
    task.startedAt === undefined || task.endedAt === undefined ? undefined : task.endedAt - task.startedAt;
  const after = durationMs === undefined || durationMs < 0 ? '' : ` after ${exactDuration(durationMs)}`;
  if (task.status === 'failed') {
    const reason = plain(task.statusReason ?? task.statusMessage ?? '', LONGEST_REASON);
    return reason === '' ? `${name} failed${after}.` : `${name} failed${after}: ${reason}`;
  }
  return task.status === 'stopped' ? `${name} was stopped${after}.` : `${name} completed${after}.`;
}

function manyEndings(tasks: readonly Task[], verb: string): string {
  if (tasks.length === 0) {
    return '';
  }
  const names = tasks.slice(0, MOST_NAMES).map(nameOf).join(', ');
  const more = tasks.length > MOST_NAMES ? ` and ${tasks.length - MOST_NAMES} more` : '';
  return `${counted(tasks.length, 'task')} ${verb}: ${names}${more}.`;
}

function nameOf({ name, id }: Task): string {
  return plain(name, LONGEST_NAME) || id;
}

/** One line, in which a notification finds no link: it makes links of `[text](address)`. */
function plain(text: string, maxCharacters: number): string {
  const oneLine = text.replace(/\s+/gu, ' ').trim().replaceAll('](', '] (');
  const short = shortened(oneLine, maxCharacters);
  return short.length < oneLine.length ? `${short}…` : short;
}
