import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { TaskCode } from '../../core/entities';
import { LARGE_DIFF_BYTES, readGitFacts } from './git-facts';

export interface ScriptCode {
  readonly code: TaskCode;
  /** Sentences for the person about what does not travel with the task. */
  readonly notes: readonly string[];
}

/**
 * What a task says about its code, in ClearML's convention: entry point and working directory relative to the
 * repository; without a repository the diff holds the whole script.
 */
export async function readScriptCode(
  scriptPath: string,
  workingDirectory: string,
  signal: AbortSignal,
): Promise<ScriptCode> {
  const reading = await readGitFacts(scriptPath, signal);
  if (reading.kind === 'none') {
    return codeWithoutRepository(scriptPath);
  }
  const { facts, notes } = reading;
  const script = await realpath(scriptPath).catch(() => scriptPath);
  const folder = await realpath(workingDirectory).catch(() => workingDirectory);
  const base = isInside(facts.root, folder) && isInside(folder, script) ? folder : path.dirname(script);
  const code: TaskCode = {
    ...(facts.repository === undefined ? {} : { repository: facts.repository }),
    ...(facts.branch === undefined ? {} : { branch: facts.branch }),
    commit: facts.commit,
    entryPoint: slashed(path.relative(base, script)),
    workingDirectory: slashed(path.relative(facts.root, base)) || '.',
    ...(facts.diff === '' ? {} : { uncommittedDiff: facts.diff }),
  };
  return { code, notes };
}

async function codeWithoutRepository(scriptPath: string): Promise<ScriptCode> {
  const source = await readFile(scriptPath, 'utf8');
  const place = { entryPoint: path.basename(scriptPath), workingDirectory: '.' };
  if (Buffer.byteLength(source) > LARGE_DIFF_BYTES) {
    return {
      code: place,
      notes: ['The script is in no git repository and too large to travel with the task; it runs here only.'],
    };
  }
  return { code: { ...place, uncommittedDiff: source }, notes: [] };
}

function isInside(folder: string, inner: string): boolean {
  const relative = path.relative(folder, inner);
  return (
    relative === '' ||
    (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative))
  );
}

function slashed(relativePath: string): string {
  return relativePath.split(path.sep).join('/');
}
