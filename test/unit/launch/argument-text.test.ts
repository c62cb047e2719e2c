import assert from 'node:assert/strict';
import fc from 'fast-check';
import { joinArguments, splitArguments } from '../../../src/features/launch/argument-text';

function split(text: string): readonly string[] {
  const result = splitArguments(text);
  assert.ok(result.ok, `expected ${text} to split`);
  return result.arguments;
}

describe('argument text', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    ['   \t ', []],
    ['--epochs 3 --lr=0.1', ['--epochs', '3', '--lr=0.1']],
    [`--name 'two words' "and three more"`, ['--name', 'two words', 'and three more']],
    [`--name="it's" 'say "hi"'`, ["--name=it's", 'say "hi"']],
    [`"" ''`, ['', '']],
    ['C:\\data\\train.csv D:\\x', ['C:\\data\\train.csv', 'D:\\x']],
    ['"C:\\Program Files\\x"', ['C:\\Program Files\\x']],
    ['two\\ words', ['two words']],
    [`\\' \\"`, ["'", '"']],
    [
      '$(rm -rf /) `id` $HOME *.py ~ ; & | > <',
      ['$(rm', '-rf', '/)', '`id`', '$HOME', '*.py', '~', ';', '&', '|', '>', '<'],
    ],
    ['"a\\"b" "c\\\\"', ['a"b', 'c\\']],
    ['名前=値 --π 3', ['名前=値', '--π', '3']],
    ['end\\', ['end\\']],
  ];
  for (const [text, expected] of cases) {
    it(`splits ${JSON.stringify(text)}`, () => assert.deepEqual(split(text), expected));
  }

  it('names the quote that is not closed', () => {
    assert.deepEqual(splitArguments(`--name 'oops`), {
      ok: false,
      problem: "The quote ' at character 8 is not closed.",
    });
    assert.deepEqual(splitArguments('ab"c\\"'), {
      ok: false,
      problem: 'The quote " at character 3 is not closed.',
    });
  });

  it('gives back exactly what it joined, for any arguments', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (args) => {
        assert.deepEqual(split(joinArguments(args)), args);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('\\', '"', "'", ' ', 'a', '\n') })), (args) => {
        assert.deepEqual(split(joinArguments(args)), args);
      }),
    );
  });

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\\', '"', "'", ' ', 'a') }), (text) => {
        splitArguments(text);
      }),
    );
  });
});
