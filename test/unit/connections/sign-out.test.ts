import assert from 'node:assert/strict';
import { removeConnection } from '../../../src/features/connections/connection-commands';
import { until } from '../../editor/harness/until';
import { FAKE_KEYS, FakeClearMl } from '../../fakes/clearml/fake-server';
import { FAKE_ACCOUNT, FakeStudio } from '../../fakes/kaizen/fake-studio';
import { ConnectionBench } from './connection-bench';

const never = new AbortController().signal;

describe('a connection that is removed', () => {
  const owned: (() => Promise<void> | void)[] = [];
  let bench: ConnectionBench;
  let other: ConnectionBench;

  beforeEach(() => {
    bench = new ConnectionBench();
    other = new ConnectionBench(bench.profile);
    owned.push(
      () => bench.dispose(),
      () => other.dispose(),
    );
  });
  afterEach(async () => {
    for (const end of owned.splice(0)) {
      await end();
    }
  });

  const open = async (...windows: readonly ConnectionBench[]): Promise<void> => {
    const id = bench.storage.records()[0]?.id ?? '';
    for (const window of windows) {
      const backend = await window.connections.get(id)?.backend(never);
      await backend?.listProjects(never);
    }
  };
  const remove = async (): Promise<void> => {
    const connectionId = bench.storage.records()[0]?.id;
    const { connections, storage, platform } = bench;
    platform.answers.push(true);
    await removeConnection(connections, storage, platform.dialogs, { connectionId });
    assert.deepEqual(storage.records(), []);
    assert.deepEqual(
      [bench, other].map((window) => window.connections.all().length),
      [1, 1],
      'only Local is left',
    );
  };
  const { email, password } = FAKE_ACCOUNT;
  const account = ['E-mail and Password', email, password] as const;
  const add = (studio: FakeStudio): Promise<void> => bench.add('Kaizen Studio', studio.url, ...account);
  const kaizen = async (): Promise<FakeStudio> => {
    const studio = await FakeStudio.start('real');
    owned.push(() => studio.stop());
    await add(studio);
    return studio;
  };

  it('is signed out of Kaizen Studio by every window that used it', async () => {
    const studio = await kaizen();
    const ofTheCheck = studio.validTokens;
    await open(bench, other);
    assert.equal(studio.validTokens, ofTheCheck + 4);
    await remove();
    await until('both windows are signed out', () => studio.signOuts === 2);
    assert.equal(studio.validTokens, ofTheCheck);
  });

  it('is signed out of ClearML, whose keys stay good', async () => {
    const fake = await FakeClearMl.start('real');
    owned.push(() => fake.stop());
    const { accessKey, secretKey } = FAKE_KEYS;
    await bench.add('ClearML', fake.url, accessKey, secretKey);
    const ofTheCheck = fake.validTokens;
    await open(bench);
    await remove();
    await until('its token is gone', () => fake.countOf('auth.logout') === 1);
    assert.equal(fake.validTokens, ofTheCheck);
    await bench.add('ClearML', fake.url, accessKey, secretKey);
  });

  it('is gone at once where the server never answers, and where nobody had used it', async () => {
    const studio = await kaizen();
    await open(bench);
    studio.faults.push({ match: /auth\/logout/, kind: 'lose' });
    await remove();
    await until('it was tried', () => studio.countOf(/auth\/logout/) > 0);
    await add(studio);
    await remove();
    await add(studio);
    assert.equal(studio.countOf(/auth\/logout/), 1, 'nobody signs in to sign out');
  });

  it('asks nobody to sign out when only the window closes or the keys change', async () => {
    const studio = await kaizen();
    await open(bench, other);
    other.dispose();
    await bench.signInAgain(bench.storage.records()[0]?.id ?? '', ...account);
    await open(bench);
    assert.equal(studio.signOuts, 0);
  });
});
