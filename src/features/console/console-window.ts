import { CONSOLE_LEVELS, type ConsoleLevel } from '../../core/console-levels';
import { counted } from '../trees/plural';
import type { ConsoleLog } from './console-log';
import type { ConsoleSpool } from './console-spool';

export interface ConsoleWindowLimits {
  /** A document never shows more than this. */
  readonly maxBytes: number;
  /** How much is kept when it would: far less, because letting go redraws the whole document. */
  readonly keptBytes: number;
  /** How much of it a part elsewhere than at the end shows: the editor takes over a small one at once. */
  readonly partBytes: number;
  /** A filtered document shows the newest lines, at most so much: they are gathered from all over the file. */
  readonly filteredBytes: number;
}

/** The editor stays quick up to about this size; everything beyond stays on disk. */
export const WINDOW_LIMITS: ConsoleWindowLimits = {
  maxBytes: 8_000_000,
  keptBytes: 4_000_000,
  partBytes: 1_000_000,
  filteredBytes: 2_000_000,
};

/** Phrases in a note that do something when they are chosen. */
export const NOTE_ACTIONS = {
  earlier: 'Show Earlier Part',
  later: 'Show Later Part',
  end: 'Go to End',
  search: 'Search Whole Console',
  file: 'Open Whole Console as File',
  all: 'Show All Lines',
} as const;
export type NoteAction = keyof typeof NOTE_ACTIONS;

/** Which part of a console a document shows. */
export interface ConsoleView {
  /** Only lines at least as grave. */
  readonly minLevel: ConsoleLevel;
  /** The first line shown, from 0; undefined: the end of the console, whatever comes. */
  readonly first?: number;
}

export const WHOLE_VIEW: ConsoleView = { minLevel: 'debug' };

/** One document's text with what tells its lines from those of the console. */
export interface ConsolePage {
  readonly text: string;
  /** Document lines that are Trackside's words. */
  readonly notes: ReadonlySet<number>;
  readonly lineCount: number;
  /** The console's lines that are shown: from `first` to before `end`, all of them unless filtered. */
  readonly first: number;
  readonly end: number;
  /** The console's line, from 0, shown in this line of the document; undefined for notes. */
  lineAt(documentLine: number): number | undefined;
  /** Where this line of the console, or the next one that is shown, is; undefined when it is beyond. */
  documentLineOf(line: number): number | undefined;
}

/** Cuts a console to what a document shows: one stretch of it, or the newest lines of some levels. */
export class ConsoleWindow {
  /** Where the part at the end begins; moved only when it grows too large. */
  private endFirst = 0;
  private filter: LevelFilter | undefined;
  private ofRun = 0;

  constructor(
    private readonly log: ConsoleLog,
    private readonly limits: ConsoleWindowLimits = WINDOW_LIMITS,
  ) {}

  /** `tail` is said below everything. */
  async page(view: ConsoleView, tail: readonly string[]): Promise<ConsolePage> {
    if (this.log.run !== this.ofRun) {
      this.ofRun = this.log.run;
      this.endFirst = 0;
      this.filter = undefined;
    }
    return view.minLevel === 'debug' ? this.stretch(view, tail) : this.filtered(view.minLevel, tail);
  }

  /** Where the part before or after the one that is shown begins; undefined: the end. */
  async neighbour(page: ConsolePage, way: 'earlier' | 'later'): Promise<number | undefined> {
    const { spool } = this.log;
    if (way === 'later') {
      const rest = spool.byteCount - (await spool.startOf(page.end));
      return rest <= this.limits.maxBytes / 2 ? undefined : page.end;
    }
    const start = await spool.startOf(page.first);
    return spool.lineAtOffset(Math.max(0, start - this.limits.partBytes * 0.75));
  }

  /** Where a part begins that has this line with some before it. */
  async firstAround(line: number): Promise<number> {
    const { spool } = this.log;
    return spool.lineAtOffset(Math.max(0, (await spool.startOf(line)) - this.limits.partBytes / 2));
  }

  private async stretch(view: ConsoleView, tail: readonly string[]): Promise<ConsolePage> {
    const { spool } = this.log;
    await spool.flush();
    const total = spool.lineCount;
    const pending = this.log.pending?.text;
    const first = Math.min(view.first ?? (await this.startOfEnd(spool)), Math.max(0, total - 1));
    const end = view.first === undefined ? total : Math.min(total, await this.endOfPart(spool, first));
    const body = withoutLastLineEnd(await spool.readText(first, end));
    const isAtEnd = end === total;
    const above = first === 0 ? [] : [partNote(1, first, [NOTE_ACTIONS.earlier, ...WHOLE])];
    const below = isAtEnd ? tail : [partNote(end + 1, total, [NOTE_ACTIONS.later, NOTE_ACTIONS.end])];
    const last = isAtEnd && pending !== undefined ? [pending] : [];
    const parts = [...above, ...(end > first ? [body] : []), ...last, ...below];
    return stretchPage(parts.join('\n'), {
      first,
      count: end - first + last.length,
      above: above.length,
      below: below.length,
    });
  }

  private async startOfEnd(spool: ConsoleSpool): Promise<number> {
    const shown = spool.byteCount - (await spool.startOf(this.endFirst));
    if (shown > this.limits.maxBytes) {
      this.endFirst = await spool.lineNearEnd(this.limits.keptBytes);
    }
    return this.endFirst;
  }

