import assert from 'node:assert/strict';
import { TracksideError } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/logger';
import type { HostMessage } from '../../../src/features/metrics/panel-contract';
import { entriesOf } from '../../../src/features/metrics/series-table';
import { PanelSession } from '../../../src/features/metrics/panel-session';
import { ManualClock, settle } from '../../fakes/manual-clock';
import { fakeTask, MemoryBackend } from '../../fakes/memory-backend';
import { memorySession } from '../../fakes/memory-session';
import { RecordedDeeds } from '../../fakes/recorded-deeds';
import { EngineInProcess } from './engine-in-process';
import { FakeSeries, makeDelta } from './fake-session';
import { memoryViews } from './memory-views';

const PANELS = 30;
const SERIES = 10;
const POINTS = 5_000;
const MINUTE_MS = 60_000;

class SeriesBackend extends MemoryBackend {
  readonly series = new FakeSeries();
}

/** One open panel: what the host sent it, and a page that answers as a real one does. */
class Panel {
  readonly sent: HostMessage[] = [];
  readonly session: PanelSession;
  isPageAlive = true;

  constructor(room: Room, taskId: string) {
    this.session = new PanelSession({
      ref: { connectionId: 'local', taskId },
      panelId: taskId,
      session: room.session,
      engine: room.engine,
      views: memoryViews(),
      clock: room.clock,
      logger: silentLogger,
      post: (message) => this.receive(message),
      setTitle: () => undefined,
      deeds: new RecordedDeeds(),
    });
  }

  show(): void {
    this.session.setVisible(true);
    this.session.receive({ type: 'ready', selection: null });
  }

  get phase(): string | undefined {
    const feeds = this.sent.flatMap((message) => (message.type === 'feed' ? [message.feed.phase] : []));
    return feeds.at(-1);
  }

  get pointCount(): number {
    const totals = new Map<string, number>();
    for (const message of this.sent) {
      if (message.type === 'update') {
        entriesOf(message.series).forEach(({ metric, pointCount }) => totals.set(metric, pointCount));
      }
    }
    return [...totals.values()].reduce((sum, count) => sum + count, 0);
  }

  private receive(message: HostMessage): void {
    this.sent.push(message);
    if (message.type === 'update' && this.isPageAlive) {
      const { generation } = message;
      setImmediate(() => this.session.receive({ type: 'painted', generation }));
    }
  }
}

class Room {
  readonly clock = new ManualClock();
  readonly engine = new EngineInProcess();
  readonly backend = new SeriesBackend();
  readonly session = memorySession({ backend: this.backend, clock: this.clock, budgetPerMinute: 20 }).session;
  readonly panels: readonly Panel[];

  constructor(count: number) {
    this.panels = Array.from({ length: count }, (_, index) => {
      this.backend.put(fakeTask(`t${index}`, { status: 'running', startedAt: 1 }));
      return new Panel(this, `t${index}`);
    });
  }

  /** Reads of points and of tasks. */
  get requests(): number {
    return this.backend.series.readCount + this.backend.calls.length;
  }

  async until(what: string, check: () => boolean): Promise<void> {
    for (let turn = 0; !check(); turn += 1) {
      assert.ok(turn < 500, what);
      await settle();
    }
  }

  dispose(): void {
    this.panels.forEach(({ session }) => session.dispose());
    this.session.dispose();
  }
}

