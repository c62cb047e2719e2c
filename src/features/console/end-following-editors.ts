import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { CONSOLE_SCHEME } from '../../platform/command-ids';
import { followsEnd } from './end-follower';

/** How late a person's move may be told after the document grew. */
const SEEN_FOR_MS = 2_000;
/** How long sending an editor to the end may take to show. */
const SENT_FOR_MS = 1_000;

/** How many lines a document had until it grew. */
interface Ending {
  readonly lineCount: number;
  readonly at: number;
}

/** Keeps editors of console documents at the end while the person is there, and leaves them alone otherwise. */
export class EndFollowingEditors implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly lineCounts = new Map<string, number>();
  private readonly moving = new WeakSet<vscode.TextEditor>();
  private readonly left = new WeakSet<vscode.TextEditor>();
  private readonly sentAt = new WeakMap<vscode.TextEditor, number>();
  private readonly endings = new Map<string, readonly Ending[]>();

  constructor() {
    this.owned.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.onChanged(document)));
    this.owned.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri.toString())));
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
    this.sentAt.set(editor, Date.now());
    editor.selection = new vscode.Selection(end, end);
    editor.revealRange(new vscode.Range(end, end), vscode.TextEditorRevealType.Default);
  }

  dispose(): void {
    this.owned.dispose();
    this.lineCounts.clear();
    this.endings.clear();
  }

  private onChanged(document: vscode.TextDocument): void {
    if (document.uri.scheme !== CONSOLE_SCHEME) {
      return;
    }
    const key = document.uri.toString();
    const lineCount = this.lineCounts.get(key) ?? document.lineCount;
    this.lineCounts.set(key, document.lineCount);
    this.endings.set(key, [...this.recentEndings(document), { lineCount, at: Date.now() }]);
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
    if (place.active.line >= this.endSeen(document) - 1) {
      const hadLeft = this.left.delete(textEditor);
      if (hadLeft && place.active.line < document.lineCount - 1) {
        this.goToEnd(textEditor);
      }
    } else if (!this.left.has(textEditor)) {
      this.left.add(textEditor);
      this.putBack(textEditor, place);
    }
  }

  /** Only when the editor may have been sent away meanwhile: otherwise the person may be elsewhere already. */
  private putBack(editor: vscode.TextEditor, place: vscode.Selection): void {
    if (Date.now() - (this.sentAt.get(editor) ?? 0) < SENT_FOR_MS) {
      editor.selection = place;
      editor.revealRange(place);
    }
  }

  /** The line count that a person may have taken for the end, who saw the document a moment ago. */
  private endSeen(document: vscode.TextDocument): number {
    const counts = this.recentEndings(document).map(({ lineCount }) => lineCount);
    return Math.min(document.lineCount, ...counts);
  }

  private recentEndings(document: vscode.TextDocument): readonly Ending[] {
    const since = Date.now() - SEEN_FOR_MS;
    return (this.endings.get(document.uri.toString()) ?? []).filter(({ at }) => at >= since);
  }

  private forget(key: string): void {
    this.lineCounts.delete(key);
    this.endings.delete(key);
  }
}
