import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import { toDisposable } from '../../core/disposable';
import { keyOfAddress } from '../../core/document-address';
import { toTracksideError } from '../../core/errors';
import { CONFIGURATION_SCHEME } from '../../platform/command-ids';
import { FlatFileSystem } from '../../platform/flat-file-system';
import type { Connections } from '../../store/contract';
import { ConfigurationFile, type FileState } from './configuration-file';

/**
 * Configurations of tasks as files that can be saved while the task can be edited. The key of such a file's address is
 * connection, task and name of the configuration.
 */
export class ConfigurationFileSystem extends FlatFileSystem {
  private readonly files = new Map<string, ConfigurationFile>();

  constructor(
    private readonly connections: Connections,
    private readonly clock: Clock,
  ) {
    super();
    this.whenClosed(CONFIGURATION_SCHEME, (address) => this.forget(address));
    this.owned.add(toDisposable(() => [...this.files.keys()].forEach((address) => this.forget(address))));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { modifiedAt, size, isEditable } = await this.look(uri);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: modifiedAt,
      size,
      ...(isEditable ? {} : { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from((await this.look(uri)).text);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const text = textOf(content);
    await shown(() => this.file(uri).save(text));
  }

  private look(uri: vscode.Uri): Promise<FileState> {
    return shown(() => this.file(uri).look());
  }

  private file(uri: vscode.Uri): ConfigurationFile {
    const address = uri.toString();
    const known = this.files.get(address);
    if (known !== undefined) {
      return known;
    }
    const key = keyOfAddress(uri);
    const [connectionId = '', taskId = '', name = ''] = key;
    const session = this.connections.get(connectionId);
    if (session === undefined || key.length !== 3) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    const file = new ConfigurationFile({
      session,
      ref: { connectionId, taskId },
      name,
      clock: this.clock,
      changed: () => this.changed(uri),
    });
    this.files.set(address, file);
    return file;
  }

  private forget(address: string): void {
    this.files.get(address)?.dispose();
    this.files.delete(address);
  }
}

/** The editor shows the message of what is thrown here, and nothing else. */
async function shown<T>(deed: () => Promise<T>): Promise<T> {
  try {
    return await deed();
  } catch (error) {
    if (error instanceof vscode.FileSystemError) {
      throw error;
    }
    const { kind, message, nextStep } = toTracksideError(error);
    const words = `${message} ${nextStep}`.trim();
    throw kind === 'notFound'
      ? vscode.FileSystemError.FileNotFound(words)
      : vscode.FileSystemError.Unavailable(words);
  }
}

/** Servers keep texts, so bytes that are no UTF-8 would be lost. */
function textOf(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw vscode.FileSystemError.Unavailable('The server keeps text only. Save it with the encoding UTF-8.');
  }
}
