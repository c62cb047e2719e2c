import assert from 'node:assert/strict';
import type { Backend } from '../../../src/backends/contract';
import { systemClock } from '../../../src/core/clock';
import { silentLogger } from '../../../src/core/logger';
import { LocalTracker } from '../../../src/features/connections/local-tracker';

const { signal } = new AbortController();
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A backend whose pushes the test switches on and off. */
class PushingBackend implements Backend {
  readonly kind = 'clearml';
  setConnected: (isConnected: boolean) => void = () => undefined;
  readonly live = {
    subscribe: (_change: unknown, onState: (isConnected: boolean) => void) => {
      this.setConnected = onState;
      return { dispose: () => onState(false) };
    },
  };
  describe() {
    return Promise.resolve({ product: 'fake', abilities: [] });
  }
  listProjects() {
    return Promise.resolve([]);
  }
  listTasks() {
    return Promise.resolve({ items: [] });
  }
  getTasks() {
    return Promise.resolve([]);
  }
  dispose(): void {
    this.setConnected(false);
  }
}

describe('local tracker', () => {
  const create = (urls: readonly string[]) => {
    const backend = new PushingBackend();
    const seen = { ensured: 0, moved: 0, started: [] as string[], states: [] as boolean[] };
    const tracker = new LocalTracker({
      ensure: () => {
        const url = urls[Math.min(seen.ensured, urls.length - 1)] ?? '';
        seen.ensured += 1;
        return Promise.resolve({ url });
      },
      connect: () => Promise.resolve(backend),
      started: (url) => {
        seen.started.push(url);
        return Promise.resolve();
      },
      moved: () => {
        seen.moved += 1;
      },
      clock: systemClock,
      logger: silentLogger,
    });
    return { backend, seen, tracker };
  };
  const subscribe = async ({ tracker, seen }: ReturnType<typeof create>) => {
    const live = (await tracker.open(signal)).live;
    assert.ok(live);
    return live.subscribe(
      () => undefined,
      (isConnected) => seen.states.push(isConnected),
    );
  };

  it('starts nothing before it is needed, and passes on the rest of the backend', async () => {
    const made = create(['http://a']);
    assert.equal(made.seen.ensured, 0);
    await made.tracker.refreshSettings();
    assert.equal(made.seen.ensured, 0);
    const opened = await made.tracker.open(signal);
    assert.equal((await opened.describe(signal)).product, 'fake');
    assert.deepEqual(made.seen.started, ['http://a']);
  });

  it('starts the tracker again when it dies, and gives it the settings again', async () => {
    const made = create(['http://a']);
    await subscribe(made);
    made.backend.setConnected(true);
    made.backend.setConnected(false);
    await settle();
    assert.equal(made.seen.ensured, 2);
    assert.equal(made.seen.moved, 0);
    assert.deepEqual(made.seen.started, ['http://a', 'http://a']);
    assert.deepEqual(made.seen.states, [true, false]);
  });

  it('says so when the tracker came back elsewhere', async () => {
    const made = create(['http://a', 'http://b']);
    await subscribe(made);
    made.backend.setConnected(true);
    made.backend.setConnected(false);
    await settle();
    assert.equal(made.seen.moved, 1);
    assert.equal(made.tracker.address, 'http://b');
  });

  it('starts nothing when it was let go on purpose, or never connected', async () => {
    const made = create(['http://a']);
    const subscription = await subscribe(made);
    made.backend.setConnected(false);
    made.backend.setConnected(true);
    subscription.dispose();
    await settle();
    assert.equal(made.seen.ensured, 1);
    await subscribe(made);
    made.backend.setConnected(true);
    made.tracker.dispose();
    made.backend.setConnected(false);
    await settle();
    assert.equal(made.seen.ensured, 2);
  });

  it('does not start for ever what keeps dying', async () => {
    const made = create(['http://a']);
    await subscribe(made);
    for (let death = 0; death < 20; death += 1) {
      made.backend.setConnected(true);
      made.backend.setConnected(false);
      await settle();
    }
    assert.equal(made.seen.ensured, 1 + 4);
  });
});
