import assert from 'node:assert/strict';
import { ClearMlBackend } from '../../../src/backends/clearml/clearml-backend';
import { ClearMlSession, type ClearMlOptions } from '../../../src/backends/clearml/session';
import { serverInfoData } from '../../../src/backends/clearml/schema';
import { isTracksideError } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/logger';
import { diagnosticsText } from '../../../src/features/connections/diagnostics-text';
import { FAKE_KEYS, FakeClearMl } from '../../fakes/clearml/fake-server';
import { ConnectionBench } from './connection-bench';

const { accessKey, secretKey } = FAKE_KEYS;
const NEW_KEYS = { accessKey: 'NEWACCESSKEY0', secretKey: 'canary-new-secret-1' };
const never = new AbortController().signal;

describe('a connection whose keys were revoked', () => {
  let fake: FakeClearMl;
  let bench: ConnectionBench;
  let other: ConnectionBench;
  let id: string;
  beforeEach(async () => {
    fake = await FakeClearMl.start('real');
    bench = new ConnectionBench();
    await bench.add('ClearML', fake.url, accessKey, secretKey);
    id = bench.storage.records()[0]?.id ?? '';
    other = new ConnectionBench(bench.profile);
  });
  afterEach(async () => {
    bench.dispose();
    other.dispose();
    await fake.stop();
  });

  const sessionOf = (window: ConnectionBench) => {
    const session = window.connections.get(id);
    assert.ok(session);
    return session;
  };
  const revoke = (): void => {
    fake.keys = NEW_KEYS;
    fake.revokeTokens();
  };

  it('says so, and works again in every window after signing in again', async () => {
    const before = await sessionOf(bench).backend(never);
    await sessionOf(other).backend(never);
    revoke();
    await assert.rejects(
      before.listProjects(never),
      (error) => isTracksideError(error) && error.kind === 'unauthorized',
    );
    await bench.signInAgain(id, NEW_KEYS.accessKey, NEW_KEYS.secretKey);
    for (const window of [bench, other]) {
      const backend = await sessionOf(window).backend(never);
      await backend.listProjects(never);
      assert.equal(sessionOf(window).state.kind, 'open');
    }
    assert.deepEqual(await bench.storage.credentials(id), NEW_KEYS);
    assert.equal(bench.storage.records().length, 1);
  });

  it('keeps what it had when the new keys are wrong too', async () => {
    await assert.rejects(bench.signInAgain(id, 'NOKEY', 'no-secret'), /Nothing was changed for 127/);
    assert.deepEqual(await bench.storage.credentials(id), { accessKey, secretKey });
  });

  it('goes from every window when it is removed in one', async () => {
    await sessionOf(other).backend(never);
    await bench.storage.remove(id);
    assert.equal(other.connections.get(id), undefined);
    assert.equal(other.connections.active().info.isLocal, true);
  });

  it('is told in diagnostics with what it asked and can do, without secrets', async () => {
    const backend = await sessionOf(bench).backend(never);
    await backend.listProjects(never);
    const asked = bench.opening.requestFigures(id);
    assert.ok(asked !== undefined && asked.total >= 3);
    const { store } = sessionOf(bench);
    const holds = [{}, { text: 'net' }].map((query) => store.need({ kind: 'tasks', query }));
    const text = await diagnosticsText({
      environment: [['Node', process.versions.node]],
      sessions: [sessionOf(bench), sessionOf(other)],
      activeId: id,
      requests: (connectionId) => bench.opening.requestFigures(connectionId),
      certificate: () => undefined,
    });
    assert.match(text, /Product: ClearML 2\.3\.0 \(API 2\.34\)/);
    assert.match(
      text,
      new RegExp(`Requests: ${asked.total} by this window, \\d+ in the last minute, 0 failed`),
    );
    holds.forEach((hold) => hold.dispose());
    assert.match(text, /^- Kept fresh now: tasks \(2\), changed tasks$/mu);
    assert.match(text, /live: no \(ClearML pushes nothing/);
    assert.doesNotMatch(text, /canary/i);
    assert.equal(text.includes(accessKey), false);
  });
});

describe('clocks that differ', () => {
  it('are told', async () => {
    const fake = await FakeClearMl.start('real');
    const notices = async (aheadS: number): Promise<readonly (string | undefined)[]> => {
      fake.clockAheadS = aheadS;
      const backend = new ClearMlBackend(optionsFor(fake));
      const { abilities } = await backend.describe(never);
      backend.dispose();
      return abilities.filter(({ name }) => name === 'notice').map(({ reason }) => reason);
    };
    assert.match((await notices(3_600)).join(), /^The server's clock is 60 min ahead of this machine's/);
    assert.match((await notices(-3_600)).join(), /60 min behind/);
    assert.deepEqual(await notices(5), []);
    await fake.stop();
  });

  const optionsFor = (fake: FakeClearMl): ClearMlOptions => ({
    apiUrl: fake.url,
    credentials: () => Promise.resolve(FAKE_KEYS),
    logger: silentLogger,
    userAgent: 'Trackside-test',
  });

  for (const hours of [-1, 1]) {
    it(`do not make it sign in for each call: server ${hours} h ahead, tokens of 30 minutes`, async () => {
      const fake = await FakeClearMl.start('real');
      fake.clockAheadS = hours * 3_600;
      fake.tokenLifeS = 1_800;
      const session = new ClearMlSession(optionsFor(fake));
      for (let count = 0; count < 3; count += 1) {
        await session.read('server.info', {}, serverInfoData, never);
      }
      assert.equal(fake.countOf('auth.login'), 1);
      session.dispose();
      await fake.stop();
    });
  }
});
