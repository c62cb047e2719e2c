import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ConsoleLevelReader, type ConsoleLevel } from '../../../src/core/console-levels';
import { framesIn, tracebacksIn } from '../../../src/core/traceback';

const CHAINED = `epoch 1
Traceback (most recent call last):
  File "/home/me/repo/src/data.py", line 12, in load
    return int(text)
           ~~~^^^^^^
ValueError: invalid literal for int() with base 10: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "train.py", line 40, in <module>
    main()
    ~~~~^^
  File "train.py", line 33, in main
    load(data)
  [Previous line repeated 995 more times]
  File "<frozen importlib._bootstrap>", line 241, in _call
  File "C:\\code\\lib.py", line 7
RuntimeError: no data
done`.split('\n');

describe('tracebacks', () => {
  it('are found with their frames, code and last line, chained ones apart', () => {
    const [first, second, ...others] = tracebacksIn(CHAINED);
    assert.deepEqual(others, []);
    assert.deepEqual([first?.firstLine, first?.lastLine], [1, 5]);
    assert.equal(first?.error, "ValueError: invalid literal for int() with base 10: 'x'");
    assert.deepEqual(first.frames, [
      {
        line: 2,
        start: 2,
        end: 43,
        path: '/home/me/repo/src/data.py',
        fileLine: 12,
        functionName: 'load',
        source: 'return int(text)',
      },
    ]);
    assert.equal(second?.error, 'RuntimeError: no data');
    assert.deepEqual(
      second.frames.map(({ path, fileLine, functionName, source }) => [path, fileLine, functionName, source]),
      [
        ['train.py', 40, '<module>', 'main()'],
        ['train.py', 33, 'main', 'load(data)'],
        ['C:\\code\\lib.py', 7, undefined, undefined],
      ],
    );
    assert.equal(CHAINED[second.lastLine], 'RuntimeError: no data');
  });

  it('are found behind prefixes and in the margin of an exception group', () => {
    const lines = [
      '[rank0]: Traceback (most recent call last):',
      '[rank0]:   File "a.py", line 1, in <module>',
      '[rank0]:     main()',
      '[rank0]: KeyError: 3',
      '  + Exception Group Traceback (most recent call last):',
      '  |   File "b.py", line 2, in <module>',
      '  |     raise group',
      '  | ExceptionGroup: many (2 sub-exceptions)',
    ];
    assert.deepEqual(
      tracebacksIn(lines).map(({ error, frames }) => [error, frames[0]?.path, frames[0]?.source]),
      [
        ['KeyError: 3', 'a.py', undefined],
        ['ExceptionGroup: many (2 sub-exceptions)', 'b.py', undefined],
      ],
    );
  });

  it('that break off end where they do', () => {
    const lines = [
      'Traceback (most recent call last):',
      '  File "a.py", line 1, in f',
      '    f()',
      '',
      'next',
    ];
    assert.deepEqual(
      tracebacksIn(lines).map(({ lastLine, error }) => [lastLine, error]),
      [[2, undefined]],
    );
    assert.equal(tracebacksIn(['Traceback (most recent call last):'])[0]?.lastLine, 0);
  });

  it('give way to places that warnings and test runners name', () => {
    const [place] = framesIn(['  src/a.py:12: UserWarning: slow', 'see a.py:3 for more', 'x.py:1:']);
    assert.deepEqual(place, { line: 0, start: 2, end: 13, path: 'src/a.py', fileLine: 12 });
    assert.equal(framesIn(['see a.py:3 for more', 'x.py:1:']).length, 0);
  });

  it('are read from any text without failing, every frame where it says it is', () => {
    const word = fc.constantFrom(
      'Traceback (most recent call last):',
      '  File "a.py", line 3, in f',
      'File "',
      'E: x',
      '    ^',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string())), (lines) => {
        for (const { line, start, end, path } of framesIn(lines)) {
          assert.ok((lines[line] ?? '').slice(start, end).includes(path));
        }
        let before = -1;
        for (const { firstLine, lastLine } of tracebacksIn(lines)) {
          assert.ok(firstLine > before && lastLine >= firstLine && lastLine < lines.length);
          before = lastLine;
        }
      }),
    );
  });
});

describe('levels of a console', () => {
  const levels = (...lines: readonly string[]): ConsoleLevel[] => {
    const reader = new ConsoleLevelReader();
    return lines.map((line) => reader.read(line));
  };

  it('are those that loggers name', () => {
    assert.deepEqual(
      levels(
        '2026-01-01 10:00:00,000 - root - INFO - start',
        'DEBUG:root:x',
        '[WARNING] slow',
        '10:00 | ERROR    | module:f:1 - broken',
        'CRITICAL: gone',
        'a.py:3: UserWarning: old',
        'INFORMATION is no level',
        'Error rate 0.1',
      ),
      ['info', 'debug', 'warning', 'error', 'error', 'warning', 'info', 'info'],
    );
  });

  it('hold for indented lines that follow, and for a traceback with its last line', () => {
    assert.deepEqual(levels('WARNING: slow', '  because', 'step 1'), ['warning', 'warning', 'info']);
    assert.deepEqual(
      levels('Traceback (most recent call last):', '  File "a.py", line 1', 'ValueError: x', 'step 2'),
      ['error', 'error', 'error', 'info'],
    );
  });
});
