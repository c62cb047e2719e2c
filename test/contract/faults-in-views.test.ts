import { RecordedDeeds } from '../fakes/recorded-deeds';
import assert from 'node:assert/strict';
import type { ClearMlOptions } from '../../src/backends/clearml/session';
import { systemClock } from '../../src/core/clock';
import { silentLogger } from '../../src/core/logger';
import type { HostMessage } from '../../src/features/metrics/panel-contract';
import { PanelSession } from '../../src/features/metrics/panel-session';
import { createProjectsSource } from '../../src/features/projects/projects-source';
import { createQueuesSource } from '../../src/features/queues/queues-source';
import { NO_FILTER, TaskFilterState } from '../../src/features/tasks/task-filter';
import { createTasksSource } from '../../src/features/tasks/tasks-source';
import { TreeController } from '../../src/features/trees/tree-controller';
import type { TreeSource } from '../../src/features/trees/tree-source';
import { createWorkersSource } from '../../src/features/workers/workers-source';
import type { OwnedConnectionSession } from '../../src/store/connection-session';
import type { StoreNeed } from '../../src/store/contract';
import { until } from '../editor/harness/until';
import { sessionOf } from '../fakes/clearml/fake-connection';
import type { Fault } from '../fakes/clearml/fake-faults';
import { FAKE_KEYS, FakeClearMl } from '../fakes/clearml/fake-server';
import { fixedConnections } from '../fakes/memory-session';
import { ownedByTest } from '../fakes/owned-by-test';
import { memoryViews } from '../unit/metrics/memory-views';
import { EngineInProcess } from '../unit/metrics/engine-in-process';

const EVERY_TASK: StoreNeed = {
  kind: 'tasks',
  query: { order: 'newest', isArchived: false, omitsApart: true },
};

const IMPATIENT: Partial<ClearMlOptions> = {
  timeouts: { connectMs: 1_000, wholeMs: 400 },
  retry: { maxRetries: 1, firstPauseMs: 5, maxPauseMs: 20, maxRetryAfterMs: 500 },
};

