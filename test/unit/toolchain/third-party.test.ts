import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { repositoryRoot } from '../../../scripts/editor/toolchain';

/** Imported by what is packaged, directly or by way of another. */
const BUNDLED = [
  ...['axios', 'follow-redirects', 'zod', 'ws', 'diff', '@fastify/busboy', 'chart.js'],
  ...['plotly.js-cartesian-dist-min', '@vscode/codicons', '@vscode/webview-ui-toolkit'],
];

describe('the licences of what is packaged', function () {
  this.timeout(60_000);
  const root = repositoryRoot();
  const file = path.join(root, 'dist', 'THIRD-PARTY.txt');
  const text = (): string => {
    assert.ok(existsSync(file), 'Build first: node esbuild.mjs');
    return readFileSync(file, 'utf8');
  };

  it('are all there, with the text of each', () => {
    const parts = text()
      .split(/^-{80}$/m)
      .slice(1);
    const headings = parts.filter((_, index) => index % 2 === 0).map((part) => part.trim());
    const texts = parts.filter((_, index) => index % 2 === 1);
    for (const name of BUNDLED) {
      assert.ok(
        headings.some((heading) => heading.startsWith(`${name} `)),
        `${name} is missing among ${headings.join(', ')}`,
      );
    }
    assert.equal(texts.length, headings.length);
    texts.forEach((each, index) => assert.ok(each.trim().length > 300, headings[index]));
    assert.ok(
      headings.every((heading) => /\((MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|CC-BY-4\.0)\)$/.test(heading)),
    );
  });

  it('are in the package', () => {
    const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
    // In a copy: beside the tools' own files vsce would look at those for minutes.
    const copy = mkdtempSync(path.join(tmpdir(), 'trackside-listed-'));
    for (const name of ['package.json', 'README.md', '.vscodeignore', 'dist']) {
      cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
    }
    const listed = spawnSync(process.execPath, [vsce, 'ls', '--no-dependencies'], {
      cwd: copy,
      encoding: 'utf8',
    });
    rmSync(copy, { recursive: true });
    assert.ok(listed.stdout.split('\n').includes('dist/THIRD-PARTY.txt'), listed.stdout + listed.stderr);
  });
});
