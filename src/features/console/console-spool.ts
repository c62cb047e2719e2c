import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { CONSOLE_LEVELS, type ConsoleLevel } from '../../core/console-levels';
import type { ConsoleSpan } from '../../core/console-text';
import type { EpochMs } from '../../core/entities';
import { GatheredBytes } from './gathered-bytes';

/** A finished line on its way to disk. */
export interface SpooledLine {
  readonly text: string;
  readonly spans: readonly ConsoleSpan[];
  readonly level: ConsoleLevel;
  /** When it was printed, if the server says so. */
  readonly at?: EpochMs;
}

/** What is known of a line beside its text. */
export type LineFacts = Omit<SpooledLine, 'text'>;

/** Where a line is in the text, in bytes, its line end included. */
export interface LinePlace {
  readonly start: number;
  readonly bytes: number;
}

const NOWHERE: LinePlace = { start: 0, bytes: 0 };

/** One line in the index: where its text begins, when it was printed, where its colours begin, its level. */
const RECORD_BYTES = 20;
const NO_STYLE = 0xffffffffffff;
/** Enough for a good write, little to hold. */
const FLUSH_BYTES = 512 * 1024;
const INDEX_BLOCK_LINES = 10_000;
/** Looked through at once where a place in the text is searched: few reads matter more than small ones. */
const SEARCHED_LINES = 4_096;
/** Lines are read together across so many bytes of others, since a read costs more than they do. */
const WIDEST_GAP_BYTES = 8 * 1024;
const MOST_READ_TOGETHER_BYTES = 1024 * 1024;

const colour = z.exactOptional(z.union([z.number(), z.string()]));
const flag = z.exactOptional(z.boolean());
const styleSchema = z.object({
  foreground: colour,
  background: colour,
  isBold: flag,
  isDim: flag,
  isItalic: flag,
  isUnderlined: flag,
  isInverse: flag,
  isStruck: flag,
});
const spansSchema = z.array(z.tuple([z.number(), z.number(), styleSchema]));

/**
 * The finished lines of one console on disk, however many: a text file as anybody reads it, a file of fixed-size records
 * that finds any line at once, and a file of colours. Holds half a megabyte of what was not written yet, and nothing
 * else. Reads and writes wait for one another.
 */
export class ConsoleSpool {
  readonly textFile: string;
  private readonly files: { readonly text: SpoolFile; readonly index: SpoolFile; readonly styles: SpoolFile };
  private readonly record = Buffer.alloc(RECORD_BYTES);
  private lines = 0;
  private writtenLines = 0;
  private isFolderMade = false;
  private work: Promise<unknown> = Promise.resolve();
  private isDisposed = false;

  /** `folder` is this console's own; it is made when something is written and removed at the end. */
  constructor(private readonly folder: string) {
    this.textFile = path.join(folder, 'console.log');
    this.files = {
      text: new SpoolFile(this.textFile),
      index: new SpoolFile(path.join(folder, 'lines.bin')),
      styles: new SpoolFile(path.join(folder, 'colours.jsonl')),
    };
  }

  get lineCount(): number {
    return this.lines;
  }

  /** Bytes of text, line ends included. */
  get byteCount(): number {
    return this.files.text.size;
  }

  append(line: SpooledLine): void {
    const { text, index, styles } = this.files;
    const { record } = this;
    record.writeUIntLE(text.size, 0, 6);
    record.writeUIntLE(timeNumber(line.at), 6, 6);
    record.writeUIntLE(line.spans.length === 0 ? NO_STYLE : styles.size, 12, 6);
    record.writeUInt8(CONSOLE_LEVELS.indexOf(line.level), 18);
    index.waiting.addBytes(record);
    text.waiting.addText(`${line.text}\n`);
    if (line.spans.length > 0) {
      styles.waiting.addText(`${JSON.stringify(line.spans.map((s) => [s.start, s.end, s.style]))}\n`);
    }
    this.lines += 1;
  }

  /** True when so much waits that the writer should wait for {@link flush}. */
  get isFull(): boolean {
    return this.files.text.waiting.length + this.files.styles.waiting.length > FLUSH_BYTES;
  }

  /** Resolves when everything is on disk; rejects with the failure of the file system. */
  flush(): Promise<void> {
    return this.inTurn(() => this.write());
  }

  /** Brings the text file up to date and puts an unfinished line at its end, until more is written. */
  putTail(text: string): Promise<void> {
    return this.inTurn(async () => {
      await this.write();
      await this.files.text.putTail(Buffer.from(text, 'utf8'));
    });
  }

