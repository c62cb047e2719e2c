import { GatheredBytes } from './gathered-bytes';

/** Where lines are read from; another object where the lines are others. */
export interface LineSource {
  /** Lines `first` to `end` (exclusive) in UTF-8, each with its line end. */
  readBytes(first: number, end: number): Promise<Uint8Array>;
}

/**
 * The lines that a document shows, as they were read. Following the end of a console means showing the same stretch with
 * more at its end again and again, so that only this is read anew.
 */
export class GrowingStretch {
  private readonly gathered = new GatheredBytes();
  private source: LineSource | undefined;
  private first = 0;
  private end = 0;

  /** Lines `first` to `end` (exclusive); valid until the next read. One read at a time. */
  async read(source: LineSource, first: number, end: number): Promise<Uint8Array> {
    if (source !== this.source || first !== this.first || end < this.end) {
      this.gathered.clear();
      [this.source, this.first, this.end] = [source, first, first];
    }
    if (end > this.end) {
      this.gathered.addBytes(await source.readBytes(this.end, end));
      this.end = end;
    }
    return this.gathered.bytes;
  }
}
