import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { integer, text, type Sqlite } from './sqlite';

/** A file that a client uploaded. */
export interface StoredFile {
  /** As the client named it, without a leading slash. */
  readonly path: string;
  /** Absolute, on this machine. */
  readonly diskPath: string;
  readonly sizeBytes: number;
}

/** Files of deleted tasks whose deletion a client may still ask for. */
const MAX_FOREGONE = 10_000;

/** Longer names are refused; the longest that clients make have a few hundred characters. */
const LONGEST_PATH = 4_096;

/**
 * Files of the files host. A client's path is a key in the database and never a path on disk: there the file is called
 * by the hash of its key, so that no name can lead out of the folder, clash by letter case or be too long.
 */
export class FileStore {
  private readonly folder: string;
  private readonly arriving: string;
  private readonly foregone = new Set<string>();

  constructor(
    private readonly db: Sqlite,
    dataDir: string,
  ) {
    this.folder = path.join(dataDir, 'files');
    this.arriving = path.join(this.folder, 'arriving');
  }

  /** Removes what a crash left half uploaded. */
  tidy(): void {
    rmSync(this.arriving, { recursive: true, force: true });
  }

  /** Where an upload is written to before {@link put}. */
  newArrival(): string {
    mkdirSync(this.arriving, { recursive: true, mode: 0o700 });
    return path.join(this.arriving, randomUUID());
  }

  /** Takes an uploaded file in under its path, in the place of one that was there. */
  put(key: string, arrival: string, sizeBytes: number, nowMs: number): void {
    const target = this.diskPathOf(key);
    mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
    renameSync(arrival, target);
    this.foregone.delete(key);
    this.db.run('INSERT OR REPLACE INTO files (path, size, at) VALUES (?, ?, ?)', key, sizeBytes, nowMs);
  }

  get(key: string): StoredFile | undefined {
    const row = this.db.get('SELECT path, size FROM files WHERE path = ?', key);
    return row === undefined
      ? undefined
      : { path: text(row, 'path'), diskPath: this.diskPathOf(key), sizeBytes: integer(row, 'size') };
  }

  /**
   * True when there was one, or one that has just gone with its task: the SDK deletes a task first and its files after it,
   * which a real server still has for a while.
   */
  delete(key: string): boolean {
    const { changes } = this.db.run('DELETE FROM files WHERE path = ?', key);
    rmSync(this.diskPathOf(key), { force: true });
    return this.foregone.delete(key) || changes > 0;
  }

  /** Forgets these files now; their bytes go once the transaction around it is over, if it was not rolled back. */
  deleteWithCommit(keys: readonly string[]): void {
    keys.forEach((key) => this.db.run('DELETE FROM files WHERE path = ?', key));
    setImmediate(() => {
      this.expectDeletions(keys);
      for (const key of keys.filter((each) => this.get(each) === undefined)) {
        rmSync(this.diskPathOf(key), { force: true });
      }
    });
  }

  /** How many files there are, counted on disk; for tests and for people who look for space. */
  countOnDisk(): number {
    try {
      const entries = readdirSync(this.folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).length;
    } catch {
      return 0;
    }
  }

  private expectDeletions(keys: readonly string[]): void {
    keys.forEach((key) => this.foregone.add(key));
    const tooMany = Math.max(0, this.foregone.size - MAX_FOREGONE);
    [...this.foregone].slice(0, tooMany).forEach((key) => this.foregone.delete(key));
  }

  private diskPathOf(key: string): string {
    const hash = createHash('sha256').update(key, 'utf8').digest('hex');
    return path.join(this.folder, hash.slice(0, 2), hash);
  }
}

/** The key of a client's path; undefined for one that is empty, too long, or not a plain path. */
export function fileKey(clientPath: string): string | undefined {
  const key = clientPath.replace(/^\/+/, '');
  const isPlain = key.split('/').every((part) => part !== '.' && part !== '..');
  return key === '' || key.length > LONGEST_PATH || key.includes('\0') || !isPlain ? undefined : key;
}
