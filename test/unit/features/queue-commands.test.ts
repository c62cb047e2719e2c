import assert from 'node:assert/strict';
import { registerQueueCommands } from '../../../src/features/queues/queue-commands';
import { createQueuesSource } from '../../../src/features/queues/queues-source';
import { queuedTaskNode, queueNode, workerNode, type TreeNode } from '../../../src/features/trees/tree-nodes';
import { registerWorkerCommands } from '../../../src/features/workers/worker-commands';
import { COMMANDS } from '../../../src/platform/command-ids';
import { fakeTask } from '../../fakes/memory-backend';
import { fixedConnections, memorySession, type MemorySession } from '../../fakes/memory-session';
import { ScriptedPlatform } from '../../fakes/scripted-platform';

const NOW = 600_000;

describe('Queue and worker commands', () => {
  let platform: ScriptedPlatform;
  let local: MemorySession;
  let selection: readonly TreeNode[];

  beforeEach(async () => {
    platform = new ScriptedPlatform();
    local = memorySession();
    selection = [];
    const waiting = (taskId: string, addedAt: number): object => ({ taskId, taskName: taskId, addedAt });
    local.backend.put(...['a', 'b', 'c'].map((id) => fakeTask(id, { status: 'queued' })));
    local.backend.put(fakeTask('r', { status: 'running' }));
    local.backend.queueList.push(
      { id: 'q1', name: 'default', isDefault: true, entries: [] },
      {
        id: 'q2',
        name: 'gpu',
        isDefault: false,
        entries: [waiting('a', NOW - 240_000), waiting('b', NOW - 120_000), waiting('c', NOW)].map(
          (entry) => entry as { taskId: string; taskName: string; addedAt: number },
        ),
      },
    );
    local.backend.workerList.push(
      { id: 'busy', name: 'busy', isLocal: false, queueNames: [], task: { id: 'r', name: 'task r' } },
      { id: 'idle', name: 'idle', isLocal: false, queueNames: [] },
    );
    const deps = { platform, connections: fixedConnections(local.session) };
    registerQueueCommands({ ...deps, selection: () => selection });
    registerWorkerCommands(deps);
    await local.session.store.refresh({ kind: 'queues' });
    await local.session.store.refresh({ kind: 'workers' });
  });

  afterEach(() => local.session.dispose());

  const sent = (): unknown[] =>
    local.backend.calls
      .filter((call) => call.startsWith('queue '))
      .map((call): unknown => JSON.parse(call.slice('queue '.length)));

  it('create and rename under a name that is trimmed', async () => {
    platform.answers.push('  fast  ', 'slow');
    await platform.run(COMMANDS.createQueue);
    await platform.run(COMMANDS.renameQueue, queueNode('local', 'q2'));
    assert.deepEqual(sent(), [
      { change: 'create', name: 'fast' },
      { change: 'rename', queueId: 'q2', name: 'slow' },
    ]);
  });

  it('say what waits before they clear or delete, and do nothing without a yes', async () => {
    platform.answers.push(false, true);
    await platform.run(COMMANDS.clearQueue, queueNode('local', 'q2'));
    assert.deepEqual(sent(), []);
    assert.match(platform.asked[0] ?? '', /Clear queue “gpu”\?\n3 waiting tasks .*\n• a\n• b\n• c/u);
    await platform.run(COMMANDS.deleteQueue, queueNode('local', 'q2'));
    assert.deepEqual(sent(), [{ change: 'delete', queueId: 'q2' }]);
    await platform.run(COMMANDS.clearQueue, queueNode('local', 'q1'));
    assert.deepEqual(platform.said, ['Queue “default” is empty already.']);
    await assert.rejects(platform.run(COMMANDS.clearQueue, queueNode('local', 'gone')), { kind: 'notFound' });
  });

  it('move several tasks so that they keep their order among themselves', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => queuedTaskNode('local', 'q2', id));
    await platform.run(COMMANDS.moveToFront, b, [c, b]);
    await platform.run(COMMANDS.moveToBack, a, [b, a]);
    assert.deepEqual(
      sent(),
      [
        ['c', 'front'],
        ['b', 'front'],
        ['a', 'back'],
        ['b', 'back'],
      ].map(([taskId, place]) => ({ change: 'reorder', queueId: 'q2', taskId, place })),
    );
  });

  it('act on the selection of the view when a key called them', async () => {
    await assert.rejects(platform.run(COMMANDS.moveUp), /No waiting task is selected/u);
    selection = [queuedTaskNode('local', 'q2', 'b')];
    await platform.run(COMMANDS.moveUp);
    assert.deepEqual(sent(), [{ change: 'reorder', queueId: 'q2', taskId: 'b', place: 'up' }]);
  });

  it('stop what a worker runs', async () => {
    await platform.run(COMMANDS.stopWorkerTask, workerNode('local', 'busy'));
    assert.equal(local.backend.count('act stop r'), 1);
    await assert.rejects(platform.run(COMMANDS.stopWorkerTask, workerNode('local', 'idle')), {
      message: 'This worker runs nothing now.',
    });
  });

  it('are offered where they make sense, and rows say how long tasks wait', () => {
    const source = createQueuesSource();
    const contextOf = (node: TreeNode): string => source.row(local.session, node, NOW)?.contextValue ?? '';
    const partsOf = (node: TreeNode): string[] =>
      contextOf(node).match(/(?<=has=)(?:queue|place)\w+/gu) ?? [];
    assert.deepEqual(partsOf(queueNode('local', 'q1')), ['queueEdit', 'queueClear']);
    assert.deepEqual(partsOf(queueNode('local', 'q2')), ['queueEdit', 'queueDelete', 'queueClear']);
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => partsOf(queuedTaskNode('local', 'q2', id))),
      [['placeAfter'], ['placeBefore', 'placeAfter'], ['placeBefore']],
    );
    const tooltip = source.tooltip(local.session, queueNode('local', 'q2'), NOW) ?? '';
    assert.match(tooltip, /Longest wait.*4 min/u);
    assert.match(tooltip, /Average wait.*2 min/u);
  });
});
