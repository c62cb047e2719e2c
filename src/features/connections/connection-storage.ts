import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { BACKEND_KINDS } from '../../backends/contract';
import { TracksideError } from '../../core/errors';
import type { Event } from '../../core/emitter';
import type { Secrets, StateStorage } from '../../platform/contract';
import type { ConnectionInfo } from '../../store/contract';

const RECORDS_KEY = 'connections.records';
const ACTIVE_KEY = 'connections.active';
const LOCAL_CREDENTIALS_KEY = 'connections.local.credentials';
/** A secret without a secret: SecretStorage is what tells other windows that something changed. */
const REVISION_KEY = 'connections.revision';

const text = z.string().check(z.minLength(1));
const record = z.object({
  id: text,
  kind: z.enum(BACKEND_KINDS),
  label: text,
  url: text,
  /** Fields of the kind that are no secrets, such as a user name. */
  values: z.exactOptional(z.record(z.string(), z.string())),
  /** PEM of the server's certificate, accepted by the person although nobody vouches for it. */
  certificate: z.exactOptional(text),
  /** Another one whenever only the secrets changed, so that every window opens the connection anew. */
  revision: z.exactOptional(z.string()),
});

/** A stored server. Holds no secret. */
export type ConnectionRecord = z.infer<typeof record>;

const credentials = z.record(z.string(), z.string());
/** Values of the fields that a kind of server asks for, by the field's key. */
export type Credentials = Readonly<Record<string, string>>;

const trackerKeys = z.object({ accessKey: text, secretKey: text });
/** Keys of the embedded tracker. */
export type TrackerKeys = z.infer<typeof trackerKeys>;

export const LOCAL_CONNECTION: ConnectionInfo = {
  id: 'local',
  kind: 'clearml',
  label: 'Local',
  isLocal: true,
};

export function toInfo({ id, kind, label, url, certificate }: ConnectionRecord): ConnectionInfo {
  const unverified = certificate === undefined ? {} : { isCertificateUnverified: true };
  return { id, kind, label, url, isLocal: false, ...unverified };
}

/**
 * Servers in the editor's global state, their keys in SecretStorage under the connection's id, the chosen one with
 * the workspace.
 */
export class ConnectionStorage {
  /** Some window of this user changed the list or a key. */
  readonly onDidChange: Event<void>;

  constructor(
    private readonly state: StateStorage,
    private readonly workspaceState: StateStorage,
    private readonly secrets: Secrets,
  ) {
    this.onDidChange = (listener) =>
      secrets.onDidChange((key) => {
        if (key === REVISION_KEY) {
          listener();
        }
      });
  }

  records(): readonly ConnectionRecord[] {
    return this.entries().flatMap((entry) => {
      const parsed = record.safeParse(entry);
      return parsed.success ? [parsed.data] : [];
    });
  }

  record(id: string): ConnectionRecord | undefined {
    return this.records().find((entry) => entry.id === id);
  }

  /** Stores a new connection, or another state of a known one in its place. */
  async add(added: ConnectionRecord, secretValues: Credentials): Promise<void> {
    await this.secrets.set(credentialsKey(added.id), JSON.stringify(secretValues));
    await this.put(added);
  }

  /** Stores a connection as {@link add} does, and leaves its secrets as they are. */
  async put(added: ConnectionRecord): Promise<void> {
    const entries = this.entries();
    const at = entries.findIndex((entry) => !isOther(added.id)(entry));
    const changed = at < 0 ? [...entries, added] : entries.with(at, added);
    await this.state.set(RECORDS_KEY, changed);
    await this.announce();
  }

  async remove(id: string): Promise<void> {
    await this.state.set(RECORDS_KEY, this.entries().filter(isOther(id)));
    await this.secrets.delete(credentialsKey(id));
    await this.announce();
  }

  /** Values of all fields. Throws `unauthorized` when the keys are gone, for example after the system's keychain was reset. */
  async credentials(id: string): Promise<Credentials> {
    const found = parseStored(credentials, await this.secrets.get(credentialsKey(id)));
    if (found === undefined) {
      throw new TracksideError(
        'unauthorized',
        'The keys of this connection are not in the secret storage.',
        'Sign in again.',
      );
    }
    return { ...this.record(id)?.values, ...found };
  }

  /** Keys of the embedded tracker, made on first use. */
  async localCredentials(): Promise<TrackerKeys> {
    const found = parseStored(trackerKeys, await this.secrets.get(LOCAL_CREDENTIALS_KEY));
    if (found !== undefined) {
      return found;
    }
    const made: TrackerKeys = {
      accessKey: randomBytes(15).toString('hex').toUpperCase(),
      secretKey: randomBytes(32).toString('base64url'),
    };
    await this.secrets.set(LOCAL_CREDENTIALS_KEY, JSON.stringify(made));
    return made;
  }

  activeId(): string | undefined {
    return this.workspaceState.get(ACTIVE_KEY, (value) => z.string().parse(value));
  }

  async setActiveId(id: string): Promise<void> {
    await this.workspaceState.set(ACTIVE_KEY, id);
  }

  /** Raw, so that what a newer Trackside wrote is kept when this one writes. */
  private entries(): readonly unknown[] {
    return this.state.get(RECORDS_KEY, (value) => z.array(z.unknown()).parse(value)) ?? [];
  }

  private async announce(): Promise<void> {
    await this.secrets.set(REVISION_KEY, randomBytes(4).toString('hex'));
  }
}

function credentialsKey(id: string): string {
  return `connections.${id}.credentials`;
}

function isOther(id: string): (entry: unknown) => boolean {
  const sameId = z.object({ id: z.literal(id) });
  return (entry) => !sameId.safeParse(entry).success;
}

function parseStored<T>(schema: z.ZodMiniType<T>, text: string | undefined): T | undefined {
  if (text === undefined) {
    return undefined;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
