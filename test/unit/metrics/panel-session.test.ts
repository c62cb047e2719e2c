import { RecordedDeeds } from '../../fakes/recorded-deeds';
import assert from 'node:assert/strict';
import type { Clock } from '../../../src/core/clock';
import { TracksideError } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/logger';
import { seriesKey } from '../../../src/core/series';
import { overviewOf } from '../../../src/core/series-overview';
import { hostMessage, type HostMessage } from '../../../src/features/metrics/panel-contract';
import { MOST_RESTING_POINTS } from '../../../src/features/metrics/frame-pump';
import { entriesOf } from '../../../src/features/metrics/series-table';
import { FIRST_SELECTION, viewState } from '../../../src/features/metrics/view-contract';
import { PanelSession } from '../../../src/features/metrics/panel-session';
import { EngineInProcess } from './engine-in-process';
import { memoryViews } from './memory-views';
import { openLife, settleCurves } from './open-life';
import { FakeSession, makeDelta, makeTask } from './fake-session';

type Update = Extract<HostMessage, { type: 'update' }>;

const ZOOMED = { ...FIRST_SELECTION, range: { from: 1, to: 2 } };
const LOSS = seriesKey({ metric: 'loss', variant: 'train' });

/** A clock whose waits end when the test says so. */
class ManualClock implements Clock {
  readonly waits = new Set<() => void>();
  now = (): number => 0;
  after: Clock['after'] = (_delayMs, run) => {
    this.waits.add(run);
    return { dispose: () => this.waits.delete(run) };
  };
}

class Harness {
  readonly sent: HostMessage[] = [];
  readonly engine = new EngineInProcess();
  readonly clock = new ManualClock();
  readonly deeds = new RecordedDeeds();
  readonly views = memoryViews();
  title = '';
  readonly panel: PanelSession;

  constructor(readonly session = new FakeSession()) {
    this.panel = new PanelSession({
      ref: { connectionId: 'local', taskId: 'task-1' },
      panelId: 'panel',
      session,
      engine: this.engine,
      views: this.views,
      clock: this.clock,
      logger: silentLogger,
      post: (message) => this.sent.push(message),
      setTitle: (name) => (this.title = name),
      deeds: this.deeds,
    });
  }

  async open(): Promise<this> {
    await openLife(this.panel);
    return this;
  }

  /** The page is made and has not said anything yet. */
  async load(): Promise<void> {
    this.panel.setVisible(true);
    await settleCurves();
  }

  get updates(): Update[] {
    return this.sent.filter((message) => message.type === 'update');
  }

  get last(): Update {
    const last = this.updates.at(-1);
    assert.ok(last !== undefined);
    return last;
  }

  async paint(): Promise<void> {
    this.panel.receive({ type: 'painted', generation: this.last.generation });
    await settleCurves();
  }

  feedPhases(): string[] {
    return this.sent.flatMap((message) => (message.type === 'feed' ? [message.feed.phase] : []));
  }
}

