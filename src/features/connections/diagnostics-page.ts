import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';

const SCHEME = 'trackside-diagnostics';
const ADDRESS = vscode.Uri.from({ scheme: SCHEME, path: '/Trackside Diagnostics.md' });

/** A read-only document that is filled anew each time it is shown. */
export class DiagnosticsPage implements vscode.TextDocumentContentProvider, Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new vscode.EventEmitter<vscode.Uri>());
  private text = '';
  readonly onDidChange = this.changes.event;

  constructor() {
    this.owned.add(vscode.workspace.registerTextDocumentContentProvider(SCHEME, this));
  }

  provideTextDocumentContent(): string {
    return this.text === '' ? 'Run “Trackside: Show Diagnostics” to fill this page.' : this.text;
  }

  async show(text: string): Promise<void> {
    this.text = text;
    this.changes.fire(ADDRESS);
    const document = await vscode.workspace.openTextDocument(ADDRESS);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.owned.dispose();
  }
}
