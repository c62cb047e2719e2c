import type * as vscode from 'vscode';
import { createPlatform } from './platform/vscode-platform';

/** Wires everything. Commands and views exist before the first await, and nothing here touches the network. */
export function activate(context: vscode.ExtensionContext): void {
  const platform = createPlatform(context);
  context.subscriptions.push(platform);
  platform.logger.info(`Trackside ${platform.version} is active.`);
}
