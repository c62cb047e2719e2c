import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS, type CommandId } from '../../platform/command-ids';
import type { CommandHandler } from '../../platform/contract';
import type { TreeDeps } from '../trees/tree-view';

const MODEL_COMMANDS: readonly CommandId[] = [
  COMMANDS.publishModel,
  COMMANDS.renameModel,
  COMMANDS.tagModel,
  COMMANDS.archiveModel,
  COMMANDS.unarchiveModel,
  COMMANDS.deleteModel,
  COMMANDS.openModelTask,
  COMMANDS.copyModelAddress,
  COMMANDS.saveModel,
];

/** The commands on models, whose rows stand among the projects. Loaded when first used. */
export function registerModels(deps: TreeDeps): Disposable {
  const owned = new DisposableStore();
  let loading: Promise<ReadonlyMap<CommandId, CommandHandler>> | undefined;
  for (const id of MODEL_COMMANDS) {
    owned.add(
      deps.platform.commands.register(id, async (node, nodes) => {
        loading ??= load(deps);
        await (await loading).get(id)?.(node, nodes);
      }),
    );
  }
  return owned;
}

async function load(deps: TreeDeps): Promise<ReadonlyMap<CommandId, CommandHandler>> {
  const { modelCommands } = await import('./model-commands');
  return modelCommands({
    ...deps,
    copyText: async (text) => vscode.env.clipboard.writeText(text),
    openTask: async (ref) => {
      await vscode.commands.executeCommand(COMMANDS.openTask, ref);
    },
    saveFile: async (file) => {
      const { saveFile } = await import('../metrics/file-saver');
      await saveFile(file);
    },
  });
}
