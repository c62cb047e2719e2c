import { stat } from 'node:fs/promises';
import path from 'node:path';
import { TracksideError } from '../../core/errors';
import type { Logger } from '../../core/logger';
import { runProgram } from './run-program';

const PROBE_TIMEOUT_MS = 10_000;
const PROBE = 'import sys; print(sys.executable if sys.version_info[0] >= 3 else "")';

export interface InterpreterSources {
  /** From settings; wins, and is never replaced silently when it does not work. */
  readonly configured: string | undefined;
  /** The Python extension's choice for the script, when that extension is there. */
  fromPythonExtension(): Promise<string | undefined>;
  /** Folder that relative settings are relative to. */
  readonly folder: string;
}

/** Absolute path of the Python 3 that runs a script. Throws `invalid` with what to do when there is none. */
export async function findInterpreter(
  sources: InterpreterSources,
  logger: Logger,
  signal: AbortSignal,
): Promise<string> {
  const { configured, folder } = sources;
  if (configured !== undefined) {
    return checkConfigured(configured, folder, signal);
  }
  const chosen = await sources.fromPythonExtension();
  for (const candidate of [chosen, 'python3', 'python']) {
    const found = candidate === undefined ? undefined : await probeInterpreter(candidate, folder, signal);
    if (found !== undefined) {
      return found;
    }
    if (candidate !== undefined) {
      logger.info(`${candidate} is not a Python 3 that can be used.`);
    }
  }
  throw new TracksideError(
    'invalid',
    'No Python 3 was found on this machine.',
    'Install Python 3, or name one in the setting “Trackside › Python: Interpreter”.',
  );
}

async function checkConfigured(configured: string, folder: string, signal: AbortSignal): Promise<string> {
  const program = resolveConfigured(configured, folder);
  const found = await probeInterpreter(program, folder, signal);
  if (found === undefined) {
    throw new TracksideError(
      'invalid',
      `The setting “Trackside › Python: Interpreter” names ${program}, which is not a Python 3 that starts.`,
      'Correct the setting, or empty it to let Trackside find Python.',
    );
  }
  return found;
}

/** Names stay names to be looked up on PATH; whatever has a separator is a path. */
function resolveConfigured(configured: string, folder: string): string {
  const named = configured.replaceAll('${workspaceFolder}', folder);
  return /[\\/]/.test(named) ? path.resolve(folder, named) : named;
}

async function probeInterpreter(
  program: string,
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  // -I and -S: nothing of the folder or the user's site packages runs for this question.
  const result = await runProgram(program, ['-I', '-S', '-c', PROBE], {
    cwd: folder,
    timeoutMs: PROBE_TIMEOUT_MS,
    signal,
  });
  signal.throwIfAborted();
  const executable = result.output.trim();
  return result.exitCode === 0 && path.isAbsolute(executable) && (await isFile(executable))
    ? executable
    : undefined;
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (facts) => facts.isFile(),
    () => false,
  );
}
