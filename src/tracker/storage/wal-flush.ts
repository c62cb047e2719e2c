import { open, type FileHandle } from 'node:fs/promises';
import type { Disposable } from '../../core/disposable';

/**
 * Brings the write-ahead log to the disk on another thread, so that the next requests are read meanwhile. The file is
 * the same as long as the database is open: SQLite writes it anew from its beginning and never replaces it.
 */
export class WalFlush implements Disposable {
  private handle: Promise<FileHandle> | undefined;
  private running: Promise<void> | undefined;
  private following: Promise<void> | undefined;

  constructor(private readonly walFile: string) {}

  /** Resolves when everything is on disk that was written to the log before this call. */
  flush(): Promise<void> {
    if (this.running === undefined) {
      return this.start();
    }
    // What is under way may have begun before the caller's last write.
    this.following ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.following = undefined;
        return this.start();
      });
    return this.following;
  }

  dispose(): void {
    const { handle, following, running } = this;
    this.handle = undefined;
    void Promise.allSettled([running, following]).then(async () => (await handle)?.close());
  }

  private start(): Promise<void> {
    this.running = this.sync().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async sync(): Promise<void> {
    this.handle ??= open(this.walFile, 'r+');
    const opening = this.handle;
    try {
      await (await opening).datasync();
    } catch (error) {
      this.handle = undefined;
      throw error;
    }
  }
}
