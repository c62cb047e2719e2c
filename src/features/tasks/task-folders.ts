import type { TaskRef } from '../../core/task-ref';
import type { Connections } from '../../store/contract';

/** The folders of a project's path. */
export function projectFolders(projectName: string | undefined): readonly string[] {
  return (projectName ?? '').split('/');
}

/** What leads to a task in the words that people know: its connection and its project. */
export function foldersOfTask(
  connections: Pick<Connections, 'get'>,
  { connectionId, taskId }: TaskRef,
): readonly string[] {
  const session = connections.get(connectionId);
  return [session?.info.label ?? '', ...projectFolders(session?.store.task(taskId)?.projectName)];
}
