import * as vscode from 'vscode';
import type { Disposable } from '../../core/disposable';
import { COMMANDS, type CommandId } from '../../platform/command-ids';
import { commandsOnDemand } from '../../platform/commands-on-demand';
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

/** The commands on models, whose rows stand among the projects. */
export function registerModels(deps: TreeDeps): Disposable {
  return commandsOnDemand(deps.platform, MODEL_COMMANDS, async (platform) => {
    const { registerModelCommands } = await import('./model-commands');
    return registerModelCommands({
      ...deps,
      platform,
      copyText: async (text) => vscode.env.clipboard.writeText(text),
      openTask: async (ref) => {
        await vscode.commands.executeCommand(COMMANDS.openTask, ref);
      },
      saveFile: async (file) => {
        const { saveFile } = await import('../metrics/file-saver');
        await saveFile(file);
      },
    });
  });
}
