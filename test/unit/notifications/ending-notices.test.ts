import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger } from '../../../src/core/logger';
import type { Task } from '../../../src/core/entities';
import type { TaskRef } from '../../../src/core/task-ref';
import { EndingNotices } from '../../../src/features/notifications/ending-notices';
import { NoticeClaims } from '../../../src/features/notifications/notice-claims';
import { noticeText } from '../../../src/features/notifications/notice-text';
import { pickRunningTask } from '../../../src/features/notifications/running-tasks';
import { watchTaskRuns } from '../../../src/features/notifications/task-runs';
import { settle } from '../../fakes/manual-clock';
import { fakeTask, MemoryBackend } from '../../fakes/memory-backend';
import { fixedConnections, memorySession } from '../../fakes/memory-session';
import { ScriptedPlatform } from '../../fakes/scripted-platform';

/** A window that shows a list of tasks of a server that pushes. */
async function openWindow(...tasks: readonly Task[]) {
  const { clock, session, backend } = memorySession({ backend: new MemoryBackend(true) });
  backend.put(...tasks);
  const platform = new ScriptedPlatform();
  const connections = fixedConnections(session);
  const runs = watchTaskRuns(connections, silentLogger);
  const started: string[] = [];
  runs.onDidStart(({ task }) => started.push(task.id));
  const opened: (TaskRef | string)[] = [];
  const claimed: string[] = [];
  const notices = new EndingNotices({
    platform,
    runs,
    twins: () => [],
    clock,
    claim: (key) => Promise.resolve(claimed.push(key) > 0),
    openTask: (ref) => Promise.resolve(void opened.push(ref)),
    openConsole: (ref) => Promise.resolve(void opened.push('console', ref)),
  });
  const view = session.store.need({ kind: 'tasks', query: {} });
  await clock.advance(1_000);
  const change = async (id: string, over: Partial<Task>): Promise<void> => {
    backend.change(id, over);
    backend.subscriber?.change({ kind: 'task', ids: [id] });
    await clock.advance(300);
  };
  const dispose = (): void => {
    view.dispose();
    notices.dispose();
    runs.dispose();
    session.dispose();
  };
  return { clock, session, backend, platform, connections, started, opened, claimed, change, dispose };
}

