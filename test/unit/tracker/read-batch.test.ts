import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EventBatch, type ReportedBatch, type SeriesAddress } from '../../../src/tracker/events/event-batch';
import { parseEventLine } from '../../../src/tracker/events/event-line';
import { JsonNumberScanner } from '../../../src/tracker/events/json-number';
import { KnownLines } from '../../../src/tracker/events/known-lines';
import { readBatch } from '../../../src/tracker/events/read-batch';
import { RepeatedLines } from '../../../src/tracker/events/repeated-lines';
import { heldBytes } from '../../fakes/held-memory';

const ORIGIN = { worker: 'machine', nowMs: 5_000 };

/** What the lines come to when each is parsed by itself. */
function parsedOneByOne(lines: readonly string[]): ReportedBatch {
  const batch = new EventBatch(ORIGIN);
  for (const line of lines.map((each) => each.trim()).filter((each) => each !== '')) {
    const event = parseEventLine(line);
    if (event === undefined) {
      batch.refuse('Malformed JSON line');
    } else {
      batch.add(event);
    }
  }
  return batch.finish();
}

/** A scalar as Python or JavaScript writes it. */
function scalarLine(variant: string, numbers: string, separator = ','): string {
  const fixed = ['"type":"training_stats_scalar"', '"task":"a"', '"metric":"loss"', `"variant":"${variant}"`];
  return `{${[...fixed, numbers].join(separator)}}`;
}

const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '-0',
    '1e999',
    '-1e999',
    '1E5',
    '1.5e-7',
    '9007199254740993',
    '123456789012345678',
    '-2147483648',
  ),
);
/** Numbers that JSON does not have, and other things in the place of one. */
const noNumber = fc.constantFrom(
  'NaN',
  '-Infinity',
  '"Infinity"',
  '01',
  '1.',
  '.5',
  '+1',
  '1e',
  '-',
  '0x1',
  'null',
  '{}',
);
const most = (usual: fc.Arbitrary<string>, odd: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd });
const shapes: Readonly<Record<string, (numbers: Record<'iter' | 'value' | 'timestamp', string>) => string>> =
  {
    full: ({ iter, value, timestamp }) => `"iter":${iter},"value":${value},"timestamp":${timestamp}`,
    spaced: ({ iter, value, timestamp }) =>
      `"iter" : ${iter}, "value": ${value} , "timestamp": ${timestamp} `,
    noTime: ({ iter, value }) => `"iter":${iter},"value":${value}`,
    noIter: ({ value, timestamp }) => `"value":${value},"timestamp":${timestamp}`,
    twice: ({ iter, value, timestamp }) => `"iter":${iter},"value":${value},"iter":${timestamp}`,
    nested: ({ iter, value }) => `"iter":3,"value":${value},"x":{"iter":${iter}}`,
    listed: ({ iter, value }) => `"value":${value},"x":[{"iter":${iter},"timestamp":${value}}]`,
    escaped: ({ iter, value }) => `"\\u0069ter":${iter},"value":${value}`,
    noNumbers: ({ value }) => `"iter":null,"value":${value},"timestamp":"1"`,
    word: ({ iter }) => `"iter":${iter},"value":"Infinity"`,
    fixedTime: ({ iter, value }) => `"iter":${iter},"value":${value},"timestamp":"1"`,
  };
const shape = fc.constantFrom(...Object.keys(shapes));
const numbers = fc.record({
  iter: most(number, noNumber),
  value: most(number, noNumber),
  timestamp: most(number, noNumber),
});
const variant = most(fc.constantFrom('x', 'y'), fc.constantFrom('é', ',\\"iter\\":1', 'a,'));
const scalar = fc
  .record({ variant, numbers, shape, rest: most(fc.constant(''), fc.constantFrom(' 1', '}', ' ')) })
  .map((line) => `${scalarLine(line.variant, shapes[line.shape]?.(line.numbers) ?? '')}${line.rest}`);
const other = fc.constantFrom(
  '',
  '  ',
  'no event',
  '[]',
  '{"type":"log","task":"a","msg":"line"}',
  '{"type":"training_stats_scalar","task":"b","model_event":true,"metric":"loss","variant":"x","iter":1,"value":2}',
  '{"type":"training_stats_scalar","task":"a","metric":"loss","variant":"x","iter":1,"value":2,"allow_locked":true}',
  '{"type":"plot","task":"a","metric":"p","variant":"q","iter":3,"plot_str":"{}"}',
);

