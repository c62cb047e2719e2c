// Where things are: the repository, and the cache folder for everything that is downloaded or made by a run.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from './report.mjs';

export const rootFolder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** `TRACKSIDE_CACHE` when it is set, else `.cache` in the repository. */
export const cacheFolder = path.resolve(process.env.TRACKSIDE_CACHE || path.join(rootFolder, '.cache'));

/** `PATH` entries, and on Windows the extensions, where `name` may be: the first file found, or undefined. */
export function findOnPath(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const candidate = path.join(folder, name + ending);
      if (isFile(candidate)) {
        return candidate;
      }
    }
  }
  return undefined;
}

export function isFile(candidate) {
  return statSync(candidate, { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * Makes `target` in one step: `fill` works in a folder beside it, which is renamed when everything is there. An
 * interrupted run leaves nothing behind that looks finished. What another run finished meanwhile is kept.
 * @param {string} target
 * @param {() => boolean} isThere whether `target` is complete
 * @param {(folder: string) => Promise<void>} fill
 */
export async function makeFolderAtOnce(target, isThere, fill) {
  const parent = path.dirname(target);
  mkdirSync(parent, { recursive: true });
  removeAbandoned(parent);
  const draft = mkdtempSync(path.join(parent, '.making-'));
  try {
    await fill(draft);
    if (!isThere()) {
      rmSync(target, { recursive: true, force: true });
      renameSync(draft, target);
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Drafts of runs that were killed; an hour is longer than any install that still goes on. */
function removeAbandoned(parent) {
  const oldestMs = Date.now() - 3_600_000;
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith('.making-'))) {
    const draft = path.join(parent, name);
    if ((statSync(draft, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < oldestMs) {
      rmSync(draft, { recursive: true, force: true });
    }
  }
}

/** Refuses early, with the figures, where a download would end in a full disk. */
export function requireFreeSpace(folder, megabytes, purpose) {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  const freeMegabytes = Math.floor((bavail * bsize) / 1_000_000);
  if (freeMegabytes < megabytes) {
    throw new SetupError(
      `The disk is too full for ${purpose}: ${folder} has ${freeMegabytes} MB free and ${megabytes} MB are needed; ` +
        'free some space, or set TRACKSIDE_CACHE to a folder on another disk.',
    );
  }
}
