import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClearMlBackend } from '../../../src/backends/clearml/clearml-backend';
import type { LiveChange, TaskQuery } from '../../../src/backends/contract';
import type { Task, Worker } from '../../../src/core/entities';
import { noSignal, openBackend, refusal, Seeder, type ContractServer } from './contract-server';
import { describeActionContract } from './action-contract';
import { describeCodeContract } from './code-contract';
import { describeDependencyContract } from './dependency-contract';
import { describeDraftContract } from './draft-contract';
import { describeNameContract } from './name-contract';
import { describeOutputContract } from './output-contract';
import { describeRoomContract } from './room-contract';
import { describeSeriesContract } from './series-contract';
import { describeTableContract } from './table-contract';

export interface ContractState {
  server: ContractServer;
  backend: ClearMlBackend;
  seed: Seeder;
}

/** The same promises for every server that speaks ClearML's language. */
export function describeBackendContract(name: string, start: () => Promise<ContractServer>): void {
  describe(`ClearML backend against ${name}`, () => {
    let held: ContractState | undefined;
    const state = (): ContractState => {
      assert.ok(held, 'the server did not start');
      return held;
    };
    before(async () => {
      const server = await start();
      held = { server, backend: openBackend(server), seed: new Seeder(server) };
    });
    after(async () => {
      held?.backend.dispose();
      await held?.server.stop();
    });
    describeReading(state);
    describePaging(state);
    describeActions(state);
    describeActionContract(state);
    describeCodeContract(state);
    describeLaunch(state);
    describeDraftContract(state);
    describeRooms(state);
    describeSeriesContract(state);
    describeOutputContract(state);
    describeTableContract(state);
    describeDependencyContract(state);
    describeRoomContract(state);
    describeNameContract(state);
    describeLive(state);
  });
}

async function one(backend: ClearMlBackend, id: string): Promise<Task> {
  const [task] = await backend.getTasks([id], noSignal());
  assert.ok(task, `no task ${id}`);
  return task;
}

async function names(backend: ClearMlBackend, query: TaskQuery): Promise<string[]> {
  const { items } = await backend.listTasks(query, { size: 100 }, noSignal());
  return items.map((task) => task.name);
}

function describeReading(state: () => ContractState): void {
  it('says what the server is and who is signed in', async () => {
    const { backend, server } = state();
    const description = await backend.describe(noSignal());
    assert.match(description.product, server.isTrackside ? /^Trackside tracker/ : /^ClearML \d/);
    assert.ok(description.abilities.every(({ isAvailable, reason }) => isAvailable || (reason ?? '') !== ''));
    const live = description.abilities.find((ability) => ability.name === 'live');
    assert.equal(live?.isAvailable, server.isTrackside);
    assert.equal(backend.live !== undefined, server.isTrackside);
  });

  it('makes its token useless when it signs out, and the keys stay good', async () => {
    const { server } = state();
    const calls: string[] = [];
    const own = openBackend(server, {
      onRequest: ({ call, status }) => calls.push(`${call} ${status ?? ''}`),
    });
    const logins = (): number => calls.filter((call) => call === 'auth.login 200').length;
    await own.listProjects(noSignal());
    await own.signOut(noSignal());
    assert.deepEqual([calls.at(-1), logins()], ['auth.logout 200', 1]);
    await own.listProjects(noSignal());
    // Servers before API 2.29 have the call and do nothing.
    assert.equal(logins(), server.apiMinor < 29 ? 1 : 2, 'whether the token was refused');
    own.dispose();
  });

  it('gives projects by full path with counts that include what is below', async () => {
    const { backend, seed } = state();
    const project = await seed.project('Counted/Inner');
    await seed.task({ name: 'counted draft', project });
    const projects = await backend.listProjects(noSignal());
    const outer = projects.find((candidate) => candidate.name === 'Counted');
    const inner = projects.find((candidate) => candidate.name === 'Counted/Inner');
    assert.equal(inner?.id, project);
    assert.equal(inner.taskCounts?.draft, 1);
    assert.equal(outer?.taskCounts?.draft, 1);
  });

  it('maps a task and leaves out what the server did not say', async () => {
    const { backend, seed } = state();
    const project = await seed.project('Mapping');
    const id = await seed.task({ name: 'mapped', project, comment: 'why', tags: ['a', 'b'] });
    const task = await one(backend, id);
    assert.equal(task.name, 'mapped');
    assert.equal(task.status, 'draft');
    assert.equal(task.serverStatus, 'created');
    assert.equal(task.projectName, 'Mapping');
    assert.equal(task.projectId, project);
    assert.equal(task.comment, 'why');
    assert.deepEqual([...task.tags].sort(), ['a', 'b']);
    assert.equal(task.isArchived, false);
    assert.ok(task.createdAt !== undefined && task.createdAt > 1_000_000_000_000);
    assert.ok(
      !('startedAt' in task) && !('endedAt' in task) && !('workerId' in task) && !('parentId' in task),
    );
    assert.deepEqual(task.can, [
      'enqueue',
      'clone',
      'archive',
      'delete',
      'rename',
      'tag',
      'comment',
      'edit',
      'move',
    ]);
  });

  it('follows a task through its life', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'living' });
    await seed.call('tasks.started', { task: id });
    const running = await one(backend, id);
    assert.equal(running.status, 'running');
    assert.ok(running.startedAt !== undefined && running.endedAt === undefined);
    assert.deepEqual(running.can, [
      'stop',
      'reset',
      'clone',
      'complete',
      'fail',
      'rename',
      'tag',
      'comment',
      'move',
    ]);
    await seed.call('tasks.failed', { task: id, status_reason: 'exited with code 3' });
    const failed = await one(backend, id);
    assert.equal(failed.status, 'failed');
    assert.equal(failed.statusReason, 'exited with code 3');
    assert.ok(failed.endedAt !== undefined);
  });

  it('leaves out tasks that do not exist and asks nothing for no ids', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'present' });
    const found = await backend.getTasks([id, '0123456789abcdef0123456789abcdef'], noSignal());
    assert.deepEqual(
      found.map((task) => task.id),
      [id],
    );
    assert.deepEqual(await backend.getTasks([], noSignal()), []);
  });

  describeFilters(state);
}

