import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import { toDisposable } from '../../core/disposable';
import { CONSOLE_SCHEME } from '../../platform/command-ids';
import { FlatFileSystem } from '../../platform/flat-file-system';
import type { Connections } from '../../store/contract';
import { taskOfConsole } from './console-address';
import { ConsoleDocument } from './console-document';
import type { ConsoleFolders } from './console-folders';

/** Documents that nobody opened (a search, a preview) are kept for a while, but not more than these. */
const MAX_UNOPENED = 8;

/**
 * Consoles as read-only files. A file system, unlike a content provider, lets the editor replace only the lines that
 * changed whatever the size, and bring documents back after a reload.
 */
export class ConsoleFileSystem extends FlatFileSystem {
  private readonly documents = new Map<string, ConsoleDocument>();

  constructor(
    private readonly connections: Connections,
    private readonly clock: Clock,
    private readonly folders: ConsoleFolders,
  ) {
    super();
    this.whenClosed(CONSOLE_SCHEME, (address) => this.forget(address));
    this.owned.add(vscode.window.onDidChangeVisibleTextEditors(() => this.followVisible()));
    this.owned.add(toDisposable(() => this.forgetAll()));
  }

  /** A document that is open or was lately. */
  find(uri: vscode.Uri): ConsoleDocument | undefined {
    return uri.scheme === CONSOLE_SCHEME ? this.documents.get(uri.toString()) : undefined;
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

  writeFile(uri: vscode.Uri): Promise<void> {
    return Promise.reject(vscode.FileSystemError.NoPermissions(uri));
  }

  private async open(uri: vscode.Uri): Promise<ConsoleDocument> {
    const address = uri.toString();
    const known = this.documents.get(address);
    if (known !== undefined) {
      // Somebody else may be waiting for its first text.
      await known.load();
      return known;
    }
    const ref = taskOfConsole(uri);
    const session = ref === undefined ? undefined : this.connections.get(ref.connectionId);
    if (ref === undefined || session === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    const document = new ConsoleDocument({
      session,
      taskId: ref.taskId,
      clock: this.clock,
      makeFolder: () => this.folders.next(),
      changed: () => this.changed(uri),
    });
    this.letGoOfUnopened();
    this.documents.set(address, document);
    await document.load();
    this.followVisible();
    return document;
  }

  private followVisible(): void {
    const visible = new Set(
      vscode.window.visibleTextEditors
        .map(({ document }) => document.uri)
        .filter(({ scheme }) => scheme === CONSOLE_SCHEME)
        .map((uri) => uri.toString()),
    );
    for (const [address, document] of this.documents) {
      document.setVisible(visible.has(address));
    }
  }

  private letGoOfUnopened(): void {
    const opened = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
    const unopened = [...this.documents.keys()].filter((address) => !opened.has(address));
    for (const address of unopened.slice(0, Math.max(0, unopened.length - MAX_UNOPENED))) {
      this.forget(address);
    }
  }

  private forget(address: string): void {
    this.documents.get(address)?.dispose();
    this.documents.delete(address);
  }

  private forgetAll(): void {
    for (const address of [...this.documents.keys()]) {
      this.forget(address);
    }
  }
}
