import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS, CONSOLE_SCHEME, type CommandId } from '../../platform/command-ids';
import type { ConsoleFileSystem } from './console-file-system';
import { consoleFolds } from './console-folds';
import { NOTE_ACTIONS, type NoteAction } from './console-window';

/** A command, and what it is given. */
const ACTION_COMMANDS: Readonly<Record<NoteAction, readonly [CommandId, ...string[]]>> = {
  earlier: [COMMANDS.showEarlierConsole],
  later: [COMMANDS.showLaterConsole],
  end: [COMMANDS.followConsole],
  search: [COMMANDS.searchConsole],
  file: [COMMANDS.openConsoleFile],
  all: [COMMANDS.filterConsole, 'debug'],
};

/** Folds tracebacks to their first and last line, and makes what Trackside's own notes offer work. */
export function registerConsoleStructure(files: ConsoleFileSystem): Disposable {
  const owned = new DisposableStore();
  const selector = { scheme: CONSOLE_SCHEME };
  owned.add(
    vscode.languages.registerFoldingRangeProvider(selector, {
      provideFoldingRanges: async (document, _context, token) => {
        const folds = await consoleFolds(document, () => !token.isCancellationRequested);
        return folds?.map(({ first, last }) => new vscode.FoldingRange(first, last));
      },
    }),
  );
  owned.add(
    vscode.languages.registerDocumentLinkProvider(selector, {
      provideDocumentLinks: (document) => {
        const notes = files.find(document.uri)?.page?.notes ?? new Set<number>();
        return [...notes]
          .filter((line) => line < document.lineCount)
          .flatMap((line) => noteLinks(document.lineAt(line)));
      },
    }),
  );
  return owned;
}

const ACTION_NAMES: readonly NoteAction[] = ['earlier', 'later', 'end', 'search', 'file', 'all'];

function noteLinks({ text, lineNumber }: vscode.TextLine): vscode.DocumentLink[] {
  return ACTION_NAMES.flatMap((action) => {
    const start = text.indexOf(NOTE_ACTIONS[action]);
    if (start < 0) {
      return [];
    }
    const range = new vscode.Range(lineNumber, start, lineNumber, start + NOTE_ACTIONS[action].length);
    const [command, ...args] = ACTION_COMMANDS[action];
    const query = args.length === 0 ? '' : JSON.stringify(args);
    const link = new vscode.DocumentLink(range, vscode.Uri.from({ scheme: 'command', path: command, query }));
    link.tooltip = NOTE_ACTIONS[action];
    return [link];
  });
}