function describeFilters(state: () => ContractState): void {
  it('filters by project, status, text and tags', async () => {
    const { backend, seed } = state();
    const project = await seed.project('Filtered');
    const below = await seed.project('Filtered/Below');
    const closed = await seed.task({ name: 'alpha (1.0)*', project, tags: ['x', 'y'] });
    await seed.task({ name: 'beta', project, tags: ['x'], comment: 'ALPHA in words' });
    await seed.task({ name: 'gamma', project: below });
    await seed.call('tasks.started', { task: closed });
    await seed.call('tasks.stopped', { task: closed });
    await seed.call('tasks.close', { task: closed });
    const inProject = (query: TaskQuery): Promise<string[]> =>
      names(backend, { projectId: project, ...query });
    assert.deepEqual(await inProject({ order: 'name' }), ['alpha (1.0)*', 'beta']);
    assert.deepEqual(await inProject({ order: 'name', includeSubprojects: true }), [
      'alpha (1.0)*',
      'beta',
      'gamma',
    ]);
    assert.deepEqual(await inProject({ statuses: ['completed'] }), ['alpha (1.0)*']);
    assert.deepEqual(await inProject({ statuses: ['blocked'] }), []);
    assert.deepEqual((await inProject({ text: 'alpha' })).sort(), ['alpha (1.0)*', 'beta']);
    assert.deepEqual(await inProject({ text: '(1.0)*' }), ['alpha (1.0)*']);
    assert.deepEqual(await inProject({ tags: ['x', 'y'] }), ['alpha (1.0)*']);
    assert.deepEqual(await inProject({ text: closed }), ['alpha (1.0)*']);
  });
}

function describePaging(state: () => ContractState): void {
  for (const order of ['newest', 'updated', 'name'] as const) {
    it(`pages by ${order} without repeating or losing a row while others come and go`, async () => {
      const { backend, seed } = state();
      const project = await seed.project(`Paged ${order}`);
      const expected: string[] = [];
      for (let index = 0; index < 23; index += 1) {
        expected.push(await seed.task({ name: `row ${String((index * 7) % 23).padStart(2, '0')}`, project }));
      }
      const query: TaskQuery = { projectId: project, order };
      const seen: string[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const page = await backend.listTasks(
          query,
          { size: 5, ...(cursor === undefined ? {} : { cursor }) },
          noSignal(),
        );
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next;
        pages += 1;
        // Before the place already read, in every one of the orders.
        await seed.task({ name: 'row', project });
      } while (cursor !== undefined && pages < 20);
      assert.equal(new Set(seen).size, seen.length, 'a row came twice');
      assert.deepEqual(
        expected.filter((id) => !seen.includes(id)),
        [],
        'rows were lost',
      );
    });
  }

  it('refuses a cursor of another list', async () => {
    const error = await refusal(state().backend.listTasks({}, { size: 5, cursor: 'nonsense' }, noSignal()));
    assert.equal(error.kind, 'invalid');
  });
}

