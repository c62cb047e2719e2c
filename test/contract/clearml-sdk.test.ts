import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { at, call, keys, startTracker, type RunningTracker } from '../unit/tracker/tracker-fixture';
import { installSdk } from './sdk-environment';

const scripts = path.resolve('test/contract/sdk-scripts');

/** Runs scripts that use the package from PyPI, as it is, against the tracker. */
describe('tracker: the unmodified clearml package', function () {
  this.timeout(300_000);
  let python = '';
  let running: RunningTracker;

  before(async function () {
    const found = await installSdk();
    if ('reason' in found) {
      process.stdout.write(
        `    The clearml package cannot be installed, so this is not tested: ${found.reason}\n`,
      );
      this.skip();
    }
    python = found.python;
  });
  beforeEach(async () => {
    running = await startTracker();
  });
  afterEach(() => running.end());

  async function runScript(name: string, args: readonly string[] = []): Promise<number | null> {
    const url = `http://127.0.0.1:${running.port}`;
    const environment = {
      CLEARML_API_HOST: url,
      CLEARML_WEB_HOST: url,
      CLEARML_FILES_HOST: `${url}/files`,
      CLEARML_API_ACCESS_KEY: keys.accessKey,
      CLEARML_API_SECRET_KEY: keys.secretKey,
      CLEARML_TASK_NO_REUSE: '1',
    };
    const options = {
      cwd: running.folder,
      env: { ...process.env, ...environment },
      stdio: 'ignore' as const,
    };
    const child = spawn(python, [path.join(scripts, name), ...args], options);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
  }

  async function onlyTask(): Promise<{ id: string; task: unknown }> {
    const { data } = await call(running.port, 'tasks.get_all_ex', {});
    const task = at(data, 'tasks', 0);
    return { id: String(at(task, 'id')), task };
  }

  it('reports arguments, scalars, text and a single value, and completes', async () => {
    assert.equal(await runScript('reports.py', ['--lr', '0.5']), 0);
    const { id, task } = await onlyTask();
    assert.equal(at(task, 'name'), 'reports (#1) a&b');
    assert.equal(at(task, 'project', 'name'), 'SDK tests/inner');
    assert.equal(at(task, 'status'), 'completed');
    assert.equal(at(task, 'hyperparams', 'Args', 'lr', 'value'), '0.5');
    assert.equal(at(task, 'hyperparams', 'Args', 'title', 'value'), 'a b');
    assert.equal(at(task, 'hyperparams', 'Model', 'nested/width', 'value'), '8');
    const { data: series } = await call(running.port, 'events.scalar_metrics_iter_histogram', { task: id });
    assert.deepEqual(at(series, 'loss', 'train', 'x'), [0, 1, 2, 3, 4]);
    const values = [1, 2, 3, 4, 5].map((step) => 1 / step);
    assert.deepEqual(at(series, 'loss', 'train', 'y'), values);
    const single = await call(running.port, 'events.get_task_single_value_metrics', { tasks: [id] });
    assert.equal(at(single.data, 'tasks', 0, 'values', 0, 'variant'), 'final accuracy');
    assert.equal(at(single.data, 'tasks', 0, 'values', 0, 'value'), 0.75);
    const log = JSON.stringify((await call(running.port, 'events.get_task_log', { task: id })).data);
    assert.match(log, /told by report_text/);
    assert.match(log, /told by print/);
  });

  it('fails with the exception as the reason and its traceback in the console', async () => {
    assert.notEqual(await runScript('fails.py'), 0);
    const { id, task } = await onlyTask();
    assert.equal(at(task, 'status'), 'failed');
    assert.match(String(at(task, 'status_reason')), /this is how it fails/);
    const log = JSON.stringify((await call(running.port, 'events.get_task_log', { task: id })).data);
    assert.match(log, /Traceback/);
  });
});
