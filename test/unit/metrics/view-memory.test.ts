import assert from 'node:assert/strict';
import { viewState } from '../../../src/features/metrics/view-contract';
import { makeTask } from './fake-session';
import { memoryState, memoryViews } from './memory-views';

const NEVER = { now: () => 0, after: () => ({ dispose: () => undefined }) };

describe('ViewMemory', () => {
  const view = viewState.parse({
    smoothing: 0.5,
    tab: 'details',
    filter: 'x',
    range: { from: 1, to: 2 },
    pinned: ['loss'],
  });

  it('gives a view to tasks of its project, and its zoom to its own task only', () => {
    const memory = memoryViews(memoryState(), NEVER);
    const task = makeTask({ id: 'a', projectName: 'p' });
    memory.remember('local', task, view);
    const again = memory.recall('local', task);
    assert.deepEqual(
      [again?.smoothing, again?.tab, again?.filter, again?.range],
      [0.5, 'curves', '', { from: 1, to: 2 }],
    );
    const sibling = memory.recall('local', makeTask({ id: 'b', projectName: 'p' }));
    assert.deepEqual([sibling?.pinned, sibling?.range], [['loss'], null]);
    assert.equal(memory.recall('local', makeTask({ projectName: 'q' })), undefined);
    assert.equal(memory.recall('other', task), undefined);
  });

  it('is there in the next window, and forgets the projects of long ago', () => {
    const state = memoryState();
    const memory = memoryViews(state, NEVER);
    for (let index = 0; index < 60; index++) {
      memory.remember('local', makeTask({ projectName: `p${index}` }), view);
    }
    memory.dispose();
    const next = memoryViews(state, NEVER);
    assert.equal(next.recall('local', makeTask({ projectName: 'p59' }))?.smoothing, 0.5);
    assert.equal(next.recall('local', makeTask({ projectName: 'p0' })), undefined);
  });
});
