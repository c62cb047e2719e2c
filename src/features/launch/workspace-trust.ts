import * as vscode from 'vscode';
import { TracksideError } from '../../core/errors';

/** Running somebody's code needs the person's word that the workspace is theirs. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) {
    throw new TracksideError(
      'forbidden',
      'This workspace is not trusted, so its scripts are not launched.',
      'Trust it with “Workspaces: Manage Workspace Trust”, then launch again.',
    );
  }
}
