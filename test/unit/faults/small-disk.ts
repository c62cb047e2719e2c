import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** A file system of its own and of a few megabytes, in memory, mounted at a folder. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** `undefined` where this may not be done: mounting takes root on Linux. */
  static mount(folder: string, megabytes: number): SmallDisk | undefined {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) {
      return undefined;
    }
    mkdirSync(folder, { recursive: true });
    const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'trackside-test', folder];
    return spawnSync('mount', options).status === 0 ? new SmallDisk(folder) : undefined;
  }

  resize(megabytes: number): void {
    this.remount(`size=${megabytes}m`);
  }

  /** False while a file on it is open for writing, for instance by a process that is just ending. */
  tryMakeReadOnly(): boolean {
    return this.tryRemount('ro').status === 0;
  }

  makeWritable(): void {
    this.remount('rw');
  }

  unmount(): void {
    // Lazily: a process that is just ending may still hold a file.
    spawnSync('umount', ['--lazy', this.folder]);
  }

  private remount(option: string): void {
    const { status, stderr } = this.tryRemount(option);
    if (status !== 0) {
      throw new Error(`The small disk could not be remounted with ${option}: ${stderr.toString('utf8')}`);
    }
  }

  private tryRemount(option: string): SpawnSyncReturns<Buffer> {
    return spawnSync('mount', ['-o', `remount,${option}`, this.folder]);
  }
}
