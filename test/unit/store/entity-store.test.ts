import assert from 'node:assert/strict';
import type { TaskQuery } from '../../../src/backends/contract';
import { TracksideError } from '../../../src/core/errors';
import type { StoreChange } from '../../../src/store/contract';
import { settle, type ManualClock } from '../../fakes/manual-clock';
import { fakeTask, MemoryBackend } from '../../fakes/memory-backend';
import { memorySession } from '../../fakes/memory-session';

const ALL = { order: 'newest' } as const;
const VISION = { projectId: 'p1', includeSubprojects: false, order: 'newest' } as const;

interface Bench extends ReturnType<typeof memorySession> {
  readonly changes: StoreChange[];
}

function bench(backend = new MemoryBackend()): Bench {
  const made = memorySession({ backend });
  const changes: StoreChange[] = [];
  made.session.store.onDidChange((change) => changes.push(change));
  return { ...made, changes };
}

function tasks(count: number, over: Parameters<typeof fakeTask>[1] = {}): ReturnType<typeof fakeTask>[] {
  return Array.from({ length: count }, (_, index) =>
    fakeTask(`t${String(index).padStart(4, '0')}`, { createdAt: 100_000 - index, ...over }),
  );
}

function ids(changes: readonly StoreChange[]): string[] {
  return changes.flatMap((change) => (change.kind === 'tasks' ? [...change.ids] : [])).sort();
}

async function quiet(clock: ManualClock): Promise<void> {
  await clock.advance(50);
}

