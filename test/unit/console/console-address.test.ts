import assert from 'node:assert/strict';
import fc from 'fast-check';
import { consoleAddress, taskOfConsole } from '../../../src/features/console/console-address';

describe('the address of a console', () => {
  it('leads back to the task, whatever it and its folders are called, and shows no ids', () => {
    const id = fc.string({ minLength: 1 });
    const ids = fc.record({ connectionId: id, taskId: id });
    const anyName = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(ids, fc.array(anyName, { maxLength: 4 }), anyName, (ref, folders, name) => {
        const address = consoleAddress(ref, folders, name);
        assert.deepEqual(taskOfConsole(address), { ...ref });
        const [first, ...segments] = address.path.split('/');
        assert.equal(first, '');
        assert.ok(segments.length <= folders.length + 1);
        assert.ok(
          segments.every((segment) => !/^\.*$/.test(segment)),
          address.path,
        );
        assert.ok(address.path.endsWith('.log'));
      }),
    );
  });

  it('reads as people call the task', () => {
    const pathOf = (name: string, ...folders: string[]): string =>
      consoleAddress({ connectionId: 'c1', taskId: 't1' }, folders, name).path;
    assert.equal(
      pathOf('train.py --lr 1', 'Local', 'digits', 'seeds'),
      '/Local/digits/seeds/train.py --lr 1.log',
    );
    assert.equal(pathOf('a/b\\c\nd', '', 'x/y', '..'), '/x y/a b c d.log');
    assert.equal(pathOf('..'), '/console.log');
    assert.equal(pathOf(''), '/console.log');
    assert.equal(pathOf('n'.repeat(5_000)), `/${'n'.repeat(80)}.log`);
  });

  it('of anything else is none', () => {
    for (const query of ['', 'x', '[]', '["a"]', '["a",1]', '["","b"]', '["a","b","c"]', '{"0":"a"}']) {
      assert.equal(taskOfConsole({ query }), undefined, query);
    }
  });
});
