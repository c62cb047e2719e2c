// The .vsix of what dist/ holds; build with --production first.
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runQuietly } from './commands.mjs';
import { rootFolder } from './folders.mjs';
import { SetupError } from './report.mjs';

const VSIX_BUDGET_BYTES = 1_500_000;
const ACTIVATION_BUDGET_BYTES = 500_000;
/** All that .vscodeignore could let through, and itself. */
const SOURCES = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore', 'dist', 'media'];

/**
 * Packages with vsce what .vscodeignore lets through, from a copy: vsce looks at every file of its folder first, and
 * beside the tools' own it would do so for minutes.
 * @returns {Promise<{file: string, bytes: number, files: number, activationBytes: number}>}
 */
export async function makePackage() {
  const { name, version } = JSON.parse(readFileSync(path.join(rootFolder, 'package.json'), 'utf8'));
  const file = path.join(rootFolder, `${name}-${version}.vsix`);
  const { code, output } = await withCopy((copy) =>
    runQuietly(
      process.execPath,
      [
        path.join(rootFolder, 'node_modules', '@vscode', 'vsce', 'vsce'),
        'package',
        '--no-dependencies',
        '--allow-missing-repository',
        '--no-rewrite-relative-links',
        '--out',
        file,
      ],
      { cwd: copy },
    ),
  );
  if (code !== 0) {
    throw new SetupError(`Packaging failed: ${output.trim().slice(-600)}`);
  }
  return {
    file,
    bytes: statSync(file).size,
    files: Number(/\((\d+) files/.exec(output)?.[1] ?? 0),
    activationBytes: activationBytes(),
  };
}

async function withCopy(use) {
  const copy = mkdtempSync(path.join(tmpdir(), 'trackside-package-'));
  try {
    SOURCES.forEach((name) =>
      cpSync(path.join(rootFolder, name), path.join(copy, name), { recursive: true }),
    );
    return await use(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The one file that the extension host reads before the extension is active. */
function activationBytes() {
  return statSync(path.join(rootFolder, 'dist', 'extension.js')).size;
}

/** @returns {string[]} a sentence for each budget that is exceeded */
export function overBudget({ bytes, activationBytes }) {
  return [
    ['The package', bytes, VSIX_BUDGET_BYTES],
    ['What activation loads', activationBytes, ACTIVATION_BUDGET_BYTES],
  ]
    .filter(([, size, budget]) => size > budget)
    .map(([what, size, budget]) => `${what} has ${size} bytes; its budget is ${budget}.`);
}
