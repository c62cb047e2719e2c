import assert from 'node:assert/strict';
import type { QueueRequest, TaskActionRequest } from '../../../src/core/actions';
import type { Queue, Task } from '../../../src/core/entities';
import type { ContractState } from './backend-contract';
import { noSignal, type ContractServer } from './contract-server';

interface Hands {
  readonly act: (id: string, request: TaskActionRequest) => Promise<Task>;
  readonly read: (id: string) => Promise<Task>;
  readonly change: (request: QueueRequest) => Promise<readonly Queue[]>;
  /** A queue of its own, by id. */
  readonly newQueue: (name: string) => Promise<string>;
}

/** What people do to tasks and queues, whoever answers. */
export function describeActionContract(state: () => ContractState): void {
  const hands: Hands = {
    read: async (id) => {
      const [task] = await state().backend.getTasks([id], noSignal());
      assert.ok(task, `no task ${id}`);
      return task;
    },
    act: async (id, request) => {
      await state().backend.actions.act(id, request, noSignal());
      return hands.read(id);
    },
    change: async (request) => {
      const { queues } = state().backend;
      assert.ok(queues.change);
      await queues.change(request, noSignal());
      return queues.list(noSignal());
    },
    newQueue: async (name) => {
      const queue = (await hands.change({ change: 'create', name })).find((each) => each.name === name);
      assert.ok(queue, `no queue ${name}`);
      return queue.id;
    },
  };
  describeEdits(state, hands);
  describeInputs(state, hands);
  describeConfigurations(state, hands);
  describeEnds(state, hands);
  describeQueues(state, hands);
}

function describeEdits(state: () => ContractState, { act, read }: Hands): void {
  it('comments, over several lines, also on a task that has ended, and keeps why it ended', async () => {
    const { seed } = state();
    const id = await seed.task({ name: 'commented' });
    await seed.call('tasks.started', { task: id });
    await seed.call('tasks.failed', { task: id, status_reason: 'no memory', status_message: 'line 3' });
    const task = await act(id, { action: 'comment', comment: 'first\nsecond <b>' });
    assert.equal(task.comment, 'first\nsecond <b>');
    assert.deepEqual([task.statusReason, task.statusMessage], ['no memory', 'line 3']);
  });

  it('moves to another project, and to one that does not exist yet', async () => {
    const { backend, seed } = state();
    const from = await seed.project('Moving/From');
    const to = await seed.project('Moving/Target');
    const id = await seed.task({ name: 'moved', project: from });
    const moved = await act(id, { action: 'move', project: { id: to, name: 'Moving/Target' } });
    assert.equal(moved.projectName, 'Moving/Target');
    const created = await act(id, { action: 'move', project: { newName: 'Moving/Made up' } });
    assert.equal(created.projectName, 'Moving/Made up');
    assert.ok((await backend.listProjects(noSignal())).some(({ name }) => name === 'Moving/Made up'));
    await assert.rejects(act(id, { action: 'move', project: { newName: 'Moving/x' } }), { kind: 'invalid' });
  });

  it('clones with another name, project and some parameters, and leaves the original alone', async () => {
    const { backend, seed } = state();
    const parameter = (name: string, value: string): object => ({ section: 'Args', name, value });
    const hyperparams = { Args: { lr: parameter('lr', '0.1'), depth: parameter('depth', '3') } };
    const id = await seed.task({ name: 'original', hyperparams });
    const { createdTaskId = '', note } = await backend.actions.act(
      id,
      {
        action: 'clone',
        name: 'variation',
        project: { newName: 'Cloned into' },
        inputs: { parameters: [{ section: 'Args', name: 'lr', value: '0.5' }] },
      },
      noSignal(),
    );
    assert.equal(note, undefined);
    const copy = await read(createdTaskId);
    assert.deepEqual([copy.name, copy.projectName, copy.status], ['variation', 'Cloned into', 'draft']);
    const values = async (taskId: string): Promise<string[]> =>
      (await backend.details.read(taskId, noSignal())).parameters.map(
        ({ name, value }) => `${name}=${value}`,
      );
    assert.deepEqual(await values(createdTaskId), ['depth=3', 'lr=0.5']);
    assert.deepEqual(await values(id), ['depth=3', 'lr=0.1']);
  });
}

