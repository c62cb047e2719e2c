import { ConsoleAssembler } from '../../core/console-text';

export interface ConsoleTextLimits {
  /** When more than this is held, the beginning is let go. */
  readonly maxCharacters: number;
  /** How much is kept then: far less than the maximum, because letting go redraws the whole document. */
  readonly keptCharacters: number;
}

/** The editor stays quick up to about this size, and it is more than anybody reads. */
export const DOCUMENT_LIMITS: ConsoleTextLimits = { maxCharacters: 8_000_000, keptCharacters: 4_000_000 };

/** The text of a console document: what a terminal would show, at most so much of it, with a note of what is gone. */
export class ConsoleTextBuffer {
  private assembler = new ConsoleAssembler();
  private lines: string[] = [];
  private characters = 0;
  private lostLines = 0;

  constructor(private readonly limits: ConsoleTextLimits = DOCUMENT_LIMITS) {}

  write(text: string): void {
    for (const line of this.assembler.write(text)) {
      this.lines.push(line.text);
      this.characters += line.text.length + 1;
    }
    if (this.characters > this.limits.maxCharacters) {
      this.dropBeginning();
    }
  }

  clear(): void {
    this.assembler = new ConsoleAssembler();
    this.lines = [];
    this.characters = 0;
    this.lostLines = 0;
  }

  get isEmpty(): boolean {
    return this.lines.length === 0 && !this.assembler.hasPending;
  }

  /** Everything, ready to be shown. */
  text(): string {
    const shown = this.assembler.hasPending ? [...this.lines, this.assembler.pending.text] : this.lines;
    const body = shown.join('\n');
    return this.lostLines === 0 ? body : `${this.lossNote()}\n${body}`;
  }

  private lossNote(): string {
    return `‹The first ${this.lostLines} lines are left out here; this document shows the end of a long console.›`;
  }

  private dropBeginning(): void {
    let dropped = 0;
    while (this.characters > this.limits.keptCharacters && dropped < this.lines.length - 1) {
      this.characters -= (this.lines[dropped]?.length ?? 0) + 1;
      dropped += 1;
    }
    this.lines = this.lines.slice(dropped);
    this.lostLines += dropped;
  }
}
