// What a script needs before the TypeScript in this repository can be built and run.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { ensureCodeServer } from './code-server.mjs';
import { runShown } from './commands.mjs';
import { cacheFolder, rootFolder } from './folders.mjs';
import { ensureNodeRuntime } from './node-runtime.mjs';
import { ensurePackages } from './packages.mjs';
import { requirePython } from './python.mjs';
import { SetupError } from './report.mjs';

/**
 * Installs what is missing and writes `toolchain.json` in the cache folder, which test/editor/harness reads.
 * @param {{editor?: boolean, browser?: boolean, python?: boolean}} wanted
 * @returns {Promise<{node: string, codeServer?: string, chromium?: string}>} paths
 */
export async function ensureToolchain(wanted = {}) {
  if (wanted.python) {
    requirePython();
  }
  await ensurePackages();
  const toolchain = { node: await ensureNodeRuntime() };
  if (wanted.editor) {
    toolchain.codeServer = await ensureCodeServer();
  }
  if (wanted.browser) {
    toolchain.chromium = await ensureChromium();
  }
  if (wanted.editor && wanted.browser) {
    writeAtOnce(path.join(cacheFolder, 'toolchain.json'), JSON.stringify(toolchain, null, 2));
  }
  return toolchain;
}

function writeAtOnce(file, text) {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${text}\n`);
  renameSync(draft, file);
}

/** Runs esbuild.mjs with `flags`; a build error has been printed by then. */
export async function build(...flags) {
  const code = await runShown(process.execPath, ['esbuild.mjs', ...flags], {
    cwd: rootFolder,
    stdio: ['ignore', 2, 2],
  });
  if (code !== 0) {
    throw new SetupError('The build failed: mend the errors above and run the command again.');
  }
}
