import * as vscode from 'vscode';
import { TracksideError } from '../../core/errors';
import type { Dialogs } from '../../platform/contract';

const NO_SCRIPTS = '**/{node_modules,site-packages,.venv,venv,.tox,__pycache__}/**';
const MOST_SCRIPTS = 2_000;

export interface LaunchTarget {
  /** Absolute path, saved. */
  readonly script: string;
  readonly isKnownPython: boolean;
}

/**
 * The script a launch command means: what it was called on (explorer, editor title), else the active editor, else
 * the only Python editor in sight, else the one of the workspace that the person picks. Saved first; undefined when the
 * person turns away.
 */
export async function launchTarget(
  node: unknown,
  dialogs: Pick<Dialogs, 'pick'>,
): Promise<LaunchTarget | undefined> {
  const uri = node instanceof vscode.Uri ? node : (scriptInSight()?.uri ?? (await pickScript(dialogs)));
  if (uri === undefined) {
    return undefined;
  }
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
  const saved = document === undefined ? uri : await save(document);
  if (saved === undefined) {
    return undefined;
  }
  if (saved.scheme !== 'file') {
    throw new TracksideError(
      'invalid',
      `${vscode.workspace.asRelativePath(saved)} is not on a disk of this machine.`,
      'Save it to a folder and launch that file.',
    );
  }
  return { script: saved.fsPath, isKnownPython: document?.languageId === 'python' };
}

function scriptInSight(): vscode.TextDocument | undefined {
  const active = vscode.window.activeTextEditor?.document;
  if (active !== undefined && (active.uri.scheme === 'file' || active.isUntitled)) {
    return active;
  }
  const visible = vscode.window.visibleTextEditors
    .map(({ document }) => document)
    .filter(
      ({ languageId, uri, isUntitled }) => languageId === 'python' && (uri.scheme === 'file' || isUntitled),
    );
  return new Set(visible).size === 1 ? visible[0] : active;
}

/** A Python file of the workspace, which is shown: the panel of its run opens beside it. */
async function pickScript(dialogs: Pick<Dialogs, 'pick'>): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles('**/*.py', NO_SCRIPTS, MOST_SCRIPTS);
  if (found.length === 0) {
    throw new TracksideError('invalid', 'No script is open.', 'Open the Python file that is to be launched.');
  }
  const choices = found
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), value: uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const isCut = found.length === MOST_SCRIPTS;
  const placeholder = `${isCut ? `${MOST_SCRIPTS} of the` : 'All'} Python files of the workspace`;
  const picked = await dialogs.pick('Launch which script?', choices, placeholder);
  if (picked !== undefined) {
    await vscode.window.showTextDocument(picked, { viewColumn: vscode.ViewColumn.One });
  }
  return picked;
}

/** Where the document is after saving; a new one asks for its name. */
async function save(document: vscode.TextDocument): Promise<vscode.Uri | undefined> {
  if (document.isUntitled) {
    return vscode.workspace.save(document.uri);
  }
  if (!document.isDirty) {
    return document.uri;
  }
  if (!(await document.save())) {
    throw new TracksideError(
      'invalid',
      `${vscode.workspace.asRelativePath(document.uri)} could not be saved.`,
      'Save it, then launch it again.',
    );
  }
  return document.uri;
}
