import * as vscode from 'vscode';
import type { Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import type { TaskRef } from '../../core/task-ref';
import { DOCUMENT_SCHEME } from '../../platform/command-ids';
import type { Connections } from '../../store/contract';
import { documentsOf, type TaskDocument } from './details-view';
import { DOCUMENT_KINDS, type TaskDocumentRef } from './panel-contract';

const READ_TIMEOUT_MS = 30_000;

/**
 * Texts of a task (its uncommitted changes, packages, configuration) as read-only documents:
 * `trackside-document:/<connection>/<task>/<kind>/<name>/<file name>`, where a part has `%` and `/` encoded.
 */
export class TaskDocuments implements vscode.TextDocumentContentProvider, Disposable {
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(DOCUMENT_SCHEME, this);

  constructor(private readonly connections: Connections) {}

  async open(ref: TaskRef, document: TaskDocumentRef): Promise<void> {
    const { fileName } = await this.read(ref, document);
    const parts = [ref.connectionId, ref.taskId, document.kind, document.name, fileName];
    const path = `/${parts.map(asSegment).join('/')}`;
    const uri = vscode.Uri.from({ scheme: DOCUMENT_SCHEME, path });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
      viewColumn: columnOfCode(),
      preview: true,
    });
  }

  async provideTextDocumentContent({ path }: vscode.Uri): Promise<string> {
    const [connectionId = '', taskId = '', kindText = '', name = ''] = path
      .slice(1)
      .split('/')
      .map(decodeURIComponent);
    const kind = DOCUMENT_KINDS.find((each) => each === kindText);
    if (kind === undefined) {
      throw new TracksideError('notFound', 'This is no document of a task.', '');
    }
    return (await this.read({ connectionId, taskId }, { kind, name })).text;
  }

  dispose(): void {
    this.registration.dispose();
  }

  private async read(ref: TaskRef, wanted: TaskDocumentRef): Promise<TaskDocument> {
    const session = this.connections.get(ref.connectionId);
    if (session === undefined) {
      throw new TracksideError('notFound', 'The connection of this task no longer exists.', 'Add it again.');
    }
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const { details } = await session.backend(signal);
    const documents = details === undefined ? [] : documentsOf(await details.read(ref.taskId, signal));
    const found = documents.find((each) => each.ref.kind === wanted.kind && each.ref.name === wanted.name);
    if (found === undefined) {
      throw new TracksideError('notFound', 'The task has no such document any more.', '');
    }
    return found;
  }
}

/** The editor shows the last one as the tab's name, so nothing more is encoded than splitting needs. */
function asSegment(part: string): string {
  return part.replace(/[%/]/g, encodeURIComponent);
}

/** Beside the panel, where the code is; next to it when there is no editor. */
function columnOfCode(): vscode.ViewColumn {
  const { viewColumn } =
    vscode.window.visibleTextEditors.find((editor) => editor.viewColumn !== undefined) ?? {};
  return viewColumn ?? vscode.ViewColumn.Beside;
}
