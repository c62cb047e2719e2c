import { stat } from 'node:fs/promises';
import path from 'node:path';
import { TracksideError } from '../../core/errors';

/**
 * Throws `invalid` with what to do unless `file` is a script that Python can be asked to run. `isKnownPython`: the
 * editor takes it for Python whatever its name.
 */
export async function checkScript(file: string, isKnownPython: boolean): Promise<void> {
  const facts = await stat(file).catch((error: unknown) => {
    throw refusal(`${file} cannot be read (${reasonOf(error)}).`, 'Choose a Python script that exists.');
  });
  if (facts.isDirectory()) {
    throw refusal(`${file} is a folder.`, 'Open the script itself and launch that.');
  }
  if (!facts.isFile()) {
    throw refusal(`${file} is not a file.`, 'Choose a Python script.');
  }
  if (!isKnownPython && !/^\.pyw?$/i.test(path.extname(file))) {
    throw refusal(`${path.basename(file)} is not a Python script.`, 'Open a file that ends with .py.');
  }
  if (facts.size === 0) {
    throw refusal(`${path.basename(file)} is empty.`, 'Write something to run first.');
  }
}

function refusal(message: string, nextStep: string): TracksideError {
  return new TracksideError('invalid', message, nextStep);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'it does not exist';
    case 'EACCES':
      return 'permission denied';
    case 'ENAMETOOLONG':
      return 'its path is too long for this system';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
