import assert from 'node:assert/strict';
import { existsSync, readFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { plainConsoleText } from '../../../src/core/console-text';
import { isAlive } from '../../../src/tracker/runner/process-identity';
import { RunHarness, until } from './run-harness';

describe('a run', function () {
  this.timeout(120_000);
  let harness: RunHarness;

  beforeEach(async () => {
    harness = new RunHarness();
    await harness.start();
  });

  afterEach(async () => {
    assert.deepEqual(harness.tracker.problems, []);
    await harness.dispose();
  });

  describe('end', () => {
    it('is completed after exit code 0, with console and curve', async () => {
      const end = await harness.runText('for e in range(3): print(f"epoch {e} loss={1/(e+1)}")');
      assert.deepEqual(end, { kind: 'completed', reason: '' });
      assert.deepEqual(
        harness.tracker.ends.map(({ call }) => call),
        ['completed'],
      );
      assert.deepEqual(
        harness.tracker.scalars.map(({ metric, iter, value }) => [metric, iter, value]),
        [
          ['loss', 0, 1],
          ['loss', 1, 0.5],
          ['loss', 2, 1 / 3],
        ],
      );
      assert.equal(
        harness.tracker.console,
        'epoch 0 loss=1.0\nepoch 1 loss=0.5\nepoch 2 loss=0.3333333333333333',
      );
    });

    it('names the exit code and the last error', async () => {
      await harness.runText('import sys\nsys.exit(3)');
      await harness.runText('raise ValueError("no data in \'x\'")');
      await harness.runText('import not_there_at_all');
      await harness.runText('this is no python');
      assert.deepEqual(
        harness.tracker.ends.map(({ call, reason }) => ({ call, reason })),
        [
          { call: 'failed', reason: 'Exited with code 3.' },
          { call: 'failed', reason: "Exited with code 1: ValueError: no data in 'x'" },
          {
            call: 'failed',
            reason: "Exited with code 1: ModuleNotFoundError: No module named 'not_there_at_all'",
          },
          { call: 'failed', reason: 'Exited with code 1: SyntaxError: invalid syntax' },
        ],
      );
      assert.match(harness.tracker.console, /Traceback/);
    });

    it('names the signal', async () => {
      const end = await harness.runText('import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)');
      assert.deepEqual(end, { kind: 'failed', reason: 'Killed by signal SIGSEGV.' });
    });

    it('says why a script could not start, in the console too', async () => {
      const missing = path.join(harness.folder, 'missing.py');
      const folder = path.join(harness.folder, 'folder.py');
      mkdirSync(folder);
      const empty = harness.writeScript(' \n', 'empty.py');
      const good = harness.writeScript('print(1)', 'good.py');
      const long = path.join(harness.folder, 'x'.repeat(5_000));
      await harness.begin(harness.prepare(missing));
      await harness.begin(harness.prepare(folder));
      await harness.begin(harness.prepare(empty));
      await harness.begin(harness.prepare(long));
      await harness.begin(harness.prepare(good, { launch: { interpreter: 'no-such-python' } }));
      await harness.begin(harness.prepare(good, { launch: { workingDirectory: missing } }));
      await harness.begin(harness.prepare(good, { launch: { arguments: ['nul\0byte'] } }));
      const reasons = harness.tracker.ends.map(({ reason }) => reason);
      assert.equal(reasons[0], `Could not start: The script ${missing} does not exist.`);
      assert.match(reasons[1] ?? '', /is a folder, not a script/);
      assert.match(reasons[2] ?? '', /is empty/);
      assert.match(reasons[3] ?? '', /too long/);
      assert.match(reasons[4] ?? '', /interpreter no-such-python was not found/);
      assert.match(reasons[5] ?? '', /working directory .* does not exist/);
      assert.match(reasons[6] ?? '', /could not be run/);
      assert.equal(new Set(harness.tracker.ends.map(({ call }) => call)).size, 1);
      assert.ok(
        harness.tracker.console.includes(`Trackside: Could not start: The script ${missing} does not exist.`),
      );
    });

    it('waits neither for background children nor loses them their life', async () => {
      const end = await harness.runText(
        'import subprocess\np = subprocess.Popen(["sleep", "30"])\nprint(p.pid)\nprint("done")',
      );
      assert.equal(end.kind, 'completed');
      const pid = Number(harness.tracker.console.split('\n')[0]);
      assert.ok(isAlive(pid));
      process.kill(pid, 'SIGKILL');
    });
  });

  describe('stop', () => {
    it('terminates the script and reports stopped, everything printed before included', async () => {
      const script = harness.writeScript(
        'import time\nprint("started")\ntry:\n  time.sleep(60)\nfinally:\n  print("never, SIGTERM ends Python at once")',
      );
      const ended = harness.begin(harness.prepare(script));
      await until(() => harness.tracker.console.includes('started'), 'the script runs');
      harness.tracker.task = { status: 'in_progress', status_message: 'stopping' };
      assert.deepEqual(await ended, { kind: 'stopped', reason: 'Stopped on request.' });
      assert.equal(harness.tracker.ends[0]?.call, 'stopped');
    });

    it('kills a script that ignores SIGTERM, and a child that left the process group', async () => {
      const script = harness.writeScript(
        [
          'import os, signal, sys, time',
          'signal.signal(signal.SIGTERM, signal.SIG_IGN)',
          'if os.fork() == 0:',
          '  os.setsid()',
          '  if os.fork() > 0: os._exit(0)',
          '  print("grandchild", os.getpid(), flush=True)',
          '  while True: time.sleep(1)',
          'print("parent", os.getpid(), flush=True)',
          'while True: time.sleep(1)',
        ].join('\n'),
      );
      const run = harness.prepare(script, { stopGraceMs: 200 });
      const ended = harness.begin(run);
      await until(
        () => /grandchild \d+/.test(harness.tracker.console) && /parent/.test(harness.tracker.console),
        'both run',
      );
      const pids = [...harness.tracker.console.matchAll(/(?:grandchild|parent) (\d+)/g)].map(([, pid]) =>
        Number(pid),
      );
      run.requestStop('Stopped on request.');
      assert.equal((await ended).kind, 'stopped');
      await until(() => pids.every((pid) => !isAlive(pid) || isZombie(pid)), 'both are gone');
    });

    it('reports nothing once the task was reset, deleted or ended elsewhere', async () => {
      const script = harness.writeScript(
        'import time\nprint("x")\nfor i in range(1000):\n  print(i)\n  time.sleep(0.05)',
      );
      for (const task of [
        { status: 'created', status_message: '' },
        undefined,
        { status: 'stopped', status_message: 'Stopped by somebody' },
      ]) {
        harness.tracker.task = { status: 'in_progress', status_message: '' };
        const before = harness.tracker.messages.length;
        const ended = harness.begin(harness.prepare(script));
        await until(() => harness.tracker.messages.length > before, 'the script runs');
        harness.tracker.task = task;
        assert.equal((await ended).kind, 'abandoned');
      }
      assert.deepEqual(harness.tracker.ends, []);
    });
  });

  describe('output', () => {
    it('arrives while the script runs', async () => {
      const script = harness.writeScript('import time\nprint("loss=0.5")\ntime.sleep(30)');
      const run = harness.prepare(script);
      const ended = harness.begin(run);
      await until(
        () => harness.tracker.scalars.length === 1 && harness.tracker.messages.length === 1,
        'the line is there',
      );
      run.requestStop('enough');
      await ended;
    });

    it('may be 100 MB', async () => {
      harness.tracker.keepsMessages = false;
      const end = await harness.runText(
        'import sys\nline = "some words of output, number " + "x" * 70 + "\\n"\nblock = line * 1000\nfor i in range(1000): sys.stdout.write(block)',
      );
      assert.equal(end.kind, 'completed');
      assert.ok(harness.tracker.logBytes > 99_000_000, `${harness.tracker.logBytes} bytes arrived`);
    });

    it('may be no UTF-8, and an unfinished last line counts', async () => {
      await harness.runText('import sys\nsys.stdout.buffer.write(b"a\\xff\\xfe\\xe4\\nloss: 0.25")');
      assert.equal(harness.tracker.console, 'a\ufffd\ufffd\ufffd\nloss: 0.25');
      assert.equal(harness.tracker.scalars[0]?.value, 0.25);
    });

    it('keeps the last state of progress lines, and every point of them', async () => {
      await harness.runText(
        [
          'import sys, time',
          'print("Epoch 1/1")',
          'for i in range(1, 101):',
          '  sys.stdout.write(f"\\r{i}/100 [====>....] - ETA: 0s - loss: {1/i:.4f}"); sys.stdout.flush(); time.sleep(0.005)',
          'print()',
          'print("done")',
        ].join('\n'),
      );
      const lines = plainConsoleText(harness.tracker.console).split('\n');
      assert.deepEqual(lines, ['Epoch 1/1', '100/100 [====>....] - ETA: 0s - loss: 0.0100', 'done']);
      assert.ok(harness.tracker.messages.length < 20, `${harness.tracker.messages.length} messages`);
      assert.deepEqual(
        harness.tracker.scalars.map(({ iter }) => iter),
        Array.from({ length: 100 }, (_, index) => index + 1),
      );
    });

    it('may name 10,000 metrics, hold any number and go back in steps', async () => {
      await harness.runText(
        [
          'for i in range(10000): print(f"step 1 metric_{i}=0.5")',
          'for s, v in ((5, "nan"), (4, "inf"), (3, "-inf"), (2, "1e308"), (1, "1e-320")): print(f"step {s} loss={v}")',
          'print("step 9 loss=0.5 " + "x=0.5 " * 180000)',
        ].join('\n'),
      );
      const { scalars } = harness.tracker;
      assert.equal(new Set(scalars.map(({ metric }) => metric)).size, 10_002);
      assert.deepEqual(
        scalars.filter(({ metric }) => metric === 'loss').map(({ iter, value }) => [iter, value]),
        [
          [5, NaN],
          [4, Infinity],
          [3, -Infinity],
          [2, 1e308],
          [1, 1e-320],
          [9, 0.5],
        ],
      );
    });
  });

  describe('environment', () => {
    it('passes names and arguments without a shell', async () => {
      const name = 'dir with spaces/it\'s "$(touch pwned)" `x` ünïcode 模型.py';
      const args = ['a b', '$(touch pwned)', '"', "'", '; rm -rf x', 'ü', ''];
      const script = harness.writeScript('import sys, json\nprint(json.dumps(sys.argv[1:]))', name);
      await harness.begin(
        harness.prepare(script, { launch: { arguments: args, environment: { MINE: '$(x) "y"' } } }),
      );
      assert.deepEqual(JSON.parse(harness.tracker.console), args);
      assert.ok(!existsSync(path.join(harness.folder, 'pwned')));
    });

    it('runs a script behind a very long path', async () => {
      const name = `${Array.from({ length: 15 }, () => 'd'.repeat(200)).join('/')}/script.py`;
      const end = await harness.runText('print("here")', { fileName: name });
      assert.equal(end.kind, 'completed');
      assert.equal(harness.tracker.console, 'here');
    });

    it('points the clearml package at the task and hides the editor', async () => {
      await harness.runText('import os, json\nprint(json.dumps(dict(os.environ)))', {
        environment: {
          ...process.env,
          ELECTRON_RUN_AS_NODE: '1',
          VSCODE_PID: '1',
          TRACKSIDE_RUN_SECRET_KEY: 'no',
        },
      });
      const seen = z.record(z.string(), z.string()).parse(JSON.parse(harness.tracker.console));
      assert.equal(seen['CLEARML_TASK_ID'], 'task');
      assert.equal(seen['TRAINS_API_HOST'], harness.tracker.url);
      assert.equal(seen['CLEARML_LOG_TASK_TO_BACKEND'], '0');
      assert.equal(seen['PYTHONUNBUFFERED'], '1');
      assert.equal(seen['CLEARML_API_SECRET_KEY'], harness.tracker.keys.secretKey);
      for (const name of ['ELECTRON_RUN_AS_NODE', 'VSCODE_PID', 'TRACKSIDE_RUN_SECRET_KEY']) {
        assert.ok(!(name in seen), name);
      }
    });

    it('writes no secret into the files of the run', async () => {
      const run = harness.prepare(harness.writeScript('print(1)'));
      const files = ['job.json'].map((file) => path.join(harness.folder, 'data', 'runs', 'task-1', file));
      for (const file of files) {
        assert.ok(!readFileSync(file, 'utf8').includes('secret'), file);
      }
      await harness.begin(run);
      assert.ok(!existsSync(path.join(harness.folder, 'data', 'runs', 'task-1')), 'the run cleans up');
    });
  });

  describe('without its tracker', () => {
    it('holds what comes and sends it in order once the tracker is back', async () => {
      const script = harness.writeScript(
        'import time\nfor i in range(60):\n  print(f"step {i} loss={i}.5", flush=True)\n  time.sleep(0.03)\n',
      );
      const ended = harness.begin(harness.prepare(script));
      await until(() => harness.tracker.scalars.length > 5, 'points arrive');
      await harness.tracker.stop();
      await new Promise((resolve) => setTimeout(resolve, 600));
      await harness.tracker.start();
      assert.equal((await ended).kind, 'completed');
      const steps = harness.tracker.scalars.map(({ iter }) => iter);
      assert.deepEqual(
        [...new Set(steps)],
        Array.from({ length: 60 }, (_, index) => index),
      );
      assert.deepEqual(
        [...new Set(harness.tracker.console.split('\n'))],
        Array.from({ length: 60 }, (_, index) => `step ${index} loss=${index}.5`),
      );
    });

    it('holds a script back that prints more than memory and disk may hold, and loses nothing', async () => {
      harness.tracker.batchDelayMs = 20;
      harness.tracker.keepsMessages = false;
      const script = 'import sys\nfor i in range(300000): sys.stdout.write("y" * 60 + "\\n")';
      const end = await harness.runText(script, { limits: { memoryBytes: 500_000, diskBytes: 1_000_000 } });
      assert.equal(end.kind, 'completed');
      assert.ok(harness.tracker.logBytes > 18_300_000);
    });
  });
});

function isZombie(pid: number): boolean {
  try {
    return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return true;
  }
}
