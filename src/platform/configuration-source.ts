import * as vscode from 'vscode';
import type { ConfigurationSource } from './settings';

const SECTION = 'trackside';

/** VS Code's configuration as {@link ConfigurationSource}. */
export function vscodeConfiguration(): ConfigurationSource {
  return {
    onDidChange: (listener) =>
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(SECTION)) {
          listener();
        }
      }),
    read: (key, scopePath) => {
      const scope = scopePath === undefined ? undefined : vscode.Uri.file(scopePath);
      const configuration = vscode.workspace.getConfiguration(SECTION, scope);
      return {
        value: configuration.get<unknown>(key),
        defaultValue: configuration.inspect<unknown>(key)?.defaultValue,
      };
    },
  };
}