  private async endOfPart(spool: ConsoleSpool, first: number): Promise<number> {
    const end = (await spool.startOf(first)) + this.limits.partBytes;
    return end >= spool.byteCount ? spool.lineCount : Math.max(first + 1, await spool.lineAtOffset(end));
  }

  private async filtered(minLevel: ConsoleLevel, tail: readonly string[]): Promise<ConsolePage> {
    const { spool } = this.log;
    await spool.flush();
    if (this.filter?.minLevel !== minLevel) {
      this.filter = new LevelFilter(minLevel, this.limits.filteredBytes);
    }
    await this.filter.catchUp(spool);
    const { lines, leftOut } = this.filter;
    const texts: string[] = [];
    for (const [first, end] of runsOf(lines)) {
      texts.push(withoutLastLineEnd(await spool.readText(first, end)));
    }
    const { pending } = this.log;
    const isPendingShown =
      pending !== undefined && isAtLeast(this.log.pendingFacts.level, minLevel) && this.filter.reached(spool);
    const shown = isPendingShown ? [...lines, spool.lineCount] : [...lines];
    const total = spool.lineCount + (pending === undefined ? 0 : 1);
    const older = leftOut === 0 ? '' : ` The ${leftOut.toLocaleString('en-US')} oldest are left out.`;
    const of = `${(shown.length + leftOut).toLocaleString('en-US')} of ${counted(total, 'line')}`;
    const note = `[Only ${FILTER_WORDS[minLevel]}: ${of}.${older} ${NOTE_ACTIONS.all}]`;
    const last = isPendingShown ? [pending.text] : [];
    return filteredPage([note, ...texts, ...last, ...tail].join('\n'), shown, tail.length);
  }
}

/** What a filter shows, in words. */
export const FILTER_WORDS: Readonly<Record<ConsoleLevel, string>> = {
  debug: 'all lines',
  info: 'lines above debug',
  warning: 'warnings and errors',
  error: 'errors',
};

const WHOLE = [NOTE_ACTIONS.search, NOTE_ACTIONS.file];

function partNote(first: number, last: number, actions: readonly string[]): string {
  const [from, to] = [first, last].map((line) => line.toLocaleString('en-US'));
  const lines = first === last ? `Line ${from ?? ''} is` : `Lines ${from ?? ''} to ${to ?? ''} are`;
  return `[${lines} not shown here: ${actions.join(' | ')}]`;
}

function isAtLeast(level: ConsoleLevel, least: ConsoleLevel): boolean {
  return CONSOLE_LEVELS.indexOf(level) >= CONSOLE_LEVELS.indexOf(least);
}

/** The newest lines at least as grave as `minLevel`, so many as fit. */
class LevelFilter {
  lines: number[] = [];
  leftOut = 0;
  private sizes: number[] = [];
  private bytes = 0;
  private scanned = 0;

  constructor(
    readonly minLevel: ConsoleLevel,
    private readonly maxBytes: number,
  ) {}

  async catchUp(spool: ConsoleSpool): Promise<void> {
    this.scanned = await spool.scanLevels(this.scanned, (line, level, bytes) => {
      if (isAtLeast(level, this.minLevel)) {
        this.lines.push(line);
        this.sizes.push(bytes);
        this.bytes += bytes;
        if (this.bytes > this.maxBytes * 2) {
          this.dropOldest();
        }
      }
    });
    this.dropOldest();
  }

  /** True when every finished line has been looked at, so that the unfinished one comes next. */
  reached(spool: ConsoleSpool): boolean {
    return this.scanned === spool.lineCount;
  }

  private dropOldest(): void {
    let dropped = 0;
    while (this.bytes > this.maxBytes && dropped < this.lines.length - 1) {
      this.bytes -= this.sizes[dropped] ?? 0;
      dropped += 1;
    }
    this.lines = this.lines.slice(dropped);
    this.sizes = this.sizes.slice(dropped);
    this.leftOut += dropped;
  }
}

/** Neighbouring lines as `[first, end)`. */
function runsOf(lines: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === line) {
      last[1] = line + 1;
    } else {
      runs.push([line, line + 1]);
    }
  }
  return runs;
}

interface Stretch {
  readonly first: number;
  readonly count: number;
  /** Notes before and after. */
  readonly above: number;
  readonly below: number;
}

function stretchPage(text: string, { first, count, above, below }: Stretch): ConsolePage {
  const notes = new Set([...range(0, above), ...range(above + count, above + count + below)]);
  return {
    text,
    notes,
    lineCount: above + count + below,
    first,
    end: first + count,
    lineAt: (documentLine) =>
      documentLine < above || documentLine >= above + count ? undefined : first + documentLine - above,
    documentLineOf: (line) => (line >= first + count ? undefined : above + Math.max(0, line - first)),
  };
}

function filteredPage(text: string, lines: readonly number[], below: number): ConsolePage {
  return {
    text,
    notes: new Set([0, ...range(1 + lines.length, 1 + lines.length + below)]),
    lineCount: 1 + lines.length + below,
    first: lines[0] ?? 0,
    end: (lines.at(-1) ?? -1) + 1,
    lineAt: (documentLine) => lines[documentLine - 1],
    documentLineOf: (line) => {
      const index = lines.findIndex((shown) => shown >= line);
      return index < 0 ? undefined : index + 1;
    },
  };
}

function range(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}

function withoutLastLineEnd(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
