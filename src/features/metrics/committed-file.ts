import { runProgram } from '../launch/run-program';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 8_000_000;

/**
 * A file as it was in a commit, from the first of these folders whose repository has that commit; undefined when none
 * has. Asks git with an argument array only, and never over the network.
 */
export async function committedFile(
  folders: readonly string[],
  commit: string,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!/^[0-9a-f]{7,64}$/i.test(commit)) {
    return undefined;
  }
  for (const folder of folders) {
    const options = {
      cwd: folder,
      env: quietEnvironment(),
      signal,
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: MAX_BYTES,
    };
    const shown = await runProgram(
      'git',
      ['--no-pager', 'show', '--no-textconv', `${commit}:${path}`],
      options,
    );
    if (shown.exitCode === 0 && shown.failure === undefined) {
      return shown.output;
    }
  }
  return undefined;
}

/** A partial clone would fetch what it has not, and might ask for a password. */
function quietEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  };
}
