import assert from 'node:assert/strict';
import {
  ConnectionStorage,
  type ConnectionRecord,
} from '../../../src/features/connections/connection-storage';
import { MemorySecrets, MemoryState } from './memory-platform';

const server: ConnectionRecord = {
  id: 'a',
  kind: 'clearml',
  label: 'example.com',
  url: 'https://example.com',
};
const keys = { accessKey: 'ACCESS-CANARY', secretKey: 'SECRET-CANARY' };

describe('connection storage', () => {
  const create = () => {
    const state = new MemoryState();
    const workspace = new MemoryState();
    const secrets = new MemorySecrets();
    return { state, workspace, secrets, storage: new ConnectionStorage(state, workspace, secrets) };
  };

  it('keeps servers, and their keys only in the secret storage', async () => {
    const { state, workspace, secrets, storage } = create();
    await storage.add(server, keys);
    assert.deepEqual(storage.records(), [server]);
    assert.deepEqual(await storage.credentials('a'), keys);
    const plain = JSON.stringify([...state.values, ...workspace.values]);
    assert.doesNotMatch(plain, /CANARY/);
    assert.match(JSON.stringify([...secrets.values]), /SECRET-CANARY/);
  });

  it('forgets a removed server with its keys and keeps the others', async () => {
    const { secrets, storage } = create();
    await storage.add(server, keys);
    await storage.add({ ...server, id: 'b', label: 'other' }, keys);
    await storage.remove('a');
    assert.deepEqual(
      storage.records().map(({ id }) => id),
      ['b'],
    );
    await assert.rejects(storage.credentials('a'), { name: 'TracksideError', kind: 'unauthorized' });
    assert.equal(
      [...secrets.values.keys()].some((key) => key.includes('.a.')),
      false,
    );
    assert.deepEqual(await storage.credentials('b'), keys);
  });

  it('tells other windows after the list is written, and only of its own changes', async () => {
    const { state, workspace, secrets, storage } = create();
    const other = new ConnectionStorage(state, workspace, secrets);
    const seen: number[] = [];
    other.onDidChange(() => seen.push(other.records().length));
    await secrets.set('somebody.elses', 'x');
    await storage.add(server, keys);
    await storage.remove('a');
    assert.deepEqual(seen, [1, 0]);
  });

  it('leaves entries it does not understand alone', async () => {
    const { state, storage } = create();
    const future = { id: 'z', kind: 'mlflow', label: 'From the future', url: 'https://f', extra: 1 };
    await state.set('connections.records', [future, 7, { id: 3 }]);
    assert.deepEqual(storage.records(), []);
    await storage.add(server, keys);
    await storage.remove('a');
    assert.deepEqual(JSON.parse(state.values.get('connections.records') ?? ''), [future, 7, { id: 3 }]);
  });

  it('survives a list that is no list', async () => {
    const { state, storage } = create();
    await state.set('connections.records', 'broken');
    assert.deepEqual(storage.records(), []);
    await storage.add(server, keys);
    assert.deepEqual(storage.records(), [server]);
  });

  it('makes the keys of Local once', async () => {
    const { storage } = create();
    const first = await storage.localCredentials();
    assert.deepEqual(await storage.localCredentials(), first);
    assert.ok(first.secretKey.length >= 40);
    assert.notDeepEqual(await create().storage.localCredentials(), first);
  });
});
