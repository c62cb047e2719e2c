import * as vscode from 'vscode';
import type { Redactor } from '../../client/redaction';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS, CONTEXT_KEYS } from '../../platform/command-ids';
import type { Platform, StateStorage } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { removeConnection, selectConnection } from './connection-commands';
import { ConnectionList } from './connection-list';
import { ConnectionOpening, type TrackerPlace } from './connection-opening';
import { ConnectionStorage } from './connection-storage';
import { DiagnosticsPage } from './diagnostics-page';
import { diagnosticsText } from './diagnostics-text';

export interface ConnectionsDeps {
  readonly platform: Platform;
  readonly workspaceState: StateStorage;
  readonly redactor: Redactor;
  ensureTracker(place: TrackerPlace, signal: AbortSignal): Promise<{ readonly url: string }>;
}

export interface ConnectionsFeature extends Disposable {
  readonly connections: Connections;
}

/** Local and the servers of this user, and the commands that change the list. Makes no request by itself. */
export function registerConnections(deps: ConnectionsDeps): ConnectionsFeature {
  const { platform, workspaceState } = deps;
  const owned = new DisposableStore();
  const storage = new ConnectionStorage(platform.state, workspaceState, platform.secrets);
  const opening = owned.add(new ConnectionOpening(deps, storage));
  const connections = owned.add(
    new ConnectionList({
      storage,
      createSession: (info, changed) => opening.createSession(info, changed),
      onListenerError: (error) => platform.logger.error('A listener of the connections failed.', error),
    }),
  );
  owned.add(connections.onDidChange(() => tellContext(platform, connections)));
  owned.add(platform.settings.onDidChange(() => void opening.tracker.refreshSettings()));
  owned.add(platform.focus.onDidChange((isFocused) => isFocused && connections.reload()));
  tellContext(platform, connections);
  registerCommands(owned, deps, storage, connections, opening);
  return { connections, dispose: () => owned.dispose() };
}

function tellContext(platform: Platform, connections: Connections): void {
  platform.setContext(CONTEXT_KEYS.hasSeveralConnections, connections.all().length > 1);
}

function registerCommands(
  owned: DisposableStore,
  { platform, redactor }: ConnectionsDeps,
  storage: ConnectionStorage,
  connections: ConnectionList,
  opening: ConnectionOpening,
): void {
  const { commands, dialogs } = platform;
  const page = owned.add(new DiagnosticsPage());
  const signingIn = {
    dialogs,
    storage,
    connections,
    environment: process.env,
    check: opening.check,
    trust: () => opening.trust(),
  };
  owned.add(
    commands.register(COMMANDS.addConnection, async () => {
      const { addConnection } = await import('./add-connection');
      await addConnection(signingIn);
    }),
  );
  owned.add(
    commands.register(COMMANDS.signInAgain, async (node) => {
      const { signInAgain } = await import('./sign-in-again');
      await signInAgain(signingIn, node);
    }),
  );
  owned.add(
    commands.register(COMMANDS.editHosts, async (node) => {
      const { editHosts } = await import('./edit-hosts');
      await editHosts(signingIn, node);
    }),
  );
  owned.add(
    commands.register(COMMANDS.selectConnection, (node) => selectConnection(connections, dialogs, node)),
  );
  owned.add(
    commands.register(COMMANDS.removeConnection, (node) =>
      removeConnection(connections, storage, dialogs, node),
    ),
  );
  owned.add(
    commands.register(COMMANDS.openLocalTerminal, async () => {
      const { openLocalTerminal } = await import('./local-terminal');
      await openLocalTerminal({
        dialogs,
        ensureTracker: (signal) => opening.ensureTracker(signal),
        keys: () => storage.localCredentials(),
      });
    }),
  );
  owned.add(
    commands.register(COMMANDS.showDiagnostics, () =>
      showDiagnostics(platform, connections, opening, redactor, page),
    ),
  );
}

async function showDiagnostics(
  platform: Platform,
  connections: ConnectionList,
  opening: ConnectionOpening,
  redactor: Redactor,
  page: DiagnosticsPage,
): Promise<void> {
  const text = await diagnosticsText({
    environment: [
      ['Trackside', platform.version],
      [
        'VS Code',
        `${vscode.version} (${vscode.env.appHost}${vscode.env.remoteName ? `, ${vscode.env.remoteName}` : ''})`,
      ],
      ['Node', process.versions.node],
      ['System', `${process.platform} ${process.arch}`],
      ['Extension folder', platform.extensionPath],
      ['Data folder', platform.dataPath],
      ['Embedded tracker', opening.tracker.address ?? 'not used by this window yet'],
      ['Workspace trusted', vscode.workspace.isTrusted ? 'yes' : 'no'],
    ],
    sessions: connections.all(),
    activeId: connections.active().info.id,
    requests: (connectionId) => opening.requestFigures(connectionId),
    certificate: (connectionId) => opening.certificate(connectionId),
  });
  await page.show(redactor.redact(text));
}