  /** The text of lines `first` to `end` (exclusive) in UTF-8, each with its line end. */
  readBytes(first: number, end: number): Promise<Buffer> {
    return this.inTurn(async () => {
      await this.write();
      const last = Math.min(end, this.writtenLines);
      if (first >= last) {
        return Buffer.alloc(0);
      }
      const from = await this.offsetOf(first);
      return this.files.text.read(from, (await this.offsetOf(last)) - from);
    });
  }

  /** The text of each of these lines in UTF-8, with its line end. Lines near one another are read together. */
  async readEach(places: readonly LinePlace[]): Promise<Uint8Array[]> {
    const found: Uint8Array[] = [];
    for (const group of nearbyPlaces(places)) {
      const [{ start } = NOWHERE] = group;
      const last = group.at(-1) ?? NOWHERE;
      const bytes = await this.inTurn(() => this.files.text.read(start, last.start + last.bytes - start));
      for (const place of group) {
        const at = place.start - start;
        // A copy, since a part would keep all that was read with it in memory.
        found.push(Uint8Array.from(bytes.subarray(at, at + place.bytes)));
      }
    }
    return found;
  }

  /** What is known of lines `first` to `end` (exclusive). */
  readFacts(first: number, end: number): Promise<LineFacts[]> {
    return this.inTurn(async () => {
      await this.write();
      const last = Math.min(end, this.writtenLines);
      const records = await this.records(first, last);
      return Promise.all(records.map(async (record) => this.factsOf(record)));
    });
  }

  /** Calls `visit` with every finished line from `first` on, in blocks; returns the line to go on with. */
  async scanLevels(
    first: number,
    visit: (line: number, level: ConsoleLevel, place: LinePlace) => void,
  ): Promise<number> {
    let line = first;
    while (line < this.lines) {
      const from = line;
      const { records, end } = await this.inTurn(async () => {
        await this.write();
        const last = Math.min(this.writtenLines, from + INDEX_BLOCK_LINES);
        return { records: await this.recordBytes(from, last), end: await this.offsetOf(last) };
      });
      const count = records.length / RECORD_BYTES;
      for (let index = 0; index < count; index += 1) {
        const start = startIn(records, index);
        const next = index + 1 < count ? startIn(records, index + 1) : end;
        visit(from + index, levelOf(records, index * RECORD_BYTES), { start, bytes: next - start });
      }
      if (count === 0) {
        break;
      }
      line += count;
    }
    return line;
  }

  /** The first line of the last `bytes` bytes. */
  lineNearEnd(bytes: number): Promise<number> {
    return this.lineAtOffset(Math.max(0, this.byteCount - bytes));
  }

  /** The line that holds this byte of the text. */
  lineAtOffset(offset: number): Promise<number> {
    return this.inTurn(async () => {
      await this.write();
      let [low, high] = [0, Math.max(0, this.writtenLines - 1)];
      // Lines are about as long everywhere, so the first look is mostly the last.
      let near = Math.floor((offset / Math.max(1, this.files.text.written)) * high);
      while (low < high) {
        const from = Math.max(low, Math.min(near - SEARCHED_LINES / 2, high - 1));
        const records = await this.recordBytes(from, Math.min(high + 1, from + SEARCHED_LINES));
        const count = records.length / RECORD_BYTES;
        const before = startsUpTo(records, offset);
        if (before === 0) {
          high = Math.max(low, from - 1);
        } else {
          low = from + before - 1;
          high = before < count ? low : high;
        }
        near = Math.floor((low + high) / 2);
      }
      return low;
    });
  }

  /** Where a line begins in the text, in bytes; the end for the line after the last. */
  startOf(line: number): Promise<number> {
    return this.inTurn(async () => {
      await this.write();
      return this.offsetOf(line);
    });
  }

  /** Removes everything from disk. */
  async dispose(): Promise<void> {
    this.isDisposed = true;
    await this.inTurn(async () => {
      await Promise.all(Object.values(this.files).map((file) => file.close()));
      await rm(this.folder, { recursive: true, force: true });
    }).catch(() => undefined);
  }

  private async write(): Promise<void> {
    if (this.isDisposed) {
      return;
    }
    if (!this.isFolderMade) {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      this.isFolderMade = true;
    }
    const { lines } = this;
    // None may still be at work when the next turn comes, also when another one failed.
    const results = await Promise.allSettled(Object.values(this.files).map((file) => file.write()));
    for (const result of results) {
      if (result.status === 'rejected') {
        throw result.reason;
      }
    }
    this.writtenLines = lines;
  }

  private async offsetOf(line: number): Promise<number> {
    if (line >= this.writtenLines) {
      return this.files.text.written;
    }
    return (await this.files.index.read(line * RECORD_BYTES, 6)).readUIntLE(0, 6);
  }

  private recordBytes(first: number, end: number): Promise<Buffer> {
    return this.files.index.read(first * RECORD_BYTES, Math.max(0, end - first) * RECORD_BYTES);
  }

