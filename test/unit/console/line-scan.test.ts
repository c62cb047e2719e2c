import assert from 'node:assert/strict';
import { tracebacksIn } from '../../../src/core/traceback';
import { scanLines, type ScannedDocument } from '../../../src/features/console/line-scan';

class TextLines implements ScannedDocument {
  version = 1;

  constructor(private readonly lines: readonly string[]) {}

  get lineCount(): number {
    return this.lines.length;
  }

  lineAt(line: number): { readonly text: string } {
    return { text: this.lines[line] ?? '' };
  }
}

const TRACEBACK = [
  'Traceback (most recent call last):',
  '  File "train.py", line 4, in <module>',
  '    main()',
  'ValueError: no data',
];

describe('going through a long document', () => {
  const lines = Array.from({ length: 200_000 }, (_, line) => `step ${line}`);
  // Across the borders of steps, and one after the other.
  for (const at of [0, 198, 202, 5_399, 99_998, 199_990]) {
    lines.splice(at, TRACEBACK.length, ...TRACEBACK);
  }
  const tracebacks = (document: ScannedDocument, isWanted = () => true) =>
    scanLines(document, isWanted, (all, first, end) => {
      const found = tracebacksIn(all, first, end);
      return { found, next: Math.max(end, (found.at(-1)?.lastLine ?? 0) + 1) };
    });

  it('finds what there is, and lets others have their turn', async () => {
    let isDone = false;
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (!isDone) {
        setImmediate(count);
      }
    };
    setImmediate(count);
    let slowSteps = 0;
    const found = await tracebacks(new TextLines(lines), () => {
      // However quick the machine is, this takes longer than a turn.
      for (const until = performance.now() + 2; slowSteps < 20 && performance.now() < until;);
      slowSteps += 1;
      return true;
    });
    isDone = true;
    assert.deepEqual(found, tracebacksIn(lines));
    assert.deepEqual(
      found.map(({ firstLine }) => firstLine),
      [0, 198, 202, 5_399, 99_998, 199_990],
    );
    assert.ok(turns > 1, 'others had their turn');
  });

  it('ends without an answer when the document changes or nobody waits any more', async () => {
    const document = new TextLines(lines);
    let steps = 0;
    const change = (): boolean => {
      steps += 1;
      document.version += steps === 50 ? 1 : 0;
      return true;
    };
    assert.equal(await tracebacks(document, change), undefined);
    assert.equal(steps, 50);
    let looks = 0;
    assert.equal(await tracebacks(document, () => (looks += 1) < 3), undefined);
    assert.equal(looks, 3);
  });
});
