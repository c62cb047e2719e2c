import type { TaskRef } from '../../core/task-ref';

/**
 * Path of a file as a task ran it: `/<connectionId>/<taskId>/<path in the repository>/<tab's name>`. The name keeps the
 * extension, which tells the editor the language, and tells the file from the one in the workspace.
 */
export function sourcePath({ connectionId, taskId }: TaskRef, repositoryPath: string): string {
  const [, stem = '', extension = ''] = /([^/]*?)(\.[^./]+)?$/.exec(repositoryPath) ?? [];
  const folder = `/${encodeURIComponent(connectionId)}/${encodeURIComponent(taskId)}`;
  return `${folder}/${repositoryPath}/${stem} (as run)${extension}`;
}

/** What such a path is of; undefined for any other. */
export function sourceOfPath(path: string): { ref: TaskRef; repositoryPath: string } | undefined {
  const [, connectionId, taskId, repositoryPath] = /^\/([^/]+)\/([^/]+)\/(.+)\/[^/]+$/s.exec(path) ?? [];
  if (connectionId === undefined || taskId === undefined || repositoryPath === undefined) {
    return undefined;
  }
  try {
    const ref = { connectionId: decodeURIComponent(connectionId), taskId: decodeURIComponent(taskId) };
    return { ref, repositoryPath };
  } catch {
    return undefined;
  }
}
