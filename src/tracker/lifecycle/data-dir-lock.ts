import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Disposable } from '../../core/disposable';
import { storageTrouble } from '../storage/sqlite';

const SQLITE_BUSY = 5;

/**
 * Makes this process the only tracker of the folder, or returns `undefined` when another one is. It is a lock of the
 * operating system (held through SQLite, which has one on every platform), so it ends with its process, however that
 * ends: there are no stale locks to take over.
 */
export function lockDataDir(dataDir: string): Disposable | undefined {
  const file = path.join(dataDir, 'tracker.lock');
  try {
    return lock(file);
  } catch (error) {
    if (storageTrouble(error) !== 'corrupt' || !existsSync(file)) {
      throw error;
    }
    renameSync(file, `${file}.unreadable-${process.pid}`);
    return lock(file);
  }
}

function lock(file: string): Disposable | undefined {
  const connection = new DatabaseSync(file);
  try {
    connection.exec('PRAGMA busy_timeout = 0');
    connection.exec('BEGIN EXCLUSIVE');
    return { dispose: () => connection.close() };
  } catch (error) {
    connection.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) {
      return undefined;
    }
    throw error;
  }
}
