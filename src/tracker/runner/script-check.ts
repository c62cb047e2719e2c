import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import type { LaunchConfiguration } from '../../core/launch-configuration';

const BLANK_CHECK_BYTES = 65_536;

/**
 * Why a script cannot be started, as the end of the sentence `Could not start: …`; undefined when nothing speaks
 * against it. What only the interpreter can know (a syntax error, a failing import) it says itself.
 */
export function whyNotStartable(launch: LaunchConfiguration): string | undefined {
  return whyNotScript(launch.script) ?? whyNotFolder(launch.workingDirectory);
}

function whyNotScript(script: string): string | undefined {
  try {
    const stat = statSync(script);
    if (stat.isDirectory()) {
      return `${script} is a folder, not a script. Launch a file in it instead.`;
    }
    if (!stat.isFile()) {
      return `${script} is not a regular file.`;
    }
    accessSync(script, constants.R_OK);
    const isEmpty = stat.size <= BLANK_CHECK_BYTES && readFileSync(script, 'utf8').trim() === '';
    return isEmpty ? `The script ${script} is empty.` : undefined;
  } catch (error) {
    return whyUnreadable('script', script, error);
  }
}

function whyNotFolder(folder: string): string | undefined {
  try {
    return statSync(folder).isDirectory() ? undefined : `The working directory ${folder} is not a folder.`;
  } catch (error) {
    return whyUnreadable('working directory', folder, error);
  }
}

function whyUnreadable(what: string, file: string, error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `The ${what} ${file} does not exist.`;
    case 'EACCES':
    case 'EPERM':
      return `The ${what} ${file} may not be read by this user.`;
    case 'ENAMETOOLONG':
      return `The path of the ${what} is too long for this system: ${file.slice(0, 200)}…`;
    default:
      return `The ${what} ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The same for an error that starting the interpreter gave. */
export function whyInterpreterFailed(interpreter: string, error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return `The interpreter ${interpreter} was not found. Install it, or choose another one in the launch configuration.`;
    case 'EACCES':
      return `The interpreter ${interpreter} is not a program that this user may run.`;
    case 'E2BIG':
      return 'The arguments and variables are too long for this system.';
    default:
      return `The interpreter ${interpreter} could not be run: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
