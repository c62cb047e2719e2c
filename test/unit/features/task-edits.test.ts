import assert from 'node:assert/strict';
import type { TaskAction } from '../../../src/core/actions';
import type { TaskDetails } from '../../../src/core/task-details';
import { registerActionCommands } from '../../../src/features/tasks/action-commands';
import { registerNodeCommands } from '../../../src/features/tasks/node-commands';
import { COMMANDS } from '../../../src/platform/command-ids';
import { fakeTask, MemoryBackend } from '../../fakes/memory-backend';
import { fixedConnections, memorySession, type MemorySession } from '../../fakes/memory-session';
import { ScriptedPlatform } from '../../fakes/scripted-platform';

const ALL: readonly TaskAction[] = ['complete', 'fail', 'comment', 'move', 'clone', 'reset', 'delete'];
const ref = (taskId: string): { connectionId: string; taskId: string } => ({ connectionId: 'local', taskId });

/** A server that knows what its tasks are made of. */
class DetailedBackend extends MemoryBackend {
  made: Partial<TaskDetails> = {};
  readonly details = {
    read: (): Promise<TaskDetails> =>
      Promise.resolve({
        code: {},
        parameters: [],
        configurations: [],
        artifacts: [],
        models: [],
        ...this.made,
      }),
  };
}

