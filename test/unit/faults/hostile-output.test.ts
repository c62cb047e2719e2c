import assert from 'node:assert/strict';
import { RealTracker } from '../worker/real-tracker';

/** What scripts print at their worst, all the way: script, runner, tracker, and what a panel reads. */
describe('faults: output of a script, up to the tracker', function () {
  this.timeout(240_000);
  const tracker = new RealTracker();

  before(async () => {
    await tracker.build();
    await tracker.start();
  });

  after(() => tracker.dispose());

  const run = async (name: string, text: string): Promise<string> => {
    const id = await tracker.launch(name, text);
    await tracker.untilTask(id, ({ status }) => status === 'completed' || status === 'failed');
    assert.equal((await tracker.task(id)).status, 'completed');
    return id;
  };

  it('10,000 metric names become 10,000 series', async () => {
    const id = await run(
      'names',
      'for r in range(2):\n  for i in range(10000): print(f"step {r + 1} metric_{i}={i + r}.5")',
    );
    const series = await tracker.series(id);
    assert.equal(series.length, 10_000);
    assert.ok(series.every(({ steps }) => steps.length === 2));
    assert.deepEqual(await tracker.points(id, 'metric_9999'), [
      [1, 9999.5],
      [2, 10_000.5],
    ]);
  });

  it('NaN, infinities and the largest and smallest doubles stay what they are, going back in steps', async () => {
    const values = ['nan', '-inf', 'inf', '1e308', '-1.7976931348623157e308', '5e-324', '1e400'];
    const id = await run(
      'numbers',
      `for i, v in enumerate(${JSON.stringify(values)}): print(f"step {${values.length} - i} loss={v}")`,
    );
    assert.deepEqual(await tracker.points(id, 'loss'), [
      [1, Infinity],
      [2, 5e-324],
      [3, -1.7976931348623157e308],
      [4, 1e308],
      [5, Infinity],
      [6, -Infinity],
      [7, NaN],
    ]);
  });

  it('a metric line of 1 MB is taken, and so are the lines after it', async () => {
    const id = await run(
      'wide',
      'print("step 1 loss=0.5 " + "note=0.5 " * 120000)\nprint("step 2 loss=0.25")',
    );
    assert.deepEqual(await tracker.points(id, 'loss'), [
      [1, 0.5],
      [2, 0.25],
    ]);
    const console = await tracker.console(id);
    assert.ok(console.length > 1_080_000, `${console.length} characters`);
    assert.ok(console.endsWith('step 2 loss=0.25'));
  });

  it('bytes that are no UTF-8, NUL and control characters harm nothing', async () => {
    const id = await run(
      'bytes',
      'import sys\nsys.stdout.buffer.write(b"a\\xff\\xfe\\x00\\x1b[2J\\xed\\xa0\\x80 loss: 0.25\\n\\xf0\\x9f\\x98")\n' +
        'sys.stdout.buffer.flush()\nsys.stdout.buffer.write(b"\\x80 done\\n")',
    );
    const console = await tracker.console(id);
    assert.ok(console.startsWith('a\ufffd\ufffd'), JSON.stringify(console));
    assert.ok(console.endsWith('😀 done'), JSON.stringify(console));
  });

  it('100 MB arrive, in order and whole', async () => {
    const id = await run(
      'flood',
      'import sys\nfor i in range(1000000): sys.stdout.write(f"{i:07d} " + "x" * 91 + "\\n")\nprint("step 1 loss=0.5")',
    );
    assert.deepEqual(await tracker.points(id, 'loss'), [[1, 0.5]]);
    let next = 0;
    for await (const text of tracker.consolePages(id)) {
      for (const line of text.split('\n')) {
        if (next < 1_000_000) {
          assert.equal(Number(line.slice(0, 7)), next);
          next += 1;
        }
      }
    }
    assert.equal(next, 1_000_000);
  });
});
