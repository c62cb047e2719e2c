// The examples and the local worker run python3.
import { firstLineOf } from './commands.mjs';
import { SetupError } from './report.mjs';

/** Says what to install where no Python 3 answers. */
export function requirePython() {
  pythonCommand();
}

/** @returns {string} the command that starts a Python 3; throws a sentence where there is none */
export function pythonCommand() {
  const names = process.platform === 'win32' ? ['python', 'py'] : ['python3'];
  const found = names.find((name) => firstLineOf(name, ['--version'])?.startsWith('Python 3'));
  if (found === undefined) {
    throw new SetupError(
      'python3 was not found, and the examples are Python scripts: install it (Debian: apt-get install python3) and run the command again.',
    );
  }
  return found;
}
