import * as vscode from 'vscode';
import { TASK_ACTIONS } from '../../core/actions';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS, VIEWS } from '../../platform/command-ids';
import { commandsOnDemand } from '../../platform/commands-on-demand';
import type { RecordedRuns } from '../launch/recorded-runs';
import { counted } from '../trees/plural';
import { createTreeView, type TreeDeps } from '../trees/tree-view';
import { ACTION_WORDS } from './action-words';
import { watchRunningCount } from './running-badge';
import type { TaskFilterState } from './task-filter';
import { createTaskFilterState } from './task-filter-state';
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
  owned.add(filterCommandsOnDemand(deps, filter));
  owned.add(taskCommandsOnDemand(deps));
  owned.add(
    watchRunningCount({ ...deps, clock: systemClock }, (count) => {
      view.badge =
        count === undefined ? undefined : { value: count, tooltip: `${counted(count, 'task')} running` };
    }),
  );
  return owned;
}

function filterCommandsOnDemand(deps: TreeDeps, filter: TaskFilterState): Disposable {
  const ids = [COMMANDS.filterTasks, COMMANDS.clearTaskFilter];
  return commandsOnDemand(deps.platform, ids, async (platform) => {
    const { registerFilterCommands } = await import('./filter-commands');
    return registerFilterCommands({ ...deps, platform }, filter);
  });
}

function taskCommandsOnDemand(deps: TreeDeps): Disposable {
  const owned = new DisposableStore();
  const actions = [
    ...TASK_ACTIONS.map((action) => ACTION_WORDS[action].command),
    COMMANDS.cloneTaskWithChanges,
    COMMANDS.editCode,
  ];
  owned.add(
    commandsOnDemand(deps.platform, actions, async (platform) => {
      const { registerActionCommands } = await import('./action-commands');
      return registerActionCommands({ ...deps, platform });
    }),
  );
  const ofRows = [
    COMMANDS.refresh,
    COMMANDS.loadMore,
    COMMANDS.copyId,
    COMMANDS.openInBrowser,
    COMMANDS.copyLink,
    COMMANDS.copySnippet,
  ];
  owned.add(
    commandsOnDemand(deps.platform, ofRows, async (platform) => {
      const { registerNodeCommands } = await import('./node-commands');
      return registerNodeCommands({
        ...deps,
        platform,
        copyText: async (text) => vscode.env.clipboard.writeText(text),
        openExternal: async (url) => {
          await vscode.env.openExternal(vscode.Uri.parse(url, true));
        },
      });
    }),
  );
  return owned;
}