describe('tracker: reading a batch', () => {
  it('comes to what its lines say one by one, whatever repeats', () => {
    const pattern = fc.array(fc.oneof({ weight: 6, arbitrary: scalar }, { weight: 1, arbitrary: other }), {
      minLength: 1,
      maxLength: 40,
    });
    const ending = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(pattern, ending, fc.constantFrom('', '\n', ' \n\n'), (lines, newline, end) => {
        fc.pre(lines.some((line) => line.trim() !== ''));
        const body = lines.join(newline) + end;
        assert.deepEqual(readBatch(body, ORIGIN, new KnownLines()), parsedOneByOne(lines));
      }),
      { numRuns: 2_000 },
    );
  });

  it('comes to the same where series are reported in turn, with all that may come between', () => {
    const step = fc.tuple(numbers, most(fc.constant(''), other));
    fc.assert(
      fc.property(shape, shape, fc.array(step, { minLength: 3, maxLength: 30 }), (ofX, ofY, steps) => {
        const lines = steps.flatMap(([its, between]) => [
          scalarLine('x', shapes[ofX]?.(its) ?? ''),
          scalarLine('y', shapes[ofY]?.(its) ?? ''),
          between,
        ]);
        assert.deepEqual(readBatch(lines.join('\n'), ORIGIN, new KnownLines()), parsedOneByOne(lines));
      }),
      { numRuns: 1_000 },
    );
  });

  it('comes to the same in every batch, whatever was learnt from those before and however much is forgotten', () => {
    const line = fc.oneof({ weight: 6, arbitrary: scalar }, { weight: 1, arbitrary: other });
    const body = fc.array(line, { minLength: 1, maxLength: 12 });
    const room = fc.constantFrom(0, 150, 400, 100_000);
    fc.assert(
      fc.property(fc.array(body, { minLength: 2, maxLength: 6 }), room, (bodies, characters) => {
        const known = new KnownLines(characters);
        for (const lines of bodies.filter((each) => each.some((text) => text.trim() !== ''))) {
          assert.deepEqual(readBatch(lines.join('\n'), ORIGIN, known), parsedOneByOne(lines));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('parses the first two lines of a series, and none after them but the first of a batch', () => {
    const known = new KnownLines();
    const lines = (first: number, variants: readonly string[]): string[] =>
      Array.from({ length: 50 }, (_, at) =>
        variants.map((name) => scalarLine(name, `"iter":${first + at},"value":${at / 3}`)),
      ).flat();
    // One more than two of each: that x follows y is known only once it has.
    assert.equal(parsedLines(lines(0, ['x', 'y']), known), 5);
    assert.equal(parsedLines(lines(50, ['x', 'y']), known), 1);
    assert.equal(parsedLines(lines(100, ['y', 'z', 'x']), known), 4);
    assert.equal(parsedLines(lines(150, ['y', 'z', 'x']), known), 1);
  });

  it('learns a series anew that is reported in another way, and once only in a batch', () => {
    const known = new KnownLines();
    const [plain, timed] = [`"iter":1,"value":2`, `"iter":1,"value":2,"timestamp":3`];
    const lines = (...numbers: string[]): string[] => numbers.map((each) => scalarLine('x', each));
    assert.equal(parsedLines(lines(plain, plain, plain, plain), known), 3);
    assert.equal(parsedLines(lines(timed, timed, timed, timed), known), 2);
    assert.equal(parsedLines(lines(timed, timed, timed, timed), known), 1);
    assert.equal(parsedLines(lines(plain, timed, plain, timed, plain, timed), known), 4);
  });

  it('forgets the task that was reported to least recently, and keeps within its room', () => {
    const known = new KnownLines(400);
    const address = (owner: string): SeriesAddress => ({
      owner,
      isModel: false,
      metric: 'loss',
      variant: 'x',
    });
    const lines = (task: string): string[] =>
      Array.from({ length: 3 }, (_, iter) =>
        scalarLine('x', `"iter":${iter},"value":1`).replace('"task":"a"', `"task":"${task}"`),
      );
    for (const task of ['a', 'b', 'c', 'a', 'd']) {
      readBatch(lines(task).join('\n'), ORIGIN, known);
    }
    const kept = ['a', 'b', 'c', 'd'].filter((task) => known.find(address(task)) !== undefined);
    assert.deepEqual(kept, ['a', 'c', 'd']);
    const small = new KnownLines(50);
    readBatch(lines('a').join('\n'), ORIGIN, small);
    assert.equal(small.find(address('a')), undefined);
  });

  it('keeps no body alive because of what was learnt from it', () => {
    const known = new KnownLines();
    const before = heldBytes();
    for (let task = 0; task < 20; task += 1) {
      const lines = Array.from({ length: 10_000 }, (_, iter) =>
        scalarLine('x', `"iter":${iter},"value":1`).replace('"task":"a"', `"task":"${task}"`),
      );
      readBatch(Buffer.from(lines.join('\n')).toString(), ORIGIN, known);
    }
    const bodyBytes = 10_000 * 90;
    assert.ok(heldBytes() - before < 10 * bodyBytes, 'of 20 bodies');
    assert.ok(known.find({ owner: '3', isModel: false, metric: 'loss', variant: 'x' }));
  });
});

/** How many lines of a batch have to be parsed; asserts what they come to. */
function parsedLines(lines: readonly string[], known: KnownLines): number {
  const text = lines.join('\n');
  const batch = new EventBatch(ORIGIN);
  const repeated = new RepeatedLines(known, { text, batch, nowMs: ORIGIN.nowMs });
  let parsed = 0;
  for (let at = 0; at < text.length;) {
    const end = repeated.take(at);
    const line = lines[text.slice(0, at).split('\n').length - 1] ?? '';
    if (end === undefined) {
      const event = parseEventLine(line) ?? {};
      const place = batch.add(event);
      assert.ok(place);
      repeated.follow(line, event, place);
      parsed += 1;
    }
    at = (end ?? at + line.length) + 1;
  }
  assert.deepEqual(batch.finish(), parsedOneByOne(lines));
  return parsed;
}

describe('tracker: numbers in a text', () => {
  it('reads what JSON reads, and nothing else', () => {
    const digits = fc.string({
      unit: fc.constantFrom(...Array.from('0123456789-+.eE')),
      minLength: 1,
      maxLength: 24,
    });
    fc.assert(
      fc.property(fc.oneof(digits, number, noNumber), (text) => {
        const scanner = new JsonNumberScanner(`[${text},`);
        const isNumber = scanner.scan(1) && scanner.end === text.length + 1;
        const expected = jsonNumber(text);
        assert.equal(isNumber, expected !== undefined);
        if (isNumber) {
          assert.ok(
            Object.is(scanner.value, expected),
            `${text}: ${scanner.value} is not ${String(expected)}`,
          );
        }
      }),
      { numRuns: 20_000 },
    );
  });
});

function jsonNumber(text: string): number | undefined {
  const value = parseEventLine(`{"value":${text}}`)?.['value'];
  return typeof value === 'number' ? value : undefined;
}
