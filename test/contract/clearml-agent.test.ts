import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { at, call, createTask } from '../unit/tracker/tracker-fixture';
import { until } from '../editor/harness/until';
import { clientOrSkip } from './sdk-environment';
import { assertCode, ClientHome, type Started } from './sdk-run';

const PATIENCE_MS = 180_000;
const WORKER = 'tested:0';

/** Waits between its words until somebody stops it. */
const ENDLESS = "import time\nfor step in range(100_000):\n    print('tick', step)\n    time.sleep(0.2)\n";

const COMMITTED = "VALUE = 1\nprint('the value is', VALUE)\n";
const CHANGED = "VALUE = 2\nprint('the value is', VALUE)\n";

/** The agent from PyPI, unmodified, as the only worker of a tracker; it runs tasks in its own environment. */
describe('tracker: the unmodified clearml-agent', function () {
  this.timeout(PATIENCE_MS * 2);
  let python = '';
  let home: ClientHome;
  let agent: Started | undefined;

  before(async function () {
    python = await clientOrSkip(this, 'agent');
    home = await ClientHome.open();
    agent = home.run({
      // Not its script: that names the folder where the environment was made, which may have moved.
      program: python,
      args: ['-m', 'clearml_agent', 'daemon', '--queue', 'default', '--foreground'],
      environment: {
        CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL: '1',
        CLEARML_AGENT_QUEUE_POLL_FREQ_SEC: '1',
        CLEARML_WORKER_ID: WORKER,
        TMPDIR: home.folder,
      },
      boundS: 600,
    });
  });
  // Undefined when the agent could not be installed.
  after(() => agent && home.dispose());

  afterEach(function () {
    if (this.currentTest?.state === 'failed') {
      process.stdout.write(`${agent?.output().slice(-4_000) ?? ''}\n`);
    }
  });

  it('is listed as a worker of its queue', async () => {
    await until('the agent has registered', async () => (await workers()).length > 0, PATIENCE_MS);
    const [worker] = await workers();
    assert.equal(at(worker, 'id'), WORKER);
    assert.equal(at(worker, 'queues', 0, 'name'), 'default');
    assert.equal(at(worker, 'task'), undefined);
  });

  it('goes on with a script that ended here by execute_remotely', async () => {
    const ended = await home.runCopy(python, 'remote.py');
    assertCode(ended, 0);
    assert.doesNotMatch(ended.output, /at the worker/);
    const { data } = await call(home.port, 'tasks.get_all', { name: '^remote$' });
    const id = String(at(data, 'tasks', 0, 'id'));
    const task = await untilStatus(id, ['completed', 'failed', 'stopped']);
    assert.equal(at(task, 'status'), 'completed');
    assert.equal(at(task, 'last_worker'), WORKER);
    assert.match(await consoleOf(id), /at the worker, width 8/);
    const { data: series } = await call(home.port, 'events.scalar_metrics_iter_histogram', { task: id });
    assert.deepEqual(at(series, 'loss', 'train', 'y'), [0.5]);
  });

  it('runs a commit of a repository with changes on top', async () => {
    const script = await repositoryWithChange(path.join(home.folder, 'repository'));
    const id = await enqueue('from a repository', script);
    const task = await untilStatus(id, ['completed', 'failed', 'stopped']);
    assert.equal(at(task, 'status'), 'completed', await consoleOf(id));
    assert.match(await consoleOf(id), /the value is 2/);
  });

  it('is seen at work, and stops a task when told so', async () => {
    const id = await enqueue('endless', { entry_point: 'endless.py', diff: ENDLESS });
    await until('it prints', async () => /tick 3/.test(await consoleOf(id)), PATIENCE_MS);
    const [worker] = await workers();
    assert.equal(at(worker, 'task', 'id'), id);
    assert.equal(
      at(await call(home.port, 'tasks.stop', { task: id }), 'data', 'fields', 'status'),
      'in_progress',
    );
    const task = await untilStatus(id, ['completed', 'failed', 'stopped']);
    assert.equal(at(task, 'status'), 'stopped');
    assert.match(await consoleOf(id), /User aborted/);
    await until('it is idle again', async () => at((await workers())[0], 'task') === undefined, PATIENCE_MS);
  });

  it('unregisters when it ends', async () => {
    agent?.signal('SIGTERM');
    await agent?.ended;
    assert.deepEqual(await workers(), []);
  });

  async function workers(): Promise<readonly unknown[]> {
    const { data } = await call(home.port, 'workers.get_all', {});
    const list = at(data, 'workers');
    return Array.isArray(list) ? Array.from<unknown>(list) : [];
  }

  async function enqueue(name: string, script: Record<string, string>): Promise<string> {
    const common = { binary: 'python3', working_dir: '.', requirements: { pip: '' } };
    const id = await createTask(home.port, { name, script: { ...common, ...script } });
    assert.equal((await call(home.port, 'tasks.enqueue', { task: id, queue_name: 'default' })).status, 200);
    return id;
  }

  async function untilStatus(id: string, statuses: readonly string[]): Promise<unknown> {
    let task: unknown;
    await until(
      `task ${id} is one of ${statuses.join(', ')}`,
      async () => {
        task = at((await call(home.port, 'tasks.get_by_id', { task: id })).data, 'task');
        return statuses.includes(String(at(task, 'status')));
      },
      PATIENCE_MS,
    );
    return task;
  }

  async function consoleOf(id: string): Promise<string> {
    const { data } = await call(home.port, 'events.get_task_log', { task: id, order: 'asc' });
    const events = at(data, 'events');
    return Array.isArray(events) ? events.map((event) => String(at(event, 'msg'))).join('') : '';
  }
});

/** Makes a repository with one commit; returns what a task needs to run it with a change that is in no commit. */
async function repositoryWithChange(folder: string): Promise<Record<string, string>> {
  const git = async (...args: readonly string[]): Promise<string> => {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost'];
    return (await promisify(execFile)('git', ['-C', folder, ...identity, ...args])).stdout;
  };
  const script = path.join(folder, 'train.py');
  mkdirSync(folder);
  writeFileSync(script, COMMITTED);
  await git('init', '--initial-branch', 'main');
  await git('add', '.');
  await git('commit', '--message', 'One');
  writeFileSync(script, CHANGED);
  const diff = await git('diff');
  const commit = (await git('rev-parse', 'HEAD')).trim();
  return { repository: folder, branch: 'main', version_num: commit, entry_point: 'train.py', diff };
}
