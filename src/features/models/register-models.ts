import * as vscode from 'vscode';
import { COMMANDS } from '../../platform/command-ids';
import type { Disposable } from '../../core/disposable';
import type { TreeDeps } from '../trees/tree-view';
import { registerModelCommands } from './model-commands';

/** The commands on models, whose rows stand among the projects. */
export function registerModels(deps: TreeDeps): Disposable {
  return registerModelCommands({
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
