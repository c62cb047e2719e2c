import * as vscode from 'vscode';
import { DisposableStore, toDisposable, type Disposable } from '../core/disposable';

/** Files by their address alone: there are no folders, and no file is made, moved or deleted by hand. */
export abstract class FlatFileSystem implements vscode.FileSystemProvider, Disposable {
  protected readonly owned = new DisposableStore();
  protected readonly fileChanges = this.owned.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  readonly onDidChangeFile = this.fileChanges.event;

  abstract stat(uri: vscode.Uri): Promise<vscode.FileStat>;
  abstract readFile(uri: vscode.Uri): Promise<Uint8Array>;
  abstract writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void>;

  watch(): Disposable {
    return toDisposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** `forget` is called with the address of each file of this scheme that no editor has open any more. */
  protected whenClosed(scheme: string, forget: (address: string) => void): void {
    this.owned.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === scheme) {
          forget(uri.toString());
        }
      }),
    );
  }

  /** Open editors read the file again. */
  protected changed(uri: vscode.Uri): void {
    this.fileChanges.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }
}
