import * as vscode from 'vscode';
import type { TaskRef } from '../../core/task-ref';
import { COMMANDS } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { pickRuns } from './pick-runs';
import type { RunsDeeds } from './runs-session';

/** What a panel of several runs does in the editor. */
export class RunsEditorDeeds implements RunsDeeds {
  constructor(private readonly deps: { readonly platform: Platform; readonly connections: Connections }) {}

  async openTask(ref: TaskRef): Promise<void> {
    await vscode.commands.executeCommand(COMMANDS.openTask, ref);
  }

  async revealTask(ref: TaskRef): Promise<void> {
    await vscode.commands.executeCommand(COMMANDS.revealTask, ref);
  }

  async copy(text: string): Promise<void> {
    await vscode.env.clipboard.writeText(text);
  }

  pickRuns: RunsDeeds['pickRuns'] = async (shown) => {
    try {
      return await pickRuns(this.deps, 'Add Runs', shown);
    } catch (error) {
      this.deps.platform.dialogs.failure(error, 'Add Runs');
      return [];
    }
  };

  saveFile: RunsDeeds['saveFile'] = async (name, chunks) => {
    try {
      const { saveFile } = await import('./file-saver');
      await saveFile({ name, open: () => Promise.resolve({ chunks: chunks() }) });
    } catch (error) {
      this.deps.platform.dialogs.failure(error, 'Save File');
    }
  };
}
