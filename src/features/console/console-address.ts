import { shortened } from '../../core/short-text';
import type { TaskRef } from '../../core/task-ref';

const MAX_NAME_LENGTH = 80;

/** Path of a task's console document: `/<connectionId>/<taskId>/<name>.log`; the name is for people only. */
export function consolePath(ref: TaskRef, taskName: string): string {
  const safe = taskName.replace(/[\u0000-\u001f\u007f/\\]+/g, ' ').trim();
  const name = shortened(safe, MAX_NAME_LENGTH).replace(/^\.+$/, '');
  return `/${encodeURIComponent(ref.connectionId)}/${encodeURIComponent(ref.taskId)}/${name || 'console'}.log`;
}

/** The task a console path is of; undefined for any other path. */
export function taskOfConsolePath(path: string): TaskRef | undefined {
  const parts = /^\/([^/]+)\/([^/]+)\/[^/]+$/.exec(path);
  const [, connectionId = '', taskId = ''] = parts ?? [];
  try {
    return parts === null
      ? undefined
      : { connectionId: decodeURIComponent(connectionId), taskId: decodeURIComponent(taskId) };
  } catch {
    return undefined;
  }
}
