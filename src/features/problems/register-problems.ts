import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { OnDemand } from '../../core/on-demand';
import { COMMANDS, CONSOLE_SCHEME, SOURCE_SCHEME } from '../../platform/command-ids';
import { commandsOnDemand } from '../../platform/commands-on-demand';
import { hasKeptProblems } from './kept-problems';
import type { ProblemsDeps, ProblemsRoom } from './problems-room';

/**
 * From what a run printed to the code. The code for it is loaded with the first console, the first file as it ran, the
 * first run that fails, or at once when problems are left of before.
 */
export function registerProblems(deps: ProblemsDeps): Disposable {
  const { platform } = deps;
  const owned = new DisposableStore();
  const room = owned.add(
    new OnDemand(async (own) => {
      const { ProblemsRoom: Room } = await import('./problems-room');
      waiting.dispose();
      return own(new Room(deps));
    }),
  );
  const enter = (use?: (entered: ProblemsRoom) => void): void => {
    room
      .get()
      .then(use)
      .catch((error: unknown) => platform.logger.error('Problems of runs cannot be shown.', error));
  };
  const waiting = owned.add(enterWhenNeeded(deps, enter));
  owned.add(
    vscode.workspace.registerTextDocumentContentProvider(SOURCE_SCHEME, {
      provideTextDocumentContent: async (uri) => (await room.get()).textAsRun(uri),
    }),
  );
  owned.add(
    commandsOnDemand(
      platform,
      [COMMANDS.openFrame, COMMANDS.dismissProblem, COMMANDS.dismissProblems],
      async ({ commands }) => (await room.get()).registerCommands(commands),
    ),
  );
  return owned;
}

/** Calls `enter` for each reason to have the room, until it is disposed. */
function enterWhenNeeded(
  { runs, workspaceState }: ProblemsDeps,
  enter: (use?: (entered: ProblemsRoom) => void) => void,
): Disposable {
  const owned = new DisposableStore();
  const isConsole = ({ uri }: vscode.TextDocument): boolean => uri.scheme === CONSOLE_SCHEME;
  owned.add(vscode.workspace.onDidOpenTextDocument((document) => isConsole(document) && enter()));
  owned.add(
    runs.onDidEnd((change) => {
      if (change.task.status === 'failed') {
        enter((room) => room.runEnded(change));
      }
    }),
  );
  if (hasKeptProblems(workspaceState) || vscode.workspace.textDocuments.some(isConsole)) {
    enter();
  }
  return owned;
}
