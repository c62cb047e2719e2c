import { documentAddress, keyOfAddress, type DocumentAddress } from '../../core/document-address';
import type { TaskRef } from '../../core/task-ref';

/**
 * Where a file is as a task ran it: below the task's folders as it is in the repository. The name keeps the extension,
 * which tells the editor the language, and tells the file from the one in the workspace.
 */
export function sourceAddress(
  { connectionId, taskId }: TaskRef,
  folders: readonly string[],
  repositoryPath: string,
): DocumentAddress {
  const [, inside = '', stem = '', extension = ''] = /^(.*?)([^/]*?)(\.[^./]+)?$/s.exec(repositoryPath) ?? [];
  return documentAddress([...folders, ...inside.split('/')], `${stem} (as run)${extension}`, [
    connectionId,
    taskId,
    repositoryPath,
  ]);
}

/** What is at such an address; undefined for any other. */
export function sourceAt(address: {
  readonly query: string;
}): { ref: TaskRef; repositoryPath: string } | undefined {
  const [connectionId = '', taskId = '', repositoryPath = ''] = keyOfAddress(address);
  return connectionId === '' || taskId === '' || repositoryPath === ''
    ? undefined
    : { ref: { connectionId, taskId }, repositoryPath };
}
