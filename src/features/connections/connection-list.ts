import { DisposableStore, type Disposable } from '../../core/disposable';
import { Emitter, type Event } from '../../core/emitter';
import { TracksideError } from '../../core/errors';
import type { OwnedConnectionSession } from '../../store/connection-session';
import type { ConnectionInfo, Connections, ConnectionSession } from '../../store/contract';
import { LOCAL_CONNECTION, toInfo, type ConnectionStorage } from './connection-storage';

export interface ConnectionListDeps {
  readonly storage: ConnectionStorage;
  /** `changed` is to be called whenever the session's state changes. */
  createSession(info: ConnectionInfo, changed: () => void): OwnedConnectionSession;
  onListenerError(error: unknown): void;
}

/** All connections of this window: Local, then the stored servers. Sessions are made at once and open on first use. */
export class ConnectionList implements Connections, Disposable {
  readonly onDidChange: Event<void>;
  private readonly changes: Emitter<void>;
  private readonly owned = new DisposableStore();
  private readonly local: ConnectionSession;
  private readonly servers = new Map<string, OwnedConnectionSession>();
  /** What was stored when the session was made. */
  private readonly states = new Map<string, string>();

  constructor(private readonly deps: ConnectionListDeps) {
    this.changes = this.owned.add(new Emitter<void>((error) => deps.onListenerError(error)));
    this.onDidChange = this.changes.event;
    this.local = this.owned.add(deps.createSession(LOCAL_CONNECTION, () => this.changes.fire()));
    this.owned.add(deps.storage.onDidChange(() => this.reload()));
    this.readServers();
  }

  all(): readonly ConnectionSession[] {
    return [this.local, ...this.servers.values()];
  }

  get(connectionId: string): ConnectionSession | undefined {
    return connectionId === this.local.info.id ? this.local : this.servers.get(connectionId);
  }

  active(): ConnectionSession {
    const chosen = this.deps.storage.activeId();
    return (chosen === undefined ? undefined : this.get(chosen)) ?? this.local;
  }

  async setActive(connectionId: string): Promise<void> {
    if (this.get(connectionId) === undefined) {
      throw new TracksideError('notFound', 'This connection no longer exists.', 'Choose another one.');
    }
    await this.deps.storage.setActiveId(connectionId);
    this.changes.fire();
  }

  /** Takes over what this or another window stored. */
  reload(): void {
    if (this.readServers()) {
      this.changes.fire();
    }
  }

  dispose(): void {
    for (const session of this.servers.values()) {
      session.dispose();
    }
    this.servers.clear();
    this.owned.dispose();
  }

  /** True when a server came, went or changed. */
  private readServers(): boolean {
    const wanted = new Map(this.deps.storage.records().map((entry) => [entry.id, entry]));
    let hasChanged = false;
    for (const [id, session] of this.servers) {
      const entry = wanted.get(id);
      const isChanged = entry !== undefined && JSON.stringify(entry) !== this.states.get(id);
      if (entry !== undefined && isChanged && isSame(toInfo(entry), session.info)) {
        this.states.set(id, JSON.stringify(entry));
        reopen(session);
      } else if (entry === undefined || isChanged) {
        if (entry === undefined) {
          session.leave();
        } else {
          session.dispose();
        }
        this.servers.delete(id);
        hasChanged = true;
      }
    }
    for (const [id, entry] of wanted) {
      if (!this.servers.has(id)) {
        const session = this.deps.createSession(toInfo(entry), () => this.changes.fire());
        this.servers.set(id, session);
        this.states.set(id, JSON.stringify(entry));
        hasChanged = true;
      }
    }
    if (hasChanged) {
      this.sortAs([...wanted.keys()]);
    }
    return hasChanged;
  }

  private sortAs(ids: readonly string[]): void {
    for (const id of ids) {
      const session = this.servers.get(id);
      if (session !== undefined) {
        this.servers.delete(id);
        this.servers.set(id, session);
      }
    }
  }
}

function isSame(one: ConnectionInfo, other: ConnectionInfo): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Signs in anew with what is stored now; who holds the session keeps it. */
function reopen(session: OwnedConnectionSession): void {
  session.close();
  // Why it fails is told where the rows would be.
  session.store.refreshHeld().catch(() => undefined);
}
