// The browser that the editor tests, the demo and the bench drive.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { firstLineOf, runQuietly } from './commands.mjs';
import { findOnPath, isFile } from './folders.mjs';
import { say, SetupError } from './report.mjs';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];

const PLACES = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [process.env.ProgramFiles, process.env['ProgramFiles(x86)'], process.env.LOCALAPPDATA]
    .filter(Boolean)
    .flatMap((folder) => [
      path.join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      path.join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ]),
};

/** @returns {Promise<string>} path of a Chromium; installs Debian's own where that is allowed */
export async function ensureChromium() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (!isFile(named)) {
      throw new SetupError(`CHROMIUM names ${named}, which is not there: correct it, or unset it.`);
    }
    return named;
  }
  const found = findChromium() ?? (mayInstall() ? await installFromDebian() : undefined);
  if (found === undefined) {
    throw new SetupError(
      'Chromium was not found: install it (Debian: `sudo apt-get install chromium fonts-dejavu-core`; elsewhere Chromium, ' +
        'Google Chrome or Edge), or set CHROMIUM to its path.',
    );
  }
  return found;
}

function findChromium() {
  const candidates = [...NAMES.map(findOnPath), ...(PLACES[process.platform] ?? [])];
  return candidates.find((file) => file !== undefined && isFile(file) && runs(file));
}

/** Ubuntu's `chromium-browser` may be a stub that only names a snap. On Windows asking opens a window instead. */
function runs(file) {
  return process.platform === 'win32' || firstLineOf(file, ['--version']) !== undefined;
}

function mayInstall() {
  return process.getuid?.() === 0 && findOnPath('apt-get') !== undefined && isDebian();
}

function isDebian() {
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

async function installFromDebian() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  say('installing Chromium from Debian (apt-get), a minute or two …');
  const update = await runQuietly('apt-get', ['update'], { env });
  const install = await runQuietly(
    'apt-get',
    ['install', '--yes', '--no-install-recommends', 'chromium', 'fonts-dejavu-core', 'fonts-liberation'],
    { env },
  );
  if (install.code !== 0) {
    throw new SetupError(aptFailure(`${update.output}\n${install.output}`));
  }
  return findChromium();
}

function aptFailure(output) {
  const cure = 'then run the command again, or set CHROMIUM to a Chromium that is already there.';
  if (/No space left|enough free space/i.test(output)) {
    return `Installing Chromium failed because the disk is full: free about 500 MB, ${cure}`;
  }
  if (/Could not (resolve|connect)|Temporary failure|Network is unreachable/i.test(output)) {
    return `Installing Chromium failed because Debian's servers cannot be reached: check the network, ${cure}`;
  }
  if (/Could not get lock/i.test(output)) {
    return `Installing Chromium failed because another apt-get runs: wait until it ends, ${cure}`;
  }
  const last = output.split('\n').filter((line) => line.startsWith('E:'))[0] ?? output.trim().slice(-200);
  return `Installing Chromium failed (${last}): install it by hand, ${cure}`;
}
