import assert from 'node:assert/strict';
import { Emitter } from '../../../src/core/emitter';
import { TracksideError } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/logger';
import { createProjectsSource } from '../../../src/features/projects/projects-source';
import { createQueuesSource } from '../../../src/features/queues/queues-source';
import { NO_FILTER, TaskFilterState } from '../../../src/features/tasks/task-filter';
import { runningCount, watchRunningCount } from '../../../src/features/tasks/running-badge';
import { createTasksSource } from '../../../src/features/tasks/tasks-source';
import { TreeController } from '../../../src/features/trees/tree-controller';
import type { TreeSource } from '../../../src/features/trees/tree-source';
import { createWorkersSource } from '../../../src/features/workers/workers-source';
import { ManualClock } from '../../fakes/manual-clock';
import { fakeTask } from '../../fakes/memory-backend';
import { fixedConnections, memorySession, type MemorySession } from '../../fakes/memory-session';
import { TreeScreen } from '../../fakes/tree-screen';
import { ownedByTest } from '../../fakes/owned-by-test';

describe('TreeController', () => {
  let clock: ManualClock;
  let local: MemorySession;
  const owned = ownedByTest();

  function screen(source: TreeSource, ...sessions: readonly MemorySession[]): TreeScreen {
    const connections = fixedConnections(
      ...(sessions.length === 0 ? [local] : sessions).map(({ session }) => session),
    );
    const controller = new TreeController({ connections, source, clock, logger: silentLogger });
    owned.add(controller);
    return new TreeScreen(controller);
  }

  function tasksSource(): TreeSource {
    return createTasksSource(new TaskFilterState(NO_FILTER));
  }

  beforeEach(() => {
    clock = new ManualClock();
    local = memorySession({ clock });
    owned.add(local.session);
  });

  it('asks for nothing until it is visible and nothing after it is hidden', async () => {
    const { backend } = local;
    backend.put(fakeTask('r', { status: 'running', startedAt: clock.now() }));
    const view = screen(tasksSource());
    view.controller.children(undefined);
    await clock.advance(60_000);
    assert.deepEqual(backend.calls, []);
    view.show();
    await clock.advance(20_000);
    assert.ok(backend.calls.length > 3);
    view.controller.setVisible(false);
    const calls = backend.calls.length;
    await clock.advance(3_600_000);
    assert.equal(backend.calls.length, calls);
    assert.equal(clock.timerCount, 0);
  });

  it('says that it loads, then shows rows', async () => {
    local.backend.put(fakeTask('a', { endedAt: clock.now() }));
    const view = screen(tasksSource());
    view.show();
    assert.deepEqual(view.lines(), ['Loading…']);
    await clock.advance(500);
    assert.deepEqual(view.lines(), ['task a (completed · just now · Vision)']);
  });

  it('offers a console where the server keeps output, and nowhere else', async () => {
    local.backend.put(fakeTask('a', { endedAt: clock.now() }));
    const view = screen(tasksSource());
    view.show();
    await clock.advance(500);
    const [row] = view.controller.children(undefined);
    assert.ok(row);
    assert.doesNotMatch(view.controller.row(row).contextValue, /console/);
    Object.assign(local.backend, { console: {} });
    assert.match(view.controller.row(row).contextValue, /;has=console;/);
  });

  it('says what to do when there is nothing, and when a filter lets nothing through', async () => {
    const filter = new TaskFilterState(NO_FILTER);
    const view = screen(createTasksSource(filter));
    view.show();
    await clock.advance(500);
    assert.equal(view.lines()[0], 'No tasks yet', 'where no script can be launched');
    Object.assign(local.backend, { launch: {} });
    assert.match(
      view.lines()[0] ?? '',
      /^No tasks yet\. Launch a script \(by the play button of an open Python file/u,
    );
    const headers: (string | undefined)[] = [];
    view.controller.onDidChangeHeader(({ message }) => headers.push(message));
    filter.set({ ...NO_FILTER, text: 'zzz' });
    await clock.advance(500);
    assert.match(view.lines()[0] ?? '', /^No task matches the filter/u);
    assert.deepEqual(headers, ['Only text “zzz”.']);
  });

  it('fires the one row that changed and keeps the identity of all', async () => {
    const { backend, session } = local;
    for (let index = 0; index < 50; index += 1) {
      backend.put(fakeTask(`t${index}`, { createdAt: index }));
    }
    const view = screen(tasksSource());
    view.show();
    await clock.advance(1_000);
    const before = view.controller.children(undefined);
    view.fired.length = 0;
    backend.change('t7', { name: 'renamed' });
    await session.store.refresh({ kind: 'task', id: 't7' });
    await clock.advance(1_000);
    assert.deepEqual(view.fired, ['local:task:t7']);
    view.controller.children(undefined).forEach((node, index) => assert.equal(node, before[index]));
  });

  it('coalesces a storm of changes to a few updates a second, the last one included', async () => {
    const { backend, session } = local;
    backend.put(fakeTask('r', { status: 'running', startedAt: clock.now() }));
    const view = screen(tasksSource());
    view.show();
    await clock.advance(1_000);
    view.fired.length = 0;
    for (let step = 1; step <= 100; step += 1) {
      backend.change('r', { lastIteration: step });
      await session.store.refresh({ kind: 'task', id: 'r' });
      await clock.advance(20);
    }
    await clock.advance(3_000);
    assert.ok(view.fired.length <= 4, `${view.fired.length} updates in 5 s`);
    assert.match(view.lines()[0] ?? '', /iteration 100/u);
  });

  it('shows a change of state at once, also while figures of the same row tick', async () => {
    const { backend, session } = local;
    backend.put(fakeTask('r', { status: 'running', startedAt: clock.now() }));
    const view = screen(tasksSource());
    view.show();
    await clock.advance(3_000);
    for (const over of [{ lastIteration: 1 }, { lastIteration: 2 }, { lastIteration: 3 }]) {
      backend.change('r', over);
      await session.store.refresh({ kind: 'task', id: 'r' });
      await clock.advance(400);
    }
    backend.change('r', { status: 'completed', endedAt: clock.now() });
    await session.store.refresh({ kind: 'task', id: 'r' });
    view.fired.length = 0;
    await clock.advance(400);
    assert.deepEqual(view.fired, ['local:task:r']);
  });

  it('keeps relative times true, at most every 30 s, and draws nothing while they do not change', async () => {
    local.backend.put(fakeTask('a', { endedAt: clock.now() - 10_000 }));
    const view = screen(tasksSource());
    view.show();
    await clock.advance(1_000);
    view.fired.length = 0;
    await clock.advance(61_000);
    assert.deepEqual(view.fired, ['local:task:a']);
    assert.match(view.lines()[0] ?? '', /1 min ago/u);
    await clock.advance(2 * 3_600_000);
    view.fired.length = 0;
    await clock.advance(50 * 60_000);
    assert.ok(view.fired.length <= 1);
  });

  it('nests projects, reads the tasks of an open one only, and pages', async () => {
    const { backend } = local;
    backend.projectList.push({ id: 'p1', name: 'Vision' }, { id: 'p2', name: 'Vision/Detection' });
    for (let index = 0; index < 150; index += 1) {
      backend.put(
        fakeTask(`t${index}`, { createdAt: 1_000 + index, name: `run ${index}`, endedAt: clock.now() }),
      );
    }
    const view = screen(createProjectsSource());
    view.show();
    await clock.advance(1_000);
    assert.deepEqual(view.lines(), ['Vision']);
    assert.equal(backend.count('listTasks'), 0);
    const vision = view.find('Vision');
    view.expand(vision);
    await clock.advance(1_000);
    const lines = view.lines();
    assert.deepEqual(lines.slice(0, 3), ['Vision', '  Detection', '  run 149 (completed · just now)']);
    assert.equal(lines.at(-1), '  Load more… (100 shown)');
    const more = view.find('Load more…');
    assert.equal(more.kind, 'loadMore');
    await local.session.store.loadMore({
      projectId: 'p1',
      includeSubprojects: false,
      order: 'newest',
      omitsApart: true,
    });
    await clock.advance(1_000);
    assert.equal(view.lines().length, 152);
    view.collapse(vision);
    const calls = backend.count('listTasks');
    await clock.advance(120_000);
    assert.equal(backend.count('listTasks'), calls, 'a closed project is not read');
    assert.equal(view.controller.parent(view.find('Vision')), undefined);
  });

  it('shows why a read failed beside what is known, and the rows alone once it works again', async () => {
    const { backend, session } = local;
    backend.put(fakeTask('a', { endedAt: clock.now() }));
    backend.failure = new TracksideError('unreachable', 'No answer from the server.', 'Check the network.');
    const view = screen(tasksSource());
    view.show();
    await clock.advance(500);
    assert.deepEqual(view.lines(), ['No answer from the server. (Select to try again)']);
    const error = view.find('No answer from the server.');
    assert.match(view.controller.tooltip(error) ?? '', /Check the network/u);
    backend.failure = undefined;
    await session.store.refresh({
      kind: 'tasks',
      query: { order: 'newest', isArchived: false, omitsApart: true },
    });
    await clock.advance(500);
    assert.deepEqual(view.lines(), ['task a (completed · just now · Vision)']);
    backend.failure = new TracksideError('unreachable', 'No answer from the server.', 'Check the network.');
    await assert.rejects(
      session.store.refresh({
        kind: 'tasks',
        query: { order: 'newest', isArchived: false, omitsApart: true },
      }),
    );
    await clock.advance(500);
    assert.deepEqual(view.lines(), [
      'No answer from the server. (Not up to date · Select to try again)',
      'task a (completed · just now · Vision)',
    ]);
    assert.match(view.controller.tooltip(view.find('No answer from the server.')) ?? '', /Last read: 2026/u);
  });

  it('shows queues with their entries in order, and workers with what they run', async () => {
    const { backend } = local;
    const addedAt = clock.now();
    backend.put(
      fakeTask('a', { status: 'queued' }),
      fakeTask('b', { status: 'queued' }),
      fakeTask('r', { status: 'running', startedAt: addedAt }),
    );
    backend.queueList.push({
      id: 'q',
      name: 'default',
      isDefault: true,
      workerNames: ['w'],
      entries: ['b', 'a', 'ghost'].map((id) => ({ taskId: id, taskName: `named ${id}`, addedAt })),
    });
    backend.workerList.push({
      id: 'w',
      name: 'w',
      isLocal: true,
      queueNames: ['default'],
      task: { id: 'r', name: 'task r' },
    });
    const queues = screen(createQueuesSource());
    queues.show();
    await clock.advance(1_000);
    assert.deepEqual(queues.lines(), [
      'default (3 waiting · 1 worker)',
      '  task b (next · queued · waiting under 1 min · Vision)',
      '  task a (2. · queued · waiting under 1 min · Vision)',
      '  named ghost (3.)',
    ]);
    const workers = screen(createWorkersSource());
    workers.show();
    await clock.advance(1_000);
    assert.deepEqual(workers.lines(), [
      'Local worker (this machine) (running task r)',
      '  task r (running · under 1 min · Vision)',
    ]);
  });

  it('puts several connections side by side, each under its name', async () => {
    const far = memorySession({ clock, info: { id: 'far', label: 'far.example', isLocal: false } });
    owned.add(far.session);
    far.backend.failure = new TracksideError('unreachable', 'No route.', 'Check the address.');
    local.backend.put(fakeTask('a', { endedAt: clock.now() }));
    const view = screen(tasksSource(), local, far);
    view.show();
    await clock.advance(1_000);
    assert.deepEqual(view.lines(), [
      'Local (new tasks go here)',
      '  task a (completed · just now · Vision)',
      'far.example (cannot connect · ClearML)',
      '  No route. (Select to try again)',
    ]);
    assert.equal(
      view.controller.row(view.find('far.example')).contextValue,
      ';kind=connection;removable;has=otherHosts;',
    );
    assert.equal(view.controller.row(view.find('Local')).contextValue, ';kind=connection;');
  });

  it('holds its needs in the session that takes the place of another', async () => {
    const changes = new Emitter<void>();
    const next = memorySession({ clock });
    owned.add(next.session);
    next.backend.put(fakeTask('b'));
    let shown = fixedConnections(local.session);
    const controller = new TreeController({
      connections: {
        onDidChange: changes.event,
        all: () => shown.all(),
        get: (id) => shown.get(id),
        active: () => shown.active(),
        setActive: () => Promise.resolve(),
      },
      source: tasksSource(),
      clock,
      logger: silentLogger,
    });
    owned.add(controller);
    const view = new TreeScreen(controller);
    view.show();
    await clock.advance(500);
    local.session.dispose();
    shown = fixedConnections(next.session);
    changes.fire();
    await clock.advance(500);
    assert.equal(view.lines().length, 1);
    assert.match(view.lines()[0] ?? '', /^task b/u);
    controller.setVisible(false);
    const asked = next.backend.calls.length;
    await clock.advance(3_600_000);
    assert.equal(next.backend.calls.length, asked);
  });

  it('draws 2,000 rows without a request per row', async () => {
    const { backend, session } = local;
    for (let index = 0; index < 2_000; index += 1) {
      backend.put(fakeTask(`t${index}`, { createdAt: index }));
    }
    const view = screen(tasksSource());
    view.show();
    await clock.advance(1_000);
    for (let page = 1; page < 20; page += 1) {
      await session.store.loadMore({ order: 'newest', isArchived: false, omitsApart: true });
    }
    await clock.advance(1_000);
    backend.calls.length = 0;
    assert.equal(view.lines().length, 2_000);
    assert.deepEqual(backend.calls, []);
  });

  it('counts what runs for the badge, from fresh facts only', async () => {
    const { backend, session } = local;
    backend.put(fakeTask('r', { status: 'running' }), fakeTask('a'));
    backend.projectList.push(
      { id: 'p1', name: 'Vision', taskCounts: { running: 3 } },
      { id: 'p2', name: 'Vision/Sub', taskCounts: { running: 2 } },
    );
    const holds = [session.store.need({ kind: 'tasks', query: { order: 'newest' } })];
    await clock.advance(100);
    assert.equal(runningCount([session]), 1);
    holds.push(session.store.need({ kind: 'projects' }));
    await clock.advance(100);
    assert.equal(runningCount([session]), 3);
    holds.forEach((hold) => hold.dispose());
    assert.equal(runningCount([session]), undefined);
  });

  it('shows in the badge at once that a task began or ended, also while projects count it still', async () => {
    const { backend, session } = local;
    const project = { id: 'p1', name: 'Vision' };
    backend.put(fakeTask('r', { status: 'running' }), fakeTask('q', { status: 'queued' }));
    backend.projectList.push({ ...project, taskCounts: { running: 4 } });
    const shown: (number | undefined)[] = [];
    const recorded = { twins: () => [] };
    const deps = { connections: fixedConnections(session), recorded, clock };
    owned.add(watchRunningCount(deps, (count) => shown.push(count)));
    owned.add(session.store.need({ kind: 'tasks', query: { order: 'newest' } }));
    owned.add(session.store.need({ kind: 'projects' }));
    await clock.advance(1_500);
    assert.equal(shown.at(-1), 4);
    const read = session.store.refresh({ kind: 'projects' });
    await clock.advance(10);
    await read;
    backend.change('r', { status: 'completed' });
    await session.store.refresh({ kind: 'task', id: 'r' });
    await clock.advance(20);
    assert.equal(shown.at(-1), 3, 'what ended is not counted, though its project was read before');
    await clock.advance(5_000);
    assert.equal(shown.at(-1), 4, 'what the server counts holds when it was asked after the end');
    const { length } = shown;
    await clock.advance(20_000);
    assert.ok(shown.length - length <= 1, 'nothing is shown by time alone');
    backend.put(fakeTask('s', { status: 'running' }));
    backend.projectList.splice(0, 1, { ...project, taskCounts: { running: 5 } });
    await session.store.refresh({ kind: 'projects' });
    await clock.advance(20);
    assert.equal(shown.at(-1), 5);
  });
});
