import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../../../src/tracker/runner/process-identity';
import { localWorkerId } from '../../../src/tracker/worker/local-worker';
import { RealTracker } from './real-tracker';

const SLOW =
  'import time\nfor i in range(100):\n  print(f"step {i} loss={i}.5", flush=True)\n  time.sleep(0.05)';

/** Always has something under way to the tracker. */
const CHATTY =
  'import time\nfor i in range(20000):\n  print(f"step {i} loss={i}.5", flush=True)\n  time.sleep(0.001)';

describe('the local worker with the real tracker', function () {
  this.timeout(180_000);
  let tracker: RealTracker;

  before(async () => {
    tracker = new RealTracker();
    await tracker.build();
    await tracker.start();
  });

  after(() => tracker.dispose());

  it('runs a task from the queue to its end', async () => {
    const id = await tracker.launch(
      'plain',
      'for e in range(3): print(f"epoch {e} loss={e}.5 val_loss=nan")',
    );
    await tracker.untilTask(id, ({ status }) => status === 'completed');
    assert.deepEqual(await tracker.points(id, 'loss'), [
      [0, 0.5],
      [1, 1.5],
      [2, 2.5],
    ]);
    assert.match(await tracker.console(id), /epoch 2 loss=2.5 val_loss=nan$/);
    assert.equal((await tracker.task(id)).last_worker, localWorkerId());
  });

  it('maps exit codes and signals', async () => {
    const three = await tracker.launch('three', 'import sys; sys.exit(3)');
    const killed = await tracker.launch('killed', 'import os; os.kill(os.getpid(), 9)');
    assert.equal(await tracker.untilTask(three, ({ status }) => status === 'failed'), 'Exited with code 3.');
    assert.equal(
      await tracker.untilTask(killed, ({ status }) => status === 'failed'),
      'Killed by signal SIGKILL.',
    );
  });

  it('stops a task on request, resets it and runs it again from scratch', async () => {
    const id = await tracker.launch('slow', SLOW);
    await tracker.untilTask(id, ({ last_iteration }) => (last_iteration ?? 0) > 5);
    await tracker.call('tasks.stop', { task: id });
    await tracker.untilTask(id, ({ status }) => status === 'stopped');
    await tracker.call('tasks.reset', { task: id });
    assert.deepEqual(await tracker.points(id, 'loss'), []);
    await tracker.enqueue(id);
    await tracker.untilTask(id, ({ status }) => status === 'completed');
    assert.equal((await tracker.points(id, 'loss')).length, 100);
  });

  it('keeps a reset of a running task clean of what its process still prints and sends', async () => {
    const id = await tracker.launch('reset', CHATTY);
    await tracker.untilTask(id, ({ last_iteration }) => (last_iteration ?? 0) > 5);
    await tracker.call('tasks.reset', { task: id, force: true });
    await delay(500);
    assert.equal((await tracker.task(id)).status, 'created');
    assert.deepEqual(await tracker.points(id, 'loss'), []);
    assert.equal(await tracker.console(id), '');
    const next = await tracker.launch('after', 'print("accuracy: 0.5")');
    await tracker.untilTask(next, ({ status }) => status === 'completed');
  });

  it('goes on when the tracker is killed, brings it back, and loses nothing', async () => {
    const id = await tracker.launch('survivor', SLOW);
    await tracker.untilTask(id, ({ last_iteration }) => (last_iteration ?? 0) > 10);
    const before = await tracker.points(id, 'loss');
    const { pid } = tracker.running ?? { pid: 0 };
    tracker.kill();
    const deadline = performance.now() + 30_000;
    while (isAlive(pid) && performance.now() < deadline) {
      await delay(20);
    }
    await delay(4_000); // the run itself starts the tracker again meanwhile
    await tracker.start();
    assert.notEqual(tracker.running?.pid, pid);
    await tracker.untilTask(id, ({ status }) => status === 'completed');
    const points = await tracker.points(id, 'loss');
    assert.deepEqual(points.slice(0, before.length), before);
    assert.deepEqual(
      points,
      Array.from({ length: 100 }, (_, step) => [step, step + 0.5]),
    );
    const lines = new Set((await tracker.console(id)).split('\n'));
    assert.equal(lines.size, 100);
  });
});
