import assert from 'node:assert/strict';
import { TracksideError } from '../../../src/core/errors';
import { settle } from '../../fakes/manual-clock';
import { MemoryBackend } from '../../fakes/memory-backend';
import { memorySession, type MemorySession } from '../../fakes/memory-session';

const signal = new AbortController().signal;

describe('ConnectionSession', () => {
  it('opens on first use, once for everybody who waits, and says so', async () => {
    let opened = 0;
    const backend = new MemoryBackend();
    const { session } = memorySession({
      open: async () => {
        opened += 1;
        await settle();
        return backend;
      },
    });
    const states: string[] = [];
    session.onDidChangeState(({ kind }) => states.push(kind));
    assert.equal(session.state.kind, 'idle');
    const [one, two] = await Promise.all([session.backend(signal), session.backend(signal)]);
    assert.equal(one, backend);
    assert.equal(two, backend);
    assert.equal(opened, 1);
    assert.deepEqual(states, ['opening', 'open']);
    assert.deepEqual(session.state, { kind: 'open', product: 'Memory 1.0' });
    session.dispose();
    assert.equal(backend.isDisposed, true);
    assert.equal(session.openBackend, undefined);
  });

  it('fails with the reason, lets reads wait before they try again, and a person try at once', async () => {
    let opened = 0;
    let failure: TracksideError | undefined = new TracksideError('unreachable', 'Nobody there.', 'Start it.');
    const backend = new MemoryBackend();
    const { clock, session } = memorySession({
      info: { isLocal: false },
      open: () => {
        opened += 1;
        return failure ? Promise.reject(failure) : Promise.resolve(backend);
      },
    });
    await assert.rejects(session.backend(signal), { kind: 'unreachable' });
    assert.equal(session.state.kind, 'failed');
    const holds = (['projects', 'queues', 'workers'] as const).map((kind) => session.store.need({ kind }));
    await clock.advance(500);
    assert.equal(opened, 1, 'reads share the failure');
    assert.equal(session.store.projects().error?.message, 'Nobody there.');
    failure = undefined;
    await session.store.refresh({ kind: 'projects' });
    assert.equal(opened, 2);
    await clock.advance(100);
    assert.equal(
      session.store.queues().error,
      undefined,
      'everything that failed is read again once it is open',
    );
    holds.forEach((hold) => hold.dispose());
    session.dispose();
  });

  it('disposes a backend that opened but does not answer', async () => {
    const backend = new MemoryBackend();
    backend.failure = new TracksideError('unauthorized', 'Wrong key.', '');
    const { session } = memorySession({ backend });
    await assert.rejects(session.backend(signal), { kind: 'unauthorized' });
    assert.equal(backend.isDisposed, true);
    session.dispose();
  });

  it('gives up for one caller without giving up for the others', async () => {
    const backend = new MemoryBackend();
    const { session } = memorySession({
      open: async () => {
        await settle();
        return backend;
      },
    });
    const impatient = new AbortController();
    const [lost, kept] = [session.backend(impatient.signal), session.backend(signal)];
    impatient.abort();
    await assert.rejects(lost, { kind: 'cancelled' });
    assert.equal(await kept, backend);
    session.dispose();
  });

  it('disposes what opens after its end', async () => {
    const backend = new MemoryBackend();
    let open = (): void => undefined;
    const { session } = memorySession({
      open: async () => {
        await new Promise<void>((resolve) => (open = resolve));
        return backend;
      },
    });
    const waiting = session.backend(signal);
    await settle();
    session.dispose();
    open();
    await assert.rejects(waiting, { kind: 'cancelled' });
    assert.equal(backend.isDisposed, true);
    await assert.rejects(session.backend(signal), { kind: 'cancelled' });
  });

  it('ends a sign-in beside the way when it is left, and no other time', async () => {
    const ends: { backend: MemoryBackend; answer(error?: TracksideError): void; signal: AbortSignal }[] = [];
    class SignedIn extends MemoryBackend {
      readonly signOut = (given: AbortSignal): Promise<void> =>
        new Promise((resolve, reject) => {
          const answer = (error?: TracksideError): void => (error ? reject(error) : resolve());
          ends.push({ backend: this, answer, signal: given });
        });
    }
    const opened = async (): Promise<MemorySession> => {
      const memory = memorySession({ backend: new SignedIn(true), info: { isLocal: false } });
      await memory.session.backend(signal);
      return memory;
    };
    const closed = await opened();
    closed.session.close();
    closed.session.dispose();
    assert.deepEqual([ends.length, closed.backend.isDisposed], [0, true]);
    for (const failure of [undefined, new TracksideError('unreachable', 'Nobody there.', '')]) {
      const { session, backend } = await opened();
      session.leave();
      assert.equal(session.openBackend, undefined, 'the session is over at once');
      await assert.rejects(session.backend(signal), { kind: 'cancelled' });
      assert.equal(backend.subscriber, undefined, 'nothing is pushed any more');
      const end = ends.pop();
      assert.equal(end?.backend, backend);
      assert.deepEqual([end.signal.aborted, backend.isDisposed], [false, false]);
      end.answer(failure);
      await settle();
      assert.equal(backend.isDisposed, true);
    }
    const plain = memorySession();
    await plain.session.backend(signal);
    plain.session.leave();
    assert.equal(plain.backend.isDisposed, true);
    const unused = memorySession({ backend: new SignedIn() });
    unused.session.leave();
    assert.equal(ends.length, 0);
  });

  it('opens the local tracker again when it is gone, and goes on', async () => {
    const backends = [new MemoryBackend(true), new MemoryBackend(true)];
    let opened = 0;
    const { clock, session } = memorySession({
      open: () => Promise.resolve(backends[Math.min(opened++, 1)] ?? new MemoryBackend()),
    });
    session.store.need({ kind: 'projects' });
    await clock.advance(60_000);
    assert.equal(opened, 1);
    const [first, second] = backends;
    assert.ok(first && second);
    first.failure = new TracksideError('unreachable', 'It ended.', '');
    second.projectList.push({ id: 'p', name: 'Again' });
    first.subscriber?.state(false);
    await clock.advance(10_000);
    assert.equal(opened, 2);
    assert.equal(first.isDisposed, true);
    assert.equal(first.subscriber, undefined);
    assert.equal(session.store.projects().items[0]?.name, 'Again');
    assert.equal(session.store.projects().error, undefined);
    session.dispose();
    assert.equal(clock.timerCount, 0);
  });

  it('does not open a remote server again for each failed read', async () => {
    let opened = 0;
    const backend = new MemoryBackend();
    const { clock, session } = memorySession({
      info: { isLocal: false },
      open: () => {
        opened += 1;
        return Promise.resolve(backend);
      },
    });
    session.store.need({ kind: 'projects' });
    await clock.advance(60_000);
    backend.failure = new TracksideError('unreachable', 'No network.', '');
    await clock.advance(600_000);
    assert.equal(opened, 1);
    session.dispose();
  });

  it('subscribes to pushes and hands them to the scheduler', async () => {
    const { backend, clock, session } = memorySession({ backend: new MemoryBackend(true) });
    session.store.need({ kind: 'projects' });
    await clock.advance(2_000);
    assert.equal(session.scheduler.figures().isPushConnected, true);
    backend.calls.length = 0;
    backend.subscriber?.change({ kind: 'projects' });
    await clock.advance(100);
    assert.deepEqual(backend.calls, ['listProjects']);
    session.dispose();
    assert.equal(backend.subscriber, undefined);
  });
});
