import assert from 'node:assert/strict';
import fc from 'fast-check';
import { consolePath, taskOfConsolePath } from '../../../src/features/console/console-address';
import { ConsoleTextBuffer } from '../../../src/features/console/console-text-buffer';

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

describe('console text', () => {
  it('shows what a terminal would', () => {
    const buffer = new ConsoleTextBuffer();
    buffer.write('one\n\x1b[31mred\x1b[0m\n 10%\r 50%');
    assert.equal(buffer.text(), 'one\nred\n 50%');
    buffer.write('\r100%\ndone');
    assert.equal(buffer.text(), 'one\nred\n100%\ndone');
  });

  it('lets go of the beginning when it grows too long, and says how much', () => {
    const buffer = new ConsoleTextBuffer({ maxCharacters: 1_000, keptCharacters: 400 });
    for (let line = 0; line < 1_000; line += 1) {
      buffer.write(`line ${line}\n`);
    }
    const lines = buffer.text().split('\n');
    const [note = '', first = ''] = lines;
    assert.equal(lines.at(-1), 'line 999');
    assert.equal(
      note,
      `‹The first ${first.slice(5)} lines are left out here; this document shows the end of a long console.›`,
    );
    assert.ok(buffer.text().length <= 1_200);
  });

  it('begins again after a reset', () => {
    const buffer = new ConsoleTextBuffer();
    buffer.write('\x1b[1mold');
    buffer.clear();
    assert.equal(buffer.isEmpty, true);
    buffer.write('new');
    assert.equal(buffer.text(), 'new');
  });
});
