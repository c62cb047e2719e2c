import * as vscode from 'vscode';
import type { TaskRef } from '../../core/task-ref';
import { COMMANDS } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { toldDeed } from '../panels/told-deed';
import type { PointedRows } from '../trees/pointed-rows';
import { pickRuns } from './pick-runs';
import type { RunsDeeds } from './runs-session';
import { saveChunks } from './save-chunks';

/** What a panel of several runs does in the editor. */
export class RunsEditorDeeds implements RunsDeeds {
  constructor(
    private readonly deps: {
      readonly platform: Platform;
      readonly connections: Connections;
      readonly pointed: PointedRows;
    },
  ) {}

  async openTask(ref: TaskRef): Promise<void> {
    await vscode.commands.executeCommand(COMMANDS.openTask, ref);
  }

  async revealTask(ref: TaskRef): Promise<void> {
    await vscode.commands.executeCommand(COMMANDS.revealTask, ref);
  }

  pointAt(refs: readonly TaskRef[]): void {
    this.deps.pointed.point(refs);
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

  saveFile(name: string, chunks: () => AsyncIterable<Uint8Array>): Promise<void> {
    return toldDeed(this.deps.platform.dialogs, 'Save File', () => saveChunks({ name, chunks }));
  }
}
