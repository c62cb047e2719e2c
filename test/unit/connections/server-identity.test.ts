import assert from 'node:assert/strict';
import { fakeServers, type RunningFake } from '../../../scripts/fake/fake-servers';
import { BACKEND_KINDS, type BackendKind } from '../../../src/backends/contract';
import { KIND_FACTS } from '../../../src/backends/kind-facts';
import { backendRegistry } from '../../../src/backends/registry';
import { splitSecrets } from '../../../src/features/connections/ask-credentials';
import { until } from '../../editor/harness/until';
import { ConnectionBench } from './connection-bench';

const never = new AbortController().signal;
const ID = 'server';

describe('a connection whose address was given to another kind of server', () => {
  let bench: ConnectionBench;
  let server: RunningFake | undefined;

  beforeEach(() => {
    bench = new ConnectionBench();
  });
  afterEach(async () => {
    bench.dispose();
    await server?.stop();
    server = undefined;
  });

  const portOf = (fake: RunningFake): number => Number(new URL(fake.url).port);
  /** What stands at the port from now on. */
  const replace = async (kind: BackendKind, port = server === undefined ? 0 : portOf(server)) => {
    await server?.stop();
    server = await fakeServers[kind]({ isReal: true, port, size: 0 });
    return server;
  };
  const connect = async (kind: BackendKind, { url, credentials }: RunningFake): Promise<void> => {
    const { secret, plain } = splitSecrets(backendRegistry[kind], credentials);
    await bench.storage.add({ id: ID, kind, label: 'server', url, values: plain }, secret);
    bench.connections.reload();
  };
  const session = () => {
    const found = bench.connections.get(ID);
    assert.ok(found);
    return found;
  };
  const verdict = (is: BackendKind, meant: BackendKind): RegExp =>
    new RegExp(`^127\\.0\\.0\\.1:\\d+ is a ${escaped(is)} server, not ${escaped(meant)}\\.$`);
  const escaped = (kind: BackendKind): string => KIND_FACTS[kind].label.replaceAll(/[()]/g, '\\$&');

  for (const [place, meant] of BACKEND_KINDS.entries()) {
    const is = BACKEND_KINDS[(place + 1) % BACKEND_KINDS.length] ?? meant;
    it(`says so: ${KIND_FACTS[meant].label}, now ${KIND_FACTS[is].label}`, async () => {
      await connect(meant, await replace(meant));
      await replace(is);
      await assert.rejects(session().backend(never), { kind: 'invalid', message: verdict(is, meant) });
      assert.equal(session().state.kind, 'failed');
    });
  }

  it('works again as soon as the right one is back', async () => {
    await connect('ai-manager', await replace('ai-manager'));
    await replace('kaizen');
    await assert.rejects(session().backend(never), { message: verdict('kaizen', 'ai-manager') });
    await replace('ai-manager');
    await (await session().backend(never)).listProjects(never);
  });

  it('sends it no keys once it is known', async () => {
    await connect('ai-manager', await replace('ai-manager'));
    await replace('kaizen');
    await assert.rejects(session().backend(never));
    const before = bench.opening.requestFigures(ID)?.total;
    await assert.rejects(session().backend(never), { message: verdict('kaizen', 'ai-manager') });
    assert.equal(bench.opening.requestFigures(ID)?.total, before, 'the connection itself asked nothing');
  });

  it('says so where it is shown already', async () => {
    await connect('whatsnext', await replace('whatsnext'));
    await session().backend(never);
    const need = session().store.need({ kind: 'projects' });
    await until('projects are read', () => session().store.projects().items.length > 0);
    await replace('ai-manager');
    await session()
      .store.refresh({ kind: 'projects' })
      .catch(() => undefined);
    await until('the verdict stands where the rows were', () =>
      verdict('ai-manager', 'whatsnext').test(session().store.projects().error?.message ?? ''),
    );
    need.dispose();
  });

  it('asks for no other keys', async () => {
    await connect('clearml', await replace('clearml'));
    await replace('whatsnext');
    await assert.rejects(bench.signInAgain(ID), { message: verdict('whatsnext', 'clearml') });
    assert.deepEqual(bench.platform.asked, []);
  });

  it('keeps the reason of the right server', async () => {
    const fake = await replace('ai-manager');
    await connect('ai-manager', { ...fake, credentials: { ...fake.credentials, password: 'wrong' } });
    await assert.rejects(session().backend(never), { kind: 'unauthorized' });
  });
});
