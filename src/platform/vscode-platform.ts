import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { DisposableStore, type Disposable } from '../core/disposable';
import { createCommandRegistrar } from './command-registrar';
import { COMMANDS } from './command-ids';
import { vscodeConfiguration } from './configuration-source';
import type { Platform, StateStorage } from './contract';
import { createDialogs } from './dialogs';
import { createLogger } from './logger';
import type { Redaction } from './redaction';
import { createSecrets } from './secrets';
import { createSettings } from './settings';
import { createStateStorage } from './state-storage';
import { createWindowFocus } from './window-focus';

const manifestVersion = z.object({ version: z.string() });

/** The platform of a running editor, with what only the root hands on. */
export interface VscodePlatform extends Platform, Disposable {
  /** Facts that belong to the open workspace. */
  readonly workspaceState: StateStorage;
}

/** Reads nothing from disk and waits for nothing. Also registers what must work whatever else fails. */
export function createPlatform(context: vscode.ExtensionContext, redactor: Redaction): VscodePlatform {
  const owned = new DisposableStore();
  const channel = owned.add(vscode.window.createOutputChannel('Trackside', { log: true }));
  const logger = createLogger(channel, redactor);
  const dialogs = createDialogs(redactor, () => channel.show());
  const packageJson: unknown = context.extension.packageJSON;
  const commands = createCommandRegistrar(logger, dialogs, packageJson);
  owned.add(commands.register(COMMANDS.showLog, () => channel.show()));
  owned.add(commands.register(COMMANDS.getStarted, () => openWalkthrough(context.extension.id)));
  return {
    logger,
    settings: owned.add(createSettings(vscodeConfiguration(), (problem) => logger.warn(problem))),
    secrets: owned.add(createSecrets(context.secrets, redactor)),
    state: createStateStorage(context.globalState, logger),
    workspaceState: createStateStorage(context.workspaceState, logger),
    dialogs,
    commands,
    focus: createWindowFocus(),
    extensionPath: context.extensionPath,
    dataPath: context.globalStorageUri.fsPath,
    version: manifestVersion.parse(packageJson).version,
    setContext: (key, value) => void vscode.commands.executeCommand('setContext', key, value),
    dispose: () => owned.dispose(),
  };
}

async function openWalkthrough(extensionId: string): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#start`, false);
}
