import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = path.resolve(process.env['TRACKSIDE_CACHE'] ?? '.cache');

/** A client of ClearML from PyPI, in a virtual environment of its own. */
interface Client {
  readonly folder: string;
  readonly packages: readonly string[];
  /** Fails when the packages do not go with this Python. */
  readonly check: string;
}

const CLIENTS = {
  sdk: { folder: 'clearml-sdk', packages: ['clearml'], check: 'import clearml' },
  /** Two years older than the newest, with the libraries of its time that it needs. */
  oldSdk: {
    folder: 'clearml-sdk-1.9.3',
    packages: ['clearml==1.9.3', 'urllib3<2', 'numpy<2', 'setuptools<81'],
    check: 'import clearml',
  },
  /** The agent runs tasks with its own interpreter here, so the package has to be beside it. */
  agent: {
    folder: 'clearml-agent',
    packages: ['clearml-agent', 'clearml'],
    check: 'import clearml, clearml_agent',
  },
} as const satisfies Record<string, Client>;

export type ClientName = keyof typeof CLIENTS;

/** The interpreter of an environment that has the client, made once in the cache; or why there is none. */
export async function installClient(
  name: ClientName,
): Promise<{ readonly python: string } | { readonly reason: string }> {
  const { folder, packages, check } = CLIENTS[name];
  const environment = path.join(cache, folder);
  const python = path.join(environment, 'bin', 'python');
  const completeMark = path.join(environment, 'complete');
  if (existsSync(completeMark)) {
    return { python };
  }
  try {
    mkdirSync(cache, { recursive: true });
    await run('python3', ['-m', 'venv', environment]);
    await run(python, ['-m', 'pip', 'install', '--quiet', ...packages], { timeout: 240_000 });
    await run(python, ['-c', check], { timeout: 60_000 });
    writeFileSync(completeMark, '');
    return { python };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The interpreter; skips the suite, and says why, when the client cannot be installed. */
export async function clientOrSkip(context: Mocha.Context, name: ClientName): Promise<string> {
  const found = await installClient(name);
  if ('reason' in found) {
    process.stdout.write(
      `    ${CLIENTS[name].folder} cannot be installed, so this is not tested: ${found.reason}\n`,
    );
    return context.skip();
  }
  return found.python;
}
