import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { OnDemand } from '../../core/on-demand';
import { COMMANDS, TASK_TYPE } from '../../platform/command-ids';
import type { LaunchDeps } from './launch-room';

/** Launching scripts: two commands and the `trackside` tasks of tasks.json. The rest is loaded with the first launch. */
export function registerLaunch(deps: LaunchDeps): Disposable {
  const { commands, logger } = deps.platform;
  const owned = new DisposableStore();
  const room = owned.add(
    new OnDemand(async (own) => {
      const { LaunchRoom } = await import('./launch-room');
      return own(new LaunchRoom(deps));
    }),
  );
  if (deps.recorded.list().length > 0) {
    room.get().catch((error: unknown) => logger.error('Runs of this machine are not told.', error));
  }
  owned.add(
    vscode.tasks.registerTaskProvider(TASK_TYPE, {
      provideTasks: async () => (await room.get()).tasks.provideTasks(),
      resolveTask: async (task) => (await room.get()).tasks.resolveTask(task),
    }),
  );
  owned.add(
    commands.register(COMMANDS.launchCurrentFile, async (node) => (await room.get()).launch(node, false)),
  );
  owned.add(
    commands.register(COMMANDS.launchCurrentFileWithArguments, async (node) =>
      (await room.get()).launch(node, true),
    ),
  );
  return owned;
}
