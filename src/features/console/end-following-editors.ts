import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { CONSOLE_SCHEME } from '../../platform/command-ids';
import { STILL_READING } from './console-page';
import { EndFollower } from './end-follower';

/** How long sending an editor to the end may take to show. */
const SENT_FOR_MS = 1_000;
/** Places that may still be told of: an editor is sent to the end at each redraw. */
const MOST_SENT_LINES = 8;

interface Followed {
  readonly documentKey: string;
  readonly follower: EndFollower;
  /** When the editor was last sent to the end, in ms since the epoch. */
  sentAt: number;
  /** The lines that the editor was sent to lately; what it tells of those is no move of the person. */
  sentLines: readonly number[];
}

/** Keeps editors of console documents at the end while the person is there, and leaves them alone otherwise. */
export class EndFollowingEditors implements Disposable {
  private readonly owned = new DisposableStore();
  /** By document and column, since an editor that is shown again is another object. */
  private readonly followed = new Map<string, Followed>();

  constructor() {
    const { workspace, window } = vscode;
    this.owned.add(workspace.onDidChangeTextDocument(({ document }) => this.onChanged(document)));
    this.owned.add(workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri.toString())));
    this.owned.add(window.onDidChangeVisibleTextEditors((editors) => this.onShown(editors)));
    this.owned.add(window.onDidChangeTextEditorVisibleRanges((event) => this.onScrolled(event)));
    this.owned.add(window.onDidChangeTextEditorSelection((event) => this.onPersonMoved(event)));
    this.onShown(window.visibleTextEditors);
  }

  /** Sends an editor to the end, where it then stays. */
  goToEnd(editor: vscode.TextEditor): void {
    const { document } = editor;
    const followed = this.of(editor);
    followed.follower.onSent();
    followed.sentAt = Date.now();
    const end = document.lineAt(document.lineCount - 1).range.end;
    noteSent(followed, end.line);
    editor.selection = new vscode.Selection(end, end);
    editor.revealRange(new vscode.Range(end, end), vscode.TextEditorRevealType.Default);
  }

  /** Leaves the end, before the document shows another part: what changes then moves nothing. */
  leaveEnd(editor: vscode.TextEditor): void {
    this.of(editor).follower.onSentAway();
  }

  /** Shows a line in the middle and stays there. */
  goTo(editor: vscode.TextEditor, line: number): void {
    const followed = this.of(editor);
    const place = new vscode.Position(Math.min(line, editor.document.lineCount - 1), 0);
    followed.follower.onSentAway();
    noteSent(followed, place.line);
    editor.selection = new vscode.Selection(place, place);
    editor.revealRange(new vscode.Range(place, place), vscode.TextEditorRevealType.InCenter);
  }

  dispose(): void {
    this.owned.dispose();
    this.followed.clear();
  }

  private onShown(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors.filter(isConsole)) {
      if (this.of(editor).follower.isFollowing) {
        this.goToEnd(editor);
      }
    }
  }

  private onChanged(document: vscode.TextDocument): void {
    if (document.uri.scheme !== CONSOLE_SCHEME) {
      return;
    }
    for (const editor of vscode.window.visibleTextEditors.filter((shown) => shown.document === document)) {
      const { follower } = this.of(editor);
      follower.onChanged(document.lineCount, editor.selection.active.line, Date.now());
      if (follower.isFollowing && editor.selection.isEmpty) {
        this.goToEnd(editor);
      }
    }
  }

  private onScrolled({ textEditor, visibleRanges }: vscode.TextEditorVisibleRangesChangeEvent): void {
    const [first] = visibleRanges;
    const last = visibleRanges.at(-1);
    if (isConsole(textEditor) && first !== undefined && last !== undefined) {
      this.of(textEditor).follower.onVisible({ first: first.start.line, last: last.end.line });
    }
  }

  /**
   * A person who leaves the end has left it, also when the document grew before this event came and the editor was
   * sent to the end once more: then it is put back. One who comes to what was the end a moment ago is taken along.
   */
  private onPersonMoved({ textEditor, selections, kind }: vscode.TextEditorSelectionChangeEvent): void {
    const [place] = selections;
    if (!isConsole(textEditor) || kind === undefined || place === undefined) {
      return;
    }
    const followed = this.of(textEditor);
    const { follower, sentAt, sentLines } = followed;
    const { line } = place.active;
    if (kind === vscode.TextEditorSelectionChangeKind.Command && sentLines.includes(line)) {
      // Taken for a move of the person, it would send an editor back that was just put where the person went.
      return;
    }
    const wasFollowing = follower.isFollowing;
    const now = Date.now();
    follower.onCursor(line, now, kind === vscode.TextEditorSelectionChangeKind.Keyboard);
    if (follower.isFollowing && !wasFollowing && place.isEmpty) {
      this.goToEnd(textEditor);
    } else if (!follower.isFollowing && wasFollowing && now - sentAt < SENT_FOR_MS) {
      // Sent away meanwhile; otherwise the person may be elsewhere already.
      noteSent(followed, line);
      textEditor.selection = place;
      textEditor.revealRange(place);
    }
  }

  private of(editor: vscode.TextEditor): Followed {
    const key = keyOf(editor);
    const known = this.followed.get(key);
    if (known !== undefined) {
      return known;
    }
    const { document } = editor;
    const { lineCount } = document;
    const follower = new EndFollower(lineCount, document.lineAt(lineCount - 1).text !== STILL_READING);
    const followed = {
      documentKey: document.uri.toString(),
      follower,
      sentAt: 0,
      sentLines: [],
    };
    this.followed.set(key, followed);
    return followed;
  }

  private forget(documentKey: string): void {
    for (const [key, each] of this.followed) {
      if (each.documentKey === documentKey) {
        this.followed.delete(key);
      }
    }
  }
}

function noteSent(followed: Followed, line: number): void {
  followed.sentLines = [line, ...followed.sentLines].slice(0, MOST_SENT_LINES);
}

function isConsole({ document }: vscode.TextEditor): boolean {
  return document.uri.scheme === CONSOLE_SCHEME;
}

function keyOf({ document, viewColumn }: vscode.TextEditor): string {
  return `${String(viewColumn)} ${document.uri.toString()}`;
}
