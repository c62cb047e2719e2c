import type { TaskRef } from '../../core/task-ref';

/** Path of a file as a task ran it: `/<connectionId>/<taskId>/<path in the repository>`. */
export function sourcePath({ connectionId, taskId }: TaskRef, repositoryPath: string): string {
  return `/${encodeURIComponent(connectionId)}/${encodeURIComponent(taskId)}/${repositoryPath}`;
}

/** What such a path is of; undefined for any other. */
export function sourceOfPath(path: string): { ref: TaskRef; repositoryPath: string } | undefined {
  const [, connectionId, taskId, repositoryPath] = /^\/([^/]+)\/([^/]+)\/(.+)$/s.exec(path) ?? [];
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
