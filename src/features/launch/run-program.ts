import { execFile } from 'node:child_process';

export interface ProgramResult {
  /** Exit code; undefined when it did not start, was killed, or printed more than allowed. */
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly errorOutput: string;
  /** Why there is no exit code, such as `ENOENT` or `ERR_CHILD_PROCESS_STDIO_MAXBUFFER`. */
  readonly failure?: string;
}

export interface ProgramOptions {
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly maxOutputBytes?: number;
  readonly signal?: AbortSignal;
}

/** Runs a program with an array of arguments, never through a shell. Never throws. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  const { cwd, timeoutMs, env, maxOutputBytes, signal } = options;
  return new Promise((resolve) => {
    const child = execFile(
      program,
      [...args],
      {
        cwd,
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: maxOutputBytes ?? 1024 * 1024,
        windowsHide: true,
        encoding: 'utf8',
        ...(env === undefined ? {} : { env }),
        ...(signal === undefined ? {} : { signal }),
      },
      (error, output, errorOutput) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
        const failure = exitCode === undefined ? (textCode(error) ?? 'killed') : undefined;
        resolve({ exitCode, output, errorOutput, ...(failure === undefined ? {} : { failure }) });
      },
    );
    child.stdin?.end();
  });
}

function textCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
