import assert from 'node:assert/strict';
import type { ConsoleChunk } from '../../../src/backends/contract';
import type { Task } from '../../../src/core/entities';
import { silentLogger } from '../../../src/core/logger';
import { watchTaskRuns } from '../../../src/features/notifications/task-runs';
import { lastTraceback, RunProblems } from '../../../src/features/problems/run-problems';
import type { FrameTarget } from '../../../src/features/problems/run-sources';
import { sourceAddress, sourceAt } from '../../../src/features/problems/source-address';
import { fakeTask, MemoryBackend } from '../../fakes/memory-backend';
import { fixedConnections, memorySession } from '../../fakes/memory-session';
import { ScriptedPlatform } from '../../fakes/scripted-platform';

const TRACEBACK = [
  'epoch 1',
  '\x1b[31mTraceback (most recent call last):\n  File "/repo/train.py", line 9, in <module>\n    main()',
  '  File "/repo/data.py", line 4, in load\n    raise ValueError',
  '  File "/lib/python3.11/site-packages/x.py", line 1, in x\nValueError: no data\x1b[0m',
];

class PrintedBackend extends MemoryBackend {
  printed: readonly string[] = TRACEBACK;
  endReads = 0;
  readonly console = {
    read: () => Promise.resolve({ chunks: [], cursor: '', hasMore: false }),
    readEnd: (): Promise<readonly ConsoleChunk[]> => {
      this.endReads += 1;
      return Promise.resolve(this.printed.map((text) => ({ text })));
    },
  };
}

const find = (_ref: unknown, { path }: { path: string }): Promise<FrameTarget> =>
  Promise.resolve(
    path.startsWith('/repo/')
      ? { kind: 'file', file: path, sameness: 'line' }
      : { kind: 'file', file: path, sameness: 'outside' },
  );

async function openWindow(platform: ScriptedPlatform, ...tasks: readonly Task[]) {
  const server = new PrintedBackend(true);
  const { clock, session } = memorySession({ backend: server });
  server.put(...tasks);
  const runs = watchTaskRuns(fixedConnections(session), silentLogger);
  const view = session.store.need({ kind: 'tasks', query: {} });
  const problems = new RunProblems({
    runs,
    state: platform.state,
    logger: silentLogger,
    now: () => clock.now(),
    find,
  });
  await clock.advance(1_000);
  const change = async (id: string, over: Partial<Task>): Promise<void> => {
    server.change(id, over);
    server.subscriber?.change({ kind: 'task', ids: [id] });
    await clock.advance(500);
  };
  const dispose = (): void => {
    view.dispose();
    problems.dispose();
    runs.dispose();
    session.dispose();
  };
  return { server, problems, change, dispose };
}

describe('problems of failed runs', () => {
  const running = (id: string, over: Partial<Task> = {}): Task =>
    fakeTask(id, { status: 'running', name: 'train.py', startedAt: 1, ...over });

  it('are at the innermost frame of the task’s own code, with the calls that led there', async () => {
    const window = await openWindow(new ScriptedPlatform(), running('a'));
    await window.change('a', { status: 'failed' });
    assert.deepEqual(window.problems.all(), [
      {
        connectionId: 'local',
        taskId: 'a',
        taskName: 'train.py',
        projectName: 'Vision',
        message: 'ValueError: no data',
        place: { file: '/repo/data.py', isAsRun: false, line: 4 },
        calls: [{ file: '/repo/train.py', isAsRun: false, line: 9, functionName: '<module>' }],
      },
    ]);
    window.dispose();
  });

  it('are none of runs that ended well, printed no traceback, or failed before this window looked', async () => {
    const window = await openWindow(
      new ScriptedPlatform(),
      running('a'),
      running('b'),
      fakeTask('c', { status: 'failed' }),
    );
    await window.change('a', { status: 'completed' });
    window.server.printed = ['killed'];
    await window.change('b', { status: 'failed' });
    assert.deepEqual(window.problems.all(), []);
    assert.equal(window.server.endReads, 1);
    window.dispose();
  });

  it('go when they are dismissed, when the task runs again, and when its script does', async () => {
    const window = await openWindow(
      new ScriptedPlatform(),
      running('a'),
      running('b', { name: 'other.py' }),
      running('c', { name: 'third.py' }),
      fakeTask('d', { status: 'queued', name: 'third.py' }),
    );
    for (const id of ['a', 'b', 'c']) {
      await window.change(id, { status: 'failed' });
    }
    const left = (): readonly string[] => window.problems.all().map(({ taskId }) => taskId);
    assert.deepEqual(left(), ['c', 'b', 'a']);
    window.problems.dismiss({ connectionId: 'local', taskId: 'b' });
    assert.deepEqual(left(), ['c', 'a']);
    await window.change('a', { status: 'queued' });
    await window.change('a', { status: 'running', startedAt: 9 });
    assert.deepEqual(left(), ['c']);
    await window.change('d', { status: 'running', startedAt: 10 });
    assert.deepEqual(left(), []);
    window.dispose();
  });

  it('are still there after a reload of the window', async () => {
    const platform = new ScriptedPlatform();
    const window = await openWindow(platform, running('a'));
    await window.change('a', { status: 'failed' });
    window.dispose();
    const reloaded = await openWindow(platform, fakeTask('a', { status: 'failed' }));
    assert.deepEqual(
      reloaded.problems.all().map(({ taskId }) => taskId),
      ['a'],
    );
    reloaded.problems.dismissAll();
    assert.deepEqual(platform.kept.get('problems'), []);
    reloaded.dispose();
  });

  it('cost at most ten reads a minute, however many runs fail', async () => {
    const ids = Array.from({ length: 15 }, (_, index) => `t${index}`);
    const window = await openWindow(new ScriptedPlatform(), ...ids.map((id) => running(id, { name: id })));
    for (const id of ids) {
      await window.change(id, { status: 'failed' });
    }
    assert.equal(window.server.endReads, 10);
    window.dispose();
  });

  it('come from chunks that break lines anywhere', () => {
    const found = lastTraceback(TRACEBACK.map((text) => ({ text })));
    assert.equal(found?.error, 'ValueError: no data');
    assert.equal(found.frames.length, 3);
    assert.equal(lastTraceback([]), undefined);
  });
});

describe('the address of a file as it ran', () => {
  it('leads back to task and file, and reads as the file does in the repository', () => {
    const ref = { connectionId: 'a/b', taskId: 't %' };
    const address = sourceAddress(ref, ['digits', 'train 3'], 'src/deep/a.py');
    assert.equal(address.path, '/digits/train 3/src/deep/a (as run).py');
    assert.deepEqual(sourceAt(address), { ref, repositoryPath: 'src/deep/a.py' });
    const plain = sourceAddress(ref, [], 'Makefile');
    assert.equal(plain.path, '/Makefile (as run)');
    assert.deepEqual(sourceAt(plain), { ref, repositoryPath: 'Makefile' });
    assert.equal(sourceAt({ query: '["a","b"]' }), undefined);
    assert.equal(sourceAt({ query: '%' }), undefined);
  });
});
