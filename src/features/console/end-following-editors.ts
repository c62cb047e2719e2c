import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { CONSOLE_SCHEME } from '../../platform/command-ids';
import { followsEnd } from './end-follower';

/** Keeps editors of console documents at the end while the person is there, and leaves them alone otherwise. */
export class EndFollowingEditors implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly lineCounts = new Map<string, number>();
  private readonly moving = new WeakSet<vscode.TextEditor>();
  private readonly left = new WeakSet<vscode.TextEditor>();

  constructor() {
    this.owned.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.onChanged(document)));
    this.owned.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.lineCounts.delete(uri.toString())),
    );
    this.owned.add(
      vscode.window.onDidChangeTextEditorVisibleRanges(
        ({ textEditor }) => void this.moving.delete(textEditor),
      ),
    );
    this.owned.add(vscode.window.onDidChangeTextEditorSelection((event) => this.onPersonMoved(event)));
  }

  /** Sends an editor to the end, where it then stays. */
  goToEnd(editor: vscode.TextEditor): void {
    const { document } = editor;
    const end = document.lineAt(document.lineCount - 1).range.end;
    this.lineCounts.set(document.uri.toString(), document.lineCount);
    this.moving.add(editor);
    this.left.delete(editor);
    editor.selection = new vscode.Selection(end, end);
    editor.revealRange(new vscode.Range(end, end), vscode.TextEditorRevealType.Default);
  }

  dispose(): void {
    this.owned.dispose();
    this.lineCounts.clear();
  }

  private onChanged(document: vscode.TextDocument): void {
    if (document.uri.scheme !== CONSOLE_SCHEME) {
      return;
    }
    const key = document.uri.toString();
    const lineCount = this.lineCounts.get(key) ?? document.lineCount;
    this.lineCounts.set(key, document.lineCount);
    for (const editor of vscode.window.visibleTextEditors.filter((shown) => shown.document === document)) {
      const isFollowing = followsEnd({
        lineCount,
        cursorLine: editor.selection.active.line,
        lastVisibleLine: editor.visibleRanges.at(-1)?.end.line,
        isMoving: this.moving.has(editor),
      });
      if (isFollowing && editor.selection.isEmpty && !this.left.has(editor)) {
        this.goToEnd(editor);
      }
    }
  }

  /**
   * A person who leaves the end has left it, also when the document grew before this event came and the editor was
   * sent to the end once more: then it is put back.
   */
  private onPersonMoved({ textEditor, selections, kind }: vscode.TextEditorSelectionChangeEvent): void {
    const { document } = textEditor;
    const place = selections[0];
    if (document.uri.scheme !== CONSOLE_SCHEME || kind === undefined || place === undefined) {
      return;
    }
    if (place.active.line >= document.lineCount - 1) {
      this.left.delete(textEditor);
    } else if (!this.left.has(textEditor)) {
      this.left.add(textEditor);
      textEditor.selection = place;
      textEditor.revealRange(place);
    }
  }
}
