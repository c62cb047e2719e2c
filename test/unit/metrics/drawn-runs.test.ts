import assert from 'node:assert/strict';
import { systemClock } from '../../../src/core/clock';
import { LOOK_COLOURS } from '../../../src/core/run-looks';
import { runKey, type TaskRef } from '../../../src/core/task-ref';
import { DrawnRuns } from '../../../src/features/metrics/drawn-runs';
import { RunLooksMemory } from '../../../src/features/metrics/run-looks-memory';
import { memoryState } from './memory-views';

const [A, B, C] = ['a', 'b', 'c'].map((taskId) => ({ connectionId: 'local', taskId })) as [
  TaskRef,
  TaskRef,
  TaskRef,
];

describe('DrawnRuns', () => {
  let memory: RunLooksMemory;
  let drawn: DrawnRuns;
  let changes: number;

  beforeEach(() => {
    memory = new RunLooksMemory(memoryState(), systemClock);
    drawn = new DrawnRuns(memory);
    changes = 0;
    drawn.onDidChange(() => (changes += 1));
  });

  afterEach(() => {
    drawn.dispose();
    memory.dispose();
  });

  const lookOf = (ref: TaskRef): number | undefined => drawn.runs().get(runKey(ref))?.look;
  const names = (): string => [...drawn.runs().values()].map(({ ref }) => ref.taskId).join('');

  it('has the runs of open panels alone, with the looks they have everywhere', () => {
    const first = drawn.open([A, B]);
    const second = drawn.open([B, C]);
    assert.equal(names(), 'abc');
    const looks = memory.looksOf([A, B, C].map(runKey));
    assert.deepEqual(
      [A, B, C].map(lookOf),
      [A, B, C].map((ref) => looks.get(runKey(ref))),
    );
    first.show([A]);
    second.dispose();
    assert.equal(names(), 'a');
    first.dispose();
    assert.equal(names(), '');
    assert.equal(changes, 5);
  });

  it('tells of a look that is chosen anew, while a panel draws the run', () => {
    drawn.open([A]);
    assert.notEqual(lookOf(A), 20);
    memory.choose(runKey(A), 20);
    assert.equal(lookOf(A), 20);
    assert.equal(changes, 2);
  });

  it('shows a run with the dashes that it has in the panel which was shown last', () => {
    [A, B].forEach((ref) => memory.choose(runKey(ref), 3));
    const together = drawn.open([A, B]);
    assert.deepEqual([A, B].map(lookOf), [3, 3 + LOOK_COLOURS]);
    drawn.open([B]);
    assert.deepEqual([A, B].map(lookOf), [3, 3]);
    together.show([A, B]);
    assert.deepEqual([A, B].map(lookOf), [3, 3 + LOOK_COLOURS]);
  });
});