  private async records(first: number, end: number): Promise<Buffer[]> {
    const bytes = await this.recordBytes(first, end);
    return Array.from({ length: bytes.length / RECORD_BYTES }, (_, index) =>
      bytes.subarray(index * RECORD_BYTES, (index + 1) * RECORD_BYTES),
    );
  }

  private async factsOf(record: Buffer): Promise<LineFacts> {
    const time = record.readUIntLE(6, 6);
    const style = record.readUIntLE(12, 6);
    const spans = style === NO_STYLE ? [] : await this.readSpans(style);
    return { level: levelOf(record, 0), spans, ...(time === 0 ? {} : { at: time }) };
  }

  private async readSpans(offset: number): Promise<ConsoleSpan[]> {
    for (let length = 1_024; ; length *= 8) {
      const bytes = await this.files.styles.read(offset, length);
      const end = bytes.indexOf(0x0a);
      if (end >= 0 || bytes.length < length) {
        const json: unknown = JSON.parse(bytes.toString('utf8', 0, Math.max(0, end)));
        return spansSchema.parse(json).map(([start, stop, style]) => ({ start, end: stop, style }));
      }
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.work.then(work);
    this.work = result.catch(() => undefined);
    return result;
  }
}

/** An unknown time is 0, others are whole milliseconds that six bytes hold. */
function timeNumber(at: EpochMs | undefined): number {
  return at === undefined || !(at > 0 && at < NO_STYLE) ? 0 : Math.floor(at);
}

function startIn(records: Buffer, index: number): number {
  return records.readUIntLE(index * RECORD_BYTES, 6);
}

/** How many of these lines begin at or before `offset`. */
function startsUpTo(records: Buffer, offset: number): number {
  let [low, high] = [0, records.length / RECORD_BYTES];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    [low, high] = startIn(records, middle) <= offset ? [middle + 1, high] : [low, middle];
  }
  return low;
}

/** Ascending places in groups without a wide gap. */
function nearbyPlaces(places: readonly LinePlace[]): LinePlace[][] {
  const groups: LinePlace[][] = [];
  for (const place of places) {
    const group = groups.at(-1);
    const [first, last] = [group?.[0], group?.at(-1)];
    const isNear =
      first !== undefined &&
      last !== undefined &&
      place.start - last.start - last.bytes <= WIDEST_GAP_BYTES &&
      place.start + place.bytes - first.start <= MOST_READ_TOGETHER_BYTES;
    if (group === undefined || !isNear) {
      groups.push([place]);
    } else {
      group.push(place);
    }
  }
  return groups;
}

function levelOf(records: Buffer, at: number): ConsoleLevel {
  return CONSOLE_LEVELS[records.readUInt8(at + 18)] ?? 'info';
}

/** A file that is only added to. */
class SpoolFile {
  private handle: FileHandle | undefined;
  /** True when the file goes on after what was written. */
  private hasTail = false;
  /** Bytes that are on disk. */
  written = 0;
  /** What is not. */
  waiting = new GatheredBytes();
  private onTheirWay = new GatheredBytes();

  constructor(private readonly file: string) {}

  get size(): number {
    return this.written + this.onTheirWay.length + this.waiting.length;
  }

  /** One at a time. What could not be written is written with the next. */
  async write(): Promise<void> {
    if (this.onTheirWay.length + this.waiting.length === 0 && this.handle !== undefined && !this.hasTail) {
      return;
    }
    if (this.onTheirWay.length === 0) {
      [this.onTheirWay, this.waiting] = [this.waiting, this.onTheirWay];
    } else {
      this.onTheirWay.addBytes(this.waiting.bytes);
      this.waiting.clear();
    }
    const { bytes } = this.onTheirWay;
    this.handle ??= await open(this.file, 'w+', 0o600);
    if (this.hasTail) {
      await this.handle.truncate(this.written);
      this.hasTail = false;
    }
    await this.handle.write(bytes, 0, bytes.length, this.written);
    this.written += bytes.length;
    this.onTheirWay.clear();
  }

  async putTail(bytes: Buffer): Promise<void> {
    await this.handle?.truncate(this.written);
    await this.handle?.write(bytes, 0, bytes.length, this.written);
    this.hasTail = true;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const available = Math.max(0, Math.min(length, this.written - offset));
    if (this.handle === undefined || available === 0) {
      return Buffer.alloc(0);
    }
    const bytes = Buffer.allocUnsafe(available);
    const { bytesRead } = await this.handle.read(bytes, 0, available, offset);
    return bytes.subarray(0, bytesRead);
  }

  async close(): Promise<void> {
    await this.handle?.close();
    this.handle = undefined;
  }
}
