import assert from 'node:assert/strict';
import type { Clock } from '../../../src/core/clock';
import { TracksideError } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/logger';
import { seriesKey } from '../../../src/core/series';
import { overviewOf } from '../../../src/core/series-overview';
import { runKey } from '../../../src/core/task-ref';
import { DrawnRuns } from '../../../src/features/metrics/drawn-runs';
import { RunLooksMemory } from '../../../src/features/metrics/run-looks-memory';
import { runsHostMessage, type RunsHostMessage } from '../../../src/features/metrics/runs-contract';
import { entriesOf } from '../../../src/features/metrics/series-table';
import { RunsSession } from '../../../src/features/metrics/runs-session';
import { FIRST_SELECTION, viewState } from '../../../src/features/metrics/view-contract';
import { EngineInProcess } from './engine-in-process';
import { FakeConnections, RecordedRunsDeeds, refOf, sessionOf } from './fake-runs';
import { makeDelta, type FakeSession } from './fake-session';
import { memoryState, memoryViews } from './memory-views';
import { openLife, settleCurves } from './open-life';

type Of<T extends RunsHostMessage['type']> = Extract<RunsHostMessage, { type: T }>;

/** Waits end at once, but never within the call. */
const SOON: Clock = {
  now: () => 0,
  after: (delayMs, run) => {
    const timer = delayMs > 1_000 ? undefined : setImmediate(run);
    return { dispose: () => clearImmediate(timer) };
  },
};

class Harness {
  readonly sent: RunsHostMessage[] = [];
  readonly engine = new EngineInProcess();
  readonly deeds = new RecordedRunsDeeds();
  readonly connections: FakeConnections;
  readonly looks = new RunLooksMemory(memoryState(), SOON);
  readonly drawn = new DrawnRuns(this.looks);
  readonly panel: RunsSession;
  title = '';

  constructor(ids: readonly string[], sessions: readonly FakeSession[], views = memoryViews()) {
    this.connections = new FakeConnections(sessions);
    this.panel = new RunsSession({
      refs: ids.map(refOf),
      panelId: 'panel',
      connections: this.connections,
      engine: this.engine,
      looks: this.looks,
      drawn: this.drawn,
      views,
      clock: SOON,
      logger: silentLogger,
      post: (message) => this.sent.push(message),
      setTitle: (name) => (this.title = name),
      deeds: this.deeds.ofRuns,
    });
  }

  async open(): Promise<this> {
    await openLife(this.panel);
    return this;
  }

  all<T extends RunsHostMessage['type']>(type: T): Of<T>[] {
    return this.sent.filter((message): message is Of<T> => message.type === type);
  }

  last<T extends RunsHostMessage['type']>(type: T): Of<T> {
    const last = this.all(type).at(-1);
    assert.ok(last !== undefined, `No ${type} was sent.`);
    return last;
  }

  /** How others are told that the panel draws its runs. */
  drawnLooks(): (readonly [string, number])[] {
    return [...this.drawn.runs()].map(([run, { look }]) => [run, look]);
  }

  async paint(): Promise<void> {
    this.panel.receive({ type: 'painted', generation: this.last('update').generation });
    await settleCurves();
  }
}

function key(connectionId: string, variant = 'train'): string {
  return seriesKey({ metric: 'loss', variant, run: runKey(refOf(connectionId)) });
}

