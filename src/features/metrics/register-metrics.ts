import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import { statusLabel } from '../../core/status';
import { taskRef, type TaskRef } from '../../core/task-ref';
import { COMMANDS } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { MetricsPanels } from './metrics-panels';

export interface MetricsDeps {
  readonly platform: Platform;
  readonly connections: Connections;
}

export interface MetricsFeature extends Disposable {
  /** Shows the task's live panel beside the editor; one panel per task. */
  open(ref: TaskRef): Promise<void>;
}

/** The live panels: the command that opens one, and their return after a window reload. */
export function registerMetrics({ platform, connections }: MetricsDeps): MetricsFeature {
  const owned = new DisposableStore();
  const panels = owned.add(new MetricsPanels(platform, connections));
  owned.add(
    platform.commands.register(COMMANDS.openTask, async (node) => {
      const ref = taskRef.safeParse(node);
      const chosen = ref.success ? ref.data : await pickTask(platform, connections);
      if (chosen !== undefined) {
        panels.open(chosen);
      }
    }),
  );
  return {
    open: (ref) => {
      panels.open(ref);
      return Promise.resolve();
    },
    dispose: () => owned.dispose(),
  };
}

async function pickTask({ dialogs }: Platform, connections: Connections): Promise<TaskRef | undefined> {
  const session = connections.active();
  const query = { order: 'updated' } as const;
  await session.store.refresh({ kind: 'tasks', query });
  const { items } = session.store.tasks(query);
  if (items.length === 0) {
    const nextStep = 'Open a Python file and run “Trackside: Launch Current File as Task”.';
    throw new TracksideError('notFound', `${session.info.label} has no tasks yet.`, nextStep);
  }
  const taskId = await dialogs.pick(
    'Open Live Panel',
    items.map((task) => ({
      label: task.name,
      description: statusLabel(task.status),
      ...(task.projectName === undefined ? {} : { detail: task.projectName }),
      value: task.id,
    })),
    'Task',
  );
  return taskId === undefined ? undefined : { connectionId: session.info.id, taskId };
}
