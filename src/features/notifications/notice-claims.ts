import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

const KEPT_FOR_MS = 24 * 60 * 60 * 1000;

/**
 * Lets one window of this machine tell a thing that all of them saw: whoever creates the file first. Files older than
 * a day are removed.
 */
export class NoticeClaims {
  private cleaning: Promise<void> | undefined;

  constructor(private readonly folder: string) {}

  /** True for the first who asks with this key, and when nobody can tell: twice is better than never. */
  async claim(key: string): Promise<boolean> {
    const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(path.join(this.folder, name), '', { flag: 'wx', mode: 0o600 });
    } catch (error) {
      return !(error instanceof Error && 'code' in error && error.code === 'EEXIST');
    }
    this.cleaning ??= this.clean().catch(() => undefined);
    await this.cleaning;
    return true;
  }

  private async clean(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const file = path.join(this.folder, name);
      if (Date.now() - (await stat(file)).mtimeMs > KEPT_FOR_MS) {
        await rm(file, { force: true });
      }
    }
  }
}