function describeActions(state: () => ContractState): void {
  const act = async (id: string, request: Parameters<ClearMlBackend['actions']['act']>[1]): Promise<Task> => {
    const { backend } = state();
    await backend.actions.act(id, request, noSignal());
    return one(backend, id);
  };
  const defaultQueue = async (): Promise<string> => {
    const queue = (await state().backend.queues.list(noSignal())).find(({ isDefault }) => isDefault);
    assert.ok(queue);
    return queue.id;
  };

  it('enqueues, shows the place in the queue, and dequeues', async () => {
    const { backend, seed } = state();
    const queueId = await seedQueue(seed, await defaultQueue());
    const id = await seed.task({ name: 'waiting' });
    const queued = await act(id, { action: 'enqueue', queueId });
    assert.equal(queued.status, 'queued');
    assert.equal(queued.queueId, queueId);
    assert.ok(queued.can.includes('dequeue') && !queued.can.includes('enqueue'));
    const entries = (await backend.queues.list(noSignal())).find((queue) => queue.id === queueId)?.entries;
    assert.deepEqual(
      entries?.map(({ taskId, taskName }) => [taskId, taskName]),
      [[id, 'waiting']],
    );
    const draft = await act(id, { action: 'dequeue' });
    assert.equal(draft.status, 'draft');
    assert.ok(!('queueId' in draft));
  });

  it('stops, resets, publishes', async () => {
    const { seed } = state();
    const id = await seed.task({ name: 'steered' });
    await seed.call('tasks.started', { task: id });
    assert.equal((await act(id, { action: 'stop' })).status, 'stopped');
    const reset = await act(id, { action: 'reset' });
    assert.equal(reset.status, 'draft');
    assert.ok(!('startedAt' in reset));
    await seed.call('tasks.started', { task: id });
    await seed.call('tasks.completed', { task: id });
    assert.equal((await act(id, { action: 'publish' })).status, 'published');
    const refused = await refusal(act(id, { action: 'reset' }));
    assert.equal(refused.kind, 'conflict');
    assert.match(refused.message, /^On the server the task is published now\b/);
  });

  it('says that a worker was asked when stopping takes a while', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'worker-run' });
    await seed.call('tasks.started', { task: id });
    await seed.call('workers.status_report', {
      worker: 'agent:0',
      timestamp: Date.now(),
      task: id,
      queues: [],
    });
    const { note } = await backend.actions.act(id, { action: 'stop' }, noSignal());
    assert.equal(note, 'Stopping: the worker has been asked');
    const task = await one(backend, id);
    assert.equal(task.status, 'running');
    assert.equal(task.isStopping, true);
    await seed.call('tasks.stopped', { task: id });
  });

  it('clones under a name of its own, renames and tags', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'source', tags: ['keep'] });
    const { createdTaskId } = await backend.actions.act(id, { action: 'clone' }, noSignal());
    assert.ok(createdTaskId !== undefined && createdTaskId !== id);
    assert.equal((await one(backend, createdTaskId)).name, 'source (copy)');
    assert.equal((await act(id, { action: 'rename', name: 'renamed' })).name, 'renamed');
    assert.equal((await refusal(act(id, { action: 'rename', name: 'no' }))).kind, 'invalid');
    const tagged = await act(id, { action: 'tag', add: ['new', 'keep'], remove: [] });
    assert.deepEqual([...tagged.tags].sort(), ['keep', 'new']);
    assert.deepEqual((await act(id, { action: 'tag', add: [], remove: ['keep'] })).tags, ['new']);
  });

  it('archives, lists archived ones apart, unarchives, deletes', async () => {
    const { backend, seed } = state();
    const project = await seed.project('Archiving');
    const id = await seed.task({ name: 'old', project });
    await seed.call('tasks.started', { task: id });
    await seed.call('tasks.completed', { task: id });
    const archived = await act(id, { action: 'archive' });
    assert.equal(archived.isArchived, true);
    assert.ok(archived.can.includes('unarchive') && archived.can.includes('delete'));
    assert.deepEqual(await names(backend, { projectId: project }), []);
    assert.deepEqual(await names(backend, { projectId: project, isArchived: true }), ['old']);
    assert.equal((await act(id, { action: 'unarchive' })).isArchived, false);
    await act(id, { action: 'archive' });
    await backend.actions.act(id, { action: 'delete' }, noSignal());
    assert.deepEqual(await backend.getTasks([id], noSignal()), []);
  });

  it('passes on the reason when the server refuses', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'finished' });
    await seed.call('tasks.started', { task: id });
    await seed.call('tasks.completed', { task: id });
    const illegal = await refusal(act(id, { action: 'enqueue', queueId: await defaultQueue() }));
    assert.equal(illegal.kind, 'conflict');
    assert.match(illegal.message, /completed/);
    assert.equal(illegal.detail.serverCode, '400/110');
    assert.equal((await refusal(act(id, { action: 'delete' }))).kind, 'conflict');
    const unknown = '0123456789abcdef0123456789abcdef';
    assert.equal(
      (await refusal(backend.actions.act(unknown, { action: 'stop' }, noSignal()))).kind,
      'notFound',
    );
    const missing = await refusal(backend.actions.act(unknown, { action: 'archive' }, noSignal()));
    assert.equal(missing.kind, 'notFound');
  });
}

