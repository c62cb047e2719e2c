// TensorBoard and MLflow for the bench, from PyPI into a virtual environment of their own in the cache folder.
import path from 'node:path';
import { firstLineOf, runQuietly } from './commands.mjs';
import { cacheFolder, isFile, makeFolderAtOnce, requireFreeSpace } from './folders.mjs';
import { pythonCommand } from './python.mjs';
import { say } from './report.mjs';

const VERSIONS = { tensorboard: '2.21.0', mlflow: '3.17.2' };
/** TensorBoard still asks for a module that later ones do not have. */
const SETUPTOOLS = 'setuptools<81';

/**
 * Never throws for want of a network or of Python: the bench then says so instead of the peers' figures.
 * @returns {Promise<{python: string, versions: Record<string, string>} | {reason: string}>} `python` runs both by `-m`
 */
export async function ensurePeers() {
  const names = Object.entries(VERSIONS).map(([name, version]) => `${name}-${version}`);
  const folder = path.join(cacheFolder, `peers-${names.join('-')}`);
  const isThere = () => isFile(pythonIn(folder)) && firstLineOf(pythonIn(folder), ['-c', 'print(1)']) === '1';
  try {
    if (!isThere()) {
      requireFreeSpace(cacheFolder, 1_500, 'TensorBoard and MLflow');
      say(`fetching TensorBoard and MLflow from PyPI (about 900 MB, a minute or two) into ${folder} …`);
      await makeFolderAtOnce(folder, isThere, install);
    }
    return { python: pythonIn(folder), versions: VERSIONS };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(`going on without TensorBoard and MLflow: ${reason}`);
    return { reason };
  }
}

async function install(draft) {
  await orThrow(pythonCommand(), ['-m', 'venv', draft], 'A virtual environment cannot be made');
  const wanted = Object.entries(VERSIONS).map(([name, version]) => `${name}==${version}`);
  const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--prefer-binary'];
  await orThrow(
    pythonIn(draft),
    ['-m', 'pip', 'install', ...options, ...wanted, SETUPTOOLS],
    'TensorBoard and MLflow could not be installed from PyPI',
  );
}

async function orThrow(program, args, failure) {
  const { code, output } = await runQuietly(program, args);
  if (code !== 0) {
    throw new Error(`${failure}: ${output.trim().split('\n').at(-1) ?? ''}`);
  }
}

function pythonIn(folder) {
  return process.platform === 'win32'
    ? path.join(folder, 'Scripts', 'python.exe')
    : path.join(folder, 'bin', 'python');
}
