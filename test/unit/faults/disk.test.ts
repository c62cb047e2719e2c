import assert from 'node:assert/strict';
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isAlive } from '../../../src/tracker/runner/process-identity';
import { RunFolder } from '../../../src/tracker/runner/run-folder';
import type { RunState } from '../../../src/tracker/runner/run-job';
import { until } from '../../editor/harness/until';
import { RealTracker } from '../worker/real-tracker';
import { SmallDisk } from './small-disk';

const LINES = 20_000;
/** 10 MB of lines with a point every hundredth, then its end is noted beside the script. */
const TALKER = `import sys
for step in range(${LINES}):
    print(f"line {step} " + "x" * 500)
    if step % 100 == 0:
        print(f"step {step} loss={step}.5")
sys.stdout.flush()
open(sys.argv[0] + ".done", "w").close()
`;
const WAITER = `import os, sys, time
print("step 1 loss=1.5", flush=True)
while not os.path.exists(sys.argv[0] + ".go"):
    time.sleep(0.05)
print("step 2 loss=2.5", flush=True)
sys.exit(3)
`;

describe('faults: the disk', function () {
  this.timeout(180_000);
  const tracker = new RealTracker();
  const mounted: SmallDisk[] = [];
  let disk: SmallDisk;

  before(async function () {
    const small = SmallDisk.mount(tracker.dataDir, 3);
    if (small === undefined) {
      this.skip(); // needs root on Linux
    }
    disk = small;
    mounted.push(small);
    await tracker.build();
  });

  beforeEach(async () => {
    await tracker.start();
  });

  afterEach(() => {
    rmSync(ballast(), { force: true });
    disk.resize(120);
  });

  after(async () => {
    await endTracker();
    mounted.forEach((each) => each.unmount());
    rmSync(tracker.folder, { recursive: true, force: true });
  });

  async function endTracker(): Promise<void> {
    const { running } = tracker;
    if (running !== undefined && isAlive(running.pid)) {
      tracker.kill();
      await until('the tracker is gone', () => !isAlive(running.pid));
    }
  }
  const stateOf = (task: string): RunState => {
    const folder = RunFolder.list(tracker.dataDir).find((each) => each.readJob()?.taskId === task);
    const state = folder?.readState();
    assert.ok(state);
    return state;
  };
  const ballast = (): string => path.join(tracker.dataDir, 'ballast');
  const script = (name: string): string => path.join(tracker.folder, `${name}.py`);

  /** Leaves nothing free. */
  function fill(): void {
    const { bavail, bsize } = statfsSync(tracker.dataDir);
    assert.throws(() => writeFileSync(ballast(), Buffer.alloc((bavail + 1) * bsize)), { code: 'ENOSPC' });
  }

  const refusal = async (): Promise<string> => {
    try {
      await tracker.call('projects.create', { name: `p${Math.random()}`, description: 'x'.repeat(20_000) });
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  it('full while a run talks: everything waits and arrives once there is space', async () => {
    const id = await tracker.launch('talker', TALKER);
    await until('the disk is full', () => statfsSync(tracker.dataDir).bavail < 40);
    await until('the tracker says so', async () => /Low disk space/.test(await refusal()));
    const { pid } = tracker.running ?? { pid: 0 };
    assert.equal(isAlive(pid), true);
    assert.equal((await tracker.task(id)).status, 'in_progress');
    const acknowledged = await tracker.points(id, 'loss');
    disk.resize(200);
    await tracker.untilTask(id, ({ status }) => status === 'completed');
    const points = await tracker.points(id, 'loss');
    assert.deepEqual(points.slice(0, acknowledged.length), acknowledged);
    assert.deepEqual(
      points,
      Array.from({ length: LINES / 100 }, (_, index) => [index * 100, index * 100 + 0.5]),
    );
    await tracker.start();
    assert.equal(tracker.running?.pid, pid, 'the tracker lived through it');
  });

  it('full when a run ends: how it ended is told once there is space, and the queue goes on', async () => {
    const id = await tracker.launch('waiter', WAITER);
    const next = await tracker.launch('next', 'print("step 1 loss=0.5")');
    await tracker.untilTask(id, ({ last_iteration }) => last_iteration === 1);
    fill();
    writeFileSync(`${script('waiter')}.go`, '');
    await until('the tracker says so', async () => /Low disk space/.test(await refusal()));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    disk.resize(200);
    const reason = await tracker.untilTask(id, ({ status }) => status === 'failed');
    assert.equal(reason, 'Exited with code 3.');
    assert.deepEqual(await tracker.points(id, 'loss'), [
      [1, 1.5],
      [2, 2.5],
    ]);
    await tracker.untilTask(next, ({ status }) => status === 'completed');
  });

  it('full when a run is killed with its runner: the task fails once there is space, the queue goes on', async () => {
    const id = await tracker.launch('lost', WAITER);
    const next = await tracker.launch('after-lost', 'print("step 1 loss=0.5")');
    await tracker.untilTask(id, ({ last_iteration }) => last_iteration === 1);
    fill();
    await until('the tracker says so', async () => /Low disk space/.test(await refusal()));
    const { pid } = tracker.running ?? { pid: 0 };
    const { pid: runnerPid, scriptPid = 0 } = stateOf(id);
    assert.equal(isAlive(scriptPid), true);
    process.kill(runnerPid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.equal(isAlive(pid), true, 'the tracker lives on');
    await until('the script that nobody watches is ended', () => !isAlive(scriptPid));
    disk.resize(200);
    assert.match(await tracker.untilTask(id, ({ status }) => status === 'failed'), /process disappeared/);
    await tracker.untilTask(next, ({ status }) => status === 'completed');
  });

  it('full or read-only when a new tracker starts: says which folder, why, and what to do', async () => {
    await endTracker();
    for (const name of readdirSync(tracker.dataDir).filter((each) => each !== 'runs')) {
      rmSync(path.join(tracker.dataDir, name));
    }
    fill();
    await assert.rejects(tracker.start(), /The tracker cannot .*data.*Free some disk space/s);
    rmSync(ballast());
    await until('the disk is read-only', () => disk.tryMakeReadOnly());
    await assert.rejects(tracker.start(), /The tracker cannot .*data.*can be written/s);
    disk.makeWritable();
    await tracker.start();
  });
});