describe('RunsSession', () => {
  it('shows the same series of runs of several connections, each under its own key', async () => {
    const [a, b] = [sessionOf('a'), sessionOf('b')];
    a.report(makeDelta('loss', 'train', [3, 2, 1]));
    b.report(makeDelta('loss', 'train', [6, 5]));
    const harness = await new Harness(['a', 'b'], [a, b]).open();
    await harness.paint();
    const points = harness
      .all('update')
      .flatMap(({ frames }) => frames.map(({ run, points: { values } }) => [run, ...values]));
    assert.deepEqual(
      new Map(points.map(([run, ...values]) => [run, values])),
      new Map([
        [runKey(refOf('a')), [3, 2, 1]],
        [runKey(refOf('b')), [6, 5]],
      ]),
    );
    assert.ok(harness.sent.every((message) => runsHostMessage.safeParse(message).success));
    assert.equal(harness.title, '2 runs');
    const { runs } = harness.last('runs');
    assert.deepEqual(
      runs.map(({ name, phase }) => [name, phase]),
      [
        ['a', 'read'],
        ['b', 'read'],
      ],
    );
    assert.notEqual((runs[0]?.look ?? 0) % 7, (runs[1]?.look ?? 0) % 7);
  });

  it('shows runs together before their points are read, so many at once, and one without a picture at once', async () => {
    const values = Array.from({ length: 5_000 }, (_, index) => index % 7);
    const points = makeDelta('loss', 'train', values);
    const sessions = Array.from({ length: 8 }, (_, index) => sessionOf(`run ${index}`));
    const last = sessions.at(-1);
    let [reading, mostReading] = [0, 0];
    for (const session of sessions) {
      session.report(points);
      session.series.overviews = session === last ? [] : [overviewOf(points.name, points, 1_000)];
      const read = session.series.read.bind(session.series);
      session.series.read = async function* (...asked) {
        mostReading = Math.max(mostReading, (reading += 1));
        await settleCurves();
        reading -= 1;
        return yield* read(...asked);
      };
    }
    const readCounts = (): number[] => sessions.map(({ series }) => series.readCount);
    const harness = new Harness(
      sessions.map(({ info }) => info.id),
      sessions,
    );
    harness.panel.setVisible(true);
    await settleCurves();
    const [picture, ...more] = harness.all('update');
    assert.ok(picture !== undefined && more.length === 0);
    assert.equal(new Set(picture.frames.map(({ points: { values: column } }) => column.buffer)).size, 1);
    assert.deepEqual(
      picture.frames.map(({ run, isComplete, pointCount }) => [run, isComplete, pointCount]),
      sessions.slice(0, -1).map(({ info }) => [runKey(refOf(info.id)), false, 5_000]),
    );
    await settleCurves();
    assert.deepEqual(readCounts(), [0, 0, 0, 0, 0, 0, 0, 1]);
    for (let turn = 0; turn < 6; turn += 1) {
      await harness.paint();
    }
    assert.deepEqual([readCounts(), mostReading], [Array(8).fill(1), 6]);
    assert.ok(harness.last('runs').runs.every(({ phase }) => phase === 'read'));
    const drawn = new Map(
      harness.all('update').flatMap(({ frames }) => frames.map((frame) => [frame.run, frame])),
    );
    assert.deepEqual(
      [drawn.size, [...drawn.values()].every(({ pointCount }) => pointCount === 5_000)],
      [8, true],
    );
  });

  it('shows many runs twenty at a time, and reads all of them', async () => {
    const points = makeDelta(
      'loss',
      'train',
      Array.from({ length: 500 }, (_, index) => index % 7),
    );
    const sessions = Array.from({ length: 45 }, (_, index) => sessionOf(`run ${index}`));
    for (const session of sessions) {
      session.report(points);
      session.series.overviews = [overviewOf(points.name, points, 100)];
    }
    const harness = new Harness(
      sessions.map(({ info }) => info.id),
      sessions,
    );
    harness.panel.setVisible(true);
    await settleCurves();
    const first = harness.all('update')[0]?.frames ?? [];
    assert.ok(first.length >= 20 && first.length <= 25, `${first.length} runs`);
    assert.ok(first.every(({ isComplete }) => !isComplete));
    assert.ok(sessions.every(({ series }) => series.readCount === 0));
    // As every page does once its charts are drawn: it wants as many points as they are wide.
    const keys = sessions.map(({ info }) => key(info.id));
    harness.panel.receive({ type: 'watch', selectionId: 1, selection: FIRST_SELECTION, keys });
    for (let turn = 0; turn < 12; turn += 1) {
      await harness.paint();
    }
    assert.ok(sessions.every(({ series }) => series.readCount === 1));
    assert.ok(harness.last('runs').runs.every(({ phase }) => phase === 'read'));
    const frames = harness.all('update').flatMap((update) => update.frames);
    assert.equal(new Set(frames.filter(({ isComplete }) => isComplete).map(({ run }) => run)).size, 45);
  });

  it('goes on where it was hidden while first pictures were on their way', async () => {
    const points = makeDelta('loss', 'train', [3, 2, 1]);
    const sessions = [sessionOf('a'), sessionOf('b')];
    for (const session of sessions) {
      session.report(points);
      session.series.overviews = [overviewOf(points.name, points, 16)];
    }
    const harness = new Harness(['a', 'b'], sessions);
    harness.panel.setVisible(true);
    await settleCurves();
    harness.panel.setVisible(false);
    await settleCurves();
    assert.deepEqual(
      sessions.map(({ series, scheduler }) => [series.readCount, scheduler.needs.size]),
      [
        [0, 0],
        [0, 0],
      ],
    );
    await harness.open();
    await harness.paint();
    await harness.paint();
    assert.ok(harness.last('runs').runs.every(({ phase }) => phase === 'read'));
  });

  it('rests when it is closed: its lines are nowhere drawn, and are there at once when it is opened again', async () => {
    const sessions = [sessionOf('a'), sessionOf('b')];
    sessions.forEach((session, place) => session.report(makeDelta('loss', 'train', [place, 2, 1])));
    const harness = await new Harness(['a', 'b'], sessions).open();
    await harness.paint();
    assert.equal(harness.panel.rest(), true);
    assert.deepEqual(harness.drawnLooks(), []);
    assert.deepEqual(
      sessions.map(({ scheduler }) => scheduler.needs.size),
      [0, 0],
    );
    harness.sent.length = 0;
    harness.panel.setVisible(true);
    await settleCurves();
    assert.equal(harness.drawnLooks().length, 2);
    const [update] = harness.all('update');
    assert.deepEqual(
      update?.frames.map(({ points }) => [...points.values]),
      [
        [0, 2, 1],
        [1, 2, 1],
      ],
    );
    assert.equal(harness.last('openRuns').selection.range, null);
  });

  it('gives each of many lines fewer points at first, so that all come in one message', () => {
    const ids = Array.from({ length: 100 }, (_, place) => `run ${place}`);
    const harness = new Harness(
      ids,
      ids.map((id) => sessionOf(id)),
    );
    harness.panel.setVisible(true);
    assert.equal(harness.last('openRuns').selection.maxPoints, 80);
  });

  it('draws over time where all runs count something else than iterations', async () => {
    const opened = async (...nouns: readonly (string | undefined)[]) => {
      const sessions = nouns.map((noun, place) => {
        const session = sessionOf(`run ${place}`);
        session.series.stepNoun = noun;
        return session;
      });
      const harness = await new Harness(
        sessions.map(({ info }) => info.id),
        sessions,
      ).open();
      const words = harness.last('runs').runs.map(({ stepNoun }) => stepNoun);
      return [harness.last('openRuns').view?.xLabel, ...words];
    };
    assert.deepEqual(await opened('execution', 'execution'), ['wall', 'execution', 'execution']);
    assert.deepEqual(await opened('execution', undefined), [undefined, 'execution', null]);
    assert.deepEqual(await opened(undefined, undefined), [undefined, null, null]);
  });

  it('reads a run that has ended once, follows one that goes on, and asks for nothing while hidden', async () => {
    const [ended, live] = [sessionOf('ended'), sessionOf('live', { status: 'running' })];
    const harness = await new Harness(['ended', 'live'], [ended, live]).open();
    const needs = (): number[] =>
      [ended, live].map(({ scheduler, store }) => scheduler.needs.size + store.held.length);
    harness.panel.setVisible(false);
    assert.deepEqual(needs(), [0, 0]);
    await harness.open();
    assert.deepEqual(needs(), [0, 2]);
    assert.deepEqual([ended.series.readCount, live.series.readCount], [1, 2]);
    live.report(makeDelta('loss', 'train', [1]));
    await settleCurves();
    await harness.paint();
    assert.equal(
      harness
        .all('update')
        .flatMap(({ series }) => entriesOf(series))
        .at(-1)?.run,
      runKey(refOf('live')),
    );
  });

  it('is not up to date when what goes on cannot be read, whatever has ended', async () => {
    const [ended, live] = [sessionOf('ended'), sessionOf('live', { status: 'running' })];
    const harness = await new Harness(['ended', 'live'], [ended, live]).open();
    assert.equal(harness.last('feed').feed.phase, 'current');
    live.series.failure = new TracksideError('unreachable', 'No answer.', 'Check the network.');
    live.report();
    await settleCurves();
    const { feed } = harness.last('feed');
    assert.ok(feed.phase === 'failed' && feed.failure.message === 'No answer.');
    live.series.failure = undefined;
    live.report();
    await settleCurves();
    assert.equal(harness.last('feed').feed.phase, 'current');
  });

  it('marks rows of runs that are pointed at while it is shown, and lets go of them', async () => {
    const harness = await new Harness(['a', 'b'], [sessionOf('a'), sessionOf('b')]).open();
    const { deeds, panel } = harness;
    const pointAt = (...runs: string[]): void => panel.receive({ type: 'pointAt', runs });
    pointAt(runKey(refOf('b')), runKey(refOf('stranger')));
    assert.deepEqual(deeds.pointed, [refOf('b')]);
    pointAt(runKey(refOf('a')), runKey(refOf('b')));
    assert.deepEqual(deeds.pointed, [refOf('a'), refOf('b')]);
    panel.setVisible(false);
    assert.deepEqual(deeds.pointed, []);
    deeds.pointed = [refOf('of another panel')];
    pointAt();
    panel.dispose();
    assert.deepEqual(deeds.pointed, [refOf('of another panel')], 'a panel lets go of its own rows only');
  });

  it('waits for a connection that is not known yet, and shows the others', async () => {
    const [a, late] = [sessionOf('a'), sessionOf('late')];
    a.report(makeDelta('loss', 'train', [1]));
    late.report(makeDelta('loss', 'train', [2]));
    const harness = await new Harness(['late', 'a'], [a]).open();
    assert.match(harness.last('runs').runs[0]?.failure?.message ?? '', /“late” is not known/);
    await harness.paint();
    harness.connections.add(late);
    await settleCurves();
    await harness.paint();
    assert.deepEqual(
      harness.last('runs').runs.map(({ phase }) => phase),
      ['read', 'read'],
    );
  });

  it('draws a group as the mean of its runs, and anew when one of them has new points', async () => {
    const [a, b] = [sessionOf('a'), sessionOf('b', { status: 'running' })];
    a.report(makeDelta('loss', 'train', [1, 2]));
    b.report(makeDelta('loss', 'train', [3, 4]));
    const harness = await new Harness(['a', 'b'], [a, b]).open();
    await harness.paint();
    const groups = [{ id: 'g', runs: [runKey(refOf('a')), runKey(refOf('b'))] }];
    const groupKey = seriesKey({ metric: 'loss', variant: 'train', run: 'g' });
    harness.panel.receive({
      type: 'watch',
      selectionId: 1,
      selection: { ...FIRST_SELECTION, groups },
      keys: [groupKey],
    });
    await settleCurves();
    const [frame] = harness.last('update').frames;
    assert.deepEqual(
      [[...(frame?.points.values ?? [])], [...(frame?.band?.counts ?? [])]],
      [
        [2, 3],
        [2, 2],
      ],
    );
    await harness.paint();
    b.report(makeDelta('loss', 'train', [9], { firstStep: 2 }));
    await settleCurves();
    const [again] = harness.last('update').frames;
    assert.deepEqual(
      [[...(again?.points.values ?? [])], [...(again?.band?.counts ?? [])]],
      [
        [2, 3, 9],
        [2, 2, 1],
      ],
    );
  });

  it('takes a run out, adds another, and keeps what to restore', async () => {
    const [a, b, c] = [sessionOf('a'), sessionOf('b'), sessionOf('c')];
    a.report(makeDelta('loss', 'train', [1]));
    b.report(makeDelta('loss', 'train', [1]));
    const harness = await new Harness(['a', 'b'], [a, b, c]).open();
    await harness.paint();
    harness.panel.receive({ type: 'runDeed', run: runKey(refOf('a')), deed: 'takeOut' });
    await settleCurves();
    assert.deepEqual(harness.last('update').removed, [key('a')]);
    harness.deeds.added = [refOf('c')];
    harness.panel.receive({ type: 'addRuns' });
    await settleCurves();
    assert.deepEqual(harness.last('openRuns').refs, [refOf('b'), refOf('c')]);
    assert.deepEqual(
      harness.drawnLooks(),
      harness.last('runs').runs.map(({ key: run, look }) => [run, look]),
    );
    assert.equal(harness.title, '2 runs');
    harness.panel.receive({ type: 'runDeed', run: runKey(refOf('b')), deed: 'reveal' });
    assert.deepEqual(harness.deeds.shown, ['reveal b']);
    harness.panel.dispose();
    assert.deepEqual(harness.drawnLooks(), []);
  });

  it('reads everything again when the worker lost it, and only the run that was reset', async () => {
    const [a, b] = [sessionOf('a'), sessionOf('b')];
    a.report(makeDelta('loss', 'train', [1]));
    b.report(makeDelta('loss', 'train', [2]));
    const harness = await new Harness(['a', 'b'], [a, b]).open();
    await harness.paint();
    harness.engine.lose();
    harness.panel.receive({ type: 'retry' });
    await settleCurves();
    const frames = await harness.engine.frames('panel', [key('a'), key('b')], FIRST_SELECTION);
    assert.equal(frames.length, 2);
    const before = [a.series.readCount, b.series.readCount];
    const task = a.store.current ?? assert.fail();
    a.store.set({ ...task, status: 'draft' });
    await settleCurves();
    assert.deepEqual([a.series.readCount, b.series.readCount], before, 'a reset that was only asked for');
    a.store.set({ ...task, status: 'draft', serverStatus: 'created' });
    await settleCurves();
    assert.deepEqual([a.series.readCount - 1, b.series.readCount], before);
  });

  it('begins as the project was looked at last, without runs hidden or zooms, which may mean others', async () => {
    const views = memoryViews();
    const runs = [sessionOf('a', { projectName: 'p' }), sessionOf('b', { projectName: 'p' })];
    const { panel: first } = await new Harness(['a', 'b'], runs, views).open();
    const heights = [{ metric: 'loss', range: { from: 0, to: 1 } }];
    const kept = { smoothing: 0.6, pinned: ['loss'], groupBy: { kind: 'tag' }, band: 'interval' } as const;
    const view = viewState.parse({ ...kept, hidden: ['a'], range: { from: 1, to: 2 }, heights });
    first.receive({ type: 'keepView', view });
    first.dispose();
    const again = await new Harness(['a', 'b'], runs, views).open();
    assert.deepEqual(again.last('openRuns').view, viewState.parse(kept));
  });

  it('saves points with the names of their runs', async () => {
    const [a, b] = [sessionOf('a, b'), sessionOf('c')];
    a.report(makeDelta('loss', 'train', [1]));
    b.report(makeDelta('loss', 'train', [2]));
    const harness = await new Harness(['a, b', 'c'], [a, b]).open();
    await harness.paint();
    harness.panel.receive({
      type: 'savePoints',
      metric: 'loss / train',
      format: 'csv',
      keys: [key('a, b'), key('c')],
    });
    await settleCurves();
    const [file] = harness.deeds.files;
    assert.match(
      file?.bytes.toString() ?? '',
      /^run,metric,series,step,time,value\n"a, b",loss,train,0,.*,1\nc,loss,train,0,.*,2\n$/,
    );
  });
});
