import type { TaskStatus } from '../../src/core/status';
import { icon, type IconName } from './icons';

/** The same signs as in the trees of the side bar; their colours are in page.css. */
const STATUS_ICONS: Readonly<Record<TaskStatus, IconName>> = {
  draft: 'circleLarge',
  queued: 'watch',
  running: 'playCircle',
  completed: 'pass',
  failed: 'error',
  stopped: 'circleSlash',
  published: 'verified',
  blocked: 'lock',
  unknown: 'question',
};

/** The icon of a status, or of a task that was asked to stop and still runs. */
export function statusSign(status: TaskStatus, isStopping = false): Element {
  return icon(isStopping ? 'loading' : STATUS_ICONS[status]);
}