describe('EntityStore', () => {
  let current: Bench;

  afterEach(() => current.session.dispose());

  it('keeps runs of pipelines and versions of datasets out of the lists that leave them out', async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(...tasks(1), fakeTask('run', { isPipelineRun: true }), fakeTask('version', { dataset: {} }));
    const plain = { ...ALL, omitsApart: true };
    session.store.need({ kind: 'tasks', query: plain });
    session.store.need({ kind: 'tasks', query: ALL });
    await quiet(clock);
    const idsOf = (query: TaskQuery): string[] => session.store.tasks(query).items.map(({ id }) => id);
    assert.deepEqual(idsOf(plain), ['t0000']);
    assert.deepEqual(idsOf(ALL).sort(), ['run', 't0000', 'version']);
  });

  it('reads nothing until something is needed, then once', async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(...tasks(3));
    assert.deepEqual(session.store.tasks(ALL), {
      items: [],
      isLoaded: false,
      isLoading: false,
      hasMore: false,
    });
    await clock.advance(60_000);
    assert.deepEqual(backend.calls, []);
    session.store.need({ kind: 'tasks', query: ALL });
    session.store.need({ kind: 'tasks', query: { ...ALL, isArchived: false, statuses: [] } });
    await quiet(clock);
    assert.equal(backend.count('listTasks'), 1);
    assert.deepEqual(
      session.store.tasks(ALL).items.map(({ id }) => id),
      ['t0000', 't0001', 't0002'],
    );
  });

  it('fires nothing and keeps every object when a read brings nothing new', async () => {
    current = bench();
    const { backend, clock, session, changes } = current;
    backend.put(...tasks(3));
    session.store.need({ kind: 'tasks', query: ALL });
    await quiet(clock);
    const before = session.store.tasks(ALL).items;
    changes.length = 0;
    backend.put(...tasks(3));
    await session.store.refresh({ kind: 'tasks', query: ALL });
    assert.deepEqual(changes, []);
    session.store.tasks(ALL).items.forEach((task, index) => assert.equal(task, before[index]));
  });

  it('fires exactly the ids that changed', async () => {
    current = bench();
    const { backend, clock, session, changes } = current;
    backend.put(...tasks(50));
    session.store.need({ kind: 'tasks', query: ALL });
    await quiet(clock);
    changes.length = 0;
    backend.change('t0007', { name: 'renamed' });
    await session.store.refresh({ kind: 'tasks', query: ALL });
    assert.deepEqual(ids(changes), ['t0007']);
    assert.equal(session.store.task('t0007')?.name, 'renamed');
  });

  it('lists count as fresh for 30 s, whoever holds them next', async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(...tasks(1));
    const hold = session.store.need({ kind: 'tasks', query: ALL });
    await quiet(clock);
    hold.dispose();
    await clock.advance(20_000);
    session.store.need({ kind: 'tasks', query: ALL }).dispose();
    await quiet(clock);
    assert.equal(backend.count('listTasks'), 1);
    await clock.advance(20_000);
    session.store.need({ kind: 'tasks', query: ALL });
    await quiet(clock);
    assert.equal(backend.count('listTasks'), 2);
  });

  it('asks for running tasks every 5 s in one request, and never for ended ones', async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(...tasks(20), fakeTask('r1', { status: 'running' }), fakeTask('r2', { status: 'queued' }));
    session.store.need({ kind: 'tasks', query: ALL });
    await clock.advance(26_000);
    const calls = backend.calls.filter((call) => call.startsWith('getTasks'));
    assert.ok(calls.length >= 4 && calls.length <= 6, calls.join('; '));
    assert.deepEqual([...new Set(calls)], ['getTasks r1,r2']);
    backend.change('r1', { status: 'completed' });
    backend.change('r2', { status: 'failed' });
    await clock.advance(6_000);
    assert.equal(session.store.task('r1')?.status, 'completed');
    const ended = backend.count('getTasks');
    await clock.advance(120_000);
    assert.equal(backend.count('getTasks'), ended);
  });

  it('does not ask by time for a single task that has ended', async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(fakeTask('a', { status: 'completed' }));
    session.store.need({ kind: 'task', id: 'a' });
    await clock.advance(10 * 60_000);
    assert.equal(backend.count('getTasks'), 1);
    assert.equal(clock.timerCount, 0);
  });

  it('stops everything when the last need is given back', async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(fakeTask('r1', { status: 'running' }));
    const holds = [
      session.store.need({ kind: 'tasks', query: ALL }),
      session.store.need({ kind: 'projects' }),
      session.store.need({ kind: 'queues' }),
      session.store.need({ kind: 'workers' }),
      session.store.need({ kind: 'task', id: 'r1' }),
    ];
    await clock.advance(10_000);
    holds.forEach((hold) => hold.dispose());
    const calls = backend.calls.length;
    await clock.advance(600_000);
    assert.equal(backend.calls.length, calls);
    assert.equal(clock.timerCount, 0);
  });

  it('pages through a list, each page once', async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(...tasks(250));
    session.store.need({ kind: 'tasks', query: ALL });
    await quiet(clock);
    assert.equal(session.store.tasks(ALL).items.length, 100);
    assert.equal(session.store.tasks(ALL).hasMore, true);
    await session.store.loadMore(ALL);
    await session.store.loadMore(ALL);
    const listing = session.store.tasks(ALL);
    assert.equal(listing.items.length, 250);
    assert.equal(listing.hasMore, false);
    await session.store.loadMore(ALL);
    assert.deepEqual(
      backend.calls.filter((call) => call.startsWith('list')),
      ['listTasks first', 'listTasks 100', 'listTasks 200'],
    );
  });

  it('keeps loaded pages over a refresh, with the new task on top and none twice', async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(...tasks(250));
    session.store.need({ kind: 'tasks', query: ALL });
    await quiet(clock);
    await session.store.loadMore(ALL);
    backend.put(fakeTask('new', { createdAt: 200_000 }));
    await session.store.refresh({ kind: 'tasks', query: ALL });
    await session.store.loadMore(ALL);
    const listed = session.store.tasks(ALL).items.map(({ id }) => id);
    assert.equal(listed[0], 'new');
    assert.equal(listed.length, 251);
    assert.equal(new Set(listed).size, 251);
  });

  it('loses no task when earlier ones disappear between two pages', async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(...tasks(300));
    session.store.need({ kind: 'tasks', query: ALL });
    await quiet(clock);
    await session.store.loadMore(ALL);
    ['t0003', 't0004', 't0005'].forEach((id) => backend.tasks.delete(id));
    await session.store.refresh({ kind: 'tasks', query: ALL });
    await session.store.loadMore(ALL);
    const listed = session.store.tasks(ALL).items.map(({ id }) => id);
    assert.deepEqual(
      listed,
      [...backend.tasks.keys()].slice(0, listed.length),
      'the list is the beginning of what the server has',
    );
    assert.equal(listed.length, 297);
  });

  it('runs "load more" after a refresh in flight instead of through it', async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(...tasks(200));
    session.store.need({ kind: 'tasks', query: ALL });
    await quiet(clock);
    let open = (): void => undefined;
    backend.gate = new Promise((resolve) => (open = resolve));
    const refreshed = session.store.refresh({ kind: 'tasks', query: ALL });
    await settle();
    const more = session.store.loadMore(ALL);
    await settle();
    assert.equal(backend.count('listTasks 100'), 0);
    backend.gate = undefined;
    open();
    await Promise.all([refreshed, more]);
    assert.equal(session.store.tasks(ALL).items.length, 200);
  });

  it('keeps items beside the error when a read fails, and takes the error back when it works again', async () => {
    current = bench();
    const { backend, clock, session, changes } = current;
    backend.put(...tasks(2));
    session.store.need({ kind: 'tasks', query: ALL });
    await quiet(clock);
    backend.failure = new TracksideError('unreachable', 'No answer.', 'Check the network.');
    changes.length = 0;
    const asked = backend.count('listTasks');
    await assert.rejects(session.store.refresh({ kind: 'tasks', query: ALL }), { kind: 'unreachable' });
    assert.equal(session.store.tasks(ALL).error?.message, 'No answer.');
    assert.equal(backend.count('listTasks') - asked, 1);
    await assert.rejects(session.store.refresh({ kind: 'tasks', query: ALL }), { kind: 'unreachable' });
    assert.equal(backend.count('listTasks') - asked, 2, 'a list that fails is asked for once as well');
    assert.equal(session.store.tasks(ALL).items.length, 2);
    assert.equal(changes.filter(({ kind }) => kind === 'taskList').length, 1);
    backend.failure = undefined;
    await session.store.refresh({ kind: 'tasks', query: ALL });
    assert.equal(session.store.tasks(ALL).error, undefined);
  });

  it('tells once that a task cannot be read again, and once that it can', async () => {
    current = bench();
    const { backend, clock, session, changes } = current;
    backend.put(fakeTask('r', { status: 'running' }), fakeTask('e'));
    session.store.need({ kind: 'task', id: 'r' });
    session.store.need({ kind: 'task', id: 'e' });
    await quiet(clock);
    assert.equal(session.store.taskFailure('r'), undefined);
    changes.length = 0;
    backend.failure = new TracksideError('unreachable', 'No answer.', 'Check the network.');
    await clock.advance(120_000);
    assert.equal(session.store.taskFailure('r')?.message, 'No answer.');
    assert.equal(session.store.taskFailure('e'), undefined, 'what has ended was not asked for');
    assert.deepEqual(ids(changes), ['r']);
    backend.failure = undefined;
    await session.store.refresh({ kind: 'task', id: 'r' });
    assert.equal(session.store.taskFailure('r'), undefined);
    assert.deepEqual(ids(changes), ['r', 'r']);
  });

  it('never lets a late answer replace a newer one', async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(...tasks(1));
    session.store.need({ kind: 'tasks', query: ALL });
    await quiet(clock);
    let open = (): void => undefined;
    backend.gate = new Promise((resolve) => (open = resolve));
    const late = session.store.refresh({ kind: 'tasks', query: ALL });
    await settle();
    backend.gate = undefined;
    backend.change('t0000', { name: 'newer' });
    await session.store.refresh({ kind: 'task', id: 't0000' });
    assert.equal(session.store.task('t0000')?.name, 'newer');
    open();
    await late;
    assert.equal(session.store.task('t0000')?.name, 'newer');
  });

  it('hides at once what no longer belongs into a list', async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(fakeTask('r1', { status: 'running' }), fakeTask('r2', { status: 'running' }));
    const running = { ...ALL, statuses: ['running'] } as const;
    session.store.need({ kind: 'tasks', query: running });
    await quiet(clock);
    backend.change('r1', { status: 'completed' });
    await clock.advance(6_000);
    assert.deepEqual(
      session.store.tasks(running).items.map(({ id }) => id),
      ['r2'],
    );
  });

  it('lists a task of a project also when the server does not repeat the project in its rows', async () => {
    current = bench();
    const { backend, session } = current;
    backend.put(fakeTask('a'));
    const listTasks = backend.listTasks.bind(backend);
    backend.listTasks = async (query, page) => {
      const { items } = await listTasks(query, page);
      return { items: items.map(({ projectId: _, ...task }) => task) };
    };
    await session.store.refresh({ kind: 'tasks', query: VISION });
    assert.equal(session.store.tasks(VISION).items.length, 1);
  });

  it('rejects the refresh of a task that does not exist, and takes it out of lists', async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(...tasks(2));
    session.store.need({ kind: 'tasks', query: ALL });
    await quiet(clock);
    backend.tasks.delete('t0000');
    await assert.rejects(session.store.refresh({ kind: 'task', id: 't0000' }), { kind: 'notFound' });
    assert.deepEqual(
      session.store.tasks(ALL).items.map(({ id }) => id),
      ['t0001'],
    );
  });

  it('reads projects, queues and workers whole and fires only for differences', async () => {
    current = bench();
    const { backend, clock, session, changes } = current;
    backend.projectList.push({ id: 'p1', name: 'Vision', taskCounts: { running: 1 } });
    backend.queueList.push({
      id: 'q1',
      name: 'default',
      isDefault: true,
      entries: [{ taskId: 'a', taskName: 'a' }],
    });
    backend.workerList.push({ id: 'w1', name: 'w1', isLocal: true, queueNames: ['default'] });
    backend.put(fakeTask('a', { status: 'queued' }));
    (['projects', 'queues', 'workers'] as const).forEach((kind) => session.store.need({ kind }));
    await quiet(clock);
    assert.deepEqual(changes.map(({ kind }) => kind).sort(), ['projects', 'queues', 'tasks', 'workers']);
    assert.equal(session.store.task('a')?.status, 'queued', 'tasks that queues name are known too');
    changes.length = 0;
    await session.store.refreshHeld();
    assert.deepEqual(changes, []);
    backend.projectList[0] = { id: 'p1', name: 'Vision', taskCounts: { running: 2 } };
    await session.store.refresh({ kind: 'projects' });
    assert.deepEqual(changes, [{ kind: 'projects' }]);
  });

  it('shows no queues where the server has none', async () => {
    current = bench();
    const { backend, session } = current;
    Object.defineProperty(backend, 'queues', { value: undefined });
    await session.store.refresh({ kind: 'queues' });
    assert.deepEqual(session.store.queues().items, []);
    assert.equal(session.store.queues().isLoaded, true);
  });

  it('bounds what it remembers', async () => {
    current = bench();
    const { backend, session } = current;
    backend.put(...tasks(9_000).map((task, index) => ({ ...task, projectId: `p${index % 90}` })));
    for (let project = 0; project < 90; project += 1) {
      await session.store.refresh({ kind: 'tasks', query: { ...VISION, projectId: `p${project}` } });
    }
    assert.ok(
      [...session.store.knownTasks()].length <= 3_200,
      `${[...session.store.knownTasks()].length} known`,
    );
  });
});

