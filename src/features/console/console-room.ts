import path from 'node:path';
import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import { taskRef, type TaskRef } from '../../core/task-ref';
import { COMMANDS, CONSOLE_SCHEME } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import { addressInEditor } from '../../platform/open-documents';
import type { Connections } from '../../store/contract';
import { consoleAddress } from './console-address';
import { registerConsoleCommands } from './console-commands';
import { ConsoleDecorations } from './console-decorations';
import { ConsoleFileSystem } from './console-file-system';
import { ConsoleFolders } from './console-folders';
import { ConsoleSights } from './console-sights';
import { registerConsoleStructure } from './console-structure';
import { EndFollowingEditors } from './end-following-editors';
import { pickTaskRef } from '../tasks/pick-task';
import { foldersOfTask } from '../tasks/task-folders';

export interface ConsoleDeps {
  readonly platform: Platform;
  readonly connections: Connections;
}

/** Consoles as read-only documents that grow while runs run, and what is drawn in their editors. */
export class ConsoleRoom implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly editors = this.owned.add(new EndFollowingEditors());
  private readonly sights: ConsoleSights;
  private readonly decorations: ConsoleDecorations;
  readonly files: ConsoleFileSystem;

  constructor(private readonly deps: ConsoleDeps) {
    const { platform, connections } = deps;
    const folders = this.owned.add(new ConsoleFolders(path.join(platform.dataPath, 'consoles')));
    this.files = this.owned.add(new ConsoleFileSystem(connections, systemClock, folders));
    this.sights = this.owned.add(new ConsoleSights(this.files, platform));
    this.decorations = this.owned.add(
      new ConsoleDecorations({
        files: this.files,
        logger: platform.logger,
        newFrom: (document) => this.sights.newFrom(document),
      }),
    );
    this.owned.add(this.sights.onDidLook(() => this.decorations.drawAll()));
    this.owned.add(registerConsoleStructure(this.files));
  }

  /** `platform`: whose commands they are to be. */
  registerCommands(platform: Platform): Disposable {
    const { deps, files, editors, sights, decorations } = this;
    const owned = new DisposableStore();
    owned.add(
      registerConsoleCommands({
        platform,
        files,
        editors,
        newLine: (document) => sights.newFrom(document)?.line,
        toggleTimes: () => decorations.toggleTimes(),
      }),
    );
    owned.add(
      platform.commands.register(COMMANDS.openConsole, async (node) => {
        const ref = taskRef.safeParse(node).data ?? (await pickTaskRef(deps, { title: 'Open Console' }));
        if (ref !== undefined) {
          await openConsole(deps, ref, editors);
        }
      }),
    );
    return owned;
  }

  dispose(): void {
    this.owned.dispose();
  }
}

async function openConsole(deps: ConsoleDeps, ref: TaskRef, editors: EndFollowingEditors): Promise<void> {
  const session = deps.connections.get(ref.connectionId);
  if (session === undefined) {
    throw new TracksideError('notFound', 'The connection of this task no longer exists.', '');
  }
  const taskName = await nameOf(deps, ref);
  const address = consoleAddress(ref, foldersOfTask(deps.connections, ref), taskName);
  const uri = addressInEditor(CONSOLE_SCHEME, address);
  const isOpen = vscode.window.visibleTextEditors.some(
    ({ document }) => document.uri.toString() === uri.toString(),
  );
  const progress = { location: vscode.ProgressLocation.Window, title: 'Reading the console…' };
  const document = await vscode.window.withProgress(progress, () => vscode.workspace.openTextDocument(uri));
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  if (!isOpen) {
    editors.goToEnd(editor);
  }
}

/** The task's name, read from the server when it is not known yet; the id when there is none. */
async function nameOf({ connections, platform }: ConsoleDeps, ref: TaskRef): Promise<string> {
  const session = connections.get(ref.connectionId);
  if (session?.store.task(ref.taskId) === undefined) {
    await session?.store.refresh({ kind: 'task', id: ref.taskId }).catch((error: unknown) => {
      platform.logger.warn(`The name of task ${ref.taskId} could not be read: ${String(error)}`);
    });
  }
  return session?.store.task(ref.taskId)?.name ?? ref.taskId;
}