describe('PanelSession', () => {
  it('answers a page with the task, the totals and the first frames, all in the contract', async () => {
    const harness = new Harness();
    harness.session.report(makeDelta('loss', 'train', [3, 2, 1]));
    await harness.load();
    harness.sent.length = 0;
    harness.panel.receive({ type: 'ready', selection: null });
    await settleCurves();
    assert.deepEqual(
      harness.sent.map(({ type }) => type),
      ['open', 'task', 'feed', 'update'],
    );
    assert.deepEqual([...(harness.last.frames[0]?.points.values ?? [])], [3, 2, 1]);
    assert.ok(harness.sent.every((message) => hostMessage.safeParse(message).success));
    assert.equal(harness.title, 'digits train');
  });

  it('tells a page that loads what is there first, and the rest together once it has painted that', async () => {
    const harness = new Harness();
    await harness.load();
    assert.equal(harness.updates.length, 0);
    for (const firstStep of [0, 1, 2]) {
      harness.session.report(makeDelta('loss', 'train', [3 - firstStep], { firstStep }));
      await settleCurves();
    }
    assert.equal(harness.updates.length, 1);
    await harness.paint();
    assert.deepEqual(
      harness.updates.map(({ isFull, frames }) => [isFull, ...(frames[0]?.points.values ?? [])]),
      [
        [true, 3],
        [false, 3, 2, 1],
      ],
    );
    assert.ok(harness.sent.every((message) => hostMessage.safeParse(message).success));
  });

  it('sends a page that never says anything one update at a time', async () => {
    const harness = new Harness();
    await harness.load();
    for (let firstStep = 0; firstStep < 20; firstStep++) {
      harness.session.report(makeDelta('loss', 'train', [1], { firstStep }));
      await settleCurves();
    }
    assert.equal(harness.updates.length, 1);
    [...harness.clock.waits].forEach((end) => end());
    await settleCurves();
    assert.deepEqual([harness.updates.length, harness.last.frames[0]?.points.values.length], [2, 20]);
  });

  it('shows a long run before its points are read, which waits until that is on screen', async () => {
    const harness = new Harness();
    const points = makeDelta(
      'loss',
      'train',
      Array.from({ length: 5_000 }, (_, index) => index % 7),
    );
    harness.session.series.overviews = [overviewOf(points.name, points, FIRST_SELECTION.maxPoints)];
    harness.session.report(points);
    await harness.load();
    assert.equal(harness.session.series.readCount, 0);
    const [picture, ...more] = harness.updates;
    assert.ok(picture !== undefined && more.length === 0);
    assert.deepEqual(
      [picture.isFull, entriesOf(picture.series)[0]?.pointCount, picture.frames[0]?.isComplete],
      [true, 5_000, false],
    );
    await harness.paint();
    assert.equal(harness.session.series.readCount, 1);
    const timeless = harness.last.frames.map((frame) => ({
      ...frame,
      points: { ...frame.points, times: new Float64Array(0) },
    }));
    assert.deepEqual(timeless, picture.frames);
    assert.equal(harness.last.frames[0]?.points.times.length, picture.frames[0]?.points.values.length);
    assert.deepEqual(harness.feedPhases().at(-1), 'current');
  });

  it('sends a page that wants more points of an overview nothing until there are more', async () => {
    const harness = new Harness();
    const values = Array.from({ length: 5_000 }, (_, index) => Math.sin(index * index));
    const points = makeDelta('loss', 'train', values);
    harness.session.series.overviews = [overviewOf(points.name, points, FIRST_SELECTION.maxPoints)];
    harness.session.report(points);
    await harness.load();
    const selection = { ...FIRST_SELECTION, maxPoints: 4_000 };
    harness.panel.receive({ type: 'watch', selectionId: 1, selection, keys: [LOSS] });
    await settleCurves();
    assert.deepEqual([harness.updates.length, harness.session.series.readCount], [1, 0]);
    await harness.paint();
    const { selectionId, frames } = harness.last;
    assert.deepEqual([harness.updates.length, selectionId], [2, 1]);
    const drawnCount = frames[0]?.drawnCount ?? 0;
    assert.ok(drawnCount > 2_000 && drawnCount <= 4_000, String(drawnCount));
  });

  it('reads the points at once for a view that an overview does not show, and when the page is gone', async () => {
    const harness = new Harness();
    const points = makeDelta('loss', 'train', [3, 2, 1]);
    harness.session.series.overviews = [overviewOf(points.name, points, 16)];
    harness.session.report(points);
    harness.views.remember('local', makeTask(), viewState.parse({ smoothing: 0.6 }));
    await harness.load();
    assert.deepEqual([harness.session.series.readCount, harness.updates.length], [1, 1]);
    assert.ok(harness.last.frames[0]?.smoothed);
    const hidden = new Harness();
    hidden.session.series.overviews = [overviewOf(points.name, points, 16)];
    hidden.session.report(points);
    await hidden.load();
    hidden.panel.setVisible(false);
    await settleCurves();
    await hidden.open();
    await hidden.paint();
    assert.deepEqual(hidden.last.frames[0]?.points.values, Float64Array.of(3, 2, 1));
    assert.equal(hidden.feedPhases().at(-1), 'current');
  });

  it('lets a page that is shown again begin with what it showed', async () => {
    const harness = new Harness();
    harness.session.report(makeDelta('loss', 'train', [5, 4, 3, 2, 1]));
    await harness.open();
    const selection = { ...FIRST_SELECTION, range: { from: 1, to: 2 } };
    harness.panel.receive({ type: 'watch', selectionId: 1, selection, keys: [LOSS] });
    await harness.paint();
    harness.panel.setVisible(false);
    harness.sent.length = 0;
    await harness.load();
    const [opened] = harness.sent;
    assert.ok(opened?.type === 'open');
    assert.deepEqual([opened.view, opened.selection], [null, selection]);
    assert.deepEqual([harness.last.selectionId, harness.last.frames[0]?.visibleCount], [0, 2]);
  });

  it('draws over time what counts something else than iterations, until a person wants it otherwise', async () => {
    const harness = new Harness();
    harness.session.series.stepNoun = 'execution';
    const view = async (): Promise<string | undefined> => {
      harness.sent.length = 0;
      await harness.open();
      const opened = harness.sent.find(({ type }) => type === 'open');
      return opened?.type === 'open' ? opened.view?.xLabel : undefined;
    };
    assert.equal(await view(), 'wall');
    const told = harness.sent.find(({ type }) => type === 'task');
    assert.equal(told?.type === 'task' ? told.task?.stepNoun : undefined, 'execution');
    harness.views.remember('local', makeTask(), viewState.parse({ xLabel: 'step' }));
    assert.equal(await view(), 'step');
  });

  it('sends new points at once, and gathers more until the page has painted', async () => {
    const harness = await new Harness().open();
    await harness.paint();
    const before = harness.updates.length;
    harness.session.report(makeDelta('loss', 'train', [3]));
    await settleCurves();
    assert.equal(harness.updates.length, before + 1);
    harness.session.report(makeDelta('loss', 'train', [2], { firstStep: 1 }));
    harness.session.report(makeDelta('loss', 'train', [1], { firstStep: 2 }));
    await settleCurves();
    assert.equal(harness.updates.length, before + 1);
    await harness.paint();
    assert.equal(harness.updates.length, before + 2);
    assert.deepEqual([...(harness.last.frames[0]?.points.values ?? [])], [3, 2, 1]);
  });

  it('goes on when a page never says that it painted', async () => {
    const harness = await new Harness().open();
    harness.session.report(makeDelta('loss', 'train', [3]));
    await settleCurves();
    const before = harness.updates.length;
    [...harness.clock.waits].forEach((end) => end());
    await settleCurves();
    assert.equal(harness.updates.length, before + 1);
  });

  it('sends frames only of the series on screen, and totals of all', async () => {
    const harness = await new Harness().open();
    await harness.paint();
    harness.panel.receive({ type: 'watch', selectionId: 1, selection: FIRST_SELECTION, keys: [LOSS] });
    harness.session.report(makeDelta('loss', 'train', [3]), makeDelta('accuracy', 'train', [0.5]));
    await settleCurves();
    assert.deepEqual(
      entriesOf(harness.last.series).map(({ metric }) => metric),
      ['loss', 'accuracy'],
    );
    assert.deepEqual(
      harness.last.frames.map(({ metric }) => metric),
      ['loss'],
    );
  });

  it('sends a frame again for another range, and not twice for the same', async () => {
    const harness = new Harness();
    harness.session.report(makeDelta('loss', 'train', [5, 4, 3, 2, 1]));
    await harness.open();
    await harness.paint();
    const before = harness.updates.length;
    harness.panel.receive({ type: 'watch', selectionId: 0, selection: FIRST_SELECTION, keys: [LOSS] });
    await settleCurves();
    assert.equal(harness.updates.length, before);
    const selection = { ...FIRST_SELECTION, range: { from: 1, to: 2 } };
    harness.panel.receive({ type: 'watch', selectionId: 1, selection, keys: [LOSS] });
    await settleCurves();
    assert.equal(harness.last.selectionId, 1);
    assert.equal(harness.last.frames[0]?.visibleCount, 2);
  });

  it('asks for nothing while hidden, and for the difference when shown again', async () => {
    const harness = new Harness();
    harness.session.report(makeDelta('loss', 'train', [3]));
    await harness.open();
    harness.panel.setVisible(false);
    assert.deepEqual(harness.session.scheduler.figures().heldNeeds, []);
    assert.deepEqual(harness.session.store.held, []);
    const reads = harness.session.series.readCount;
    harness.session.report(makeDelta('loss', 'train', [2], { firstStep: 1 }));
    await settleCurves();
    assert.equal(harness.session.series.readCount, reads);
    await harness.open();
    assert.equal(harness.session.series.readCount, reads + 1);
    assert.equal(harness.last.isFull, true);
    assert.deepEqual([...(harness.last.frames[0]?.points.values ?? [])], [3, 2]);
  });

  it('shows what it had read to the page of a panel that was closed and is opened again, and asks for the rest', async () => {
    const harness = new Harness();
    harness.session.report(makeDelta('loss', 'train', [3]));
    await harness.open();
    await harness.paint();
    harness.panel.receive({ type: 'watch', selectionId: 1, selection: ZOOMED, keys: [LOSS] });
    assert.equal(harness.panel.rest(), true);
    assert.deepEqual(harness.session.scheduler.figures().heldNeeds, []);
    const reads = harness.session.series.readCount;
    harness.sent.length = 0;
    await harness.load();
    const [opening] = harness.sent;
    assert.deepEqual(opening?.type === 'open' && opening.selection, FIRST_SELECTION);
    assert.deepEqual([...(harness.last.frames[0]?.points.values ?? [])], [3]);
    assert.equal(harness.session.series.readCount, reads + 1);
  });

  it('keeps nothing when it is closed before all was read, or when that is too much', async () => {
    const early = new Harness();
    early.panel.setVisible(true);
    assert.equal(early.panel.rest(), false);
    const large = new Harness();
    large.session.report(makeDelta('loss', 'train', new Array<number>(MOST_RESTING_POINTS + 1).fill(1)));
    await large.open();
    assert.equal(large.panel.rest(), false);
  });

  it('asks by time only while the run is going on', async () => {
    const harness = await new Harness().open();
    const [need] = harness.session.scheduler.needs;
    assert.ok(need !== undefined);
    assert.equal(need.intervalMs(), 5_000);
    const reads = harness.session.series.readCount;
    harness.session.store.set(makeTask({ status: 'completed', can: ['reset'] }));
    await settleCurves();
    assert.equal(need.intervalMs(), undefined);
    assert.equal(
      harness.session.series.readCount,
      reads + 1,
      'one last read for the points that came with the end',
    );
  });

  it('reads details again when a task that does not run was changed, while they are shown', async () => {
    const task = makeTask({ status: 'draft', updatedAt: 1 });
    const session = new FakeSession(task);
    session.details = { code: {}, parameters: [], configurations: [], artifacts: [], models: [] };
    const harness = await new Harness(session).open();
    session.store.set({ ...task, updatedAt: 2 });
    await settleCurves();
    assert.equal(session.detailReads, 0);
    harness.panel.receive({ type: 'showTab', tab: 'details' });
    await settleCurves();
    session.details = { ...session.details, container: { image: 'python:3.12' } };
    session.store.set({ ...task, updatedAt: 3 });
    session.store.set({ ...task, updatedAt: 3, name: 'seen again' });
    await settleCurves();
    assert.equal(session.detailReads, 2);
    const last = harness.sent.findLast((message) => message.type === 'details');
    assert.match(JSON.stringify(last), /python:3\.12/u);
    session.store.set({ ...task, status: 'running', updatedAt: 4 });
    await settleCurves();
    assert.equal(session.detailReads, 2);
  });

  it('begins anew when the task was reset, not when that was only asked for', async () => {
    const session = new FakeSession(makeTask({ status: 'stopped', serverStatus: 'stopped' }));
    session.report(makeDelta('loss', 'train', [3]));
    session.plots = [{ metric: 'm', variant: 'v', iteration: 1, json: '{}' }];
    const harness = await new Harness(session).open();
    await harness.paint();
    harness.panel.receive({ type: 'showTab', tab: 'plots' });
    await settleCurves();
    const reads = session.series.readCount;
    session.store.set(makeTask({ status: 'draft', serverStatus: 'stopped' }));
    await settleCurves();
    assert.equal(session.series.readCount, reads, 'the server still has it all');
    session.series.log.splice(0);
    session.plots = [];
    session.store.set(makeTask({ status: 'draft', serverStatus: 'created' }));
    await settleCurves();
    assert.deepEqual([harness.last.isFull, entriesOf(harness.last.series)], [true, []]);
    const plots = harness.sent.findLast((message) => message.type === 'output');
    assert.deepEqual(plots?.state.phase === 'ready' ? plots.state.items : undefined, []);
  });

  it('reads everything again when the worker lost it', async () => {
    const harness = new Harness();
    harness.session.report(makeDelta('loss', 'train', [3, 2]));
    await harness.open();
    await harness.paint();
    harness.engine.lose();
    harness.session.report(makeDelta('loss', 'train', [1], { firstStep: 2 }));
    await settleCurves();
    await harness.paint();
    assert.deepEqual([...(harness.last.frames[0]?.points.values ?? [])], [3, 2, 1]);
  });

  it('shows a failure with its next step, and recovers', async () => {
    const harness = new Harness();
    harness.session.report(makeDelta('loss', 'train', [3]));
    await harness.open();
    harness.session.series.failure = new TracksideError('unreachable', 'No answer.', 'Check the server.');
    harness.panel.receive({ type: 'retry' });
    await settleCurves();
    const failed = harness.sent.findLast((message) => message.type === 'feed');
    assert.ok(failed !== undefined);
    assert.ok(failed.feed.phase === 'failed' && failed.feed.updatedAt !== null);
    assert.deepEqual(failed.feed.failure, { message: 'No answer.', nextStep: 'Check the server.' });
    harness.session.series.failure = undefined;
    harness.panel.receive({ type: 'retry' });
    await settleCurves();
    assert.equal(harness.feedPhases().at(-1), 'current');
  });

  it('says when a server has no series', async () => {
    const session = new FakeSession();
    session.hasSeries = false;
    const harness = await new Harness(session).open();
    assert.equal(harness.feedPhases().at(-1), 'unsupported');
  });

  it('says where a server has no series that the task is not up to date, and when it is again', async () => {
    const session = new FakeSession();
    session.hasSeries = false;
    const harness = await new Harness(session).open();
    session.store.failure = new TracksideError('unreachable', 'No answer.', 'Check the network.');
    session.store.set(makeTask());
    const feeds = harness.sent.flatMap((message) => (message.type === 'feed' ? [message.feed] : []));
    assert.deepEqual(feeds.at(-1), {
      phase: 'failed',
      failure: { message: 'No answer.', nextStep: 'Check the network.' },
      updatedAt: 0,
    });
    harness.panel.setVisible(false);
    await harness.open();
    assert.equal(harness.feedPhases().at(-1), 'failed', 'a page that is loaded again hears it as well');
    session.store.failure = undefined;
    session.store.set(makeTask());
    assert.equal(harness.feedPhases().at(-1), 'unsupported');
  });

  it('runs actions and answers their request; drops what is not in the contract', async () => {
    const harness = await new Harness().open();
    harness.panel.receive({ type: 'act', requestId: 7, action: 'stop' });
    harness.panel.receive({ type: 'act', requestId: 8, action: 'format the disk' });
    harness.panel.receive('nonsense');
    await settleCurves();
    assert.deepEqual(harness.deeds.acted, ['stop']);
    assert.deepEqual(
      harness.sent.filter(({ type }) => type === 'acted'),
      [{ type: 'acted', requestId: 7 }],
    );
  });

  it('applies later points whole or not at all', async () => {
    const harness = new Harness();
    harness.session.report(makeDelta('loss', 'train', [3]));
    await harness.open();
    await harness.paint();
    harness.session.report(
      makeDelta('loss', 'train', [2], { firstStep: 1 }),
      makeDelta('loss', 'train', [1], { firstStep: 2 }),
    );
    harness.panel.setVisible(false);
    await settleCurves();
    await harness.open();
    assert.deepEqual([...(harness.last.frames[0]?.points.values ?? [])], [3, 2, 1]);
  });
});
