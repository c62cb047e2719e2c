import assert from 'node:assert/strict';
import { runKey } from '../../../src/core/task-ref';
import { overviewOf } from '../../../src/core/series-overview';
import { RunPictures } from '../../../src/features/metrics/run-pictures';
import type { OverviewPicture } from '../../../src/features/metrics/overview-picture';
import { FIRST_SELECTION, type ViewSelection } from '../../../src/features/metrics/view-contract';
import { ManualClock } from '../../fakes/manual-clock';
import { makeDelta } from './fake-session';

const run = (name: string): string => runKey({ connectionId: name, taskId: 'task-1' });
const points = makeDelta('loss', 'train', [3, 2, 1]);
const overview = overviewOf(points.name, points, 100);

class Harness {
  readonly clock = new ManualClock();
  /** The runs of each set of pictures that was shown. */
  readonly shown: string[][] = [];
  readonly read: string[] = [];
  changes = 0;
  selection: ViewSelection = FIRST_SELECTION;
  private paint: () => void = () => undefined;
  readonly pictures: RunPictures;

  constructor(runCount: number) {
    this.pictures = new RunPictures({
      pump: {
        selection: this.selection,
        showPictures: (pictures: readonly OverviewPicture[]) => {
          this.shown.push(
            pictures.map(({ entry, frame }) => (entry.run === frame.run ? entry.run : 'another')),
          );
          return new Promise((resolve) => {
            this.paint = resolve;
          });
        },
      },
      clock: this.clock,
      runCount: () => runCount,
      onChanged: () => (this.changes += 1),
    });
  }

  /** A run brings its picture, and is noted when it may be read. */
  bring(name: string, overviews = [overview]): void {
    void this.pictures
      .place(run(name))
      .show(overviews)
      .then(() => this.read.push(name));
  }

  async painted(): Promise<void> {
    this.paint();
    await settle();
  }
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('first pictures of several runs', () => {
  it('go to the page together, and their runs are read one by one after that is painted', async () => {
    const harness = new Harness(2);
    harness.bring('a');
    harness.bring('b');
    assert.deepEqual(harness.shown, []);
    harness.pictures.show();
    assert.deepEqual(harness.shown, [[run('a'), run('b')]]);
    assert.equal(harness.pictures.readNext(), false);
    const before = harness.changes;
    await harness.painted();
    assert.equal(harness.changes, before + 1);
    assert.deepEqual([harness.read, harness.pictures.isWaiting(run('a'))], [[], true]);
    assert.deepEqual([harness.pictures.readNext(), harness.pictures.isWaiting(run('a'))], [true, false]);
    await settle();
    assert.deepEqual(harness.read, ['a']);
    assert.deepEqual([harness.pictures.readNext(), harness.pictures.readNext()], [true, false]);
    await settle();
    assert.deepEqual(harness.read, ['a', 'b']);
  });

  it('wait for those of other runs, but not for long', async () => {
    const harness = new Harness(3);
    harness.bring('a');
    await harness.clock.advance(100);
    harness.bring('b');
    await harness.clock.advance(150);
    assert.equal(harness.shown.length, 0);
    await harness.clock.advance(100);
    assert.deepEqual(harness.shown.flat(), [run('a'), run('b')]);
    harness.bring('c');
    harness.pictures.show();
    assert.equal(harness.shown.length, 1);
    await harness.painted();
    assert.deepEqual(harness.shown[1], [run('c')]);
  });

  it('keep no run waiting that has none, and say that it was asked', async () => {
    const harness = new Harness(2);
    assert.equal(harness.pictures.hasAnswered(run('a')), false);
    harness.bring('a', []);
    await settle();
    assert.deepEqual(harness.read, ['a']);
    assert.deepEqual(
      [harness.pictures.hasAnswered(run('a')), harness.pictures.isWaiting(run('a'))],
      [true, false],
    );
  });

  it('let go of a run that is taken out, and of all when the page is gone', async () => {
    const harness = new Harness(3);
    ['a', 'b', 'c'].forEach((name) => harness.bring(name));
    harness.pictures.drop(run('b'));
    harness.pictures.show();
    assert.deepEqual(harness.shown, [[run('a'), run('c')]]);
    harness.pictures.dispose();
    await harness.painted();
    assert.deepEqual(harness.read.sort(), ['a', 'b', 'c']);
    assert.equal(harness.pictures.readNext(), false);
    harness.bring('a');
    harness.pictures.dispose();
    await harness.clock.advance(1_000);
    assert.equal(harness.shown.length, 1);
  });

  it('share the points of a chart, are for runs that are long together, and of so many runs at once', () => {
    assert.deepEqual(new Harness(2).pictures.place(run('a')).request, {
      maxPoints: FIRST_SELECTION.maxPoints,
      leastPoints: 100_000,
    });
    const many = new Harness(100);
    assert.deepEqual(many.pictures.place(run('a')).request, { maxPoints: 400, leastPoints: 10_000 });
    for (let index = 0; index < 20; index += 1) {
      assert.equal(many.pictures.isFull, false);
      many.bring(String(index));
    }
    assert.equal(many.pictures.isFull, true);
  });
});
