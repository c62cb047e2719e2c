import assert from 'node:assert/strict';
import { TracksideError } from '../../../src/core/errors';
import { registerActionCommands } from '../../../src/features/tasks/action-commands';
import { registerFilterCommands } from '../../../src/features/tasks/filter-commands';
import { createTaskFilterState } from '../../../src/features/tasks/task-filter-state';
import { registerNodeCommands } from '../../../src/features/tasks/node-commands';
import { projectNode, taskNode, workerNode } from '../../../src/features/trees/tree-nodes';
import { COMMANDS, CONTEXT_KEYS } from '../../../src/platform/command-ids';
import { fakeTask, MemoryBackend } from '../../fakes/memory-backend';
import { fixedConnections, memorySession, type MemorySession } from '../../fakes/memory-session';
import { ScriptedPlatform } from '../../fakes/scripted-platform';

const ref = (taskId: string, connectionId = 'local'): { connectionId: string; taskId: string } => ({
  connectionId,
  taskId,
});

describe('Task commands', () => {
  let platform: ScriptedPlatform;
  let local: MemorySession;
  let other: MemorySession;
  let copied: string[];
  let opened: string[];

  beforeEach(() => {
    platform = new ScriptedPlatform();
    local = memorySession();
    other = memorySession({
      info: { id: 'far', label: 'far.example', isLocal: false },
      backend: new MemoryBackend(),
    });
    const connections = fixedConnections(local.session, other.session);
    local.backend.put(
      fakeTask('r', { status: 'running' }),
      fakeTask('d', { status: 'draft' }),
      fakeTask('c', { status: 'completed', tags: ['a', 'b'] }),
      fakeTask('f', { status: 'failed', tags: ['b', 'c'], webUrl: 'https://x.example/f' }),
    );
    local.backend.queueList.push(
      { id: 'q2', name: 'gpu', isDefault: false, entries: [], workerNames: [] },
      {
        id: 'q1',
        name: 'default',
        isDefault: true,
        entries: [{ taskId: 'd', taskName: 'd' }],
        workerNames: ['w'],
      },
    );
    other.backend.put(fakeTask('x', { status: 'running' }));
    copied = [];
    opened = [];
    registerActionCommands({ platform, connections });
    registerNodeCommands({
      platform,
      connections,
      copyText: (text) => Promise.resolve(void copied.push(text)),
      openExternal: (url) => Promise.resolve(void opened.push(url)),
    });
  });

  afterEach(() => {
    local.session.dispose();
    other.session.dispose();
  });

  it('work on a row, on a reference and on a selection', async () => {
    await platform.run(COMMANDS.stopTask, taskNode('local', 'r'));
    await platform.run(COMMANDS.archiveTask, ref('c'));
    await platform.run(COMMANDS.cloneTask, ref('c'), [ref('d'), ref('d'), projectNode('local', 'Vision')]);
    assert.deepEqual(
      local.backend.calls.filter((call) => call.startsWith('act')),
      ['act stop r', 'act archive c', 'act clone d'],
    );
    assert.equal(platform.said[0], 'Stopping: the worker has been asked.');
  });

  it('ask which task is meant when called without one, offering only what allows it', async () => {
    platform.answers.push('task r');
    await platform.run(COMMANDS.stopTask);
    assert.match(platform.asked[0] ?? '', /Stop: which task\?\ntask r \| running/u);
    assert.doesNotMatch(platform.asked[0] ?? '', /task c|task d/u);
    assert.equal(local.backend.tasks.get('r')?.isStopping, true);
  });

  it('say so when their row was redrawn while its menu was open, instead of asking', async () => {
    await assert.rejects(
      platform.run(COMMANDS.stopTask, undefined, undefined),
      /row changed while its menu/u,
    );
    assert.deepEqual([platform.asked, local.backend.count('act')], [[], 0]);
  });

  it('say that nothing can be stopped', async () => {
    local.backend.change('r', { status: 'completed' });
    await platform.run(COMMANDS.stopTask);
    assert.deepEqual(platform.said, ['Nothing to stop: no task is running.']);
    assert.deepEqual(platform.asked, []);
  });

  it('ask before they destroy, naming what is lost, and do nothing without a yes', async () => {
    platform.answers.push(false, true);
    await platform.run(COMMANDS.resetTask, ref('c'));
    assert.equal(local.backend.count('act'), 0);
    await platform.run(COMMANDS.resetTask, undefined, [ref('c'), ref('f')]);
    assert.match(
      platform.asked[0] ?? '',
      /Reset “task c”\?\nThe metrics, console and output of “task c” are destroyed. This cannot be undone/u,
    );
    assert.match(platform.asked[1] ?? '', /Reset 2 tasks\?/u);
    assert.match(platform.asked[1] ?? '', /• task f \(failed\)/u);
    assert.deepEqual(platform.said, ['2 tasks reset.']);
    assert.equal(local.backend.tasks.get('f')?.status, 'draft');
  });

  it('tell one summary of successes and failures for a selection', async () => {
    local.backend.refusals.set('f', new TracksideError('conflict', 'The server says no.', 'Ask it.'));
    platform.answers.push(true);
    await assert.rejects(platform.run(COMMANDS.resetTask, undefined, [ref('c'), ref('f'), ref('r')]), {
      name: 'TracksideError',
      message:
        '1 of 3 tasks reset. “task f”: The server says no. “task r”: “task r” cannot be reset: it is running.',
    });
    assert.deepEqual(platform.said, []);
    assert.equal(local.session.store.task('c')?.status, 'draft');
    assert.equal(local.session.store.task('f')?.status, 'failed');
  });

  it('refuse with the state what the state does not allow, after looking again', async () => {
    await assert.rejects(platform.run(COMMANDS.deleteTask, ref('r')), {
      kind: 'conflict',
      message: '“task r” cannot be deleted: it is running.',
    });
    assert.deepEqual(platform.asked, []);
    local.backend.change('r', { status: 'draft' });
    platform.answers.push(true);
    await platform.run(COMMANDS.deleteTask, ref('r'));
    assert.equal(local.backend.tasks.has('r'), false);
  });

  it('throw the reason of the server for a single task', async () => {
    local.backend.refusals.set('r', new TracksideError('conflict', 'Not yours.', ''));
    await assert.rejects(platform.run(COMMANDS.stopTask, ref('r')), { message: 'Not yours.' });
  });

  it('say when a task or its connection is gone', async () => {
    await assert.rejects(platform.run(COMMANDS.stopTask, ref('nope')), { kind: 'notFound' });
    await assert.rejects(platform.run(COMMANDS.stopTask, ref('r', 'nope')), { kind: 'notFound' });
  });

  it('show waiting counts and workers when a queue is chosen', async () => {
    platform.answers.push('gpu');
    await platform.run(COMMANDS.enqueueTask, ref('d'));
    assert.deepEqual(platform.asked[0]?.split('\n'), [
      'Enqueue “task d”',
      'default | 1 waiting · default | 1 worker: w',
      'gpu | 0 waiting | No worker serves it: tasks will wait',
    ]);
    assert.equal(local.backend.tasks.get('d')?.queueId, 'q2');
  });

  it('do not ask for a queue when there is one that is served', async () => {
    local.backend.queueList.splice(0, 1);
    await platform.run(COMMANDS.enqueueTask, ref('d'));
    assert.deepEqual(platform.asked, []);
    assert.equal(local.backend.tasks.get('d')?.queueId, 'q1');
  });

  it('send nothing when the person turns away', async () => {
    platform.answers.push(undefined, undefined, undefined);
    await platform.run(COMMANDS.enqueueTask, ref('d'));
    await platform.run(COMMANDS.renameTask, ref('d'));
    await platform.run(COMMANDS.editTags, ref('d'));
    assert.equal(local.backend.count('act'), 0);
  });

  it('rename, and change only the tags that were shown', async () => {
    platform.answers.push('  better  ', 'b, new , new');
    await platform.run(COMMANDS.renameTask, ref('c'));
    assert.equal(local.backend.tasks.get('c')?.name, 'better');
    await platform.run(COMMANDS.editTags, undefined, [ref('c'), ref('f')]);
    assert.equal(platform.asked[1], 'Tags of 2 tasks [b]');
    assert.deepEqual(local.backend.tasks.get('c')?.tags, ['a', 'b', 'new']);
    assert.deepEqual(local.backend.tasks.get('f')?.tags, ['b', 'c', 'new']);
  });

  it('act on tasks of several connections at once', async () => {
    await platform.run(COMMANDS.stopTask, undefined, [ref('r'), ref('x', 'far')]);
    assert.equal(local.backend.count('act stop r'), 1);
    assert.equal(other.backend.count('act stop x'), 1);
    assert.deepEqual(platform.said, ['2 tasks stopped. Stopping: the worker has been asked.']);
  });

  it('copy ids, and open web pages only over http', async () => {
    await platform.run(COMMANDS.copyId, taskNode('local', 'r'), [
      taskNode('local', 'r'),
      workerNode('local', 'w1'),
    ]);
    await platform.run(COMMANDS.copyId, ref('c'));
    assert.deepEqual(copied, ['r\nw1', 'c']);
    await platform.run(COMMANDS.openInBrowser, ref('f'));
    assert.deepEqual(opened, ['https://x.example/f']);
    local.backend.put(fakeTask('evil', { webUrl: 'command:evil' }));
    await assert.rejects(platform.run(COMMANDS.openInBrowser, ref('evil')), { kind: 'invalid' });
    await assert.rejects(platform.run(COMMANDS.openInBrowser, ref('r')), { kind: 'invalid' });
    assert.equal(opened.length, 1);
  });

  it('refresh without a message when the server is away', async () => {
    local.session.store.need({ kind: 'projects' });
    await local.clock.advance(10);
    local.backend.failure = new TracksideError('unreachable', 'Gone.', '');
    await platform.run(COMMANDS.refresh);
    assert.deepEqual(platform.said, []);
    assert.equal(local.session.store.projects().error?.message, 'Gone.');
  });

  it('keep the filter, its context key and those who show it in step', async () => {
    const state = createTaskFilterState(platform);
    const connections = fixedConnections(local.session);
    registerFilterCommands({ platform, connections }, state);
    let heard = 0;
    state.onDidChange(() => (heard += 1));
    assert.equal(platform.contexts.get(CONTEXT_KEYS.isTaskFilterSet), false);
    platform.answers.push('Status…', ['Running', 'Failed']);
    await platform.run(COMMANDS.filterTasks);
    assert.deepEqual(state.current.statuses, ['running', 'failed']);
    platform.answers.push('Text…', ' net ');
    await platform.run(COMMANDS.filterTasks);
    assert.equal(state.current.text, 'net');
    assert.equal(platform.contexts.get(CONTEXT_KEYS.isTaskFilterSet), true);
    assert.deepEqual(createTaskFilterState(platform).current, state.current, 'it outlives the window');
    platform.answers.push(undefined);
    await platform.run(COMMANDS.filterTasks);
    await platform.run(COMMANDS.filterTasks, { statuses: ['draft'] });
    assert.deepEqual(state.current, { statuses: ['draft'], text: '', tags: [], isArchived: false });
    await platform.run(COMMANDS.clearTaskFilter);
    assert.equal(platform.contexts.get(CONTEXT_KEYS.isTaskFilterSet), false);
    assert.equal(heard, 4);
  });
});
