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
import { pickTask } from '../tasks/pick-task';
import { foldersOfTask } from '../tasks/task-folders';

export interface ConsoleDeps {
  readonly platform: Platform;
  readonly connections: Connections;
}

/** The console as a read-only document that grows while the run runs. */
export function registerConsole(deps: ConsoleDeps): Disposable {
  const owned = new DisposableStore();
  const folders = owned.add(new ConsoleFolders(path.join(deps.platform.dataPath, 'consoles')));
  const files = owned.add(new ConsoleFileSystem(deps.connections, systemClock, folders));
  const editors = owned.add(new EndFollowingEditors());
  const sights = owned.add(new ConsoleSights(files, deps.platform));
  const decorations = owned.add(
    new ConsoleDecorations({
      files,
      logger: deps.platform.logger,
      newFrom: (document) => sights.newFrom(document),
    }),
  );
  owned.add(sights.onDidLook(() => decorations.drawAll()));
  owned.add(
    registerConsoleCommands({
      platform: deps.platform,
      files,
      editors,
      newLine: (document) => sights.newFrom(document)?.line,
      toggleTimes: () => decorations.toggleTimes(),
    }),
  );
  owned.add(registerConsoleStructure(files));
  owned.add(
    vscode.workspace.registerFileSystemProvider(CONSOLE_SCHEME, files, {
      isReadonly: true,
      isCaseSensitive: true,
    }),
  );
  owned.add(
    deps.platform.commands.register(COMMANDS.openConsole, async (node) => {
      const ref = taskRef.safeParse(node).data ?? (await pickRef(deps));
      if (ref !== undefined) {
        await openConsole(deps, ref, editors);
      }
    }),
  );
  return owned;
}

async function pickRef(deps: ConsoleDeps): Promise<TaskRef | undefined> {
  const target = await pickTask(deps, { title: 'Open Console' });
  return target && { connectionId: target.session.info.id, taskId: target.task.id };
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
  const document = await vscode.workspace.openTextDocument(uri);
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
