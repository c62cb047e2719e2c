import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = path.resolve(process.env['TRACKSIDE_CACHE'] ?? '.cache', 'clearml-sdk');

/** The interpreter of an environment that has the package, made once in the cache; or why there is none. */
export async function installSdk(): Promise<{ readonly python: string } | { readonly reason: string }> {
  const python = path.join(cache, 'bin', 'python');
  const isComplete = path.join(cache, 'complete');
  if (existsSync(isComplete)) {
    return { python };
  }
  try {
    mkdirSync(path.dirname(cache), { recursive: true });
    await run('python3', ['-m', 'venv', cache]);
    await run(python, ['-m', 'pip', 'install', '--quiet', 'clearml'], { timeout: 240_000 });
    writeFileSync(isComplete, '');
    return { python };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