/** A queue that no worker serves; the default one where there is no other. */
async function seedQueue(seed: Seeder, defaultId: string): Promise<string> {
  try {
    const { id } = await seed.call('queues.create', { name: 'unserved' });
    return typeof id === 'string' ? id : defaultId;
  } catch {
    return defaultId;
  }
}

function describeLaunch(state: () => ContractState): void {
  it('creates a draft that holds the code and how to start it again', async () => {
    const { backend } = state();
    const request = {
      name: 'train.py',
      projectName: 'Vision/ml',
      code: {
        repository: 'https://example.com/r.git',
        branch: 'main',
        commit: 'abc',
        entryPoint: 'train.py',
        uncommittedDiff: 'diff --git a b\n',
      },
      scriptPath: "/home/ada/with space's/train.py",
      workingDirectory: '/home/ada',
      interpreter: '/usr/bin/python3',
      arguments: ['--lr', '0.1', '$(rm)', 'ünï'],
      environment: { SEED: '1' },
      tags: ['laptop'],
    };
    const first = await backend.launch.create(request, noSignal());
    const second = await backend.launch.create(request, noSignal());
    assert.notEqual(first, second);
    const task = await one(backend, first);
    assert.equal(task.status, 'draft');
    assert.equal(task.projectName, 'Vision/ml project');
    assert.equal(task.projectId, (await one(backend, second)).projectId);
    assert.deepEqual(task.tags, ['laptop']);
    const { code, ...details } = await backend.details.read(first, noSignal());
    assert.deepEqual(code, request.code);
    assert.deepEqual(details.arguments, request.arguments);
  });

  it('reads what a task is made of', async () => {
    const { backend, seed } = state();
    const id = await seed.task({
      name: 'made of much',
      script: { repository: 'https://example.com/r.git', requirements: { pip: 'torch == 2.7.1\nnumpy' } },
      container: { image: 'python:3.12', arguments: '--ipc=host' },
      hyperparams: {
        Args: {
          lr: { section: 'Args', name: 'lr', value: '0.1', type: 'float' },
          'layer.10': { section: 'Args', name: 'layer.10', value: '' },
          'layer.9': { section: 'Args', name: 'layer.9', value: 'ünï <b>' },
        },
        Adam: { eps: { section: 'Adam', name: 'eps', value: '1e-8', description: 'for stability' } },
      },
      configuration: { net: { name: 'net', value: '{"depth": 3}', type: 'json' } },
      execution: {
        artifacts: [
          {
            key: 'features',
            type: 'custom',
            mode: 'output',
            uri: 'https://files.example.com/f.npz',
            content_size: 0,
            hash: 'cafe',
            timestamp: 1_700_000_000,
            type_data: { preview: 'x, y\n1, 2' },
          },
        ],
      },
    });
    const details = await backend.details.read(id, noSignal());
    assert.deepEqual(details, {
      code: { repository: 'https://example.com/r.git' },
      packages: 'torch == 2.7.1\nnumpy',
      container: { image: 'python:3.12', arguments: '--ipc=host' },
      parameters: [
        { section: 'Adam', name: 'eps', value: '1e-8', description: 'for stability' },
        { section: 'Args', name: 'layer.9', value: 'ünï <b>' },
        { section: 'Args', name: 'layer.10', value: '' },
        { section: 'Args', name: 'lr', value: '0.1', type: 'float' },
      ],
      configurations: [{ name: 'net', text: '{"depth": 3}', type: 'json', isEditable: true }],
      artifacts: [
        {
          name: 'features',
          direction: 'output',
          type: 'custom',
          uri: 'https://files.example.com/f.npz',
          sizeBytes: 0,
          hash: 'cafe',
          addedAt: 1_700_000_000_000,
          preview: 'x, y\n1, 2',
        },
      ],
      models: [],
    });
  });

  it('reads a task that is made of nothing, and says when one is gone', async () => {
    const { backend, seed } = state();
    const details = await backend.details.read(await seed.task({ name: 'bare' }), noSignal());
    assert.deepEqual(details, { code: {}, parameters: [], configurations: [], artifacts: [], models: [] });
    await assert.rejects(backend.details.read('0123456789abcdef0123456789abcdef', noSignal()), {
      kind: 'notFound',
    });
  });

  it('reads where a task came from and what came from it', async () => {
    const { backend, seed } = state();
    const parent = await seed.task({ name: 'parent' });
    const child = await seed.task({ name: 'child', parent });
    for (const taskId of [child, parent]) {
      const graph = await backend.dependencies.read({ kind: 'task', taskId }, noSignal());
      assert.deepEqual(graph.edges, [{ from: parent, to: child }]);
      assert.deepEqual(
        graph.nodes.map(({ id, label, status }) => [id, label, status]),
        [
          [parent, 'parent', 'draft'],
          [child, 'child', 'draft'],
        ],
      );
      assert.equal(graph.focusId, taskId);
    }
  });
}

