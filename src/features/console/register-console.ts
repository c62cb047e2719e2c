import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { OnDemand } from '../../core/on-demand';
import { COMMANDS, CONSOLE_SCHEME } from '../../platform/command-ids';
import { commandsOnDemand } from '../../platform/commands-on-demand';
import { FileSystemOnDemand } from '../../platform/file-system-on-demand';
import type { ConsoleDeps } from './console-room';

const CONSOLE_COMMANDS = [
  COMMANDS.openConsole,
  COMMANDS.searchConsole,
  COMMANDS.filterConsole,
  COMMANDS.followConsole,
  COMMANDS.showNewConsoleLines,
  COMMANDS.showConsoleTimes,
  COMMANDS.showEarlierConsole,
  COMMANDS.showLaterConsole,
  COMMANDS.openConsoleFile,
] as const;

/** Consoles as documents: their scheme and their commands. The rest is loaded with the first console. */
export function registerConsole(deps: ConsoleDeps): Disposable {
  const owned = new DisposableStore();
  const room = owned.add(
    new OnDemand(async (own) => {
      const { ConsoleRoom } = await import('./console-room');
      return own(new ConsoleRoom(deps));
    }),
  );
  const files = owned.add(new FileSystemOnDemand(async () => (await room.get()).files));
  owned.add(
    vscode.workspace.registerFileSystemProvider(CONSOLE_SCHEME, files, {
      isReadonly: true,
      isCaseSensitive: true,
    }),
  );
  owned.add(
    commandsOnDemand(deps.platform, CONSOLE_COMMANDS, async (platform) =>
      (await room.get()).registerCommands(platform),
    ),
  );
  return owned;
}
