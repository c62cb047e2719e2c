import path from 'node:path';
import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { TaskRef } from '../../core/task-ref';
import { TASK_TYPE } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { ArgumentMemory } from './argument-memory';
import { LaunchTerminal } from './launch-terminal';
import type { Launcher } from './launcher';
import { wishOfDefinition } from './task-definition';
import { requireTrust } from './workspace-trust';

export interface TaskProviderDeps {
  readonly platform: Platform;
  readonly launcher: Launcher;
  readonly memory: ArgumentMemory;
  readonly clock: Clock;
  openPanel(ref: TaskRef): Promise<void>;
}

/** `trackside` tasks: the open script, and whatever tasks.json defines. They launch exactly as the command does. */
export class TracksideTaskProvider implements vscode.TaskProvider, Disposable {
  private readonly terminals = new Set<LaunchTerminal>();

  constructor(private readonly deps: TaskProviderDeps) {}

  provideTasks(): vscode.Task[] {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== 'python' || document.uri.scheme !== 'file') {
      return [];
    }
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    const script = document.uri.fsPath;
    const definition: vscode.TaskDefinition = {
      type: TASK_TYPE,
      script: folder === undefined ? script : path.relative(folder.uri.fsPath, script),
      arguments: [...this.deps.memory.read(script)],
    };
    return [this.taskOf(definition, folder, path.basename(script))];
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const script: unknown = task.definition.script;
    if (typeof script !== 'string' || script === '') {
      return undefined;
    }
    const folder = typeof task.scope === 'object' ? task.scope : vscode.workspace.workspaceFolders?.[0];
    return this.taskOf(task.definition, folder, task.name);
  }

  dispose(): void {
    for (const terminal of this.terminals) {
      terminal.dispose();
    }
    this.terminals.clear();
  }

  private taskOf(
    definition: vscode.TaskDefinition,
    folder: vscode.WorkspaceFolder | undefined,
    name: string,
  ): vscode.Task {
    const execution = new vscode.CustomExecution((resolved) =>
      Promise.resolve(this.terminalFor(resolved, folder)),
    );
    const scope = folder ?? vscode.TaskScope.Workspace;
    const task = new vscode.Task(definition, scope, name, 'Trackside', execution, []);
    task.detail = 'Launch as a Trackside task';
    return task;
  }

  private terminalFor(resolved: unknown, folder: vscode.WorkspaceFolder | undefined): LaunchTerminal {
    const { platform, launcher, clock } = this.deps;
    const terminal = new LaunchTerminal({
      launch: async (signal) => {
        requireTrust();
        return launcher.launch(wishOfDefinition(resolved, folder?.uri.fsPath), signal);
      },
      launched: async ({ ref }) => {
        if (platform.settings.opensPanelOnLaunch()) {
          await this.deps.openPanel(ref);
        }
      },
      clock,
      logger: platform.logger,
    });
    this.terminals.add(terminal);
    const ended = terminal.onDidClose(() => {
      this.terminals.delete(terminal);
      ended.dispose();
    });
    return terminal;
  }
}
