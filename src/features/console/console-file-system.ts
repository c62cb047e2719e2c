import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import { DisposableStore, toDisposable, type Disposable } from '../../core/disposable';
import { CONSOLE_SCHEME } from '../../platform/command-ids';
import type { Connections } from '../../store/contract';
import { taskOfConsolePath } from './console-address';
import { ConsoleDocument } from './console-document';
import type { ConsoleFolders } from './console-folders';

/** Documents that nobody opened (a search, a preview) are kept for a while, but not more than these. */
const MAX_UNOPENED = 8;

/**
 * Consoles as read-only files. A file system, unlike a content provider, lets the editor replace only the lines that
 * changed whatever the size, and bring documents back after a reload.
 */
export class ConsoleFileSystem implements vscode.FileSystemProvider, Disposable {
  private readonly owned = new DisposableStore();
  private readonly fileChanges = this.owned.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private readonly documents = new Map<string, ConsoleDocument>();
  readonly onDidChangeFile = this.fileChanges.event;

  constructor(
    private readonly connections: Connections,
    private readonly clock: Clock,
    private readonly folders: ConsoleFolders,
  ) {
    this.owned.add(vscode.window.onDidChangeVisibleTextEditors(() => this.followVisible()));
    this.owned.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === CONSOLE_SCHEME) {
          this.forget(uri.path);
        }
      }),
    );
    this.owned.add(toDisposable(() => this.forgetAll()));
  }

  /** A document that is open or was lately. */
  find(uri: vscode.Uri): ConsoleDocument | undefined {
    return uri.scheme === CONSOLE_SCHEME ? this.documents.get(uri.path) : undefined;
  }

  watch(): Disposable {
    return toDisposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const document = await this.open(uri);
    const { length } = await document.bytes();
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: document.modifiedAt,
      size: length,
      permissions: vscode.FilePermission.Readonly,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.open(uri)).bytes();
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): void {
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

  private async open(uri: vscode.Uri): Promise<ConsoleDocument> {
    const known = this.documents.get(uri.path);
    if (known !== undefined) {
      return known;
    }
    const ref = taskOfConsolePath(uri.path);
    const session = ref === undefined ? undefined : this.connections.get(ref.connectionId);
    if (ref === undefined || session === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    const changed = (): void => this.fileChanges.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    const document = new ConsoleDocument({
      session,
      taskId: ref.taskId,
      clock: this.clock,
      makeFolder: () => this.folders.next(),
      changed,
    });
    this.letGoOfUnopened();
    this.documents.set(uri.path, document);
    await document.load();
    this.followVisible();
    return document;
  }

  private followVisible(): void {
    const visible = new Set(
      vscode.window.visibleTextEditors
        .map(({ document }) => document.uri)
        .filter(({ scheme }) => scheme === CONSOLE_SCHEME)
        .map(({ path }) => path),
    );
    for (const [path, document] of this.documents) {
      document.setVisible(visible.has(path));
    }
  }

  private letGoOfUnopened(): void {
    const opened = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.path));
    const unopened = [...this.documents.keys()].filter((path) => !opened.has(path));
    for (const path of unopened.slice(0, Math.max(0, unopened.length - MAX_UNOPENED))) {
      this.forget(path);
    }
  }

  private forget(path: string): void {
    this.documents.get(path)?.dispose();
    this.documents.delete(path);
  }

  private forgetAll(): void {
    for (const path of [...this.documents.keys()]) {
      this.forget(path);
    }
  }
}