describe('EntityStore with pushes', () => {
  let current: Bench;

  beforeEach(async () => {
    current = bench(new MemoryBackend(true));
    const { backend, clock, session } = current;
    backend.put(...tasks(5), fakeTask('r1', { status: 'running', createdAt: 1 }));
    backend.projectList.push({ id: 'p1', name: 'Vision' });
    session.store.need({ kind: 'tasks', query: ALL });
    session.store.need({ kind: 'projects' });
    await clock.advance(5_000);
    backend.calls.length = 0;
    current.changes.length = 0;
  });

  afterEach(() => current.session.dispose());

  function push(...taskIds: string[]): void {
    current.backend.subscriber?.change({ kind: 'task', ids: taskIds });
  }

  it('reads the pushed ids in one request and no list when only figures changed', async () => {
    const { backend, clock, changes } = current;
    backend.change('r1', { lastIteration: 7 });
    backend.change('t0001', { comment: 'x' });
    push('r1');
    push('t0001');
    await clock.advance(3_000);
    assert.deepEqual(backend.calls, ['getTasks r1,t0001']);
    assert.deepEqual(ids(changes), ['r1', 't0001']);
  });

  it('reads running tasks no more often than once a minute by time', async () => {
    const { backend, clock } = current;
    await clock.advance(50_000);
    assert.deepEqual(backend.calls, []);
  });

  it('finds a new task through its push', async () => {
    const { backend, clock, session } = current;
    backend.put(fakeTask('new', { status: 'queued', createdAt: 999_999 }));
    push('new');
    await clock.advance(2_000);
    assert.equal(session.store.tasks(ALL).items[0]?.id, 'new');
    assert.equal(backend.count('listTasks'), 1);
  });

  it('lists a new task also when somebody who watches it alone read it first', async () => {
    const { backend, clock, session } = current;
    backend.put(fakeTask('new', { status: 'queued', createdAt: 999_999 }));
    await session.store.refresh({ kind: 'task', id: 'new' });
    push('new');
    await clock.advance(2_000);
    assert.equal(session.store.tasks(ALL).items[0]?.id, 'new');
  });

  it('reads a list at most about once a second however many tasks appear', async () => {
    const { backend, clock } = current;
    for (let index = 0; index < 50; index += 1) {
      backend.put(fakeTask(`n${index}`, { createdAt: 200_000 + index }));
      push(`n${index}`);
      await clock.advance(100);
    }
    await clock.advance(3_000);
    assert.ok(backend.count('listTasks') <= 8, `${backend.count('listTasks')} list reads in 8 s`);
    assert.equal(current.session.store.tasks(ALL).items.length, 56);
  });

  it('takes a deleted task out and asks for counts again when a status changed', async () => {
    const { backend, clock, session } = current;
    backend.tasks.delete('t0002');
    backend.change('r1', { status: 'completed' });
    push('t0002', 'r1');
    await clock.advance(3_000);
    assert.equal(
      session.store.tasks(ALL).items.some(({ id }) => id === 't0002'),
      false,
    );
    assert.equal(session.store.task('t0002'), undefined);
    assert.equal(backend.count('listProjects'), 1);
  });

  it('reads nothing for a push while nothing is held, and everything stale when it is again', async () => {
    const made = bench(new MemoryBackend(true));
    const { backend, clock, session } = made;
    backend.put(...tasks(1));
    const hold = session.store.need({ kind: 'tasks', query: ALL });
    await clock.advance(5_000);
    hold.dispose();
    backend.calls.length = 0;
    backend.change('t0000', { name: 'changed' });
    backend.subscriber?.change({ kind: 'task', ids: ['t0000'] });
    await clock.advance(5_000);
    assert.deepEqual(backend.calls, []);
    session.store.need({ kind: 'tasks', query: ALL });
    await clock.advance(1_000);
    assert.equal(session.store.task('t0000')?.name, 'changed');
    session.dispose();
  });

  it('reads pushed ids again when the read failed', async () => {
    const { backend, clock, session } = current;
    backend.change('r1', { name: 'changed' });
    backend.failure = new TracksideError('server', 'Broken.', '');
    push('r1');
    await clock.advance(200);
    backend.failure = undefined;
    await clock.advance(10_000);
    assert.equal(session.store.task('r1')?.name, 'changed');
  });
});

