import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { byteSize } from '../../core/byte-size';
import { plainFileName } from '../../core/plain-file-name';
import type { FileDownload } from '../../core/task-output';
import { writeDownload, type Transferred } from './file-transfer';

export interface FileToSave {
  /** From a server: only its last part is used, without signs that mean something to a file system. */
  readonly name: string;
  readonly sha256?: string;
  readonly sizeBytes?: number;
  open(signal: AbortSignal): Promise<FileDownload>;
}

const SAVE_FILE = 'Open';
const SHOW_FOLDER = 'Show in Folder';

/** Asks where to, brings the file there with its progress shown, and offers to open it. */
export async function saveFile(file: FileToSave): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(startFolder(), plainFileName(file.name)),
    title: `Save ${plainFileName(file.name)}`,
  });
  if (target === undefined) {
    return;
  }
  const transferred = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Saving ${plainFileName(file.name)}`,
      cancellable: true,
    },
    (progress, token) => bring(file, target, progress, token),
  );
  const checked = transferred.isVerified ? ', its hash is right' : '';
  const message = `Saved ${path.basename(target.fsPath)} (${byteSize(transferred.sizeBytes)}${checked}).`;
  const chosen = await vscode.window.showInformationMessage(message, SAVE_FILE, SHOW_FOLDER);
  if (chosen === SAVE_FILE) {
    await vscode.commands.executeCommand('vscode.open', target);
  } else if (chosen === SHOW_FOLDER) {
    await vscode.commands.executeCommand('revealFileInOS', target);
  }
}

async function bring(
  file: FileToSave,
  target: vscode.Uri,
  progress: vscode.Progress<{ readonly message?: string; readonly increment?: number }>,
  token: vscode.CancellationToken,
): Promise<Transferred> {
  const abort = new AbortController();
  const cancelling = token.onCancellationRequested(() => abort.abort());
  try {
    const download = await file.open(abort.signal);
    const totalBytes = download.sizeBytes ?? file.sizeBytes;
    let shownPercent = 0;
    return await writeDownload(download, {
      path: target.fsPath,
      signal: abort.signal,
      ...(file.sha256 === undefined ? {} : { sha256: file.sha256 }),
      onProgress: (writtenBytes) => {
        const percent =
          totalBytes === undefined || totalBytes === 0 ? 0 : Math.floor((writtenBytes / totalBytes) * 100);
        if (percent > shownPercent) {
          const of = totalBytes === undefined ? '' : ` of ${byteSize(totalBytes)}`;
          progress.report({
            increment: percent - shownPercent,
            message: `${byteSize(writtenBytes)}${of}`,
          });
          shownPercent = percent;
        }
      },
    });
  } finally {
    cancelling.dispose();
  }
}

function startFolder(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  return folder?.uri.scheme === 'file' ? folder.uri : vscode.Uri.file(os.homedir());
}
