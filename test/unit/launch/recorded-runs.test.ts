import assert from 'node:assert/strict';
import { silentLogger } from '../../../src/core/logger';
import { RecordedRuns } from '../../../src/features/launch/recorded-runs';
import { EndingNotices } from '../../../src/features/notifications/ending-notices';
import { runningChoices } from '../../../src/features/notifications/running-tasks';
import { watchTaskRuns } from '../../../src/features/notifications/task-runs';
import { watchRunningCount } from '../../../src/features/tasks/running-badge';
import { ManualClock } from '../../fakes/manual-clock';
import { fakeTask } from '../../fakes/memory-backend';
import { fixedConnections, memorySession } from '../../fakes/memory-session';
import { ScriptedPlatform } from '../../fakes/scripted-platform';
import { MemoryState } from '../connections/memory-platform';

const BEGUN = { localTaskId: 'here', connectionId: 'server', taskId: '7', told: {} };

/** A window with Local and a server that is told of a run on it; both are looked at. */
async function openWindow() {
  const clock = new ManualClock();
  const local = memorySession({ clock });
  const server = memorySession({
    clock,
    info: { id: 'server', kind: 'ai-manager', label: 'Lab', isLocal: false },
  });
  local.backend.put(fakeTask('here', { status: 'running', name: 'train.py', startedAt: 1 }));
  server.backend.put(fakeTask('7', { status: 'running', name: 'train.py', startedAt: 3 }));
  server.backend.put(fakeTask('8', { status: 'running', name: 'another', startedAt: 2 }));
  const connections = fixedConnections(local.session, server.session);
  const recorded = new RecordedRuns(new MemoryState(), clock);
  await recorded.add(BEGUN);
  const counts: (number | undefined)[] = [];
  const platform = new ScriptedPlatform();
  platform.settings.notifications = () => 'all';
  const runs = watchTaskRuns(connections, silentLogger);
  const claimed = new Set<string>();
  const owned = [
    local.session,
    server.session,
    runs,
    watchRunningCount({ connections, recorded, clock }, (count) => counts.push(count)),
    new EndingNotices({
      platform,
      runs,
      twins: () => recorded.twins(),
      clock,
      claim: (key) => Promise.resolve(!claimed.has(key) && claimed.add(key).size > 0),
      openTask: () => Promise.resolve(),
      openConsole: () => Promise.resolve(),
    }),
    ...[local, server].map(({ session }) => session.store.need({ kind: 'tasks', query: {} })),
  ];
  await clock.advance(1_000);
  const change = async (
    { backend, session }: typeof local,
    id: string,
    status: 'completed',
  ): Promise<void> => {
    backend.change(id, { status });
    await session.store.refresh({ kind: 'task', id });
    await clock.advance(5_000);
  };
  const dispose = (): void => owned.toReversed().forEach((each) => each.dispose());
  return { clock, local, server, connections, recorded, counts, platform, change, dispose };
}

describe('a run on this machine that a server is told about', () => {
  it('counts once while it runs in both places, and is offered where it runs', async () => {
    const window = await openWindow();
    assert.equal(window.counts.at(-1), 2);
    const choices = runningChoices(window.connections.all(), window.recorded.twins(), 60_000);
    assert.deepEqual(
      choices.map(({ value }) => value),
      [
        { connectionId: 'server', taskId: '8' },
        { connectionId: 'local', taskId: 'here' },
      ],
    );
    await window.change(window.local, 'here', 'completed');
    assert.equal(window.counts.at(-1), 2, 'the server still calls it running');
    await window.change(window.server, '7', 'completed');
    assert.equal(window.counts.at(-1), 1);
    window.dispose();
  });

  it('ends once, also when the server hears of it later', async () => {
    const window = await openWindow();
    await window.change(window.local, 'here', 'completed');
    await window.recorded.forget('here');
    await window.change(window.server, '7', 'completed');
    assert.equal(window.platform.said.length, 1);
    await window.change(window.server, '8', 'completed');
    assert.equal(window.platform.said.length, 2);
    await window.clock.advance(120_000);
    assert.deepEqual(window.recorded.twins(), [], 'the server may give the id again');
    window.dispose();
  });
});