function describeInputs(state: () => ContractState, { newQueue }: Hands): void {
  const edit = {
    action: 'edit',
    inputs: { parameters: [{ section: 'Args', name: 'lr', value: '0.5' }] },
  } as const;

  it('edits a parameter and the arguments of a task that has not started, and leaves the rest', async () => {
    const { backend, seed } = state();
    const noted = {
      version: 1,
      script: '/code/train.py',
      workingDirectory: '/code',
      interpreter: 'python3',
      arguments: ['--lr', '0.1'],
      environment: { SEED: '1' },
    };
    const id = await seed.task({
      name: 'to be edited',
      hyperparams: {
        Args: {
          lr: { section: 'Args', name: 'lr', value: '0.1' },
          depth: { section: 'Args', name: 'depth', value: '3' },
        },
      },
      configuration: {
        'Trackside launch': { name: 'Trackside launch', type: 'json', value: JSON.stringify(noted) },
        other: { name: 'other', type: 'json', value: '{}' },
      },
    });
    const inputs = { ...edit.inputs, arguments: ['--lr', '0.5', 'a b'] };
    await backend.actions.act(id, { action: 'edit', inputs }, noSignal());
    const after = await backend.details.read(id, noSignal());
    assert.deepEqual(
      after.parameters.map(({ name, value }) => `${name}=${value}`),
      ['depth=3', 'lr=0.5'],
    );
    assert.deepEqual(after.arguments, ['--lr', '0.5', 'a b']);
    const texts = new Map(after.configurations.map(({ name, text }) => [name, text]));
    assert.deepEqual(JSON.parse(texts.get('Trackside launch') ?? ''), {
      ...noted,
      arguments: ['--lr', '0.5', 'a b'],
    });
    assert.equal(texts.get('other'), '{}');
  });

  it('edits while the task waits, and is refused once it has ended or when no arguments are known', async () => {
    const { backend, seed, server } = state();
    const hyperparams = { Args: { lr: { section: 'Args', name: 'lr', value: '0.1' } } };
    const id = await seed.task({ name: 'waiting', hyperparams });
    await backend.actions.act(id, { action: 'enqueue', queueId: await newQueue('editing') }, noSignal());
    const takesEdits = editsWhileQueued(server);
    const [waiting] = await backend.getTasks([id], noSignal());
    assert.equal(waiting?.can.includes('edit'), takesEdits, 'offered where it is taken');
    await (takesEdits
      ? backend.actions.act(id, edit, noSignal())
      : assert.rejects(backend.actions.act(id, edit, noSignal()), { kind: 'conflict' }));
    const [lr] = (await backend.details.read(id, noSignal())).parameters;
    assert.equal(lr?.value, takesEdits ? '0.5' : '0.1');
    const unknown = { action: 'edit', inputs: { parameters: [], arguments: ['x'] } } as const;
    await assert.rejects(backend.actions.act(id, unknown, noSignal()), { kind: 'conflict' });
    const ended = await seed.task({ name: 'ended', hyperparams });
    await seed.call('tasks.started', { task: ended });
    await seed.call('tasks.stopped', { task: ended });
    await assert.rejects(backend.actions.act(ended, edit, noSignal()), { kind: 'conflict' });
  });
}

/** Servers before API 2.34 take parameters and configurations of drafts only. */
function editsWhileQueued({ apiMinor }: ContractServer): boolean {
  return apiMinor >= 34;
}

function describeConfigurations(state: () => ContractState, { newQueue }: Hands): void {
  const net = { name: 'net (v1.0)', type: 'json', description: 'layers', value: '{"depth": 3}' };
  const configuration = { [net.name]: net, other: { name: 'other', type: 'yaml', value: 'a: 1' } };
  const edited = (before: string, text: string): TaskActionRequest => ({
    action: 'edit',
    inputs: { parameters: [], configurations: [{ name: net.name, before, text }] },
  });
  const texts = async (id: string): Promise<readonly (readonly [string, string, unknown, unknown])[]> =>
    (await state().backend.details.read(id, noSignal())).configurations
      .map(({ name, text, type, isEditable }) => [name, text, type, isEditable] as const)
      .sort(([a], [b]) => a.localeCompare(b));

  it('saves another text of a configuration, and leaves what is beside it', async () => {
    const { backend, seed, server } = state();
    const id = await seed.task({ name: 'configured', configuration });
    await backend.actions.act(id, edited(net.value, '{"depth": 4}\n'), noSignal());
    assert.deepEqual(await texts(id), [
      [net.name, '{"depth": 4}\n', 'json', true],
      ['other', 'a: 1', 'yaml', true],
    ]);
    await backend.actions.act(id, { action: 'enqueue', queueId: await newQueue('configured') }, noSignal());
    const late = edited('{"depth": 4}\n', '');
    if (!editsWhileQueued(server)) {
      await assert.rejects(backend.actions.act(id, late, noSignal()), { kind: 'conflict' });
      return;
    }
    await backend.actions.act(id, late, noSignal());
    assert.deepEqual((await texts(id))[0], [net.name, '', 'json', true]);
  });

  it('saves no text over one that it was not made from, nor into a task that has ended', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'contested', configuration });
    const refused = (before: string): Promise<void> =>
      assert.rejects(backend.actions.act(id, edited(before, 'mine'), noSignal()), { kind: 'conflict' });
    await refused('{"depth": 2}');
    await seed.call('tasks.started', { task: id });
    await seed.call('tasks.stopped', { task: id });
    await refused(net.value);
    assert.equal((await texts(id))[0]?.[1], net.value);
  });
}

