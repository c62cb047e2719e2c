import * as vscode from 'vscode';
import { documentAddress, keyOfAddress } from '../../core/document-address';
import { TracksideError } from '../../core/errors';
import type { ChangedFile } from '../../core/patch-sides';
import type { TaskDetails } from '../../core/task-details';
import type { TaskPlot } from '../../core/task-output';
import type { TaskRef } from '../../core/task-ref';
import { CONFIGURATION_SCHEME, DOCUMENT_SCHEME } from '../../platform/command-ids';
import { addressInEditor } from '../../platform/open-documents';
import type { Connections, ConnectionSession } from '../../store/contract';
import { foldersOfTask } from '../tasks/task-folders';
import { committedFile } from './committed-file';
import { documentsOf, type TaskDocument } from './details-view';
import { DOCUMENT_KINDS, type TaskDocumentRef } from './panel-contract';

const READ_TIMEOUT_MS = 30_000;
/** Plots that were opened lately; the editor asks for the text of a closed tab once more when it is opened again. */
const MAX_PLOTS = 20;

type Side = 'before' | 'after';

/**
 * Texts of a task as read-only documents. The key of their address is connection, task, kind and name; a kind is one of
 * {@link DOCUMENT_KINDS}, `before` and `after` for the sides of a changed file, `plot`, `console` for a console without
 * its time stamps, or `nothing` for a text that a task does not have.
 */
export class TaskDocuments implements vscode.TextDocumentContentProvider {
  private readonly plots = new Map<string, string>();

  constructor(private readonly connections: Connections) {}

  /** A configuration of a task that can be edited as a file that can be saved, everything else to be read. */
  async open(ref: TaskRef, document: TaskDocumentRef): Promise<void> {
    const { fileName, isEditable } = await this.read(ref, document);
    await show(
      isEditable && this.canEdit(ref)
        ? this.addressIn(CONFIGURATION_SCHEME, ref, [document.name], fileName)
        : this.addressOf(ref, document.kind, document.name, fileName),
    );
  }

  async openPlot(ref: TaskRef, { metric, variant, iteration, json }: TaskPlot): Promise<void> {
    const name = JSON.stringify([metric, variant, iteration]);
    const uri = this.addressOf(
      ref,
      'plot',
      name,
      `${fileSafe(metric)} ${fileSafe(variant)} ${iteration}.json`,
    );
    this.plots.delete(uri.query);
    this.plots.set(uri.query, indented(json));
    const [oldest] = this.plots.keys();
    if (this.plots.size > MAX_PLOTS && oldest !== undefined) {
      this.plots.delete(oldest);
    }
    await show(uri);
  }

  /** The same text of two tasks in the editor's own view of changes; a task that has none stands with an empty side. */
  async openDifference(base: TaskRef, ref: TaskRef, document: TaskDocumentRef, title: string): Promise<void> {
    const [left, right] = await Promise.all([this.find(base, document), this.find(ref, document)]);
    const known = left ?? right;
    if (known === undefined) {
      throw noDocument();
    }
    const side = (task: TaskRef, found: TaskDocument | undefined): vscode.Uri =>
      this.addressOf(task, found === undefined ? 'nothing' : document.kind, document.name, known.fileName);
    await showDifference(side(base, left), side(ref, right), `${known.label}: ${title}`);
  }

  /** Two consoles without their time stamps in the editor's own view of changes. */
  async openConsoleDifference(base: TaskRef, ref: TaskRef, title: string): Promise<void> {
    const [left, right] = [base, ref].map((task) => this.addressOf(task, 'console', '', 'console.log'));
    if (left !== undefined && right !== undefined) {
      await showDifference(left, right, `Console: ${title}`);
    }
  }

  /** The uncommitted changes in the editor's own view of changes, one file beside its former self. */
  async openChanges(ref: TaskRef): Promise<void> {
    const details = await this.details(ref);
    const { changedFiles } = await import('../../core/patch-sides');
    const files = changedFiles(details.code.uncommittedDiff ?? '');
    const [first] = files;
    if (first === undefined) {
      await this.open(ref, { kind: 'diff', name: '' });
      return;
    }
    const title = `Uncommitted changes of ${details.code.entryPoint ?? 'the task'}`;
    if (files.length === 1) {
      const { before, after } = this.sideAddresses(ref, first);
      await vscode.commands.executeCommand(
        'vscode.diff',
        before,
        after,
        `${first.path} (uncommitted changes)`,
        {
          viewColumn: columnOfCode(),
          preview: true,
        },
      );
      return;
    }
    const resources = files.map((file) => {
      const { before, after } = this.sideAddresses(ref, file);
      return [after, file.oldPath === undefined ? undefined : before, file.isDeleted ? undefined : after];
    });
    await vscode.commands.executeCommand('vscode.changes', title, resources);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [connectionId = '', taskId = '', kind = '', name = ''] = keyOfAddress(uri);
    const ref: TaskRef = { connectionId, taskId };
    if (kind === 'before' || kind === 'after') {
      return this.readSide(ref, kind, name);
    }
    if (kind === 'plot') {
      return this.plots.get(uri.query) ?? 'Open this plot again from its panel.';
    }
    if (kind === 'nothing') {
      return '';
    }
    if (kind === 'console') {
      const { comparableConsole } = await import('../console/comparable-console');
      return comparableConsole(this.session(ref), ref.taskId);
    }
    const known = DOCUMENT_KINDS.find((each) => each === kind);
    if (known === undefined) {
      throw new TracksideError('notFound', 'This is no document of a task.', '');
    }
    return (await this.read(ref, { kind: known, name })).text;
  }

