import { HoconError } from './hocon-error';

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '"': '"',
  '\\': '\\',
  '/': '/',
};

/** A place in a HOCON text: steps over blanks and comments, reads quoted texts, and knows the line for errors. */
export class HoconScanner {
  private at = 0;
  private counted = { at: 0, line: 1 };

  constructor(
    private readonly text: string,
    readonly source: string,
  ) {}

  atEnd(): boolean {
    return this.at >= this.text.length;
  }

  get line(): number {
    let { at, line } = this.counted;
    for (; at < this.at; at += 1) {
      line += this.text[at] === '\n' ? 1 : 0;
    }
    this.counted = { at, line };
    return line;
  }

  fail(problem: string): HoconError {
    return new HoconError(problem, this.source, this.line);
  }

  peek(): string {
    return this.text[this.at] ?? '';
  }

  startsWith(mark: string): boolean {
    return this.text.startsWith(mark, this.at);
  }

  /** Steps over `mark` if it stands here. */
  take(mark: string): boolean {
    const isThere = this.startsWith(mark);
    this.at += isThere ? mark.length : 0;
    return isThere;
  }

  expect(mark: string): void {
    if (!this.take(mark)) {
      throw this.fail(`“${mark}” is missing here`);
    }
  }

  /** Steps over blanks within the line and returns them. */
  blanks(): string {
    return this.match(/[^\S\n]*/y);
  }

  /** Steps over blanks, line ends and comments; true when a line ended. */
  gap(): boolean {
    const before = this.at;
    this.match(/(?:\s+|#[^\n]*|\/\/[^\n]*)*/y);
    return this.text.slice(before, this.at).includes('\n');
  }

  /** Steps over what the sticky expression matches here. */
  match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  /** A text in one or in three double quotes. */
  quoted(): string {
    return this.startsWith('"""') ? this.tripleQuoted() : this.singleQuoted();
  }

  private tripleQuoted(): string {
    const end = this.text.indexOf('"""', this.at + 3);
    if (end < 0) {
      throw this.fail('three quotes are not closed');
    }
    // More than three quotes at the end belong to the text.
    const extra = /^"*/.exec(this.text.slice(end + 3))?.[0].length ?? 0;
    const found = this.text.slice(this.at + 3, end + extra);
    this.at = end + 3 + extra;
    return found;
  }

  private singleQuoted(): string {
    const raw = this.match(/"(?:[^"\\\n]|\\[^\n])*/y);
    if (!this.take('"')) {
      throw this.fail('a quote is not closed');
    }
    return raw
      .slice(1)
      .replace(
        /\\(?:u([0-9a-fA-F]{4})|(.))/g,
        (_all: string, code: string | undefined, mark: string | undefined) => {
          const plain =
            code === undefined ? ESCAPES[mark ?? ''] : String.fromCharCode(Number.parseInt(code, 16));
          if (plain === undefined) {
            throw this.fail(`“\\${mark ?? ''}” means nothing inside quotes`);
          }
          return plain;
        },
      );
  }
}