describe('EntityStore.act', () => {
  let current: Bench;

  beforeEach(async () => {
    current = bench();
    const { backend, clock, session } = current;
    backend.put(...tasks(3), fakeTask('r1', { status: 'running', createdAt: 1 }));
    session.store.need({ kind: 'tasks', query: ALL });
    await quiet(clock);
    current.changes.length = 0;
    backend.calls.length = 0;
  });

  afterEach(() => current.session.dispose());

  function known(...taskIds: string[]): ReturnType<typeof fakeTask>[] {
    return taskIds.flatMap((id) => current.session.store.task(id) ?? []);
  }

  it('shows the effect at once, before the server answers, then what the server made of it', async () => {
    const { backend, session } = current;
    let open = (): void => undefined;
    backend.gate = new Promise((resolve) => (open = resolve));
    const acting = session.store.act(known('r1'), { action: 'stop' });
    assert.equal(session.store.task('r1')?.isStopping, true);
    assert.deepEqual(session.store.task('r1')?.can, []);
    await settle();
    backend.gate = undefined;
    open();
    const [outcome] = await acting;
    assert.equal(outcome?.ok, true);
    assert.equal(session.store.task('r1')?.isStopping, true);
    assert.deepEqual(session.store.task('r1')?.can, ['stop', 'clone', 'rename', 'tag']);
    assert.equal(backend.count('getTasks r1'), 1);
  });

  it('rolls back what the server refuses, with its reason, and reads the task again', async () => {
    const { backend, session } = current;
    backend.refusals.set('t0001', new TracksideError('conflict', 'It is published.', ''));
    backend.change('t0001', { status: 'published' });
    const acting = session.store.act(known('t0000', 't0001'), { action: 'reset' });
    assert.equal(session.store.task('t0001')?.status, 'draft');
    const outcomes = await acting;
    assert.deepEqual(
      outcomes.map(({ ok, task }) => [task.id, ok]),
      [
        ['t0000', true],
        ['t0001', false],
      ],
    );
    const refused = outcomes[1];
    assert.equal(refused && !refused.ok && refused.error.message, 'It is published.');
    assert.equal(session.store.task('t0000')?.status, 'draft');
    assert.equal(session.store.task('t0001')?.status, 'published');
    assert.equal(backend.count('getTasks'), 1);
  });

  it('does not let a list read that began before the action undo what is shown', async () => {
    const { backend, session } = current;
    let open = (): void => undefined;
    backend.gate = new Promise((resolve) => (open = resolve));
    const late = session.store.refresh({ kind: 'tasks', query: ALL });
    await settle();
    backend.gate = undefined;
    await session.store.act(known('t0000'), { action: 'rename', name: 'renamed' });
    open();
    await late;
    assert.equal(session.store.task('t0000')?.name, 'renamed');
  });

  it('takes deleted and archived tasks out of the list at once and brings refused ones back', async () => {
    const { backend, session } = current;
    const listed = (): string[] => session.store.tasks(ALL).items.map(({ id }) => id);
    const deleting = session.store.act(known('t0000'), { action: 'delete' });
    assert.deepEqual(listed(), ['t0001', 't0002', 'r1']);
    await deleting;
    assert.deepEqual(listed(), ['t0001', 't0002', 'r1']);
    backend.refusals.set('t0001', new TracksideError('conflict', 'No.', ''));
    const refused = session.store.act(known('t0001'), { action: 'delete' });
    assert.deepEqual(listed(), ['t0002', 'r1']);
    await refused;
    assert.deepEqual(listed(), ['t0001', 't0002', 'r1']);
    await session.store.act(known('t0002'), { action: 'archive' });
    assert.deepEqual(listed(), ['t0001', 'r1']);
  });

  it('puts a clone into the list', async () => {
    const { clock, session } = current;
    const [outcome] = await session.store.act(known('t0000'), { action: 'clone' });
    assert.equal(outcome?.ok && outcome.outcome.createdTaskId, 't0000-copy');
    await clock.advance(2_000);
    assert.ok(session.store.tasks(ALL).items.some(({ id }) => id === 't0000-copy'));
  });

  it('reads back at once what an action changed besides, as far as it was ever read', async () => {
    const { backend, session } = current;
    const { act } = backend.actions;
    backend.actions.act = async (id, request) => {
      backend.change('t0001', { status: 'queued' });
      return { ...(await act(id, request)), touchedTaskIds: ['t0000', 't0001', 'never-read'] };
    };
    await session.store.act(known('t0000'), { action: 'enqueue', queueId: 'q' });
    assert.equal(session.store.task('t0001')?.status, 'queued');
    assert.deepEqual(
      backend.calls.filter((call) => call.startsWith('getTasks')),
      ['getTasks t0000,t0001'],
    );
  });

  it('keeps an accepted effect when reading back fails, and reads soon again', async () => {
    const { backend, clock, session } = current;
    const readTasks = backend.getTasks.bind(backend);
    let failures = 1;
    backend.getTasks = (wanted) =>
      failures-- > 0 ? Promise.reject(new TracksideError('unreachable', 'Gone.', '')) : readTasks(wanted);
    const [outcome] = await session.store.act(known('t0000'), { action: 'rename', name: 'renamed' });
    assert.equal(outcome?.ok, true);
    assert.equal(session.store.task('t0000')?.name, 'renamed');
    await clock.advance(3_000);
    assert.equal(backend.count('getTasks t0000'), 1);
  });

  it('fails every task with the reason when the server cannot be reached, and throws nothing', async () => {
    const { backend, session } = current;
    backend.failure = new TracksideError('unreachable', 'No answer.', '');
    const outcomes = await session.store.act(known('t0000', 't0001'), { action: 'archive' });
    assert.deepEqual(
      outcomes.map(({ ok }) => ok),
      [false, false],
    );
    assert.equal(session.store.task('t0000')?.isArchived, false);
  });

  it('acts once per task, a few at a time', async () => {
    const { backend, session } = current;
    backend.put(...tasks(40, { status: 'completed' }));
    await session.store.refresh({ kind: 'tasks', query: ALL });
    backend.calls.length = 0;
    const all = session.store.tasks(ALL).items;
    const outcomes = await session.store.act([...all, ...all], { action: 'tag', add: ['x'], remove: [] });
    assert.equal(outcomes.length, all.length);
    assert.equal(backend.count('act tag'), all.length);
    assert.ok(session.store.tasks(ALL).items.every(({ tags }) => tags.includes('x')));
    assert.equal(backend.count('getTasks'), 1);
  });
});
