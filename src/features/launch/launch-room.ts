import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { TaskRef } from '../../core/task-ref';
import type { Platform, StateStorage } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { ArgumentMemory } from './argument-memory';
import { joinArguments, splitArguments } from './argument-text';
import { launchTarget, type LaunchTarget } from './launch-target';
import { Launcher, type Launched } from './launcher';
import { interpreterOfPythonExtension } from './python-extension';
import { withLateProgress } from './late-progress';
import type { RecordedRuns } from './recorded-runs';
import { RunRecordings } from './run-recordings';
import { TracksideTaskProvider } from './task-provider';
import { requireTrust } from './workspace-trust';

export interface LaunchDeps {
  readonly platform: Platform;
  readonly workspaceState: StateStorage;
  readonly connections: Connections;
  readonly recorded: RecordedRuns;
  /** Shows a task's live panel beside the editor. */
  openPanel(ref: TaskRef): Promise<void>;
}

/** Launching scripts by commands and by the `trackside` tasks of tasks.json, and telling servers what runs here. */
export class LaunchRoom implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly memory: ArgumentMemory;
  private readonly launcher: Launcher;
  readonly tasks: TracksideTaskProvider;

  /** Goes on telling servers of runs that windows before left untold. */
  constructor(private readonly deps: LaunchDeps) {
    const { platform, connections, recorded, workspaceState } = deps;
    const logger = platform.logger.child('launch');
    this.memory = new ArgumentMemory(workspaceState);
    const recordings = this.owned.add(
      new RunRecordings({ connections, recorded, lockFolder: platform.dataPath, logger }),
    );
    recordings.resume();
    this.launcher = new Launcher({
      recordings,
      connections,
      settings: platform.settings,
      dialogs: platform.dialogs,
      workspaceState,
      logger,
      workspaceFolderOf,
      interpreterOfPythonExtension: (script) => interpreterOfPythonExtension(vscode.Uri.file(script), logger),
    });
    this.tasks = this.owned.add(
      new TracksideTaskProvider({
        ...deps,
        launcher: this.launcher,
        memory: this.memory,
        clock: systemClock,
      }),
    );
  }

  /** `node` is what the command was called on; `asks` for arguments and the queue. */
  async launch(node: unknown, asks: boolean): Promise<void> {
    requireTrust();
    const target = await launchTarget(node, this.deps.platform.dialogs);
    if (target !== undefined) {
      await launchScript(this.deps, this.launcher, this.memory, target, asks);
    }
  }

  dispose(): void {
    this.owned.dispose();
  }
}

async function launchScript(
  deps: LaunchDeps,
  launcher: Launcher,
  memory: ArgumentMemory,
  target: LaunchTarget,
  asks: boolean,
): Promise<void> {
  const { dialogs, settings } = deps.platform;
  const args = asks ? await askArguments(dialogs, memory.read(target.script)) : memory.read(target.script);
  if (args === undefined) {
    return;
  }
  if (asks) {
    await memory.write(target.script, args);
  }
  const wish = { ...target, arguments: args, asksQueue: asks, environment: {} };
  const launched = await withLateProgress(dialogs, 'Launching…', (signal) => launcher.launch(wish, signal));
  if (launched === undefined) {
    return;
  }
  tellNotes(deps.platform, launched);
  if (settings.opensPanelOnLaunch()) {
    await deps.openPanel(launched.ref);
  }
}

/** One message for everything that does not travel; nothing when all does. */
function tellNotes({ dialogs, logger }: Pick<Platform, 'dialogs' | 'logger'>, launched: Launched): void {
  logger.info(
    `${launched.taskName} is in the queue ${launched.queueName} of ${launched.session.info.label}.`,
  );
  if (launched.notes.length > 0) {
    dialogs.info(launched.notes.join(' '));
  }
}

async function askArguments(
  dialogs: Platform['dialogs'],
  remembered: readonly string[],
): Promise<readonly string[] | undefined> {
  const text = await dialogs.ask({
    title: 'Arguments of the script',
    prompt: 'Separated by blanks; quote what holds blanks. Nothing is expanded.',
    value: joinArguments(remembered),
    validate: (typed) => {
      const result = splitArguments(typed);
      return result.ok ? undefined : result.problem;
    },
  });
  const split = text === undefined ? undefined : splitArguments(text);
  return split?.ok === true ? split.arguments : undefined;
}

function workspaceFolderOf(file: string): { readonly path: string; readonly name: string } | undefined {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
  return folder === undefined ? undefined : { path: folder.uri.fsPath, name: folder.name };
}
