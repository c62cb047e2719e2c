import * as vscode from 'vscode';
import { clientVariables } from '../../backends/clearml/client-variables-wire';
import type { Dialogs } from '../../platform/contract';
import type { TrackerKeys } from './connection-storage';

export interface LocalTerminalDeps {
  readonly dialogs: Dialogs;
  /** Starts the tracker where it does not run. */
  readonly ensureTracker: (signal: AbortSignal) => Promise<{ readonly url: string }>;
  readonly keys: () => Promise<TrackerKeys>;
}

/** A terminal in which the `clearml` package and `clearml-agent` work with the embedded tracker. */
export async function openLocalTerminal({ dialogs, ensureTracker, keys }: LocalTerminalDeps): Promise<void> {
  const { url } = await dialogs.withProgress('Starting the embedded tracker…', ensureTracker);
  const terminal = vscode.window.createTerminal({
    name: 'clearml on Local',
    message: 'Scripts with the clearml package and clearml-agent report to Local from here.',
    iconPath: new vscode.ThemeIcon('server-process'),
    env: clientVariables(url, await keys()),
    // The editor would keep the keys with what it restores, outside its storage for secrets.
    isTransient: true,
  });
  terminal.show();
}
