import * as vscode from 'vscode';
import { DisposableStore, toDisposable, type Disposable } from '../core/disposable';
import { OnDemand } from '../core/on-demand';
import type { FlatFileSystem } from './flat-file-system';

/** Files by their address alone, whose code is loaded when the editor first asks for one. */
export class FileSystemOnDemand implements vscode.FileSystemProvider, Disposable {
  private readonly owned = new DisposableStore();
  private readonly fileChanges = this.owned.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private readonly files: OnDemand<FlatFileSystem>;
  readonly onDidChangeFile = this.fileChanges.event;

  /** The owner of what `load` gives disposes it. */
  constructor(load: () => Promise<FlatFileSystem>) {
    this.files = this.owned.add(
      new OnDemand(async (own) => {
        const files = await load();
        own(files.onDidChangeFile((changes) => this.fileChanges.fire(changes)));
        return files;
      }),
    );
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return (await this.files.get()).stat(uri);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.files.get()).readFile(uri);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    await (await this.files.get()).writeFile(uri, content);
  }

  async readDirectory(): Promise<[string, vscode.FileType][]> {
    return (await this.files.get()).readDirectory();
  }

  async createDirectory(uri: vscode.Uri): Promise<void> {
    (await this.files.get()).createDirectory(uri);
  }

  async delete(uri: vscode.Uri): Promise<void> {
    (await this.files.get()).delete(uri);
  }

  async rename(uri: vscode.Uri): Promise<void> {
    (await this.files.get()).rename(uri);
  }

  watch(): Disposable {
    return toDisposable(() => undefined);
  }

  dispose(): void {
    this.owned.dispose();
  }
}
