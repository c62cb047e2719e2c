// The editor for `npm start` and the editor tests: VS Code's own server and browser workbench, which the npm package
// code-server carries. Only its lib/vscode is used, started by VS Code's own entry point.
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npm, runQuietly } from './commands.mjs';
import { cacheFolder, isFile, makeFolderAtOnce, requireFreeSpace, rootFolder } from './folders.mjs';
import { say, SetupError } from './report.mjs';

const VERSION = '4.139.1';

/** @returns {Promise<string>} folder of VS Code's server, holding out/server-main.js */
export async function ensureCodeServer() {
  const target = path.join(cacheFolder, `code-server-${VERSION}`);
  const server = path.join(target, 'package', 'lib', 'vscode');
  const isThere = () => isFile(path.join(server, 'out', 'server-main.js'));
  if (!isThere()) {
    requireFreeSpace(cacheFolder, 1_200, 'the editor');
    say(`fetching the editor (VS Code in code-server ${VERSION}, about 50 MB) into ${target} …`);
    await makeFolderAtOnce(target, isThere, fill);
  }
  replaceNativeModules(server);
  return server;
}

async function fill(draft) {
  await npm(['pack', `code-server@${VERSION}`], draft, 'Fetching the editor');
  const archive = readdirSync(draft).find((name) => name.endsWith('.tgz'));
  const { code, output } = await runQuietly('tar', ['-xzf', archive ?? ''], { cwd: draft });
  if (code !== 0) {
    throw new SetupError(
      `Unpacking the editor failed (${output.trim().slice(-200)}): check that \`tar\` is installed and the disk has space.`,
    );
  }
  rmSync(path.join(draft, archive ?? ''));
  say('installing the editor’s own packages …');
  const server = path.join(draft, 'package', 'lib', 'vscode');
  await npm(['install', '--omit=dev'], server, 'Installing the editor’s packages');
}

/** What npm cannot build without a compiler: the log writer gets a plain one, the watchdog's work is not needed. */
function replaceNativeModules(server) {
  const modules = path.join(server, 'node_modules', '@vscode');
  const writer = path.join(rootFolder, 'scripts', 'setup', 'editor-log-writer.cjs');
  const target = path.join(modules, 'spdlog', 'index.js');
  if (readFileSync(target, 'utf8') !== readFileSync(writer, 'utf8')) {
    copyFileSync(writer, target);
  }
  const watchdog = path.join(modules, 'native-watchdog', 'index.js');
  const nothing = 'exports.start = () => undefined;\nexports.exit = (code) => process.exit(code);\n';
  if (readFileSync(watchdog, 'utf8') !== nothing) {
    writeFileSync(watchdog, nothing);
  }
}
