import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ConsoleAssembler,
  ConsoleDecoder,
  chunkSeparator,
  plainConsoleText,
} from '../../../src/core/console-text';

/** Everything a reader sees: finished lines and the unfinished one. */
function assemble(chunks: readonly string[]): readonly string[] {
  const assembler = new ConsoleAssembler();
  const lines = chunks.flatMap((chunk) => assembler.write(chunk));
  return [...lines, assembler.pending].map(({ text }) => text);
}

describe('console text', function () {
  this.timeout(20_000);
  const cases: readonly (readonly [string, string, string])[] = [
    ['lines', 'a\nb\n', 'a\nb\n'],
    ['Windows line ends', 'a\r\nb\r\n', 'a\nb\n'],
    ['a carriage return', '10%\r20%\r30%\ndone', '30%\ndone'],
    ['a shorter state after a longer one', 'a long state\rend', 'end'],
    ['a carriage return at the end', '10%\r', '10%'],
    ['backspaces', 'abc\b\bX', 'aX'],
    ['backspaces over nothing', '\b\b\bX', 'X'],
    ['a backspace over a pair of units', '👍\bX', 'X'],
    ['colours', '\x1b[1;31merror\x1b[0m: x', 'error: x'],
    ['cursor movements', 'a\x1b[2K\x1b[1A\x1b[?25lb', 'ab'],
    ['a window title', '\x1b]0;title\x07text', 'text'],
    ['a hyperlink', '\x1b]8;;https://x.y\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['a character set', '\x1b(Btext', 'text'],
    ['an escape that is none', 'a\x1b\x01b\x02c', 'abc'],
    ['tabs', 'a\tb', 'a\tb'],
    ['nothing', '', ''],
  ];
  for (const [name, output, text] of cases) {
    it(`shows ${name}`, () => assert.equal(plainConsoleText(output), text));
  }

  it('does not depend on where chunks end', () => {
    const piece = fc.constantFrom(
      'a',
      'bc',
      '\r',
      '\n',
      '\b',
      '\x1b[31m',
      '\x1b[0m',
      '\x1b]0;t\x07',
      '\x1b[2K',
      'é',
      '👍',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.nat(60), { maxLength: 6 }),
        (pieces, cuts) => {
          const whole = pieces.join('');
          const edges = [0, ...cuts.sort((a, b) => a - b), whole.length];
          const chunks = edges.slice(1).map((edge, index) => whole.slice(edges[index] ?? 0, edge));
          assert.deepEqual(assemble(chunks), assemble([whole]));
        },
      ),
    );
  });

  it('never throws, and leaves no control character but the tab', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.nat(0x2ff).map((code) => String.fromCharCode(code)) })),
        (chunks) => {
          assert.ok(assemble(chunks).every((line) => !/[\x00-\x08\x0a-\x1f\x7f]/.test(line)));
        },
      ),
    );
  });

  it('keeps colours as spans of the text', () => {
    const assembler = new ConsoleAssembler();
    const [line] = assembler.write(
      'plain \x1b[1;38;5;208mbold\x1b[22m orange\x1b[48;2;1;2;255m!\x1b[0m plain\n',
    );
    assert.equal(line?.text, 'plain bold orange! plain');
    assert.deepEqual(line.spans, [
      { start: 6, end: 10, style: { isBold: true, foreground: 208 } },
      { start: 10, end: 17, style: { foreground: 208 } },
      { start: 17, end: 18, style: { foreground: 208, background: '#0102ff' } },
    ]);
  });

  it('carries a colour over line ends', () => {
    const assembler = new ConsoleAssembler();
    const lines = assembler.write('\x1b[31ma\nb\x1b[39mc\n');
    assert.deepEqual(
      lines.map(({ spans }) => spans),
      [[{ start: 0, end: 1, style: { foreground: 1 } }], [{ start: 0, end: 1, style: { foreground: 1 } }]],
    );
  });

  it('cuts huge lines and says so', () => {
    const assembler = new ConsoleAssembler({ maxLineLength: 10 });
    for (let count = 0; count < 1_000; count += 1) {
      assembler.write('x'.repeat(100));
    }
    assert.equal(assembler.pending.text, 'xxxxxxxxxx … 99990 more characters');
    assert.deepEqual(assembler.write('\nnext').length, 1);
    assert.equal(assembler.pending.text, 'next');
  });

  it('does not wait for ever for the end of a sequence', () => {
    const lines = assemble(['\x1b]0;never ended ' + 'x'.repeat(10_000), '\nnext']);
    assert.equal(lines.at(-1), 'next');
  });

  it('tells of every state that a carriage return replaces', () => {
    const states: string[] = [];
    const assembler = new ConsoleAssembler({ onState: (text) => states.push(text) });
    assembler.write('\r1%\r2%');
    assembler.write('\r3%\n');
    assert.deepEqual(states, ['', '1%', '2%']);
  });

  it('joins chunks by line ends, but lets progress replace itself', () => {
    const chunks = ['a\nb', 'c', '\r50%', '\r100%', 'd'];
    const text = chunks.map((chunk, index) => (index === 0 ? chunk : chunkSeparator(chunk) + chunk)).join('');
    assert.equal(plainConsoleText(text), 'a\nb\n100%\nd');
  });

  it('decodes UTF-8 across chunks and replaces what is none', () => {
    const decoder = new ConsoleDecoder();
    const bytes = Buffer.from('é👍');
    const text = [...bytes].map((byte) => decoder.decode(Uint8Array.of(byte))).join('');
    assert.equal(text, 'é👍');
    assert.equal(decoder.decode(Uint8Array.of(0xff, 0x41, 0xe4)) + decoder.end(), '\ufffdA\ufffd');
  });
});
