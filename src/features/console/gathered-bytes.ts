const FIRST_ROOM = 64 * 1024;
const MOST_KEPT_ROOM = 4 * 1024 * 1024;
/** A UTF-16 unit takes no more in UTF-8. */
const MOST_BYTES_PER_UNIT = 3;

/** Bytes put one after the other into one buffer, since a buffer per line would be most of the work. */
export class GatheredBytes {
  private room = Buffer.allocUnsafe(FIRST_ROOM);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** Valid until the next change. */
  get bytes(): Buffer {
    return this.room.subarray(0, this.used);
  }

  addText(text: string): void {
    this.makeRoom(text.length * MOST_BYTES_PER_UNIT);
    this.used += this.room.write(text, this.used, 'utf8');
  }

  addBytes(bytes: Uint8Array): void {
    this.makeRoom(bytes.length);
    this.room.set(bytes, this.used);
    this.used += bytes.length;
  }

  clear(): void {
    this.used = 0;
    if (this.room.length > MOST_KEPT_ROOM) {
      this.room = Buffer.allocUnsafe(FIRST_ROOM);
    }
  }

  private makeRoom(bytes: number): void {
    const wanted = this.used + bytes;
    if (wanted > this.room.length) {
      const larger = Buffer.allocUnsafe(Math.max(wanted, this.room.length * 2));
      larger.set(this.bytes);
      this.room = larger;
    }
  }
}
