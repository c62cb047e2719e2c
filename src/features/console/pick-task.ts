import { TracksideError } from '../../core/errors';
import { statusLabel } from '../../core/status';
import type { TaskRef } from '../../core/task-ref';
import type { Dialogs } from '../../platform/contract';
import type { Connections } from '../../store/contract';

/** Asks for one of the latest tasks of the selected connection; undefined when the person turns away. */
export async function pickLatestTask(
  dialogs: Dialogs,
  connections: Connections,
  title: string,
): Promise<TaskRef | undefined> {
  const { info, store } = connections.active();
  const query = { order: 'updated' } as const;
  await store.refresh({ kind: 'tasks', query });
  const { items } = store.tasks(query);
  if (items.length === 0) {
    const nextStep = 'Open a Python file and run “Trackside: Launch Current File as Task”.';
    throw new TracksideError('notFound', `${info.label} has no tasks yet.`, nextStep);
  }
  const choices = items.map((task) => ({
    label: task.name,
    description: statusLabel(task.status),
    ...(task.projectName === undefined ? {} : { detail: task.projectName }),
    value: task.id,
  }));
  const taskId = await dialogs.pick(title, choices);
  return taskId === undefined ? undefined : { connectionId: info.id, taskId };
}
