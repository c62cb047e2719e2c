import type { TaskRef } from '../../core/task-ref';

const MAX_NAME_LENGTH = 80;

/** Path of a task's console document: `/<connectionId>/<taskId>/<name>.log`; the name is for people only. */
export function consolePath(ref: TaskRef, taskName: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what must go
  const safe = taskName.replace(/[\u0000-\u001f\u007f/\\]+/g, ' ').trim();
  const name = [...safe].slice(0, MAX_NAME_LENGTH).join('').replace(/^\.+$/, '');
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