  private sideAddresses(
    ref: TaskRef,
    { path }: ChangedFile,
  ): { readonly before: vscode.Uri; readonly after: vscode.Uri } {
    const fileName = path.split('/').at(-1) ?? path;
    return {
      before: this.addressOf(ref, 'before', path, fileName),
      after: this.addressOf(ref, 'after', path, fileName),
    };
  }

  private addressOf(ref: TaskRef, kind: string, name: string, fileName: string): vscode.Uri {
    return this.addressIn(DOCUMENT_SCHEME, ref, [kind, name], fileName);
  }

  private addressIn(scheme: string, ref: TaskRef, key: readonly string[], fileName: string): vscode.Uri {
    const { connectionId, taskId } = ref;
    const taskName = this.connections.get(connectionId)?.store.task(taskId)?.name ?? '';
    const folders = [...foldersOfTask(this.connections, ref), taskName];
    return addressInEditor(scheme, documentAddress(folders, fileName, [connectionId, taskId, ...key]));
  }

  private canEdit(ref: TaskRef): boolean {
    return this.session(ref).store.task(ref.taskId)?.can.includes('edit') === true;
  }

  private async readSide(ref: TaskRef, side: Side, path: string): Promise<string> {
    const { code } = await this.details(ref);
    const { changedFiles, sidesOf } = await import('../../core/patch-sides');
    const file = changedFiles(code.uncommittedDiff ?? '').find((each) => each.path === path);
    if (file === undefined) {
      throw new TracksideError('notFound', 'The task has no such change any more.', '');
    }
    return sidesOf(file, await baseOf(file, code.commit))[side];
  }

  private async details(ref: TaskRef): Promise<TaskDetails> {
    const session = this.session(ref);
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const { details } = await session.backend(signal);
    if (details === undefined) {
      throw new TracksideError('notFound', `${session.info.label} keeps no details of its tasks.`, '');
    }
    return details.read(ref.taskId, signal);
  }

  private session(ref: TaskRef): ConnectionSession {
    const session = this.connections.get(ref.connectionId);
    if (session === undefined) {
      throw new TracksideError('notFound', 'The connection of this task no longer exists.', 'Add it again.');
    }
    return session;
  }

  private async read(ref: TaskRef, wanted: TaskDocumentRef): Promise<TaskDocument> {
    const found = await this.find(ref, wanted);
    if (found === undefined) {
      throw noDocument();
    }
    return found;
  }

  private async find(ref: TaskRef, wanted: TaskDocumentRef): Promise<TaskDocument | undefined> {
    const documents = documentsOf(await this.details(ref));
    return documents.find((each) => each.ref.kind === wanted.kind && each.ref.name === wanted.name);
  }
}

function noDocument(): TracksideError {
  return new TracksideError('notFound', 'The task has no such document any more.', '');
}

async function showDifference(left: vscode.Uri, right: vscode.Uri, title: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', left, right, title, { preview: true });
}

/** The file as it was committed, when a folder of the workspace has that commit. */
function baseOf({ oldPath }: ChangedFile, commit: string | undefined): Promise<string | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
  return oldPath === undefined || commit === undefined || !vscode.workspace.isTrusted
    ? Promise.resolve(undefined)
    : committedFile(folders, commit, oldPath, AbortSignal.timeout(READ_TIMEOUT_MS));
}

async function show(uri: vscode.Uri): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
    viewColumn: columnOfCode(),
    preview: true,
  });
}

function fileSafe(name: string): string {
  return name.replace(/[\\/:*?"<>|#%\u0000-\u001f]/g, '_').slice(0, 60);
}

/** As it came when it is no JSON. */
function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2);
  } catch {
    return json;
  }
}

/** Beside the panel, where the code is; next to it when there is no editor. Where nothing is open, there is no beside. */
function columnOfCode(): vscode.ViewColumn {
  const { viewColumn } =
    vscode.window.visibleTextEditors.find((editor) => editor.viewColumn !== undefined) ?? {};
  const isEmpty = vscode.window.tabGroups.all.every(({ tabs }) => tabs.length === 0);
  return viewColumn ?? (isEmpty ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside);
}
