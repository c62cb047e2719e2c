import * as vscode from 'vscode';
import type { DocumentAddress } from '../core/document-address';

/**
 * The address as the editor knows it. A document that is open keeps the one it was opened with, since names in paths may
 * be others by now.
 */
export function addressInEditor(scheme: string, address: DocumentAddress): vscode.Uri {
  const open = vscode.workspace.textDocuments.find(
    ({ uri }) => uri.scheme === scheme && uri.query === address.query,
  );
  return open?.uri ?? vscode.Uri.from({ scheme, ...address });
}
