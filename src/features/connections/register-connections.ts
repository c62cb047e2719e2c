import path from 'node:path';
import * as vscode from 'vscode';
import type { Backend, BackendKind } from '../../backends/contract';
import type { Redactor } from '../../client/redaction';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { toTracksideError, TracksideError } from '../../core/errors';
import { COMMANDS, CONTEXT_KEYS } from '../../platform/command-ids';
import type { Platform, StateStorage } from '../../platform/contract';
import { createConnectionSession, type OwnedConnectionSession } from '../../store/connection-session';
import type { ConnectionInfo, Connections, ConnectionSession } from '../../store/contract';
import { addConnection } from './add-connection';
import { removeConnection, selectConnection } from './connection-commands';
import { ConnectionList } from './connection-list';
import { ConnectionStorage, type Credentials, type TrackerKeys } from './connection-storage';
import { DiagnosticsPage } from './diagnostics-page';
import { diagnosticsText } from './diagnostics-text';
import { LocalTracker } from './local-tracker';
import { pushWorkerSettings } from './worker-settings';

/** What the lifecycle of the embedded tracker needs to find or start it. */
export interface TrackerPlace {
  readonly dataDir: string;
  readonly trackerScript: string;
  /** The editor's own executable; it is Node when `ELECTRON_RUN_AS_NODE=1`. */
  readonly nodePath: string;
  readonly version: string;
  readonly credentials: TrackerKeys;
}

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
  owned.add(
    commands.register(COMMANDS.addConnection, () =>
      addConnection({
        dialogs,
        storage,
        connections,
        check: (kind, url, keys, signal) => opening.check(kind, url, keys, signal),
      }),
    ),
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
    commands.register(COMMANDS.showDiagnostics, () =>
      showDiagnostics(platform, connections, opening.tracker, redactor, page),
    ),
  );
}

/** Makes sessions and opens their backends. The network code is loaded when the first of them opens. */
class ConnectionOpening implements Disposable {
  readonly tracker: LocalTracker;
  private readonly owned = new DisposableStore();
  private local: OwnedConnectionSession | undefined;

  constructor(
    private readonly deps: ConnectionsDeps,
    private readonly storage: ConnectionStorage,
  ) {
    const { platform } = deps;
    this.tracker = this.owned.add(
      new LocalTracker({
        ensure: (signal) => this.ensureTracker(signal),
        connect: (url) => this.createBackend('clearml', url, () => storage.localCredentials()),
        started: (url, signal) => this.tellWorkerSettings(url, signal),
        moved: () => this.local?.close(),
        clock: systemClock,
        logger: platform.logger.child('tracker'),
      }),
    );
  }

  createSession(info: ConnectionInfo, changed: () => void): ConnectionSession {
    const { settings, focus, logger } = this.deps.platform;
    const session = createConnectionSession({
      info,
      open: (signal) => this.open(info, signal),
      budgetPerMinute: () => settings.requestsPerMinute(),
      attention: focus,
      clock: systemClock,
      logger: logger.child(info.label),
    });
    session.onDidChangeState(changed);
    if (info.isLocal) {
      this.local = session;
    }
    return session;
  }

  /** Signs in with keys that are not stored yet. */
  async check(kind: BackendKind, url: string, keys: Credentials, signal: AbortSignal) {
    const registrations = Object.values(keys).map((key) => this.deps.redactor.register(key));
    const backend = await this.createBackend(kind, url, () => Promise.resolve(keys));
    try {
      return await backend.describe(signal);
    } finally {
      backend.dispose();
      registrations.forEach((registration) => registration.dispose());
    }
  }

  dispose(): void {
    this.owned.dispose();
  }

  private open(info: ConnectionInfo, signal: AbortSignal): Promise<Backend> {
    if (info.isLocal) {
      return this.tracker.open(signal);
    }
    if (info.url === undefined) {
      throw new TracksideError('invalid', `${info.label} has no address.`, 'Remove it and add it again.');
    }
    return this.createBackend(info.kind, info.url, () => this.storage.credentials(info.id));
  }

  private async createBackend(
    kind: BackendKind,
    url: string,
    credentials: () => Promise<Credentials>,
  ): Promise<Backend> {
    const { backendRegistry } = await import('../../backends/registry');
    const { platform, redactor } = this.deps;
    return backendRegistry[kind].create({
      url,
      credentials,
      logger: platform.logger.child(kind),
      userAgent: userAgentOf(platform),
      redactor,
    });
  }

  private async ensureTracker(signal: AbortSignal): Promise<{ readonly url: string }> {
    const place = await this.trackerPlace();
    try {
      return await this.deps.ensureTracker(place, signal);
    } catch (thrown) {
      const { kind, message } = toTracksideError(thrown);
      if (kind === 'cancelled') {
        throw thrown;
      }
      throw new TracksideError(
        'unreachable',
        `The embedded tracker could not be started: ${message}`,
        'See “Trackside: Show Log”.',
        { cause: thrown },
      );
    }
  }

  private async trackerPlace(): Promise<TrackerPlace> {
    const { extensionPath, dataPath, version } = this.deps.platform;
    return {
      dataDir: path.join(dataPath, 'tracker'),
      trackerScript: path.join(extensionPath, 'dist', 'tracker.js'),
      nodePath: process.execPath,
      version,
      credentials: await this.storage.localCredentials(),
    };
  }

  private tellWorkerSettings(apiUrl: string, signal: AbortSignal): Promise<void> {
    const { platform, redactor } = this.deps;
    return pushWorkerSettings(
      {
        apiUrl,
        credentials: () => this.storage.localCredentials(),
        logger: platform.logger,
        userAgent: userAgentOf(platform),
        redactor,
      },
      platform.settings,
      signal,
    );
  }
}

function userAgentOf({ version }: Platform): string {
  return `Trackside/${version}`;
}

async function showDiagnostics(
  platform: Platform,
  connections: ConnectionList,
  tracker: LocalTracker,
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
      ['Embedded tracker', tracker.address ?? 'not used by this window yet'],
      ['Workspace trusted', vscode.workspace.isTrusted ? 'yes' : 'no'],
    ],
    sessions: connections.all(),
    activeId: connections.active().info.id,
  });
  await page.show(redactor.redact(text));
}
