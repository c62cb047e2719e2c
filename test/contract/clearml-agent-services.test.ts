import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { ClearMlBackend } from '../../src/backends/clearml/clearml-backend';
import type { DependencyGraph } from '../../src/core/dependency-graph';
import { silentLogger } from '../../src/core/logger';
import { until } from '../editor/harness/until';
import { at, call, createTask, keys } from '../unit/tracker/tracker-fixture';
import { clientOrSkip } from './sdk-environment';
import { assertCode, ClientHome, type Started } from './sdk-run';

const PATIENCE_MS = 240_000;
const SERVICES = 'helper';
const STEPS = 'stepper';

/** Waits until somebody stops it. */
const ENDLESS = "import time\nfor step in range(100_000):\n    print('tick', step)\n    time.sleep(0.2)\n";

/** Agents from PyPI, unmodified: one takes any number of tasks from `services`, one the steps from `default`. */
describe('tracker: agents in services mode, and pipelines that run through queues', function () {
  this.timeout(PATIENCE_MS * 2);
  const signal = new AbortController().signal;
  let python = '';
  let home: ClientHome;
  let backend: ClearMlBackend;
  const agents: Started[] = [];

  before(async function () {
    python = await clientOrSkip(this, 'agent');
    home = await ClientHome.open();
    backend = new ClearMlBackend({
      apiUrl: `http://127.0.0.1:${home.port}`,
      credentials: () => Promise.resolve(keys),
      logger: silentLogger,
      userAgent: 'Trackside-test',
    });
    agents.push(
      startAgent(SERVICES, 'services', '--services-mode', '--create-queue'),
      startAgent(STEPS, 'default'),
    );
  });
  after(() => {
    if (agents.length > 0) {
      backend.dispose();
      home.dispose();
    }
  });

  afterEach(function () {
    if (this.currentTest?.state === 'failed') {
      agents.forEach((agent) => process.stdout.write(`${agent.output().slice(-5_000)}\n`));
    }
  });

  function startAgent(worker: string, queue: string, ...more: readonly string[]): Started {
    return home.run({
      program: python,
      args: ['-m', 'clearml_agent', 'daemon', '--queue', queue, '--foreground', ...more],
      environment: {
        CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL: '1',
        CLEARML_AGENT_QUEUE_POLL_FREQ_SEC: '1',
        CLEARML_WORKER_ID: worker,
        TMPDIR: home.folder,
      },
      boundS: 600,
    });
  }

  it('takes a second service while the first runs, shows each at its own worker, and stops one', async () => {
    await untilListed([SERVICES, STEPS]);
    const script = {
      binary: 'python3',
      working_dir: '.',
      requirements: { pip: '' },
      entry_point: 'endless.py',
      diff: ENDLESS,
    };
    const id = await createTask(home.port, { name: 'endless service', type: 'service', script });
    assert.equal((await call(home.port, 'tasks.enqueue', { task: id, queue_name: 'services' })).status, 200);
    assertCode(await home.runCopy(python, 'pipeline_queued.py'), 0);
    const run = await untilFound('^queued pipe');
    const own = (task: string): string => `${SERVICES}:service:${task}`;
    await untilListed([SERVICES, STEPS, own(id), own(run)]);
    await until(
      'both run at once, and the one that took them is free for more',
      async () => {
        const tasks = new Map(
          (await backend.workers.list(signal)).map((worker) => [worker.id, worker.task?.id]),
        );
        return tasks.get(own(id)) === id && tasks.get(own(run)) === run && tasks.get(SERVICES) === undefined;
      },
      PATIENCE_MS,
    );
    await backend.actions.act(id, { action: 'stop' }, signal);
    await until(
      'the service has stopped',
      async () => (await backend.getTasks([id], signal))[0]?.status === 'stopped',
      PATIENCE_MS,
    );
  });

  it('runs the steps in their queue, and the graph tells how far it is', async () => {
    const run = await untilFound('^queued pipe');
    const seen = new Set<string>();
    const read = async (): Promise<DependencyGraph> => {
      const graph = await backend.dependencies.read({ kind: 'task', taskId: run }, signal);
      seen.add(statesOf(graph));
      return graph;
    };
    await until(
      'the pipeline has ended',
      async () => {
        await read();
        return (await backend.getTasks([run], signal))[0]?.status !== 'running';
      },
      PATIENCE_MS,
    );
    const graph = await read();
    const [task] = await backend.getTasks([run], signal);
    assert.equal(task?.status, 'completed', await consoleOf(run));
    for (const state of ['first: running, second: draft', 'first: completed, second: completed']) {
      assert.ok(seen.has(state), `“${state}” is not among ${[...seen].join('; ')}`);
    }
    const stepIds = graph.nodes.flatMap(({ taskId }) =>
      taskId === undefined || taskId === run ? [] : [taskId],
    );
    const steps = await backend.getTasks(stepIds, signal);
    assert.deepEqual(steps.map(({ name, parentId, workerId }) => [name, parentId, workerId]).sort(), [
      ['first', run, STEPS],
      ['second', run, STEPS],
    ]);
    assert.ok(
      graph.edges.some(({ from, to }) => labelOf(graph, from) === 'first' && labelOf(graph, to) === 'second'),
    );
  });

  it('unregisters each service as it ends, and itself when it is ended', async () => {
    await until(
      'no service is left',
      async () => isDeepStrictEqual(await listed(), [SERVICES, STEPS]),
      PATIENCE_MS,
    );
    agents.forEach((agent) => agent.signal('SIGTERM'));
    await Promise.all(agents.map(({ ended }) => ended));
    assert.deepEqual(await listed(), []);
  });

  function statesOf({ nodes }: DependencyGraph): string {
    return nodes
      .filter(({ label }) => label === 'first' || label === 'second')
      .map(({ label, status }) => `${label}: ${status}`)
      .sort()
      .join(', ');
  }

  function labelOf({ nodes }: DependencyGraph, nodeId: string): string | undefined {
    return nodes.find(({ id }) => id === nodeId)?.label;
  }

  async function consoleOf(id: string): Promise<string> {
    const { chunks } = await backend.console.read(id, undefined, 2_000, signal);
    return chunks
      .map(({ text }) => text)
      .join('')
      .slice(-6_000);
  }

  async function listed(): Promise<string[]> {
    return (await backend.workers.list(signal)).map(({ id }) => id).sort();
  }

  async function untilListed(ids: readonly string[]): Promise<void> {
    await until(
      `workers ${ids.join(', ')}`,
      async () => {
        const found = await listed();
        return ids.every((id) => found.includes(id));
      },
      PATIENCE_MS,
    );
  }

  async function untilFound(name: string): Promise<string> {
    let id: string | undefined;
    await until(
      name,
      async () => {
        const { data } = await call(home.port, 'tasks.get_all', { name });
        const found = at(data, 'tasks', 0, 'id');
        id = typeof found === 'string' ? found : undefined;
        return id !== undefined;
      },
      PATIENCE_MS,
    );
    assert.ok(id);
    return id;
  }
});
