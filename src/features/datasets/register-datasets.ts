import * as vscode from 'vscode';
import type { Disposable } from '../../core/disposable';
import { COMMANDS } from '../../platform/command-ids';
import { refsOf, requireRow, targetOf } from '../tasks/task-targets';
import type { TreeDeps } from '../trees/tree-view';

/** The command that saves the files of a dataset's version, from its row. */
export function registerDatasets({ platform, connections }: TreeDeps): Disposable {
  return platform.commands.register(COMMANDS.saveDataset, async (node, nodes) => {
    const [ref] = refsOf(node, nodes);
    requireRow(ref ? [ref] : [], true);
    if (ref) {
      const { saveDatasetFiles } = await import('./dataset-files');
      await saveDatasetFiles({ platform, chooseFolder }, await targetOf(connections, ref));
    }
  });
}

async function chooseFolder(title: string): Promise<string | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel: 'Save Here',
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return folder?.fsPath;
}
