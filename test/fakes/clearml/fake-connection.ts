import { ClearMlBackend } from '../../../src/backends/clearml/clearml-backend';
import type { ClearMlOptions } from '../../../src/backends/clearml/session';
import { systemClock } from '../../../src/core/clock';
import { silentLogger } from '../../../src/core/logger';
import { createConnectionSession, type OwnedConnectionSession } from '../../../src/store/connection-session';
import { ALWAYS_FOCUSED } from '../memory-session';
import { FAKE_KEYS, type FakeClearMl } from './fake-server';

/** What Trackside knows of a fake server; the caller disposes it. */
export function backendOf(fake: FakeClearMl, more: Partial<ClearMlOptions> = {}): ClearMlBackend {
  return new ClearMlBackend({
    apiUrl: fake.url,
    credentials: () => Promise.resolve(FAKE_KEYS),
    logger: silentLogger,
    userAgent: 'Trackside-test',
    ...more,
  });
}

/** A connection to a fake server, with real time and real sockets; the caller disposes it. */
export function sessionOf(
  fake: FakeClearMl,
  info: { readonly id: string; readonly label: string },
  more: Partial<ClearMlOptions> = {},
): OwnedConnectionSession {
  return createConnectionSession({
    info: { kind: 'clearml', isLocal: false, ...info },
    open: () => Promise.resolve(backendOf(fake, more)),
    budgetPerMinute: () => 600,
    attention: ALWAYS_FOCUSED,
    clock: systemClock,
    logger: silentLogger,
  });
}
