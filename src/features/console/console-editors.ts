import * as vscode from 'vscode';
import { TracksideError } from '../../core/errors';
import { CONSOLE_SCHEME } from '../../platform/command-ids';
import type { ConsoleDocument } from './console-document';
import type { ConsoleFileSystem } from './console-file-system';
import { outerLines } from './console-page';

const REDRAW_TIMEOUT_MS = 60_000;

/** A console document in an editor. */
export interface ConsoleEditor {
  readonly editor: vscode.TextEditor;
  readonly document: ConsoleDocument;
}

/** The console in front: in the active editor, else in one that is visible. Throws when there is none. */
export function consoleInFront(files: ConsoleFileSystem): ConsoleEditor {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editors = [...(activeTextEditor === undefined ? [] : [activeTextEditor]), ...visibleTextEditors];
  const found = editors.flatMap((editor) => {
    const document = files.find(editor.document.uri);
    return document === undefined ? [] : [{ editor, document }];
  })[0];
  if (found === undefined) {
    throw new TracksideError('notFound', 'No console is open.', 'Open one with Open Console.');
  }
  return found;
}

export function isConsole({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === CONSOLE_SCHEME;
}

/** True when the editor shows what was drawn last; otherwise a change of its text is on its way. */
export function isUpToDate({ editor, document }: ConsoleEditor): boolean {
  return document.page !== undefined && document.page.lineCount === editor.document.lineCount;
}

/** Resolves when the editor has taken over what was drawn last, or after a minute. */
export async function untilShown({ editor, document }: ConsoleEditor): Promise<void> {
  await document.bytes();
  const wanted = marksOf(document);
  const isShown = (): boolean => textMarks(editor.document) === wanted;
  if (isShown()) {
    return;
  }
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      changes.dispose();
      resolve();
    };
    const timer = setTimeout(end, REDRAW_TIMEOUT_MS);
    const changes = vscode.workspace.onDidChangeTextDocument((change) => {
      if (change.document === editor.document && (isShown() || marksOf(document) !== wanted)) {
        end();
      }
    });
  });
}

/** What tells a text from the one before and after it, without comparing megabytes: its lines' number, first and last. */
function textMarks(document: vscode.TextDocument): string {
  const { lineCount } = document;
  return JSON.stringify([lineCount, document.lineAt(0).text, document.lineAt(lineCount - 1).text]);
}

function marksOf({ page }: ConsoleDocument): string | undefined {
  return page && JSON.stringify([page.lineCount, ...outerLines(page)]);
}
