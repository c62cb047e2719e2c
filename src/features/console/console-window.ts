import type { ConsoleLevel } from '../../core/console-levels';
import { counted } from '../trees/plural';
import type { ConsoleLog } from './console-log';
import { filteredPage, stretchPage, type ConsolePage } from './console-page';
import type { ConsoleSpool } from './console-spool';
import { GrowingStretch } from './growing-stretch';
import { isAtLeast, LevelFilter } from './level-filter';

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

/** What is said below everything. */
export interface PageTail {
  readonly notes: readonly string[];
  /** Much more comes at once: only a small part of the end is worth drawing. */
  readonly isGrowing?: boolean;
}

/** Cuts a console to what a document shows: one stretch of it, or the newest lines of some levels. */
export class ConsoleWindow {
  /** Where the part at the end begins; moved only when it grows too large. */
  private endFirst = 0;
  private filter: LevelFilter | undefined;
  private readonly lines = new GrowingStretch();
  private ofRun = 0;
  private work: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly log: ConsoleLog,
    private readonly limits: ConsoleWindowLimits = WINDOW_LIMITS,
  ) {}

  /** One page is made after the other, however many are asked for at once. */
  page(view: ConsoleView, tail: PageTail): Promise<ConsolePage> {
    const page = this.work.then(() => this.makePage(view, tail));
    this.work = page.catch(() => undefined);
    return page;
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

  private async makePage(view: ConsoleView, tail: PageTail): Promise<ConsolePage> {
    if (this.log.run !== this.ofRun) {
      this.ofRun = this.log.run;
      this.endFirst = 0;
      this.filter = undefined;
    }
    return view.minLevel === 'debug' ? this.stretch(view, tail) : this.filtered(view.minLevel, tail.notes);
  }

  private async stretch(view: ConsoleView, tail: PageTail): Promise<ConsolePage> {
    const { spool } = this.log;
    await spool.flush();
    const total = spool.lineCount;
    const pending = this.log.pending?.text;
    const wanted = view.first ?? (await this.startOfEnd(spool, tail.isGrowing === true));
    const first = Math.min(wanted, Math.max(0, total - 1));
    const end = view.first === undefined ? total : Math.min(total, await this.endOfPart(spool, first));
    const body = await this.lines.read(spool, first, end);
    const isAtEnd = end === total;
    const above = first === 0 ? [] : [partNote(1, first, [NOTE_ACTIONS.earlier, ...WHOLE])];
    const below = isAtEnd ? tail.notes : [partNote(end + 1, total, [NOTE_ACTIONS.later, NOTE_ACTIONS.end])];
    const last = isAtEnd && pending !== undefined ? [pending] : [];
    return stretchPage({
      first,
      count: end - first,
      above,
      body: end > first ? body : undefined,
      last,
      below,
    });
  }

  private async startOfEnd(spool: ConsoleSpool, isGrowing: boolean): Promise<number> {
    const { maxBytes, keptBytes, partBytes } = this.limits;
    const end = spool.byteCount;
    if (isGrowing) {
      // What is shown now is gone a moment later.
      return end <= partBytes ? 0 : spool.lineNearEnd(partBytes / 2);
    }
    if (end - (await spool.startOf(this.endFirst)) > maxBytes) {
      this.endFirst = await spool.lineNearEnd(keptBytes);
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
    const { pending } = this.log;
    const isPendingShown =
      pending !== undefined && isAtLeast(this.log.pendingFacts.level, minLevel) && this.filter.reached(spool);
    const shown = isPendingShown ? [...lines, spool.lineCount] : lines;
    const total = spool.lineCount + (pending === undefined ? 0 : 1);
    const older = leftOut === 0 ? '' : ` The ${leftOut.toLocaleString('en-US')} oldest are left out.`;
    const of = `${(shown.length + leftOut).toLocaleString('en-US')} of ${counted(total, 'line')}`;
    const note = `[Only ${FILTER_WORDS[minLevel]}: ${of}.${older} ${NOTE_ACTIONS.all}]`;
    const last = isPendingShown ? [pending.text] : [];
    return filteredPage({ lines: shown, note, body: this.filter.texts, last, below: tail });
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
