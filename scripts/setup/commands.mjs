// Starting other programs: npm above all, with its failures put into a sentence.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { findOnPath, isFile } from './folders.mjs';
import { SetupError } from './report.mjs';

const KEPT_OUTPUT_CHARACTERS = 20_000;

/**
 * Runs a program to its end; what it prints is kept, not shown. Never through a shell.
 * @returns {Promise<{code: number, output: string}>} `code` is 1 when it could not start or was killed
 */
export function runQuietly(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-KEPT_OUTPUT_CHARACTERS);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Runs a program that shares this terminal, passing on the signals that end it, and resolves to its exit code.
 * @returns {Promise<number>}
 */
export function runShown(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', ...options });
    const pass = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    signals.forEach((signal) => process.on(signal, pass));
    const stopPassing = () => signals.forEach((signal) => process.off(signal, pass));
    child.on('error', (error) => {
      stopPassing();
      reject(error);
    });
    child.on('close', (code, signal) => {
      stopPassing();
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

/** npm's own script, so that it runs by this Node on every system without a shell. */
function npmCommand() {
  const fromNpm = process.env.npm_execpath ?? '';
  if (path.basename(fromNpm) === 'npm-cli.js' && isFile(fromNpm)) {
    return [process.execPath, fromNpm];
  }
  const besideNode = path.join(path.dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  if (isFile(besideNode)) {
    return [process.execPath, besideNode];
  }
  const found = findOnPath('npm');
  if (found === undefined) {
    throw new SetupError(
      'npm was not found: install it (Debian: apt-get install npm) and run the command again.',
    );
  }
  return [found];
}

const NPM_OPTIONS = [
  '--no-audit',
  '--no-fund',
  '--ignore-scripts',
  '--no-update-notifier',
  '--fetch-retries=3',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=8000',
];

/** Runs npm in `folder`; throws a sentence that says what `purpose` failed of. Returns what it printed. */
export async function npm(args, folder, purpose) {
  const [program, ...before] = npmCommand();
  const { code, output } = await runQuietly(program, [...before, ...args, ...NPM_OPTIONS], {
    cwd: folder,
    env: cleanEnvironment(),
  });
  if (code !== 0) {
    throw new SetupError(npmFailure(output, purpose));
  }
  return output;
}

/** Without the settings of the npm that started this script, which would apply its project's prefix here. */
function cleanEnvironment() {
  const dropped = /^npm_(package|lifecycle|config_local_prefix|command|execpath)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !dropped.test(name)));
}

const NPM_CAUSES = [
  [/ENOSPC|no space left/i, 'the disk is full: free some space, or set TRACKSIDE_CACHE to another disk'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network/i,
    'the npm registry cannot be reached: check the network (and `npm config get registry`, `npm config get proxy`)',
  ],
  [
    /SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|CERT_/i,
    'the registry’s certificate is not trusted: see `npm config set cafile`',
  ],
  [
    /EACCES|EPERM|EROFS/,
    'a folder cannot be written: give yourself the right to write it, or set TRACKSIDE_CACHE',
  ],
  [/E401|E403/, 'the npm registry refused access: check `npm config get registry` and your login there'],
  [
    /E404|ETARGET|notarget/,
    'the npm registry does not have the wanted version: check `npm config get registry`',
  ],
];

function npmFailure(output, purpose) {
  const known = NPM_CAUSES.find(([pattern]) => pattern.test(output));
  if (known !== undefined) {
    return `${purpose} failed because ${known[1]}; then run the command again.`;
  }
  const lines = output.split('\n').filter((line) => /^npm (error|ERR!)/.test(line));
  return `${purpose} failed; npm says: ${lines.slice(0, 3).join(' | ') || output.trim().slice(-300)}`;
}

/** First line of what `program args` prints, or undefined when it does not run. */
export function firstLineOf(program, args) {
  const result = spawnSync(program, args, { encoding: 'utf8', timeout: 30_000 });
  return result.status === 0 ? (result.stdout || result.stderr).split('\n')[0].trim() : undefined;
}