/** A failing server as people meet it: through client, backend, store and rows, with real time and real sockets. */
describe('a failing ClearML server in the views', function () {
  this.timeout(30_000);
  let fake: FakeClearMl;
  let session: OwnedConnectionSession;
  let taskId: string;
  const owned = ownedByTest();

  beforeEach(async () => {
    fake = await FakeClearMl.start('real');
    const project = fake.world.project('Vision');
    const task = fake.world.addTask({ name: 'known', status: 'completed', project: project.id });
    taskId = task.id;
    fake.world.scalars.set(taskId, [{ metric: 'loss', variant: 'train', iter: 1, value: 0.5 }]);
    session = sessionOf(fake, { id: 'lab', label: 'Lab' }, IMPATIENT);
    owned.add(session);
  });

  afterEach(async () => {
    await fake.stop();
  });

  function show(source: TreeSource): TreeController {
    const connections = fixedConnections(session);
    const controller = new TreeController({ connections, source, clock: systemClock, logger: silentLogger });
    owned.add(controller);
    controller.setVisible(true);
    return controller;
  }

  const labels = (view: TreeController): string[] =>
    [...view.children(undefined)].map((node) => view.row(node).label);
  const rowsWere = (view: TreeController, what: string, fits: (rows: string[]) => boolean): Promise<void> =>
    until(`the rows show ${what}`, () => fits(labels(view)), 15_000);
  const failEverything = (fault: Fault | undefined): void => {
    fake.fault = (call) => (call === 'auth.login' ? undefined : fault);
  };

  const faults: readonly (readonly [string, Fault, RegExp])[] = [
    ['a web page', { kind: 'html' }, /web page instead of data/],
    ['cut JSON', { kind: 'truncatedJson' }, /JSON that is incomplete or broken/],
    ['wrong types', { kind: 'wrongTypes' }, /expected array, received string/],
    ['500', { kind: 'envelope', code: 500, subcode: 100, text: 'General data error' }, /General data error/],
    ['429', { kind: 'status', status: 429, retryAfter: '60' }, /wants a pause of 60 s/],
    [
      '401 for good',
      { kind: 'envelope', code: 401, subcode: 22, text: 'Unauthorized' },
      /does not know this access key/,
    ],
    ['a hang', { kind: 'hang' }, /did not answer/],
    ['a cut connection', { kind: 'cutConnection' }, /the connection was cut/],
  ];
  for (const [what, fault, says] of faults) {
    it(`${what}: a row with cause and next step beside what is known, gone once it works again`, async () => {
      const view = show(createTasksSource(new TaskFilterState(NO_FILTER)));
      await rowsWere(view, 'the task', (rows) => rows.join() === 'known');
      failEverything(fault);
      await assert.rejects(session.store.refresh(EVERY_TASK));
      await rowsWere(
        view,
        'the error beside the task',
        (rows) => rows.length === 2 && rows.includes('known'),
      );
      const error = [...view.children(undefined)].find((node) => node.kind === 'error');
      assert.ok(error);
      const { label, description } = view.row(error);
      assert.match(`${label} ${description ?? ''}`, says);
      assert.match(view.tooltip(error) ?? '', /What to do/);
      assert.doesNotMatch(view.tooltip(error) ?? '', new RegExp(FAKE_KEYS.secretKey.slice(0, 13)));
      failEverything(undefined);
      await session.store.refresh(EVERY_TASK);
      await rowsWere(view, 'the task alone', (rows) => rows.join() === 'known');
    });
  }

  const sources: readonly (readonly [string, () => TreeSource])[] = [
    ['projects', createProjectsSource],
    ['queues', createQueuesSource],
    ['workers', createWorkersSource],
  ];
  for (const [what, createSource] of sources) {
    it(`the tree of ${what} says why it is empty and recovers by itself`, async () => {
      await session.backend(new AbortController().signal);
      failEverything({ kind: 'html' });
      const view = show(createSource());
      await rowsWere(view, 'the cause', (rows) => rows.some((row) => /web page instead/.test(row)));
      failEverything(undefined);
      await rowsWere(view, 'no error', (rows) => !rows.some((row) => /web page|Loading/.test(row)));
    });
  }

  it('a server that is down at first is told of, and read by itself once it is up', async () => {
    const comeBack = await fake.goDown();
    const view = show(createTasksSource(new TaskFilterState(NO_FILTER)));
    await rowsWere(view, 'the cause', (rows) => rows.some((row) => /nothing listens there/.test(row)));
    await comeBack();
    await rowsWere(view, 'the task alone', (rows) => rows.join() === 'known');
  });

  it('a server that goes down in the middle leaves what is known, and goes on after it', async () => {
    const view = show(createTasksSource(new TaskFilterState(NO_FILTER)));
    await rowsWere(view, 'the task', (rows) => rows.join() === 'known');
    const comeBack = await fake.goDown();
    await assert.rejects(session.store.refresh(EVERY_TASK), { kind: 'unreachable' });
    await rowsWere(view, 'both', (rows) => rows.length === 2 && rows.includes('known'));
    fake.world.addTask({ name: 'made meanwhile', status: 'completed' });
    await comeBack();
    await rowsWere(view, 'the tasks alone', (rows) => rows.toSorted().join() === 'known,made meanwhile');
  });

  it('a slow server is waited for, and not asked the same again meanwhile', async () => {
    failEverything({ kind: 'slow', delayMs: 150 });
    const view = show(createTasksSource(new TaskFilterState(NO_FILTER)));
    await rowsWere(view, 'that it loads', (rows) => rows.length === 1 && rows.join() !== 'known');
    await rowsWere(view, 'the task', (rows) => rows.join() === 'known');
    const before = fake.countOf('tasks.get_all_ex');
    await Promise.all([1, 2, 3, 4].map(() => session.store.refresh(EVERY_TASK)));
    assert.ok(fake.countOf('tasks.get_all_ex') - before <= 2, 'refreshes are one where they meet');
    assert.deepEqual(labels(view), ['known']);
  });

  it('a project deleted under the tree goes with what was below it, without an error', async () => {
    const view = show(createProjectsSource());
    await rowsWere(view, 'the project', (rows) => rows.join() === 'Vision');
    const [project] = view.children(undefined);
    assert.ok(project);
    view.setExpanded(project, true);
    const below = (): string[] => view.children(project).map((node) => view.row(node).label);
    await until('its task is below it', () => below().join() === 'known', 10_000);
    const [{ id: projectId } = { id: '' }] = fake.world.projects;
    fake.world.projects.length = 0;
    fake.world.tasks.length = 0;
    await session.store.refresh({ kind: 'tasks', query: { projectId, order: 'newest', isArchived: false } });
    assert.deepEqual(labels(view), ['Vision'], 'its tasks are asked for before it is known that it is gone');
    await session.store.refresh({ kind: 'projects' });
    await rowsWere(view, 'nothing of it', (rows) => !rows.includes('Vision'));
    assert.doesNotMatch(labels(view).join(), /no longer|refused|failed/u);
  });

  it('a token refused in mid-flight is not seen at all', async () => {
    const view = show(createTasksSource(new TaskFilterState(NO_FILTER)));
    await rowsWere(view, 'the task', (rows) => rows.join() === 'known');
    fake.revokeTokens();
    fake.world.addTask({ name: 'later', status: 'completed' });
    await session.store.refresh(EVERY_TASK);
    await rowsWere(view, 'both tasks', (rows) => rows.length === 2 && rows.includes('later'));
    assert.equal(fake.countOf('auth.login'), 2);
  });

  it('a server that asks for a pause is left alone that long, then read by itself', async () => {
    const view = show(createTasksSource(new TaskFilterState(NO_FILTER)));
    await rowsWere(view, 'the task', (rows) => rows.join() === 'known');
    failEverything({ kind: 'status', status: 429, retryAfter: '4' });
    await assert.rejects(session.store.refresh(EVERY_TASK));
    const refusedAt = performance.now();
    const asked = fake.requests.length;
    failEverything(undefined);
    await until('it is asked again', () => fake.requests.length > asked, 20_000);
    assert.ok(performance.now() - refusedAt > 3_900, 'not before the pause is over');
    await rowsWere(view, 'the task alone', (rows) => rows.join() === 'known');
  });

  it('the live panel keeps its curves beside the cause, and goes on', async () => {
    const sent: HostMessage[] = [];
    const panel = new PanelSession({
      ref: { connectionId: 'lab', taskId },
      panelId: 'panel',
      session,
      engine: new EngineInProcess(),
      views: memoryViews(),
      clock: systemClock,
      logger: silentLogger,
      post: (message) => sent.push(message),
      setTitle: () => undefined,
      deeds: new RecordedDeeds(),
    });
    owned.add(panel);
    const feed = () => sent.findLast((message) => message.type === 'feed')?.feed;
    panel.setVisible(true);
    panel.receive({ type: 'ready', selection: null });
    await until('the points are there', () => feed()?.phase === 'current', 10_000);
    failEverything({ kind: 'truncatedJson' });
    panel.receive({ type: 'retry' });
    await until('the cause is told', () => feed()?.phase === 'failed', 10_000);
    const failed = feed();
    assert.ok(failed?.phase === 'failed' && failed.updatedAt !== null && failed.failure.nextStep !== '');
    failEverything(undefined);
    panel.receive({ type: 'retry' });
    await until('it goes on', () => feed()?.phase === 'current', 10_000);
  });
});
