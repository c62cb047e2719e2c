import { existsSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { LAYOUT_VERSION, layoutVersion, migrate } from './migrations';
import { Sqlite, storageTrouble } from './sqlite';

/** The database and what people should know about how it was opened. */
export interface OpenedDatabase {
  readonly db: Sqlite;
  /** Sentences for people, such as that an unreadable database was set aside. */
  readonly notices: readonly string[];
}

/** Above this size only the structure is checked at start, since reading everything would take seconds. */
const FULL_CHECK_BYTES = 64 * 1024 * 1024;

/**
 * Opens or creates the tracker's database in an existing folder. A file that is damaged or was written by a newer
 * version is renamed with a time stamp, never overwritten, and a new one is begun. Throws with a sentence when the
 * folder cannot be written.
 */
export function openDatabase(dataDir: string, nowMs: number): OpenedDatabase {
  const file = path.join(dataDir, 'tracker.sqlite');
  const problem = existsSync(file) ? findProblem(file) : undefined;
  const notices = problem === undefined ? [] : [setAside(file, problem, nowMs)];
  let db: Sqlite | undefined;
  try {
    db = new Sqlite(file);
    configure(db);
    migrate(db);
    return { db, notices };
  } catch (error) {
    db?.close();
    throw explained(error, dataDir);
  }
}

/** `undefined` when the file can be used; else why not. Throws when the file cannot be opened at all. */
function findProblem(file: string): string | undefined {
  let db: Sqlite | undefined;
  try {
    db = new Sqlite(file);
    const version = layoutVersion(db);
    if (version > LAYOUT_VERSION) {
      return `was written by a newer version of Trackside (layout ${version}, this one knows ${LAYOUT_VERSION})`;
    }
    return findDamage(db, statSync(file).size);
  } catch (error) {
    if (storageTrouble(error) === 'corrupt') {
      return `is damaged (${error instanceof Error ? error.message : String(error)})`;
    }
    throw explained(error, path.dirname(file));
  } finally {
    db?.close();
  }
}

function findDamage(db: Sqlite, sizeBytes: number): string | undefined {
  db.all('SELECT name FROM sqlite_master');
  if (sizeBytes > FULL_CHECK_BYTES) {
    return undefined;
  }
  const result = db.get('PRAGMA quick_check(1)')?.['quick_check'];
  return result === 'ok' ? undefined : `is damaged (${String(result)})`;
}

function setAside(file: string, problem: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replace(/[:.]/g, '-');
  let target = `${file}.set-aside-${stamp}`;
  for (let attempt = 2; existsSync(target); attempt += 1) {
    target = `${file}.set-aside-${stamp}-${attempt}`;
  }
  renameSync(file, target);
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(file + suffix)) {
      renameSync(file + suffix, target + suffix);
    }
  }
  return `The tracker's database ${problem}. It was kept as ${target}, and a new empty one was begun.`;
}

function configure(db: Sqlite): void {
  db.exec('PRAGMA busy_timeout = 5000');
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = FULL');
  // Pages, 16 MB: each checkpoint writes twice to the disk and stops everything else meanwhile.
  db.exec('PRAGMA wal_autocheckpoint = 4096');
  db.exec('PRAGMA foreign_keys = ON');
  db.exec('PRAGMA cache_size = -65536');
  db.exec('PRAGMA temp_store = MEMORY');
}

function explained(error: unknown, dataDir: string): Error {
  const trouble = storageTrouble(error);
  if (trouble === undefined) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const reason = error instanceof Error ? error.message : String(error);
  const cure =
    trouble === 'full'
      ? 'Free some disk space and try again.'
      : 'Check that the folder exists and can be written.';
  return new Error(`The tracker cannot store data in ${dataDir}: ${reason}. ${cure}`, { cause: error });
}
