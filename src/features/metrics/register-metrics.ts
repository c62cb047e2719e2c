import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { taskRef, type TaskRef } from '../../core/task-ref';
import { COMMANDS, METRICS_PANEL } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { WebviewPanels } from '../panels/webview-panels';
import { pickTask } from '../tasks/pick-task';
import { refsOf, requireRow } from '../tasks/task-targets';
import { PointedRows } from '../trees/pointed-rows';
import { DrawnRuns } from './drawn-runs';
import { MetricsPanelKind } from './metrics-panel-kind';
import { RunLooksMemory } from './run-looks-memory';
import { registerRuns } from './runs-commands';
import type { TaskDocuments } from './task-documents';

export interface MetricsDeps {
  readonly platform: Platform;
  readonly connections: Connections;
}

export interface MetricsFeature extends Disposable {
  /** Shows the task's live panel beside the editor; one panel per task. */
  open(ref: TaskRef): Promise<void>;
  /** Texts of tasks as documents of the editor. */
  readonly documents: TaskDocuments;
  /** What runs look like, the same wherever several are shown. */
  readonly looks: RunLooksMemory;
  /** How open panels draw runs. */
  readonly drawn: DrawnRuns;
  /** Marks rows of tasks that are pointed at in panels. */
  readonly pointed: PointedRows;
}

/** The live panels: the command that opens one, and their return after a window reload. */
export function registerMetrics({ platform, connections }: MetricsDeps): MetricsFeature {
  const owned = new DisposableStore();
  const kind = owned.add(new MetricsPanelKind(platform, connections, (ref) => panels.open(ref)));
  const panels: WebviewPanels<TaskRef> = owned.add(
    new WebviewPanels(platform.extensionPath, connections, kind),
  );
  owned.add(vscode.window.registerWebviewPanelSerializer(METRICS_PANEL, panels));
  const looks = owned.add(new RunLooksMemory(platform.state, systemClock));
  const drawn = owned.add(new DrawnRuns(looks));
  const pointed = owned.add(new PointedRows());
  owned.add(registerRuns({ platform, connections, looks, drawn, pointed }));
  owned.add(
    platform.commands.register(COMMANDS.openTask, async (node) => {
      const ref = taskRef.safeParse(node);
      const chosen = ref.success ? ref.data : await pickRef({ platform, connections });
      if (chosen !== undefined) {
        panels.open(chosen);
      }
    }),
  );
  owned.add(
    platform.commands.register(COMMANDS.editConfigurations, async (node, nodes, isCalledOnSomething) => {
      const refs = refsOf(node, nodes);
      requireRow(refs, isCalledOnSomething ?? false);
      const { editConfigurations } = await import('./edit-configurations');
      const openConfiguration = (task: TaskRef, name: string): Promise<void> =>
        kind.documents.open(task, { kind: 'configuration', name });
      await editConfigurations({ platform, connections, openConfiguration }, refs[0]);
    }),
  );
  return {
    open: (ref) => {
      panels.open(ref);
      return Promise.resolve();
    },
    documents: kind.documents,
    looks,
    drawn,
    pointed,
    dispose: () => owned.dispose(),
  };
}

async function pickRef(deps: MetricsDeps): Promise<TaskRef | undefined> {
  const none = 'There is no task yet. Open a Python file and run “Trackside: Launch Current File as Task”.';
  const target = await pickTask(deps, { title: 'Open Live Panel', none });
  return target && { connectionId: target.session.info.id, taskId: target.task.id };
}
