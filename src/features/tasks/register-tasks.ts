import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS, VIEWS } from '../../platform/command-ids';
import type { RecordedRuns } from '../launch/recorded-runs';
import { counted } from '../trees/plural';
import { createTreeView, type TreeDeps } from '../trees/tree-view';
import { registerActionCommands } from './action-commands';
import { createTaskFilterState, registerFilterCommands } from './filter-commands';
import { registerNodeCommands } from './node-commands';
import { watchRunningCount } from './running-badge';
import { createTasksSource } from './tasks-source';

/** The Tasks view, its filter, the badge, and every command on tasks and rows. */
export function registerTasks(deps: TreeDeps & { readonly recorded: RecordedRuns }): Disposable {
  const owned = new DisposableStore();
  const filter = owned.add(createTaskFilterState(deps.platform));
  const tree = owned.add(createTreeView(deps, VIEWS.tasks, createTasksSource(filter)));
  const { view } = tree;
  const reveal = async (node: unknown): Promise<void> => {
    const { revealTask } = await import('./reveal-task');
    await revealTask(deps, tree, node);
  };
  owned.add(deps.platform.commands.register(COMMANDS.revealTask, reveal));
  owned.add(
    deps.platform.commands.register(COMMANDS.newTask, async (node) => {
      const { newTask } = await import('./new-task');
      await newTask({ ...deps, reveal }, node);
    }),
  );
  owned.add(registerFilterCommands(deps, filter));
  owned.add(registerActionCommands(deps));
  owned.add(
    registerNodeCommands({
      ...deps,
      copyText: async (text) => vscode.env.clipboard.writeText(text),
      openExternal: async (url) => {
        await vscode.env.openExternal(vscode.Uri.parse(url, true));
      },
    }),
  );
  owned.add(
    watchRunningCount({ ...deps, clock: systemClock }, (count) => {
      view.badge =
        count === undefined ? undefined : { value: count, tooltip: `${counted(count, 'task')} running` };
    }),
  );
  return owned;
}
