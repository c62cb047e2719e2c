import type { TaskStatus } from '../../src/core/status';
import * as icons from './icon-images';
import { icon, type IconImage } from './icons';

/** The same signs as in the trees of the side bar; their colours are in page.css. */
const STATUS_ICONS: Readonly<Record<TaskStatus, IconImage>> = {
  draft: icons.circleLarge,
  queued: icons.watch,
  running: icons.playCircle,
  completed: icons.pass,
  failed: icons.error,
  stopped: icons.circleSlash,
  published: icons.verified,
  blocked: icons.lock,
  unknown: icons.question,
};

/** The icon of a status, or of a task that was asked to stop and still runs. */
export function statusSign(status: TaskStatus, isStopping = false): Element {
  return icon(isStopping ? icons.loading : STATUS_ICONS[status]);
}
