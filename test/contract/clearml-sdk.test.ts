import assert from 'node:assert/strict';
import { at, call } from '../unit/tracker/tracker-fixture';
import { clientOrSkip, type ClientName } from './sdk-environment';
import { assertCode, ClientHome, Lanes, type Ended } from './sdk-run';

/** A script after its end, with the tracker it reported to. */
interface Finished {
  readonly home: ClientHome;
  readonly ended: Ended;
}

interface ScriptTest {
  readonly title: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly check: (finished: Finished) => Promise<void>;
}

const COMMON: readonly ScriptTest[] = [
  {
    title: 'reports arguments, scalars, text and a single value, and completes',
    script: 'reports.py',
    args: ['--lr', '0.5'],
    check: checkReports,
  },
  {
    title: 'fails with the exception as the reason and its traceback in the console',
    script: 'fails.py',
    check: checkFailure,
  },
  {
    title: 'leaves plots, images, artifacts and models that come back as they went',
    script: 'outputs.py',
    check: checkOutputs,
  },
  { title: 'makes, uploads and fetches datasets', script: 'dataset.py', check: completes },
];

const NEWEST: readonly ScriptTest[] = [
  { title: 'runs a pipeline of functions to its end', script: 'pipeline.py', check: checkPipeline },
  {
    title: 'runs a pipeline of decorated functions to its end',
    script: 'pipeline_decorator.py',
    check: completes,
  },
  ...COMMON,
  {
    title: 'reports of every kind, for a task and for a model, and goes on with a task that had ended',
    script: 'every_report.py',
    check: checkModelFigures,
  },
  {
    title: 'takes edited arguments and configurations at a worker in the place of the script’s own',
    script: 'configurations.py',
    check: completes,
  },
  { title: 'searches over parameters with runs on this machine', script: 'optimizer.py', check: completes },
  {
    title: 'starts tasks at a time, and when tasks and models change after that',
    script: 'schedulers.py',
    check: completes,
  },
  {
    title: 'makes versions of a dataset from others, finds them and fetches them',
    script: 'versions.py',
    check: completes,
  },
  { title: 'uses development tasks again, and finds tasks', script: 'queries.py', check: completes },
  { title: 'imports a session that was recorded without a server', script: 'offline.py', check: completes },
];

suite('tracker: the unmodified clearml package', 'sdk', NEWEST);
suite('tracker: clearml 1.9.3, unmodified', 'oldSdk', COMMON);

/** Runs scripts that use the package from PyPI, as it is, each against a tracker of its own, some at a time. */
function suite(title: string, client: ClientName, tests: readonly ScriptTest[]): void {
  describe(title, function () {
    this.timeout(600_000);
    const homes: ClientHome[] = [];
    let runs: ReadonlyMap<string, Promise<Finished>> = new Map();

    before(async function () {
      const python = await clientOrSkip(this, client);
      const lanes = new Lanes(4);
      runs = new Map(
        tests.map((test) => [test.script, lanes.run(() => runToEnd(python, test, homes))] as const),
      );
      // Each is awaited by its own test, perhaps long after it was rejected.
      for (const run of runs.values()) {
        run.catch(() => undefined);
      }
    });
    after(() => homes.forEach((home) => home.dispose()));

    for (const { title: what, script, check } of tests) {
      it(what, async () => {
        const finished = await runs.get(script);
        assert.ok(finished);
        await check(finished);
      });
    }
  });
}

async function runToEnd(
  python: string,
  { script, args }: ScriptTest,
  homes: ClientHome[],
): Promise<Finished> {
  const home = await ClientHome.open();
  homes.push(home);
  return { home, ended: await home.runScript(python, script, args) };
}

/** For scripts that check by themselves what they read back. */
function completes({ ended }: Finished): Promise<void> {
  assertCode(ended, 0);
  return Promise.resolve();
}

