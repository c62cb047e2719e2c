import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { repositoryRoot } from '../../../scripts/editor/toolchain';
import { isTracksideError } from '../../../src/core/errors';
import { flagsOf, patternProblem, searchFile } from '../../../src/features/console/console-search';

describe('searching a whole console', function () {
  this.timeout(60_000);
  let folder: string;
  let worker: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trackside-search-'));
    worker = path.join(folder, 'search-worker.js');
    buildSync({
      entryPoints: [path.join(repositoryRoot(), 'src/features/console/search-worker.ts')],
      outfile: worker,
      bundle: true,
      platform: 'node',
      format: 'cjs',
    });
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const search = (text: string, pattern: string, signal = new AbortController().signal) => {
    const file = path.join(folder, 'console.log');
    writeFileSync(file, text);
    return searchFile(worker, { file, pattern, flags: flagsOf(pattern), mostMatches: 3 }, signal);
  };

  it('finds every line over many blocks, lists the first and counts the rest', async () => {
    const lines = Array.from({ length: 60_000 }, (_, line) => `line ${line} ${'é'.repeat(20)}`);
    const answer = await search(`${lines.join('\n')}\n`, '^LINE \\d*999 é{20}$'.toLowerCase());
    assert.equal(answer.lineCount, 60_000);
    assert.equal(answer.matchCount, 60);
    assert.deepEqual(
      answer.matches.map(({ line, text }) => [line, text]),
      [999, 1_999, 2_999].map((line) => [line, lines[line]]),
    );
  });

  it('minds case only when capitals ask for it', async () => {
    assert.equal((await search('Error\nerror\n', 'error')).matchCount, 2);
    assert.equal((await search('Error\nerror\n', 'Error')).matchCount, 1);
    assert.equal((await search('a b\nA\n', 'a\\Sb|^a$')).matchCount, 1);
  });

  it('finds the last line also when it is not finished', async () => {
    assert.deepEqual(await search('one\nValueError: two', 'error'), {
      matches: [{ line: 1, text: 'ValueError: two' }],
      matchCount: 1,
      lineCount: 2,
    });
  });

  it('can be given up whatever the expression does', async () => {
    const abort = new AbortController();
    const searching = search(`${'a'.repeat(60)}!\n`, '^(a+)+$', abort.signal);
    setTimeout(() => abort.abort(), 300);
    await assert.rejects(searching, (error) => isTracksideError(error) && error.kind === 'cancelled');
  });

  it('tells why an expression is none', () => {
    assert.match(patternProblem('(') ?? '', /Invalid regular expression/);
    assert.match(patternProblem('a'.repeat(2_000)) ?? '', /1000 characters/);
    assert.equal(patternProblem('a|b'), undefined);
  });
});