function describeRooms(state: () => ContractState): void {
  it('shows what a worker does', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'on a worker' });
    await seed.call('tasks.started', { task: id });
    await seed.call('workers.status_report', {
      worker: 'box:gpu0',
      timestamp: Date.now(),
      task: id,
      queues: [],
      machine_stats: { cpu_usage: [10, 15], memory_used: 100, memory_free: 300 },
    });
    const find = async (): Promise<Worker | undefined> =>
      (await backend.workers.list(noSignal())).find(({ id: name }) => name === 'box:gpu0');
    let worker = await find();
    // A store for searching shows what it took only after a while.
    for (let tries = 0; state().server.tellsAll && worker?.load === undefined && tries < 10; tries += 1) {
      await delay(500);
      worker = await find();
    }
    assert.ok(worker);
    assert.equal(worker.isLocal, false);
    assert.equal(worker.task?.id, id);
    assert.equal(worker.task.name, 'on a worker');
    assert.ok(worker.lastSeenAt !== undefined);
    if (state().server.tellsAll) {
      assert.deepEqual(worker.load, { cpuPercent: 12.5, memoryUsedMb: 100, memoryTotalMb: 400 });
      assert.equal((await one(backend, id)).workerId, 'box:gpu0');
    }
    await seed.call('tasks.stopped', { task: id });
  });
}

function describeLive(state: () => ContractState): void {
  it('pushes what changes, where the server can', async () => {
    const { backend, seed, server } = state();
    if (!server.isTrackside) {
      assert.equal(backend.live, undefined);
      return;
    }
    const changes: LiveChange[] = [];
    let isConnected = false;
    const subscription = backend.live?.subscribe(
      (change) => changes.push(change),
      (isNow) => {
        isConnected = isNow;
      },
    );
    try {
      await until(() => isConnected);
      const id = await seed.task({ name: 'pushed' });
      await until(() => changes.some((change) => change.kind === 'task' && change.ids.includes(id)));
      await seed.call('tasks.started', { task: id });
      await seed.scalars(id, 'loss', 'train', [[1, 1]]);
      await until(() => changes.some((change) => change.kind === 'series' && change.taskId === id));
      // Reading the workers has the local one report; were that news each time, they would be read for ever.
      for (let reads = 0; reads < 6; reads += 1) {
        await backend.workers.list(noSignal());
        const marker = await seed.task({ name: 'pushed after the workers' });
        await until(() => changes.some((change) => change.kind === 'task' && change.ids.includes(marker)));
      }
      const told = changes.filter(({ kind }) => kind === 'workers').length;
      assert.ok(told <= 3, `told ${told} times of workers that did nothing`);
    } finally {
      subscription?.dispose();
    }
    assert.equal(isConnected, false);
  });
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
