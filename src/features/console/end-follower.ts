/** How far above the end somebody may have scrolled and still be taken to be at it, in lines. */
const NEAR_END_LINES = 2;
/** How late a person's move may be told after the document grew. */
const SEEN_FOR_MS = 2_000;
/** The same of a key that put the cursor on exactly the line that was the last: mostly the key that goes to the end. */
const KEYED_FOR_MS = 15_000;

/** What an editor shows of its document: lines from 0, both seen. */
export interface VisibleLines {
  readonly first: number;
  readonly last: number;
}

/**
 * Whether one editor goes along with the end of its growing document: it does from the moment it is sent there until
 * the person puts the cursor elsewhere or scrolls up. Positions that the editor tells are late and may speak of the
 * document as it was, so that only moves of the person count, and those against every end seen lately.
 */
export class EndFollower {
  /** Undecided until the person or somebody else moved, or the document grew. */
  private isCursorAtEnd: boolean | undefined;
  private hasScrolledUp = false;
  private seen: (VisibleLines & { readonly lineCount: number }) | undefined;
  private earlierEnds: readonly { readonly lineCount: number; readonly changedAt: number }[] = [];

  /** `isWhole`: false while the document is still being read, when its last line is not yet the end. */
  constructor(
    private lineCount: number,
    isWhole = true,
  ) {
    if (!isWhole || lineCount <= 1) {
      // An editor that came back stands there because the line where it was has not come yet.
      this.isCursorAtEnd = false;
    }
  }

  get isFollowing(): boolean {
    return this.isCursorAtEnd === true && !this.hasScrolledUp;
  }

  /** The document now has this many lines; the cursor is where it was. */
  onChanged(lineCount: number, cursorLine: number, now: number): void {
    this.isCursorAtEnd ??= cursorLine >= this.lineCount - 1;
    this.earlierEnds = [...this.endsSince(now - KEYED_FOR_MS), { lineCount: this.lineCount, changedAt: now }];
    this.lineCount = lineCount;
  }

  /** The editor was sent to the end. */
  onSent(): void {
    this.isCursorAtEnd = true;
    this.hasScrolledUp = false;
  }

  /** The editor was sent elsewhere. */
  onSentAway(): void {
    this.isCursorAtEnd = false;
  }

  /** The person put the cursor there, by a key or otherwise. */
  onCursor(line: number, now: number, isByKey = false): void {
    const ends = this.endsSince(now - SEEN_FOR_MS).map(({ lineCount }) => lineCount);
    const wasLast = this.endsSince(now - KEYED_FOR_MS).some(({ lineCount }) => lineCount === line + 1);
    this.isCursorAtEnd = line >= Math.min(this.lineCount, ...ends) - 1 || (isByKey && wasLast);
    this.hasScrolledUp &&= !this.isCursorAtEnd;
  }

  /** The editor shows these lines. Its first line moves up only by a person's hand, unless lines were taken away. */
  onVisible(lines: VisibleLines): void {
    const before = this.seen;
    this.seen = { ...lines, lineCount: this.lineCount };
    if (lines.last >= this.lineCount - 1 - NEAR_END_LINES) {
      this.hasScrolledUp = false;
    } else if (before !== undefined && lines.first < before.first && before.lineCount <= this.lineCount) {
      this.hasScrolledUp = true;
    }
  }

  /** Nobody goes to the end of an empty document: its only line is where the beginning is soon. */
  private endsSince(earliest: number) {
    return this.earlierEnds.filter(({ lineCount, changedAt }) => changedAt >= earliest && lineCount > 1);
  }
}
