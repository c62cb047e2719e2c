import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import type { Disposable } from '../../core/disposable';

const LENGTH_BYTES = 4;

export interface SpoolLimits {
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

/**
 * A first-in, first-out queue of byte strings that keeps a bounded part in memory and the rest in a file. While the
 * file holds anything, new entries go behind it, so the order never changes.
 */
export class SpoolQueue implements Disposable {
  /** Older than everything in the file. */
  private memory: Buffer[] = [];
  /** Younger than everything in the file: what came after the disk refused. */
  private late: Buffer[] = [];
  private memoryBytes = 0;
  private file: number | undefined;
  private readOffset = 0;
  private writeOffset = 0;
  private isDiskUsable = true;

  constructor(
    private readonly path: string,
    private readonly limits: SpoolLimits,
  ) {
    if (existsSync(path)) {
      this.writeOffset = statSync(path).size;
    }
  }

  get isEmpty(): boolean {
    return this.memory.length === 0 && this.late.length === 0 && this.diskBytes === 0;
  }

  /** True while whoever fills the queue should wait. Nothing is refused even then. */
  get isFull(): boolean {
    const isMemoryFull = this.memoryBytes >= this.limits.memoryBytes;
    return isMemoryFull && (!this.isDiskUsable || this.diskBytes >= this.limits.diskBytes);
  }

  get diskBytes(): number {
    return this.writeOffset - this.readOffset;
  }

  push(entry: Buffer): void {
    const isAllInMemory = this.diskBytes === 0 && this.late.length === 0;
    if (isAllInMemory && this.memoryBytes + entry.length <= this.limits.memoryBytes) {
      this.memory.push(entry);
      this.memoryBytes += entry.length;
    } else if (this.late.length > 0 || !this.pushToDisk(entry)) {
      this.late.push(entry);
      this.memoryBytes += entry.length;
    }
  }

  /** Takes entries from the front: at least one, more as long as together they stay within `maxBytes`. */
  take(maxBytes: number): readonly Buffer[] {
    const taken: Buffer[] = [];
    let bytes = 0;
    for (let next = this.peek(); next !== undefined; next = this.peek()) {
      if (taken.length > 0 && bytes + next.length > maxBytes) {
        break;
      }
      bytes += next.length;
      taken.push(next);
      this.shift(next);
    }
    return taken;
  }

  /** Moves everything into the file, `first` in front of all, so that a later process can send it. */
  persist(first: readonly Buffer[]): void {
    const copyPath = `${this.path}.new`;
    const copy = openSync(copyPath, 'w', 0o600);
    try {
      first.forEach((entry) => writeAll(copy, framed(entry)));
      for (let next = this.peek(); next !== undefined; next = this.peek()) {
        writeAll(copy, framed(next));
        this.shift(next);
      }
      fsyncSync(copy);
    } finally {
      closeSync(copy);
    }
    this.close();
    renameSync(copyPath, this.path);
  }

  /** Forgets everything. */
  clear(): void {
    this.memory = [];
    this.late = [];
    this.memoryBytes = 0;
    this.readOffset = 0;
    this.writeOffset = 0;
    if (this.file !== undefined) {
      ftruncateSync(this.file);
    }
  }

  dispose(): void {
    this.close();
  }

  private peek(): Buffer | undefined {
    return this.memory[0] ?? this.peekDisk() ?? this.late[0];
  }

  private shift(entry: Buffer): void {
    const list = this.memory.length > 0 ? this.memory : this.diskBytes > 0 ? undefined : this.late;
    if (list !== undefined) {
      list.shift();
      this.memoryBytes -= entry.length;
      return;
    }
    this.readOffset += LENGTH_BYTES + entry.length;
    if (this.readOffset >= this.writeOffset && this.file !== undefined) {
      ftruncateSync(this.file);
      this.readOffset = 0;
      this.writeOffset = 0;
    }
  }

  private peekDisk(): Buffer | undefined {
    if (this.readOffset >= this.writeOffset) {
      return undefined;
    }
    const length = this.readAt(this.readOffset, LENGTH_BYTES)?.readUInt32LE(0);
    const entry = length === undefined ? undefined : this.readAt(this.readOffset + LENGTH_BYTES, length);
    if (entry === undefined) {
      this.writeOffset = this.readOffset; // the file of an earlier process was cut off in its last entry
    }
    return entry;
  }

  private readAt(offset: number, length: number): Buffer | undefined {
    if (offset + length > this.writeOffset) {
      return undefined;
    }
    const bytes = Buffer.allocUnsafe(length);
    return readSync(this.open(), bytes, 0, length, offset) === length ? bytes : undefined;
  }

  private pushToDisk(entry: Buffer): boolean {
    const bytes = framed(entry);
    try {
      writeAll(this.open(), bytes, this.writeOffset);
      this.writeOffset += bytes.length;
      this.isDiskUsable = true;
      return true;
    } catch {
      this.isDiskUsable = false; // disk full or read-only: memory and back-pressure remain
      return false;
    }
  }

  private open(): number {
    this.file ??= openSync(this.path, existsSync(this.path) ? 'r+' : 'w+', 0o600);
    return this.file;
  }

  private close(): void {
    if (this.file !== undefined) {
      closeSync(this.file);
      this.file = undefined;
    }
  }
}

function framed(entry: Buffer): Buffer {
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32LE(entry.length, 0);
  return Buffer.concat([length, entry]);
}

/** Writes all bytes, at `position` or where the file stands. */
function writeAll(file: number, bytes: Buffer, position?: number): void {
  for (let written = 0; written < bytes.length;) {
    const at = position === undefined ? null : position + written;
    written += writeSync(file, bytes, written, bytes.length - written, at);
  }
}
