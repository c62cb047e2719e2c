import assert from 'node:assert/strict';
import fc from 'fast-check';
import { consolePath, taskOfConsolePath } from '../../../src/features/console/console-address';

describe('console address', () => {
  it('leads back to the task, whatever it is called', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.string({ minLength: 1 }),
        fc.string(),
        (connectionId, taskId, name) => {
          const path = consolePath({ connectionId, taskId }, name);
          assert.deepEqual(taskOfConsolePath(path), { connectionId, taskId });
          assert.equal(path.split('/').length, 4);
        },
      ),
    );
  });

  it('keeps the name readable', () => {
    const ref = { connectionId: 'local', taskId: 't1' };
    assert.equal(consolePath(ref, 'train.py --lr 1'), '/local/t1/train.py --lr 1.log');
    assert.equal(consolePath(ref, 'a/b\\c\nd'), '/local/t1/a b c d.log');
    assert.equal(consolePath(ref, '..'), '/local/t1/console.log');
    assert.equal(consolePath(ref, ''), '/local/t1/console.log');
  });

  it('of anything else is none', () => {
    for (const path of ['/', '/a', '/a/b', '/a/b/c/d', '/%/b/c.log', '']) {
      assert.equal(taskOfConsolePath(path), undefined, path);
    }
  });
});