describe('many live panels', function () {
  this.timeout(60_000);
  let room: Room;
  const open = (count: number): Room => (room = new Room(count));

  afterEach(() => room.dispose());

  it('of which thirty are shown keep to the budget of requests, and each is read once at first', async () => {
    const { backend, clock, panels } = open(PANELS);
    const values = Array.from({ length: POINTS }, (_, step) => 1 / (step + 1));
    for (let index = 0; index < SERIES; index += 1) {
      backend.series.log.push(makeDelta(`m${index}`, 'v', values));
    }
    panels.forEach((panel) => panel.show());
    await room.until('all are drawn', () => panels.every(({ pointCount }) => pointCount === SERIES * POINTS));
    assert.equal(backend.series.readCount, PANELS);
    const before = room.requests;
    await clock.advance(10 * MINUTE_MS);
    const perMinute = (room.requests - before) / 10;
    assert.ok(perMinute > 2 && perMinute <= 22, `${perMinute} requests a minute`);
  });

  it('ask for nothing while they are hidden', async () => {
    const { backend, clock, panels } = open(PANELS);
    backend.series.log.push(makeDelta('loss', 'v', [1]));
    panels.forEach((panel) => panel.show());
    await room.until('all are drawn', () => panels.every(({ pointCount }) => pointCount === 1));
    panels.slice(1).forEach(({ session }) => session.setVisible(false));
    const before = backend.series.readCount;
    await clock.advance(MINUTE_MS);
    const ofOne = backend.series.readCount - before;
    assert.ok(ofOne > 3 && ofOne <= 13, `${ofOne} reads for one shown panel`);
    panels[0]?.session.setVisible(false);
    const { requests } = room;
    await clock.advance(10 * MINUTE_MS);
    assert.equal(room.requests, requests);
    assert.equal(clock.timerCount, 0);
  });

  it('tell again everything to a page that was killed and loaded anew', async () => {
    const { backend, panels } = open(1);
    const [panel] = panels;
    assert.ok(panel);
    backend.series.log.push(makeDelta('loss', 'v', [3, 2, 1]));
    panel.show();
    await room.until('it is drawn', () => panel.pointCount === 3);
    panel.isPageAlive = false;
    backend.series.log.push(makeDelta('loss', 'v', [0], { firstStep: 3 }));
    await room.clock.advance(MINUTE_MS);
    panel.sent.length = 0;
    panel.isPageAlive = true;
    panel.session.receive({ type: 'ready', selection: null });
    await room.until('it is drawn again', () => panel.pointCount === 4);
    assert.deepEqual(
      panel.sent.slice(0, 3).map(({ type }) => type),
      ['open', 'task', 'feed'],
    );
  });

  it('say that their task is gone, keep what they have, and ask ever more seldom', async () => {
    const { backend, clock, panels } = open(1);
    const [panel] = panels;
    assert.ok(panel);
    backend.series.log.push(makeDelta('loss', 'v', [3, 2, 1]));
    panel.show();
    await room.until('it is drawn', () => panel.pointCount === 3);
    backend.tasks.delete('t0');
    backend.series.failure = new TracksideError('notFound', 'The task is gone.', 'Close the panel.');
    await clock.advance(10_000);
    assert.equal(panel.phase, 'failed');
    assert.equal(panel.pointCount, 3);
    await clock.advance(10 * MINUTE_MS);
    const { readCount } = backend.series;
    await clock.advance(10 * MINUTE_MS);
    assert.ok(backend.series.readCount - readCount <= 4, `${backend.series.readCount - readCount} reads`);
  });

  it('go on by themselves when the connection was lost for ten minutes, and when the clock was set back', async () => {
    const { backend, clock, panels } = open(3);
    backend.series.log.push(makeDelta('loss', 'v', [1]));
    panels.forEach((panel) => panel.show());
    await room.until('all are drawn', () => panels.every(({ pointCount }) => pointCount === 1));
    backend.failure = backend.series.failure = new TracksideError('unreachable', 'Away.', 'Wait.');
    const before = room.requests;
    await clock.advance(10 * MINUTE_MS);
    assert.ok(room.requests - before < 90, `${room.requests - before} requests to a server that is away`);
    assert.deepEqual([...new Set(panels.map(({ phase }) => phase))], ['failed']);
    backend.failure = backend.series.failure = undefined;
    clock.setBy(-60 * MINUTE_MS);
    backend.series.log.push(makeDelta('loss', 'v', [0], { firstStep: 1 }));
    await clock.advance(6 * MINUTE_MS);
    assert.deepEqual(
      panels.map(({ phase, pointCount }) => [phase, pointCount]),
      panels.map(() => ['current', 2]),
    );
  });
});