function describeEnds(state: () => ContractState, { act }: Hands): void {
  it('marks as completed and as failed with a reason, and is refused where the state does not allow it', async () => {
    const { seed } = state();
    const done = await seed.task({ name: 'done by hand' });
    await seed.call('tasks.started', { task: done });
    await seed.call('tasks.stopped', { task: done });
    assert.equal((await act(done, { action: 'complete' })).status, 'completed');
    await assert.rejects(act(done, { action: 'fail' }), { kind: 'conflict' });
    const broken = await seed.task({ name: 'broken' });
    await seed.call('tasks.started', { task: broken });
    const failed = await act(broken, { action: 'fail', reason: 'diverged' });
    assert.deepEqual([failed.status, failed.statusReason], ['failed', 'diverged']);
  });

  it('keeps why a task ended when it is archived, taken out of the archive and published', async () => {
    const { seed } = state();
    const id = await seed.task({ name: 'remembered' });
    await seed.call('tasks.started', { task: id });
    await seed.call('tasks.failed', { task: id, status_reason: 'exit 3', status_message: 'Traceback' });
    for (const action of ['archive', 'unarchive', 'publish'] as const) {
      const { statusReason, statusMessage } = await act(id, { action });
      assert.deepEqual([statusReason, statusMessage], ['exit 3', 'Traceback'], action);
    }
  });
}

function describeQueues(state: () => ContractState, { act, change, newQueue }: Hands): void {
  const waiting = (queues: readonly Queue[], id: string): string[] | undefined =>
    queues.find((queue) => queue.id === id)?.entries.map(({ taskName }) => taskName);

  it('creates, renames and deletes queues', async () => {
    const id = await newQueue('made here');
    const renamed = await change({ change: 'rename', queueId: id, name: 'called so' });
    assert.equal(renamed.find((queue) => queue.id === id)?.name, 'called so');
    await assert.rejects(change({ change: 'create', name: 'called so' }), { kind: 'conflict' });
    await assert.rejects(change({ change: 'create', name: 'ab' }), { kind: 'invalid' });
    const left = await change({ change: 'delete', queueId: id });
    assert.equal(
      left.some((queue) => queue.id === id),
      false,
    );
    await assert.rejects(change({ change: 'delete', queueId: id }), { kind: 'notFound' });
  });

  it('moves a task within its queue and to another', async () => {
    const { seed } = state();
    const queueId = await newQueue('in order');
    const otherId = await newQueue('elsewhere');
    const ids: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      const id = await seed.task({ name });
      await act(id, { action: 'enqueue', queueId });
      ids.push(id);
    }
    const [first = '', second = '', third = ''] = ids;
    const reorder = async (taskId: string, place: 'front' | 'up' | 'down' | 'back'): Promise<unknown> =>
      waiting(await change({ change: 'reorder', queueId, taskId, place }), queueId);
    assert.deepEqual(await reorder(third, 'front'), ['three', 'one', 'two']);
    assert.deepEqual(await reorder(third, 'up'), ['three', 'one', 'two'], 'it is first already');
    assert.deepEqual(await reorder(third, 'down'), ['one', 'three', 'two']);
    assert.deepEqual(await reorder(second, 'up'), ['one', 'two', 'three']);
    assert.deepEqual(await reorder(first, 'back'), ['two', 'three', 'one']);
    const moved = await act(second, { action: 'requeue', queueId: otherId });
    assert.deepEqual([moved.status, moved.queueId], ['queued', otherId]);
    await assert.rejects(act(second, { action: 'requeue', queueId: otherId }), { kind: 'conflict' });
    await assert.rejects(change({ change: 'reorder', queueId, taskId: second, place: 'up' }), {
      kind: 'conflict',
    });
    const queues = await change({ change: 'clear', queueId });
    assert.deepEqual([waiting(queues, queueId), waiting(queues, otherId)], [[], ['two']]);
    const left = await change({ change: 'delete', queueId: otherId });
    assert.equal(waiting(left, otherId), undefined);
    const tasks = await state().backend.getTasks(ids, noSignal());
    assert.deepEqual(
      tasks.map(({ status }) => status),
      ['draft', 'draft', 'draft'],
    );
  });
}
