import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { runKey, type TaskRef } from '../../core/task-ref';
import { TASK_ROW_SCHEME } from '../../platform/command-ids';

/** The address that all rows of a task have, by which the editor marks them wherever they are listed. */
export function taskRowUri(ref: TaskRef): vscode.Uri {
  return vscode.Uri.from({ scheme: TASK_ROW_SCHEME, path: '/task', query: runKey(ref) });
}

/** Marks the rows of tasks whose lines or points a person points at in a panel. */
export class PointedRows implements vscode.FileDecorationProvider, Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new vscode.EventEmitter<vscode.Uri[]>());
  readonly onDidChangeFileDecorations = this.changes.event;
  private readonly mark = new vscode.FileDecoration(
    '●',
    'Pointed at in a panel',
    new vscode.ThemeColor('list.highlightForeground'),
  );
  private pointed = new Map<string, vscode.Uri>();

  constructor() {
    this.owned.add(vscode.window.registerFileDecorationProvider(this));
  }

  /** These tasks are pointed at, and no others. */
  point(refs: readonly TaskRef[]): void {
    const before = this.pointed;
    this.pointed = new Map(refs.map((ref) => [runKey(ref), taskRowUri(ref)]));
    const others = [...before].filter(([key]) => !this.pointed.has(key));
    const fresh = [...this.pointed].filter(([key]) => !before.has(key));
    if (others.length + fresh.length > 0) {
      this.changes.fire([...others, ...fresh].map(([, uri]) => uri));
    }
  }

  provideFileDecoration({ scheme, query }: vscode.Uri): vscode.FileDecoration | undefined {
    return scheme === TASK_ROW_SCHEME && this.pointed.has(query) ? this.mark : undefined;
  }

  dispose(): void {
    this.owned.dispose();
  }
}
