/**
 * What a terminal would show of a program's output, as lines of text. Incremental: chunks may end anywhere, even
 * inside a character or an escape sequence. Carriage returns leave the last state of a line, backspaces take
 * characters back, colours become spans, every other escape sequence is dropped.
 */
import { applySgr, PLAIN_STYLE, type ConsoleStyle } from './console-style';

/** A styled part of a line; `start` and `end` count UTF-16 units of the line's text. */
export interface ConsoleSpan {
  readonly start: number;
  readonly end: number;
  readonly style: ConsoleStyle;
}

export interface ConsoleLine {
  readonly text: string;
  /** Parts that are not plain, in order, without overlap. */
  readonly spans: readonly ConsoleSpan[];
}

export interface ConsoleAssemblerOptions {
  /** Longer lines are cut there and say so. */
  readonly maxLineLength?: number;
  /** Called with every state of a line that a carriage return is about to replace, for those who read progress. */
  readonly onState?: (text: string) => void;
}

const DEFAULT_MAX_LINE_LENGTH = 100_000;
const MAX_ESCAPE_LENGTH = 4_096;
/** CSI, then OSC/DCS/APC/PM/SOS up to their end, then two- and three-character sequences. */
const ESCAPE =
  /\x1b(?:\[([0-?]*)[ -/]*([@-~])|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)|[ -/]+[0-~]|[0-Z\\`-~])/y;
/** What may yet become one of them when more output comes. */
const ESCAPE_START = /\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\n]*\x1b?|[ -/]*)$/y;
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/g;

/**
 * Text between two chunks of a task's console. Each chunk is one or more whole lines without the last line end; a
 * chunk that begins with a carriage return replaces the last line instead of starting a new one.
 */
export function chunkSeparator(next: string): '' | '\n' {
  return next.startsWith('\r') ? '' : '\n';
}

/** Turns bytes into text across chunk borders; what is no valid UTF-8 becomes U+FFFD. */
export class ConsoleDecoder {
  private readonly decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

  decode(bytes: Uint8Array): string {
    return this.decoder.decode(bytes, { stream: true });
  }

  /** The rest of a character that never came to its end. */
  end(): string {
    return this.decoder.decode();
  }
}

/** Collects chunks into lines. {@link pending} is the unfinished last line as it looks now. */
export class ConsoleAssembler {
  private readonly maxLineLength: number;
  private text = '';
  private cutLength = 0;
  private spans: ConsoleSpan[] = [];
  private style: ConsoleStyle = PLAIN_STYLE;
  private willReplace = false;
  private unread = '';

  constructor(private readonly options: ConsoleAssemblerOptions = {}) {
    this.maxLineLength = options.maxLineLength ?? DEFAULT_MAX_LINE_LENGTH;
  }

  /** Takes more output; returns the lines that are finished with it. */
  write(chunk: string): readonly ConsoleLine[] {
    const input = this.unread + chunk;
    this.unread = '';
    const finished: ConsoleLine[] = [];
    let at = 0;
    while (at < input.length) {
      CONTROL.lastIndex = at;
      const control = CONTROL.exec(input)?.index ?? input.length;
      if (control > at) {
        this.append(input.slice(at, control));
      }
      if (control === input.length) {
        break;
      }
      const next = this.readControl(input, control, finished);
      if (next === undefined) {
        this.unread = input.slice(control);
        break;
      }
      at = next;
    }
    return finished;
  }

  get pending(): ConsoleLine {
    return this.line();
  }

  /** True when something stands on the unfinished line. */
  get hasPending(): boolean {
    return this.text !== '';
  }

  /** Index after the control character or sequence, or undefined when its end has not come yet. */
  private readControl(input: string, at: number, finished: ConsoleLine[]): number | undefined {
    switch (input[at]) {
      case '\n':
        finished.push(this.line());
        this.startLine();
        return at + 1;
      case '\r':
        this.willReplace = true;
        return at + 1;
      case '\b':
        this.takeBack();
        return at + 1;
      case '\x1b':
        return this.readEscape(input, at);
      default:
        return at + 1;
    }
  }

  private readEscape(input: string, at: number): number | undefined {
    ESCAPE.lastIndex = at;
    const found = ESCAPE.exec(input);
    if (found !== null) {
      if (found[2] === 'm') {
        this.style = applySgr(this.style, found[1] ?? '');
      }
      return at + found[0].length;
    }
    ESCAPE_START.lastIndex = at;
    const isUnfinished = input.length - at < MAX_ESCAPE_LENGTH && ESCAPE_START.test(input);
    return isUnfinished ? undefined : at + 1;
  }

  private append(text: string): void {
    if (this.willReplace) {
      this.options.onState?.(this.text);
      this.startLine();
    }
    const room = Math.max(0, this.maxLineLength - this.text.length);
    const kept = text.length <= room ? text : text.slice(0, room);
    this.cutLength += text.length - kept.length;
    if (kept !== '' && this.style !== PLAIN_STYLE) {
      this.addSpan(this.text.length, this.text.length + kept.length);
    }
    this.text += kept;
  }

  private addSpan(start: number, end: number): void {
    const last = this.spans.at(-1);
    if (last !== undefined && last.end === start && last.style === this.style) {
      this.spans[this.spans.length - 1] = { ...last, end };
    } else {
      this.spans.push({ start, end, style: this.style });
    }
  }

  private takeBack(): void {
    if (this.willReplace || this.text === '') {
      return;
    }
    const isPair = /[\udc00-\udfff]/.test(this.text.at(-1) ?? '');
    this.text = this.text.slice(0, isPair ? -2 : -1);
    const length = this.text.length;
    this.spans = this.spans
      .filter(({ start }) => start < length)
      .map((span) => (span.end > length ? { ...span, end: length } : span));
  }

  private startLine(): void {
    this.text = '';
    this.cutLength = 0;
    this.spans = [];
    this.willReplace = false;
  }

  private line(): ConsoleLine {
    const more = this.cutLength === 0 ? '' : ` … ${this.cutLength} more characters`;
    return { text: this.text + more, spans: this.spans };
  }
}

/** The text of some output without colours and with carriage returns applied. */
export function plainConsoleText(output: string): string {
  const assembler = new ConsoleAssembler();
  const lines = [...assembler.write(output), assembler.pending];
  return lines.map(({ text }) => text).join('\n');
}