describe('notifications of ended tasks', () => {
  it('tell a failure once, with its reason, and open what the person chooses', async () => {
    const window = await openWindow(fakeTask('a', { status: 'running', name: 'train.py', startedAt: 1 }));
    window.platform.answers.push('Open');
    await window.change('a', {
      status: 'failed',
      startedAt: 1_000,
      endedAt: 66_000,
      statusReason: 'exit code 1',
    });
    await window.clock.advance(10_000);
    assert.deepEqual(window.platform.said, ['error: train.py failed after 1 min 5 s: exit code 1 [Open]']);
    assert.deepEqual(window.opened, [{ connectionId: 'local', taskId: 'a' }]);
    await window.change('a', { tags: ['seen'], status: 'failed' });
    await window.clock.advance(10_000);
    assert.equal(window.platform.said.length, 1);
    window.dispose();
  });

  it('say nothing of tasks that had ended before this window looked', async () => {
    const window = await openWindow(fakeTask('a', { status: 'failed' }), fakeTask('b'));
    await window.clock.advance(60_000);
    assert.deepEqual(window.platform.said, []);
    window.dispose();
  });

  it('join what ends at the same time, and let the person choose', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const window = await openWindow(
      ...ids.map((id) => fakeTask(id, { status: 'queued', name: `run ${id}` })),
    );
    window.platform.answers.push('Show Tasks', 'run c');
    for (const id of ids) {
      await window.change(id, { status: 'failed' });
    }
    await window.clock.advance(5_000);
    assert.deepEqual(window.platform.said, [
      'error: 5 tasks failed: run a, run b, run c and 2 more. [Show Tasks]',
    ]);
    assert.deepEqual(window.opened, [{ connectionId: 'local', taskId: 'c' }]);
    window.dispose();
  });

  it('follow the setting', async () => {
    const window = await openWindow(
      ...['a', 'b', 'c'].map((id) => fakeTask(id, { status: 'running', name: id })),
    );
    await window.change('a', { status: 'completed' });
    await window.clock.advance(5_000);
    assert.deepEqual(window.platform.said, []);
    window.platform.settings.notifications = () => 'all';
    await window.change('b', { status: 'stopped' });
    await window.clock.advance(5_000);
    assert.deepEqual(window.platform.said, ['info: b was stopped. [Open]']);
    window.platform.settings.notifications = () => 'never';
    await window.change('c', { status: 'failed' });
    await window.clock.advance(5_000);
    assert.equal(window.platform.said.length, 1);
    window.dispose();
  });

  it('are not for what the server then refused', async () => {
    const window = await openWindow(fakeTask('a', { status: 'running' }));
    await window.change('a', { status: 'failed' });
    await window.change('a', { status: 'running' });
    await window.clock.advance(5_000);
    assert.deepEqual(window.platform.said, []);
    window.dispose();
  });

  it('are told by the window in front, a little later by one behind it', async () => {
    const window = await openWindow(fakeTask('a', { status: 'running' }));
    Object.assign(window.platform.focus, { isFocused: false });
    await window.change('a', { status: 'failed' });
    await window.clock.advance(1_600);
    assert.deepEqual(window.claimed, []);
    await window.clock.advance(2_000);
    assert.equal(window.claimed.length, 1);
    window.dispose();
  });

  it('know a new run of the same task', async () => {
    const window = await openWindow(fakeTask('a', { status: 'queued' }));
    await window.change('a', { status: 'running' });
    await window.change('a', { status: 'running', startedAt: 5 });
    assert.deepEqual(window.started, ['a']);
    await window.change('a', { status: 'running', startedAt: 9 });
    assert.deepEqual(window.started, ['a', 'a']);
    window.dispose();
    await settle();
    assert.equal(window.clock.timerCount, 0);
  });

  it('hold no link that a name or a reason would make', () => {
    const task = fakeTask('a', {
      status: 'failed',
      name: '[free\nGPU](command:workbench.action.quit)',
      statusReason: `[x](https://example.com) ${'y'.repeat(500)}`,
    });
    const text = noticeText([task]);
    assert.ok(!text.includes(']('), text);
    assert.ok(text.length < 400, text);
  });
});

describe('claims of notices', () => {
  it('are given to one of several, per key, and forgotten after a day', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'trackside-claims-'));
    try {
      const windows = [1, 2, 3].map(() => new NoticeClaims(path.join(folder, 'notices')));
      const answers = await Promise.all(windows.map((window) => window.claim('one ../ key')));
      assert.equal(answers.filter(Boolean).length, 1);
      assert.equal(await windows[0]?.claim('another'), true);
      const [file = ''] = readdirSync(path.join(folder, 'notices'));
      const old = new Date(Date.now() - 48 * 3_600_000);
      utimesSync(path.join(folder, 'notices', file), old, old);
      await new NoticeClaims(path.join(folder, 'notices')).claim('a third');
      assert.ok(!readdirSync(path.join(folder, 'notices')).includes(file));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('are given to all when nothing can be written', async () => {
    assert.equal(await new NoticeClaims(path.join(process.execPath, 'notices')).claim('key'), true);
  });
});

describe('the list of running tasks', () => {
  it('offers those that are known, and says so when there are none', async () => {
    const window = await openWindow(
      fakeTask('a', { status: 'running', name: 'first', startedAt: 1_000 }),
      fakeTask('b', { status: 'running', name: 'second', startedAt: 61_000 }),
      fakeTask('c', { status: 'completed' }),
    );
    const asked = window.backend.calls.length;
    window.platform.answers.push('first');
    const deps = { ...window, recorded: { twins: () => [] }, now: 121_000 };
    const picked = await pickRunningTask(deps);
    assert.deepEqual(picked, { connectionId: 'local', taskId: 'a' });
    assert.deepEqual(window.platform.asked, [
      'Running Tasks\nsecond | 1 min | Vision\nfirst | 2 min | Vision',
    ]);
    assert.equal(window.backend.calls.length, asked);
    await window.change('a', { status: 'completed' });
    await window.change('b', { status: 'completed' });
    assert.equal(await pickRunningTask(deps), undefined);
    assert.equal(window.platform.said.length, 1);
    window.dispose();
  });
});
