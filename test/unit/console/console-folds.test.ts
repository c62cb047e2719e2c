import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { consoleFolds } from '../../../src/features/console/console-folds';
import { ConsoleFolders } from '../../../src/features/console/console-folders';
import { ConsoleLog } from '../../../src/features/console/console-log';
import { ConsoleWindow, WHOLE_VIEW } from '../../../src/features/console/console-window';

/** What Python 3.11 printed, with a progress bar and colours between; the run was killed while it printed the last one. */
const RECORDED = `epoch 1 loss=0.5
Traceback (most recent call last):
  File "/home/ada/fail.py", line 7, in train
    load("lr")
  File "/home/ada/fail.py", line 4, in load
    return {}[name]
           ~~^^^^^^
KeyError: 'lr'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/home/ada/fail.py", line 12, in <module>
    train()
  File "/home/ada/fail.py", line 9, in train
    raise ValueError("no learning rate") from missing
ValueError: no learning rate
 10%|#         |\r 50%|#####     |\r100%|##########|
\u001b[31mTraceback (most recent call last):\u001b[0m
  File "/home/ada/fail.py", line 24, in <module>
    deep(0)
  File "/home/ada/fail.py", line 22, in deep
    return deep(n + 1)
           ^^^^^^^^^^^
  File "/home/ada/fail.py", line 22, in deep
    return deep(n + 1)
           ^^^^^^^^^^^
  [Previous line repeated 996 more times]
\u001b[31mRecursionError: maximum recursion depth exceeded\u001b[0m
  + Exception Group Traceback (most recent call last):
  |   File "/home/ada/fail.py", line 17, in <module>
  |     raise ExceptionGroup("two", [ValueError("a"), TypeError("b")])
  | ExceptionGroup: two (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: a
    +---------------- 2 ----------------
    | TypeError: b
    +------------------------------------
going on
Traceback (most recent call last):
  File "/home/ada/cut.py", line 3, in <module>
    run(`;

describe('folding in a console', () => {
  let folder: string;
  let log: ConsoleLog;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trackside-folds-'));
    const folders = new ConsoleFolders(folder);
    log = new ConsoleLog(() => folders.next());
  });

  afterEach(async () => {
    await log.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The lines that the document shows, and the folded ones as texts of their first and last line. */
  async function shown(): Promise<{
    readonly lines: readonly string[];
    readonly folds: readonly string[][];
  }> {
    const { bytes } = await new ConsoleWindow(log).page(WHOLE_VIEW, { notes: [] });
    const lines = new TextDecoder().decode(bytes).split('\n');
    const document = {
      version: 1,
      lineCount: lines.length,
      lineAt: (line: number) => ({ text: lines[line] ?? '' }),
    };
    const folds = (await consoleFolds(document, () => true)) ?? assert.fail('The document did not change.');
    return { lines, folds: folds.map(({ first, last }) => [lines[first] ?? '', lines[last] ?? '']) };
  }

  const HEADING = 'Traceback (most recent call last):';
  const FOLDS = [
    [HEADING, '           ~~^^^^^^'],
    [HEADING, '    raise ValueError("no learning rate") from missing'],
    [HEADING, '  [Previous line repeated 996 more times]'],
    [
      '  + Exception Group Traceback (most recent call last):',
      '  |     raise ExceptionGroup("two", [ValueError("a"), TypeError("b")])',
    ],
    [HEADING, '    run('],
  ];

  it('hides the calls of each traceback, chained ones apart, and leaves what went wrong in sight', async () => {
    log.write(RECORDED);
    assert.deepEqual((await shown()).folds, FOLDS);
  });

  it('is the same in whatever pieces the console came', async () => {
    for (let at = 0; at < RECORDED.length; at += 7) {
      log.write(RECORDED.slice(at, at + 7));
    }
    const { lines, folds } = await shown();
    assert.deepEqual(folds, FOLDS);
    assert.ok(lines.includes('100%|##########|'), 'a progress bar is one line');
  });

  it('follows a traceback that is still being printed', async () => {
    const [before = '', first = ''] = RECORDED.split(/(?<=loss=0\.5\n)/u);
    log.write(before);
    assert.deepEqual((await shown()).folds, []);
    log.write(first.split('\n').slice(0, 3).join('\n'));
    assert.deepEqual((await shown()).folds, [[HEADING, '    load("lr")']]);
  });
});
