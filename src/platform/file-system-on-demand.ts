import type * as vscode from 'vscode';
import { OnDemand, type Own } from '../core/on-demand';
import { FlatFileSystem } from './flat-file-system';

/** Files by their address alone, whose code is loaded when the editor first asks for one. */
export class FileSystemOnDemand extends FlatFileSystem {
  private readonly files: OnDemand<FlatFileSystem>;

  /** What `load` hands to `own` is disposed with this object. */
  constructor(load: (own: Own) => Promise<FlatFileSystem>) {
    super();
    this.files = this.owned.add(
      new OnDemand(async (own) => {
        const files = await load(own);
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
}
