import { rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../../core/disposable';

/**
 * Folders on disk for the consoles that this window shows, below one of its own that is named for its process. What
 * windows left that ended without removing theirs is removed when the first folder is asked for.
 */
export class ConsoleFolders implements Disposable {
  private readonly own: string;
  private count = 0;
  /** Done when leftovers are gone. */
  cleaned: Promise<void> | undefined;

  constructor(private readonly folder: string) {
    this.own = path.join(folder, `${process.pid}-${Date.now().toString(36)}`);
  }

  /** A folder that nobody had before; not made yet. */
  next(): string {
    this.cleaned ??= this.clean().catch(() => undefined);
    this.count += 1;
    return path.join(this.own, String(this.count));
  }

  dispose(): void {
    rmSync(this.own, { recursive: true, force: true });
  }

  private async clean(): Promise<void> {
    const names = await readdir(this.folder);
    const left = names.filter((name) => /^\d+-/.test(name) && !isAlive(Number.parseInt(name, 10)));
    for (const name of left) {
      await rm(path.join(this.folder, name), { recursive: true, force: true });
    }
  }
}

/** A process of somebody else answers with EPERM: it is alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
