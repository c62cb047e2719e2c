// How the scripts speak: what they do while they do it, and one sentence when they cannot go on.

/** A failure a person can act on: one sentence naming the cause and the cure. */
export class SetupError extends Error {
  isSentence = true;
}

let stream = process.stdout;

/** Keeps standard output free for a program's own answer; progress goes to standard error. */
export function sayOnStandardError() {
  stream = process.stderr;
}

/** @param {string} text one line about what happens now */
export function say(text) {
  stream.write(`trackside: ${text}\n`);
}

/**
 * Runs a script's main function and turns a failure into one sentence and a non-zero exit code.
 * @param {() => Promise<number | void>} body resolves to the exit code, 0 when it is left out
 */
export async function runScript(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`trackside: ${failureSentence(error)}\n`);
    if (!isSentence(error) && error instanceof Error) {
      process.stderr.write(`${error.stack ?? ''}\n`);
    }
  }
}

/** Errors of the TypeScript tools and of Node's option parser are sentences too. */
function isSentence(error) {
  return error instanceof Error && (error.isSentence === true || /^ERR_PARSE_ARGS/.test(error.code ?? ''));
}

function failureSentence(error) {
  if (isSentence(error)) {
    return error.message;
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC') {
    return 'The disk is full: free some space and run the command again.';
  }
  if (code === 'EACCES' || code === 'EROFS') {
    return `No permission to write ${error.path ?? 'a file'}: make the folder writable, or set TRACKSIDE_CACHE to a folder that is.`;
  }
  return `This is a mistake in Trackside's own scripts: ${error instanceof Error ? error.message : String(error)}`;
}
