import { DisposableStore, type Disposable } from '../../core/disposable';
import { taskRef, type TaskRef } from '../../core/task-ref';
import { COMMANDS } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { pickTaskRef } from '../tasks/pick-task';
import { refsOf, requireRow } from '../tasks/task-targets';
import type { TaskDocuments } from './task-documents';

const NO_TASK = 'There is no task yet. Open a Python file and run “Trackside: Launch Current File as Task”.';

export interface MetricsCommandDeps {
  readonly platform: Platform;
  readonly connections: Connections;
  readonly openPanel: (ref: TaskRef) => Promise<void>;
  readonly documents: () => Promise<TaskDocuments>;
}

/** Opening a live panel, and editing configurations of a task. */
export function registerMetricsCommands(deps: MetricsCommandDeps): Disposable {
  const { platform, connections, openPanel, documents } = deps;
  const owned = new DisposableStore();
  owned.add(
    platform.commands.register(COMMANDS.openTask, async (node) => {
      const ref =
        taskRef.safeParse(node).data ??
        (await pickTaskRef(deps, { title: 'Open Live Panel', none: NO_TASK }));
      if (ref !== undefined) {
        await openPanel(ref);
      }
    }),
  );
  owned.add(
    platform.commands.register(COMMANDS.editConfigurations, async (node, nodes, isCalledOnSomething) => {
      const refs = refsOf(node, nodes);
      requireRow(refs, isCalledOnSomething ?? false);
      const { editConfigurations } = await import('./edit-configurations');
      const openConfiguration = async (task: TaskRef, name: string): Promise<void> =>
        (await documents()).open(task, { kind: 'configuration', name });
      await editConfigurations({ platform, connections, openConfiguration }, refs[0]);
    }),
  );
  return owned;
}
