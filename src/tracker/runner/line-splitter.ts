/** Longer lines are cut into pieces of this many UTF-16 units. */
export const MAX_PIECE_LENGTH = 2 * 1024 * 1024;

export interface LineSink {
  /** A whole line, as it looked last (after its last carriage return), without its line end. */
  onLine(line: string): void;
  /** Every state a line went through, the last one included. */
  onState(state: string): void;
}

/**
 * Cuts one output stream into lines. Carriage returns split a line into states; only the last one stays. Keeps
 * escape sequences, which are the reader's to interpret.
 */
export class LineSplitter {
  /** Finished states are gone from it; it holds the state that is being written. */
  private current = '';
  /** The state before, when `current` is empty because a carriage return came last. */
  private shown = '';

  constructor(private readonly sink: LineSink) {}

  /** What stands on the unfinished line now. */
  get pending(): string {
    return this.current === '' ? this.shown : this.current;
  }

  write(text: string): void {
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      this.extend(text.slice(from, end));
      this.finishLine();
      from = end + 1;
    }
    this.extend(from === 0 ? text : text.slice(from));
  }

  /** The stream has ended; an unfinished line counts as finished. */
  end(): void {
    if (this.pending !== '') {
      this.finishLine();
    }
  }

  private extend(text: string): void {
    let from = 0;
    for (let end = text.indexOf('\r'); end !== -1; end = text.indexOf('\r', from)) {
      this.append(text.slice(from, end));
      this.finishState();
      from = end + 1;
    }
    this.append(from === 0 ? text : text.slice(from));
  }

  private append(text: string): void {
    this.current += text;
    while (this.current.length > MAX_PIECE_LENGTH) {
      const piece = this.current.slice(0, MAX_PIECE_LENGTH);
      const rest = this.current.slice(MAX_PIECE_LENGTH);
      this.current = piece;
      this.finishLine();
      this.current = rest;
    }
  }

  private finishState(): void {
    if (this.current !== '') {
      this.sink.onState(this.current);
      this.shown = this.current;
      this.current = '';
    }
  }

  private finishLine(): void {
    this.finishState();
    const line = this.shown;
    this.shown = '';
    this.sink.onLine(line);
  }
}