async function checkReports({ home, ended }: Finished): Promise<void> {
  assertCode(ended, 0);
  const { id, task } = await onlyTask(home);
  assert.equal(at(task, 'name'), 'reports (#1) a&b');
  assert.equal(at(task, 'project', 'name'), 'SDK tests/inner');
  assert.equal(at(task, 'status'), 'completed');
  assert.equal(at(task, 'hyperparams', 'Args', 'lr', 'value'), '0.5');
  assert.equal(at(task, 'hyperparams', 'Args', 'title', 'value'), 'a b');
  assert.equal(at(task, 'hyperparams', 'Model', 'nested/width', 'value'), '8');
  const { data: series } = await call(home.port, 'events.scalar_metrics_iter_histogram', { task: id });
  assert.deepEqual(at(series, 'loss', 'train', 'x'), [0, 1, 2, 3, 4]);
  const values = [1, 2, 3, 4, 5].map((step) => 1 / step);
  assert.deepEqual(at(series, 'loss', 'train', 'y'), values);
  const single = await call(home.port, 'events.get_task_single_value_metrics', { tasks: [id] });
  assert.equal(at(single.data, 'tasks', 0, 'values', 0, 'variant'), 'final accuracy');
  assert.equal(at(single.data, 'tasks', 0, 'values', 0, 'value'), 0.75);
  const log = await consoleOf(home, id);
  assert.match(log, /told by report_text/);
  assert.match(log, /told by print/);
}

async function checkFailure({ home, ended }: Finished): Promise<void> {
  assertCode(ended, 1);
  const { id, task } = await onlyTask(home);
  assert.equal(at(task, 'status'), 'failed');
  assert.match(String(at(task, 'status_reason')), /this is how it fails/);
  assert.match(await consoleOf(home, id), /Traceback/);
}

async function checkOutputs({ home, ended }: Finished): Promise<void> {
  assertCode(ended, 0);
  const { data } = await call(home.port, 'tasks.get_all_ex', { name: '^outputs$' });
  const id = String(at(data, 'tasks', 0, 'id'));
  assert.equal(at(data, 'tasks', 0, 'status'), 'completed');
  const plots = JSON.stringify((await call(home.port, 'events.get_task_plots', { task: id })).data);
  assert.match(plots, /"metric":"confusion"/);
  assert.match(plots, /"metric":"table"/);
  const images = await call(home.port, 'events.debug_images', { metrics: [{ task: id }], iters: 5 });
  const event = at(images.data, 'metrics', 0, 'iterations', 0, 'events', 0);
  assert.match(String(at(event, 'url')), /^http:\/\/127\.0\.0\.1:\d+\/files\//);
  assert.equal(at(data, 'tasks', 0, 'execution', 'artifacts', 0, 'mode'), 'output');
}

async function checkModelFigures({ home, ended }: Finished): Promise<void> {
  assertCode(ended, 0);
  const { data } = await call(home.port, 'models.get_all_ex', { name: '^net$' });
  const task = at(data, 'models', 0, 'id');
  const asked = { task, model_events: true };
  const series = await call(home.port, 'events.scalar_metrics_iter_histogram', asked);
  assert.deepEqual(at(series.data, 'quality', 'F1', 'y'), [0.5]);
  const plots = await call(home.port, 'events.plots', { metrics: [{ task }], model_events: true });
  const [event] = [at(plots.data, 'metrics', 0, 'iterations', 0, 'events', 0)];
  assert.equal(at(event, 'metric'), 'per class');
}

async function checkPipeline({ home, ended }: Finished): Promise<void> {
  assertCode(ended, 0);
  const { data } = await call(home.port, 'tasks.get_all_ex', { name: '^(pipe|first|second)$' });
  const tasks = at(data, 'tasks');
  assert.ok(Array.isArray(tasks));
  assert.deepEqual(
    tasks.map((task) => at(task, 'status')),
    ['completed', 'completed', 'completed'],
  );
}

async function onlyTask(home: ClientHome): Promise<{ id: string; task: unknown }> {
  const { data } = await call(home.port, 'tasks.get_all_ex', {});
  const task = at(data, 'tasks', 0);
  return { id: String(at(task, 'id')), task };
}

async function consoleOf(home: ClientHome, id: string): Promise<string> {
  return JSON.stringify((await call(home.port, 'events.get_task_log', { task: id })).data);
}
