import type { Backend } from '../../src/backends/contract';
import { Emitter } from '../../src/core/emitter';
import { silentLogger } from '../../src/core/logger';
import { createConnectionSession, type OwnedConnectionSession } from '../../src/store/connection-session';
import type { ConnectionInfo, Connections } from '../../src/store/contract';
import { ManualClock } from './manual-clock';
import { MemoryBackend } from './memory-backend';

export const ALWAYS_FOCUSED = { isFocused: true, onDidChange: new Emitter<boolean>().event };

export interface MemorySession {
  readonly clock: ManualClock;
  readonly backend: MemoryBackend;
  readonly session: OwnedConnectionSession;
}

/** A real session, store and scheduler over a server in memory and a clock that the test moves. */
export function memorySession(
  over: {
    readonly info?: Partial<ConnectionInfo>;
    readonly backend?: MemoryBackend;
    readonly clock?: ManualClock;
    readonly open?: () => Promise<Backend>;
    readonly budgetPerMinute?: number;
  } = {},
): MemorySession {
  const clock = over.clock ?? new ManualClock();
  const backend = over.backend ?? new MemoryBackend();
  const session = createConnectionSession({
    info: { id: 'local', kind: 'clearml', label: 'Local', isLocal: true, ...over.info },
    open: over.open ?? (() => Promise.resolve(backend)),
    budgetPerMinute: () => over.budgetPerMinute ?? 600,
    attention: ALWAYS_FOCUSED,
    clock,
    logger: silentLogger,
  });
  return { clock, backend, session };
}

/** The connections of a window, fixed. The first is the active one. */
export function fixedConnections(...sessions: readonly OwnedConnectionSession[]): Connections {
  const find = (id: string): OwnedConnectionSession | undefined =>
    sessions.find(({ info }) => info.id === id);
  return {
    onDidChange: new Emitter<void>().event,
    all: () => sessions,
    get: find,
    active: () => {
      const [first] = sessions;
      if (!first) {
        throw new Error('There must be a connection.');
      }
      return first;
    },
    setActive: () => Promise.resolve(),
  };
}
