// This repository's own npm packages.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { npm } from './commands.mjs';
import { requireFreeSpace, rootFolder } from './folders.mjs';
import { say, SetupError } from './report.mjs';

/** Installs what package-lock.json asks for, when it is not what node_modules holds. */
export async function ensurePackages() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new SetupError(
      `Node ${process.versions.node} is too old: install Node 20 or newer and run the command again.`,
    );
  }
  if (packagesAreInstalled()) {
    return;
  }
  requireFreeSpace(rootFolder, 500, "Trackside's npm packages");
  say('installing npm packages (about half a minute the first time) …');
  await npm(['ci'], rootFolder, 'Installing the npm packages');
}

/**
 * npm writes node_modules/.package-lock.json last, so an interrupted install has none. Optional packages may be
 * absent (they are for other systems).
 */
function packagesAreInstalled() {
  const installed = path.join(rootFolder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) {
    return false;
  }
  const has = lockedPackages(installed);
  const wanted = lockedPackages(path.join(rootFolder, 'package-lock.json'));
  return Object.entries(wanted)
    .filter(([folder, entry]) => folder !== '' && (!entry.optional || has[folder] !== undefined))
    .every(([folder, entry]) => has[folder]?.version === entry.version);
}

function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}