describe('Commands that edit tasks', () => {
  let platform: ScriptedPlatform;
  let local: MemorySession;
  let backend: DetailedBackend;
  let copied: string[];

  beforeEach(() => {
    platform = new ScriptedPlatform();
    backend = new DetailedBackend();
    local = memorySession({ backend });
    backend.put(
      fakeTask('r', { status: 'running', can: ALL }),
      fakeTask('s', { status: 'stopped', can: ALL, comment: 'one\ntwo', webUrl: 'https://x.example/s' }),
      fakeTask('t', { status: 'stopped', can: ALL }),
      fakeTask('q', { status: 'queued', queueId: 'q1', can: ['requeue'] }),
    );
    backend.projectList.push({ id: 'p1', name: 'Vision' }, { id: 'p2', name: 'Audio' });
    copied = [];
    const deps = { platform, connections: fixedConnections(local.session) };
    registerActionCommands(deps);
    registerNodeCommands({
      ...deps,
      copyText: (text) => Promise.resolve(void copied.push(text)),
      openExternal: () => Promise.resolve(),
    });
  });

  afterEach(() => local.session.dispose());

  it('keep the lines of a comment, and send nothing when it stays as it is', async () => {
    platform.answers.push('one ⏎ two', 'one ⏎ 2 ⏎⏎ three');
    await platform.run(COMMANDS.editComment, ref('s'));
    assert.equal(platform.asked[0], 'Comment on “task s” [one ⏎ two]');
    assert.deepEqual(backend.requests, []);
    await platform.run(COMMANDS.editComment, ref('s'));
    assert.deepEqual(backend.requests, [{ action: 'comment', comment: 'one\n2\n\nthree' }]);
  });

  it('move to a known project and to a new one, leaving out the one they are in', async () => {
    platform.answers.push('Audio', 'New project…', ' Vision/Later ');
    await platform.run(COMMANDS.moveTask, ref('s'));
    assert.equal(platform.asked[0], 'Move “task s” to a project\nAudio\nNew project…');
    await platform.run(COMMANDS.moveTask, ref('t'));
    assert.deepEqual(backend.requests, [
      { action: 'move', project: { id: 'p2', name: 'Audio' } },
      { action: 'move', project: { newName: 'Vision/Later' } },
    ]);
  });

  it('mark as failed with a reason, and say first that marking does not stop what runs', async () => {
    platform.answers.push('diverged', false, true);
    await platform.run(COMMANDS.failTask, ref('s'));
    assert.deepEqual(backend.requests, [{ action: 'fail', reason: 'diverged' }]);
    await platform.run(COMMANDS.completeTask, ref('r'));
    assert.match(platform.asked[1] ?? '', /Mark “task r” as completed while running\?\nOnly the status/u);
    assert.equal(backend.requests.length, 1);
    await platform.run(COMMANDS.completeTask, ref('r'));
    assert.deepEqual(backend.requests[1], { action: 'complete' });
  });

  it('let models and files be kept, only where there are some', async () => {
    const artifact = { name: 'w', direction: 'output', sizeBytes: 12 * 1024 * 1024 } as const;
    backend.made = {
      artifacts: [artifact, { name: 'data', direction: 'input' }],
      models: [{ id: 'm', name: 'net', direction: 'output' }],
    };
    platform.answers.push('Keep models and files', true, 'Delete models and files too', false, undefined);
    await platform.run(COMMANDS.resetTask, ref('s'));
    assert.match(platform.asked[0] ?? '', /1 artifact \(12 MB\) and 1 model/u);
    assert.match(platform.asked[1] ?? '', /Models and the files of artifacts stay/u);
    assert.deepEqual(backend.requests, [{ action: 'reset', keepsOutput: true }]);
    await platform.run(COMMANDS.deleteTask, ref('t'));
    assert.match(platform.asked[3] ?? '', /So are 1 artifact \(12 MB\) and 1 model/u);
    await platform.run(COMMANDS.deleteTask, ref('t'));
    assert.equal(backend.requests.length, 1);
    backend.made = {};
    platform.answers.push(true);
    await platform.run(COMMANDS.deleteTask, ref('t'));
    assert.deepEqual(backend.requests[1], { action: 'delete', keepsOutput: false });
  });

  it('edit parameters and arguments of one task, and send nothing when all stays as it was', async () => {
    backend.put(fakeTask('d', { status: 'draft', can: ['edit'] }));
    backend.made = {
      parameters: [{ section: 'Args', name: 'lr', value: '0.1' }],
      arguments: ['--out', 'a b'],
    };
    platform.answers.push('Args/lr', '0.5', 'Args/lr', '0.1', 'Save');
    await platform.run(COMMANDS.editInputs, ref('d'));
    assert.deepEqual(backend.requests, []);
    platform.answers.push('Args/lr', '0.5', 'Arguments of the script', '--out c', 'Save');
    await platform.run(COMMANDS.editInputs, ref('d'));
    assert.deepEqual(backend.requests, [
      {
        action: 'edit',
        inputs: {
          parameters: [{ section: 'Args', name: 'lr', value: '0.5' }],
          arguments: ['--out', 'c'],
        },
      },
    ]);
    assert.match(
      platform.asked.at(-1) ?? '',
      /Save \| 2 changed\nArguments of the script \| --out 'a b' → --out c/u,
    );
  });

  it('add parameters and take some out, also where there was none', async () => {
    backend.put(fakeTask('d', { status: 'draft', can: ['edit'] }));
    const named = (section: string, name: string): { section: string; name: string } => ({ section, name });
    backend.made = {
      parameters: [
        { ...named('Args', 'lr'), value: '0.1' },
        { ...named('Args', 'old'), value: '1' },
      ],
    };
    platform.answers.push('Add a parameter…', ' Data / path/of ', '/data', 'Remove a parameter…', 'Args/old');
    platform.answers.push('Remove a parameter…', 'Args/lr', 'Args/lr', 'Data/path/of', '/other', 'Save');
    await platform.run(COMMANDS.editInputs, ref('d'));
    assert.match(
      platform.asked.at(-1) ?? '',
      /Save \| 2 changed\nArgs\/lr \| 0\.1\nArgs\/old \| 1 → removed\nData\/path\/of \| \/other \(new\)/u,
    );
    backend.made = {};
    platform.answers.push('Add a parameter…', 'Args/lr', '1', 'Remove a parameter…', 'Args/lr', 'Save');
    await platform.run(COMMANDS.editInputs, ref('d'));
    assert.deepEqual(backend.requests, [
      {
        action: 'edit',
        inputs: {
          parameters: [{ ...named('Data', 'path/of'), value: '/other' }],
          removedParameters: [named('Args', 'old')],
        },
      },
    ]);
  });

  it('edit code and container of one task, whose commit goes with its branch', async () => {
    backend.put(fakeTask('d', { status: 'draft', can: ['edit'] }));
    backend.made = {
      code: {
        repository: 'https://git.example/a.git',
        branch: 'main',
        commit: 'c0ffee',
        uncommittedDiff: '--- a',
      },
      container: { image: 'python:3.11', setupScript: 'apt update\napt upgrade' },
    };
    platform.answers.push('Branch', 'tuned', 'Branch', 'main', 'Save');
    await platform.run(COMMANDS.editCode, ref('d'));
    assert.deepEqual(backend.requests, []);
    platform.answers.push(
      'Branch',
      'tuned',
      'Uncommitted changes',
      'Container setup script',
      'a ⏎ b',
      'Save',
    );
    await platform.run(COMMANDS.editCode, ref('d'));
    const code = { branch: 'tuned', commit: '', uncommittedDiff: '', setupScript: 'a\nb' };
    assert.deepEqual(backend.requests, [{ action: 'edit', inputs: { parameters: [], code } }]);
    const asked = platform.asked.at(-1) ?? '';
    assert.match(asked, /Branch \| main → tuned\nCommit \| c0ffee → newest of the branch\nScript \| none/u);
    assert.match(
      asked,
      /apt update ⏎ apt upgrade → a ⏎ b\nOutput destination \| none\nUncommitted changes \| left out/u,
    );
    await assert.rejects(platform.run(COMMANDS.editCode, ref('s')), { kind: 'conflict' });
  });

  it('clone with another name, project and parameter values, one task at a time', async () => {
    backend.made = {
      parameters: [
        { section: 'Args', name: 'lr', value: '0.1' },
        { section: 'Args', name: 'depth', value: '3' },
      ],
    };
    platform.answers.push(
      'tuned',
      'Audio',
      'Args/lr',
      '0.5',
      'Args/depth',
      '4',
      'Args/depth',
      '3',
      'Clone now',
    );
    await platform.run(COMMANDS.cloneTaskWithChanges, ref('s'));
    assert.deepEqual(backend.requests, [
      {
        action: 'clone',
        name: 'tuned',
        project: { id: 'p2', name: 'Audio' },
        inputs: { parameters: [{ section: 'Args', name: 'lr', value: '0.5' }] },
      },
    ]);
    assert.match(platform.asked.at(-1) ?? '', /Clone now \| 1 changed\nArgs\/lr \| 0\.1 → 0\.5/u);
    await assert.rejects(platform.run(COMMANDS.cloneTaskWithChanges, undefined, [ref('s'), ref('t')]), {
      kind: 'invalid',
    });
    platform.answers.push('tuned', 'Vision', undefined);
    await platform.run(COMMANDS.cloneTaskWithChanges, ref('s'));
    assert.equal(backend.requests.length, 1);
  });

  it('offer only other queues for a task that waits in one', async () => {
    backend.queueList.push({ id: 'q1', name: 'default', isDefault: true, entries: [] });
    await assert.rejects(platform.run(COMMANDS.requeueTask, ref('q')), {
      message: 'Local has no other queue.',
    });
    backend.queueList.push({ id: 'q2', name: 'gpu', isDefault: false, entries: [], workerNames: [] });
    platform.answers.push('gpu');
    await platform.run(COMMANDS.requeueTask, ref('q'));
    assert.deepEqual(platform.asked[0]?.split('\n').slice(1), [
      'gpu | 0 waiting | No worker serves it: tasks will wait',
    ]);
    assert.deepEqual(backend.requests, [{ action: 'requeue', queueId: 'q2' }]);
  });

  it('copy links, and Python that gets the tasks', async () => {
    await platform.run(COMMANDS.copyLink, ref('s'));
    await platform.run(COMMANDS.copySnippet, ref('s'));
    await platform.run(COMMANDS.copySnippet, undefined, [ref('s'), ref('t')]);
    assert.deepEqual(copied, [
      'https://x.example/s',
      'from clearml import Task\n\ntask = Task.get_task(task_id="s")\n',
      'from clearml import Task\n\ntasks = [Task.get_task(task_id=id) for id in ["s", "t"]]\n',
    ]);
    await assert.rejects(platform.run(COMMANDS.copyLink, ref('t')), { kind: 'invalid' });
    await assert.rejects(platform.run(COMMANDS.copySnippet, undefined, undefined), /row changed/u);
  });
});
