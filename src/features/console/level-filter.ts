import { CONSOLE_LEVELS, type ConsoleLevel } from '../../core/console-levels';
import type { ConsoleSpool, LinePlace } from './console-spool';

export function isAtLeast(level: ConsoleLevel, least: ConsoleLevel): boolean {
  return CONSOLE_LEVELS.indexOf(level) >= CONSOLE_LEVELS.indexOf(least);
}

interface FoundLine {
  readonly line: number;
  readonly place: LinePlace;
  /** Undefined until it was read. */
  text?: Uint8Array;
}

/** The newest lines at least as grave as `minLevel`, so many as fit. */
export class LevelFilter {
  /** How many older ones there are. */
  leftOut = 0;
  private found: FoundLine[] = [];
  private bytes = 0;
  private scanned = 0;

  constructor(
    readonly minLevel: ConsoleLevel,
    private readonly maxBytes: number,
  ) {}

  get lines(): readonly number[] {
    return this.found.map(({ line }) => line);
  }

  /** Each line in UTF-8 with its line end. */
  get texts(): readonly Uint8Array[] {
    return this.found.flatMap(({ text }) => text ?? []);
  }

  /** Takes what was finished since, and reads the text of what is new alone. */
  async catchUp(spool: ConsoleSpool): Promise<void> {
    this.scanned = await spool.scanLevels(this.scanned, (line, level, place) => {
      if (isAtLeast(level, this.minLevel)) {
        this.found.push({ line, place });
        this.bytes += place.bytes;
        if (this.bytes > this.maxBytes * 2) {
          this.dropOldest();
        }
      }
    });
    this.dropOldest();
    const unread = this.found.filter(({ text }) => text === undefined);
    const texts = await spool.readEach(unread.map(({ place }) => place));
    unread.forEach((each, index) => {
      each.text = texts[index] ?? new Uint8Array();
    });
  }

  /** True when every finished line has been looked at, so that the unfinished one comes next. */
  reached(spool: ConsoleSpool): boolean {
    return this.scanned === spool.lineCount;
  }

  private dropOldest(): void {
    let dropped = 0;
    while (this.bytes > this.maxBytes && dropped < this.found.length - 1) {
      this.bytes -= this.found[dropped]?.place.bytes ?? 0;
      dropped += 1;
    }
    this.found = this.found.slice(dropped);
    this.leftOut += dropped;
  }
}
