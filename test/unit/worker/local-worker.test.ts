import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { processStart } from '../../../src/tracker/runner/process-identity';
import { until } from '../runner/run-harness';
import { WorkerBench } from './worker-bench';

const SLOW =
  'import time, os\nprint("up", os.getpid(), flush=True)\nfor i in range(600):\n  print(f"step {i} loss={i}", flush=True)\n  time.sleep(0.05)';

describe('the local worker', function () {
  this.timeout(120_000);
  let bench: WorkerBench;

  before(() => WorkerBench.buildRunner());
  after(() => rmSync(WorkerBench.runnerScript, { force: true }));

  beforeEach(async () => {
    bench = new WorkerBench();
    await bench.start();
  });

  afterEach(async () => {
    for (const state of runStates(bench.dataDir)) {
      kill(state.pid);
      kill(-(state.scriptPid ?? state.pid));
    }
    assert.deepEqual(bench.tracker.problems, []);
    await bench.dispose();
  });

  it('runs what is in the queue, one at a time, and then more at a time when told so', async () => {
    const log = path.join(bench.dataDir, 'log');
    const text = `import time\nwith open(${JSON.stringify(log)}, "a") as f: f.write("+")\ntime.sleep(0.4)\nwith open(${JSON.stringify(log)}, "a") as f: f.write("-")`;
    bench.enqueueText('a', text);
    bench.enqueueText('b', text);
    const worker = bench.startWorker();
    assert.equal(worker.activeRuns, 1);
    await until(() => bench.statusOf('b') === 'completed' && worker.activeRuns === 0, 'both have run');
    assert.equal(readFileSync(log, 'utf8'), '+-+-');
    bench.settings = { ...bench.settings, concurrent_tasks: 2 };
    bench.settingsChanged.fire(bench.settings);
    bench.enqueueText('c', text);
    bench.enqueueText('d', text);
    assert.equal(worker.activeRuns, 2);
    await until(() => worker.activeRuns === 0, 'all have run');
    assert.equal(bench.statusOf('c'), 'completed');
    assert.equal(readdirSync(path.join(bench.dataDir, 'runs')).length, 0);
  });

  it('runs nothing while no task may run', () => {
    bench.settings = { ...bench.settings, concurrent_tasks: 0 };
    bench.enqueueText('a', 'print(1)');
    assert.equal(bench.startWorker().activeRuns, 0);
    assert.equal(bench.statusOf('a'), 'queued');
  });

  it('fails a task that it cannot run, says what to do, and takes the next', async () => {
    bench.enqueue({ id: 'bad', name: 'bad', launchConfigurationText: '{"version": 1}' });
    bench.enqueue({ id: 'broken', name: 'broken', launchConfigurationText: '{' });
    bench.enqueue({ id: 'git', name: 'git', script: { repository: 'https://x/y.git', diff: 'diff --git' } });
    bench.enqueue({ id: 'nothing', name: 'nothing' });
    bench.enqueueText('good', 'print("good")');
    const worker = bench.startWorker();
    await until(() => worker.activeRuns === 0, 'all are done');
    assert.match(bench.reasonOf('bad') ?? '', /launch configuration is not valid \(script: /);
    assert.match(bench.reasonOf('broken') ?? '', /launch configuration is not valid/);
    assert.match(bench.reasonOf('git') ?? '', /clearml-agent/);
    assert.equal(bench.statusOf('nothing'), 'failed');
    assert.match(bench.console.get('nothing') ?? '', /^Trackside: Could not start/);
    assert.equal(bench.statusOf('good'), 'completed');
  });

  it('runs a script that travelled with its task, and keeps what it wrote', async () => {
    bench.enqueue({
      id: 'literal',
      name: 'literal',
      script: {
        entryPoint: '../../evil/train model.py',
        diff: 'open("result.txt", "w").write("42")\nprint(__file__)',
      },
    });
    const worker = bench.startWorker();
    await until(() => worker.activeRuns === 0, 'it has run');
    assert.equal(bench.statusOf('literal'), 'completed');
    const [run] = readdirSync(path.join(bench.dataDir, 'runs'));
    const code = path.join(bench.dataDir, 'runs', run ?? '', 'code');
    assert.deepEqual(readdirSync(code).sort(), ['result.txt', 'train model.py']);
    assert.equal(bench.tracker.console, path.join(code, 'train model.py'));
  });

  it('passes a stop on at once', async () => {
    bench.enqueueText('a', SLOW);
    const worker = bench.startWorker();
    await until(() => bench.tracker.scalars.length > 0, 'it runs');
    bench.requestStop('a');
    await until(() => worker.activeRuns === 0, 'it has stopped');
    assert.deepEqual(bench.tracker.ends, [{ task: 'a', call: 'stopped', reason: 'Stopped on request.' }]);
  });

  it('lets runs live when the tracker ends, and the next one adopts them', async () => {
    bench.enqueueText('a', SLOW);
    bench.startWorker().dispose();
    await until(() => bench.tracker.scalars.length > 0, 'it runs');
    const next = bench.startWorker();
    assert.equal(next.activeRuns, 1);
    assert.equal(bench.statusOf('a'), 'in_progress');
    bench.requestStop('a');
    await until(() => next.activeRuns === 0, 'it has stopped');
    assert.equal(bench.statusOf('a'), 'stopped');
  });

  it('fails a task whose process disappeared, also while no tracker ran', async () => {
    bench.enqueueText('a', SLOW);
    const first = bench.startWorker();
    await until(() => bench.tracker.scalars.length > 0, 'it runs');
    const [state] = runStates(bench.dataDir);
    kill(state?.pid);
    await until(() => first.activeRuns === 0, 'the worker saw it');
    assert.equal(bench.reasonOf('a'), "The run's process disappeared.");
    first.dispose();
    bench.tracker.scalars.length = 0;
    bench.enqueueText('b', SLOW);
    bench.startWorker().dispose();
    await until(() => bench.tracker.scalars.length > 0, 'it runs');
    for (const later of runStates(bench.dataDir)) {
      kill(later.pid);
      await until(() => processStart(later.pid) === undefined, 'it is gone');
    }
    bench.setStatus('lost', 'in_progress');
    assert.equal(bench.startWorker().activeRuns, 0);
    assert.equal(bench.reasonOf('b'), "The run's process disappeared.");
    assert.equal(bench.reasonOf('lost'), "The run's process disappeared.");
  });

  it('ends the old run of a task that was reset before it runs the new one, and keeps their output apart', async () => {
    const task = bench.enqueueText('a', SLOW);
    const worker = bench.startWorker();
    await until(() => bench.tracker.scalars.length > 0, 'the first run is on');
    bench.setStatus('a', 'created');
    const [firstRun] = readdirSync(path.join(bench.dataDir, 'runs'));
    bench.stopRequested.fire('a');
    assert.deepEqual(bench.revokedRuns, [firstRun]);
    bench.enqueue(task);
    await until(() => bench.statusOf('a') === 'in_progress', 'the first run has ended and the second begins');
    bench.tracker.messages.length = 0;
    await until(() => bench.tracker.console.includes('up'), 'the second run is on');
    const firstSteps = bench.tracker.console.split('\n').filter((line) => line.startsWith('step 0 '));
    assert.equal(firstSteps.length, 1);
    bench.requestStop('a');
    await until(() => worker.activeRuns === 0, 'it has stopped');
    assert.deepEqual(
      bench.tracker.ends.map(({ call }) => call),
      ['stopped'],
    );
  });

  it('tells that it is there with figures, and sets no timer while nothing runs', async () => {
    bench.startWorker();
    assert.deepEqual(bench.reports[0], { workerId: `${os.hostname()}:local`, taskIds: [] });
    assert.equal(bench.clock.waiting, 0);
    bench.asked.fire();
    await until(() => bench.reports.at(-1)?.figures !== undefined, 'it has measured');
    const figures = bench.reports.at(-1)?.figures;
    assert.ok((figures?.memoryUsedMb ?? 0) > 0 && (figures?.cpuPercent ?? 0) <= 100);
    assert.equal(bench.clock.waiting, 0);
    bench.enqueueText('a', 'print(1)');
    assert.deepEqual(bench.reports.at(-1)?.taskIds, ['a']);
    await until(() => bench.reports.at(-1)?.taskIds.length === 0, 'it has run');
  });

  it('puts no key into any file', async () => {
    bench.enqueueText('a', SLOW);
    bench.startWorker();
    await until(() => bench.tracker.scalars.length > 0, 'it runs');
    const files = readdirSync(path.join(bench.dataDir, 'runs'), { recursive: true, encoding: 'utf8' });
    assert.ok(files.some((file) => file.endsWith('job.json')));
    for (const file of files.filter((name) => /\.(?:json|log)$/.test(name))) {
      assert.ok(!readFileSync(path.join(bench.dataDir, 'runs', file), 'utf8').includes('quotes'), file);
    }
  });
});

const stateFile = z.object({ pid: z.number(), scriptPid: z.number().optional() });

function runStates(dataDir: string): readonly z.infer<typeof stateFile>[] {
  const root = path.join(dataDir, 'runs');
  return !existsSync(root)
    ? []
    : readdirSync(root)
        .map((name) => path.join(root, name, 'state.json'))
        .filter((file) => existsSync(file))
        .map((file) => stateFile.parse(JSON.parse(readFileSync(file, 'utf8'))));
}

function kill(pid: number | undefined): void {
  if (pid === undefined) {
    return; // never 0: that is this process's own group
  }
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}
