import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { EpochMs } from '../../core/entities';

/** How often a holder says that it still is one. */
const BEAT_MS = 10_000;
/** A holder that was silent for so long is gone, also when its process id now belongs to another process. */
const SILENT_MS = 45_000;

const holderShape = z.object({ pid: z.number().int().positive(), token: z.string(), beatAt: z.number() });
type Holder = z.infer<typeof holderShape>;

/**
 * Takes a lock that other windows see. Undefined while another process of this user holds it. `onLost`: another took it
 * over, as may happen after the machine slept; what was locked must stop, and the lock is given up already.
 */
export async function takeRecordingLock(
  file: string,
  clock: Clock,
  onLost: () => void,
): Promise<Disposable | undefined> {
  await mkdir(path.dirname(file), { recursive: true });
  const token = randomUUID();
  try {
    await writeFile(file, textOf(token, clock.now()), { flag: 'wx' });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) {
      throw error;
    }
    return (await cleared(file, clock.now())) ? takeRecordingLock(file, clock, onLost) : undefined;
  }
  return new HeldLock(file, token, clock, onLost);
}

class HeldLock implements Disposable {
  private readonly owned = new DisposableStore();
  private timer: Disposable | undefined;

  constructor(
    private readonly file: string,
    private readonly token: string,
    private readonly clock: Clock,
    private readonly onLost: () => void,
  ) {
    this.owned.add({ dispose: () => this.timer?.dispose() });
    this.next();
  }

  dispose(): void {
    this.owned.dispose();
    if (this.isMine()) {
      rmSync(this.file, { force: true });
    }
  }

  private next(): void {
    this.timer = this.clock.after(BEAT_MS, () => this.beat());
  }

  private beat(): void {
    if (!this.isMine()) {
      this.owned.dispose();
      this.onLost();
      return;
    }
    try {
      // Beside it and over it, so that nobody reads half a file.
      const next = `${this.file}.${this.token}`;
      writeFileSync(next, textOf(this.token, this.clock.now()));
      renameSync(next, this.file);
    } catch {
      // A full disk: the next beat may succeed, and until then the last one holds.
    }
    this.next();
  }

  private isMine(): boolean {
    try {
      return parsed(readFileSync(this.file, 'utf8'))?.token === this.token;
    } catch {
      return false;
    }
  }
}

/** Removes the lock of a holder that is gone; false when it is not, or when somebody else was faster. */
async function cleared(file: string, now: EpochMs): Promise<boolean> {
  const text = await textIn(file);
  const holder = text === undefined ? undefined : parsed(text);
  if (holder !== undefined && now - holder.beatAt < SILENT_MS && isAlive(holder.pid)) {
    return false;
  }
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return true;
    }
    throw error;
  }
  const isSame = (await textIn(aside)) === text;
  if (!isSame) {
    await rename(aside, file);
    return false;
  }
  await rm(aside, { force: true });
  return true;
}

async function textIn(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return undefined;
    }
    throw error;
  }
}

function textOf(token: string, beatAt: EpochMs): string {
  return JSON.stringify({ pid: process.pid, token, beatAt } satisfies Holder);
}

/** Undefined for what no holder of this version wrote, which is free. */
function parsed(text: string): Holder | undefined {
  try {
    return holderShape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** This process's own locks are in its memory, so one found on disk is left from before. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) {
    return false;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
