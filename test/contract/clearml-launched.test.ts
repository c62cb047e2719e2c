import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { RealTracker } from '../unit/worker/real-tracker';
import { clientOrSkip } from './sdk-environment';

/** A script that uses the unmodified package, launched by Trackside: it logs into the task that was launched. */
describe('local worker: a script that uses the clearml package', function () {
  this.timeout(300_000);
  const tracker = new RealTracker();
  let python = '';

  before(async function () {
    python = await clientOrSkip(this, 'sdk');
    await tracker.build();
    await tracker.start();
  });
  after(() => (tracker.running === undefined ? undefined : tracker.dispose()));

  it('logs into the launched task, and nothing is counted twice', async () => {
    const text = readFileSync('test/contract/sdk-scripts/launched.py', 'utf8');
    const id = await tracker.launch('launched', text, { interpreter: python });
    await tracker.untilTask(id, ({ status }) => status === 'completed' || status === 'failed');
    assert.equal((await tracker.task(id)).status, 'completed');
    const points = await tracker.points(id, 'loss');
    assert.deepEqual(
      points,
      [0, 1, 2, 3, 4].map((step) => [step, 10 + step]),
    );
    assert.deepEqual(await tracker.points(id, 'printed_loss'), []);
    const lines = (await tracker.console(id)).split(/\r?\n/);
    assert.equal(lines.filter((line) => line === 'the end').length, 1);
  });
});
