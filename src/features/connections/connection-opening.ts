import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BackendOptions } from '../../backends/backend-entry';
import type { Backend, BackendKind } from '../../backends/contract';
import type { Redactor } from '../../client/redaction';
import { RequestMeter, type RequestFigures } from '../../client/request-meter';
import type { ServerTrust } from '../../client/server-trust';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { toTracksideError, TracksideError } from '../../core/errors';
import type { Platform } from '../../platform/contract';
import { createConnectionSession, type OwnedConnectionSession } from '../../store/connection-session';
import type { ConnectionInfo } from '../../store/contract';
import type { CheckSignIn } from './checked-sign-in';
import { LOCAL_CONNECTION, type ConnectionStorage, type TrackerKeys } from './connection-storage';
import { FilesHostKeys } from './files-host-keys';
import { LocalTracker } from './local-tracker';
import type { ServerIdentity } from './server-identity';

/** What the lifecycle of the embedded tracker needs to find or start it. */
export interface TrackerPlace {
  readonly dataDir: string;
  readonly trackerScript: string;
  /** The editor's own executable; it is Node when `ELECTRON_RUN_AS_NODE=1`. */
  readonly nodePath: string;
  readonly version: string;
  readonly credentials: TrackerKeys;
}

export interface OpeningDeps {
  readonly platform: Platform;
  readonly redactor: Redactor;
  ensureTracker(place: TrackerPlace, signal: AbortSignal): Promise<{ readonly url: string }>;
}

type WantedBackend = Pick<BackendOptions, 'url' | 'credentials' | 'trust' | 'onRequest'> & {
  readonly kind: BackendKind;
};

/** Makes sessions and opens their backends. The network code is loaded when the first of them opens. */
export class ConnectionOpening implements Disposable {
  readonly tracker: LocalTracker;
  private readonly owned = new DisposableStore();
  private readonly meters = new Map<string, RequestMeter>();
  private readonly identities = new Map<string, ServerIdentity>();
  private readonly hostKeys: FilesHostKeys;
  private local: OwnedConnectionSession | undefined;

  constructor(
    private readonly deps: OpeningDeps,
    private readonly storage: ConnectionStorage,
  ) {
    const { platform } = deps;
    this.hostKeys = new FilesHostKeys(platform.secrets, platform.dialogs, deps.redactor);
    this.tracker = this.owned.add(
      new LocalTracker({
        ensure: (signal) => this.ensureTracker(signal),
        connect: (url) =>
          this.createBackend({
            kind: 'clearml',
            url,
            credentials: () => storage.localCredentials(),
            onRequest: this.meter(LOCAL_CONNECTION.id).count,
          }),
        started: (url, signal) => this.tellWorkerSettings(url, signal),
        moved: () => this.local?.close(),
        clock: systemClock,
        logger: platform.logger.child('tracker'),
      }),
    );
  }

  createSession(info: ConnectionInfo, changed: () => void): OwnedConnectionSession {
    const { settings, focus, logger } = this.deps.platform;
    const session = createConnectionSession({
      info,
      open: (signal) => this.open(info, signal),
      explain: async (failure, signal) => (await this.identity(info))?.explain(failure, signal) ?? failure,
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

  /** Signs in with values that are not stored yet. */
  readonly check: CheckSignIn = async ({ kind, url }, values, trust, signal) => {
    const { backendRegistry } = await import('../../backends/registry');
    const { splitSecrets } = await import('./ask-credentials');
    const { secret } = splitSecrets(backendRegistry[kind], values);
    const registrations = Object.values(secret).map((text) => this.deps.redactor.register(text));
    const backend = await this.createBackend({
      kind,
      url,
      credentials: () => Promise.resolve(values),
      trust,
    });
    try {
      return await backend.describe(signal);
    } finally {
      backend.dispose();
      registrations.forEach((registration) => registration.dispose());
    }
  };

  /** Certificates of authorities that the settings name. Throws `invalid` when the file cannot be used. */
  async trust(): Promise<ServerTrust> {
    const file = this.deps.platform.settings.certificateAuthorityFile();
    if (file === undefined) {
      return {};
    }
    const authorities = await readAuthorities(file);
    return { authorities };
  }

  /** What a connection's servers were asked in this window; undefined before the first request. */
  requestFigures(connectionId: string): RequestFigures | undefined {
    return this.meters.get(connectionId)?.figures();
  }

  /** PEM of the certificate that the person accepted for a connection. */
  certificate(connectionId: string): string | undefined {
    return this.storage.record(connectionId)?.certificate;
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async open(info: ConnectionInfo, signal: AbortSignal): Promise<Backend> {
    if (info.isLocal) {
      return this.tracker.open(signal);
    }
    const { id, kind, label, url } = info;
    if (url === undefined) {
      throw new TracksideError('invalid', `${label} has no address.`, 'Remove it and add it again.');
    }
    await (await this.identity(info))?.assure(signal);
    return this.createBackend({
      kind,
      url,
      credentials: () => this.storage.credentials(id),
      trust: await this.trustOf(id),
      onRequest: this.meter(id).count,
    });
  }

  private async trustOf(connectionId: string): Promise<ServerTrust> {
    const accepted = this.certificate(connectionId);
    const authorities = await this.trust();
    return accepted === undefined ? authorities : { ...authorities, accepted };
  }

  /** Undefined for Local, which finds its own server. */
  private async identity({ id, kind, url }: ConnectionInfo): Promise<ServerIdentity | undefined> {
    if (url === undefined) {
      return undefined;
    }
    const { ServerIdentity } = await import('./server-identity');
    const identity = this.identities.get(id) ?? new ServerIdentity(kind, url, () => this.trustOf(id));
    this.identities.set(id, identity);
    return identity;
  }

  private meter(connectionId: string): RequestMeter {
    const meter = this.meters.get(connectionId) ?? new RequestMeter(systemClock);
    this.meters.set(connectionId, meter);
    return meter;
  }

  private async createBackend({ kind, ...options }: WantedBackend): Promise<Backend> {
    const { backendRegistry } = await import('../../backends/registry');
    const { platform, redactor } = this.deps;
    return backendRegistry[kind].create({
      ...options,
      logger: platform.logger.child(kind),
      userAgent: userAgentOf(platform),
      redactor,
      hostKeys: this.hostKeys,
    });
  }

  /** Finds the embedded tracker or starts it. Throws `unreachable`. */
  async ensureTracker(signal: AbortSignal): Promise<{ readonly url: string }> {
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

  private async tellWorkerSettings(apiUrl: string, signal: AbortSignal): Promise<void> {
    const { pushWorkerSettings } = await import('./worker-settings');
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

async function readAuthorities(file: string): Promise<string> {
  const nextStep = 'Correct the setting trackside.tls.certificateAuthorityFile.';
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new TracksideError('invalid', `${file} cannot be read.`, nextStep, { cause });
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new TracksideError('invalid', `${file} holds no certificate in PEM form.`, nextStep);
  }
  return text;
}
