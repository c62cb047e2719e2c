import assert from 'node:assert/strict';
import type { PanelLife } from '../../../src/features/panels/panel-life';
import { MovableFrame, RestingLives, type FramedLife } from '../../../src/features/panels/resting-lives';
import { ManualClock } from '../../fakes/manual-clock';

/** Keeps what it has read, or not, and notes its end. */
class FakeLife implements PanelLife {
  isDisposed = false;

  constructor(private readonly keeps = true) {}

  rest(): boolean {
    return this.keeps;
  }

  receive(): void {
    assert.fail('A life that rests hears nothing.');
  }

  setVisible(): void {
    assert.fail('A life that rests is not shown.');
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

class FakePanel {
  title = 'unknown';
  readonly posted: unknown[] = [];
  readonly webview = { postMessage: (message: unknown) => this.posted.push(message) };
}

function framed(life: PanelLife): FramedLife {
  return { life, frame: new MovableFrame() };
}

describe('lives of closed panels', () => {
  it('rest for five minutes and go on when they are taken', async () => {
    const clock = new ManualClock();
    let ended = 0;
    const resting = new RestingLives(clock, () => (ended += 1));
    const [kept, late] = [new FakeLife(), new FakeLife()];
    resting.rest('kept', framed(kept));
    resting.rest('late', framed(late));
    assert.equal(resting.count, 2);
    await clock.advance(299_000);
    assert.equal(resting.take('kept')?.life, kept);
    await clock.advance(2_000);
    assert.deepEqual([kept.isDisposed, late.isDisposed, ended, resting.count], [false, true, 1, 0]);
    assert.equal(resting.take('late'), undefined);
  });

  it('end at once where nothing is kept, or where they cannot rest', () => {
    const resting = new RestingLives(new ManualClock(), () => assert.fail('It never rested.'));
    const keepsNothing = new FakeLife(false);
    let isDisposed = false;
    resting.rest('nothing', framed(keepsNothing));
    resting.rest('never', framed({ receive() {}, setVisible() {}, dispose: () => (isDisposed = true) }));
    assert.deepEqual([keepsNothing.isDisposed, isDisposed, resting.count], [true, true, 0]);
  });

  it('end in the order in which they were closed when there are more than four, and all together', () => {
    const resting = new RestingLives(new ManualClock(), () => undefined);
    const lives = Array.from({ length: 6 }, () => new FakeLife());
    lives.forEach((life, place) => resting.rest(String(place), framed(life)));
    assert.deepEqual(
      lives.map((life) => life.isDisposed),
      [true, true, false, false, false, false],
    );
    resting.endAll();
    assert.ok(lives.every((life) => life.isDisposed));
  });

  it('speak to the panel that is there now, and name it as the one before', () => {
    const frame = new MovableFrame();
    const [first, second] = [new FakePanel(), new FakePanel()];
    frame.moveTo(first);
    frame.setTitle('train.py');
    frame.post('one');
    frame.moveTo(undefined);
    frame.post('lost');
    frame.moveTo(second);
    frame.post('two');
    assert.deepEqual([first.posted, second.posted], [['one'], ['two']]);
    assert.deepEqual([first.title, second.title], ['train.py', 'train.py']);
  });
});
