/** How grave a line of a console is. */
export const CONSOLE_LEVELS = ['debug', 'info', 'warning', 'error'] as const;
export type ConsoleLevel = (typeof CONSOLE_LEVELS)[number];

/** Where in a line loggers write their level. */
const LOOKED_AT = 160;
const NAMED = /(?:^|[^A-Za-z])(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL|SEVERE)(?![A-Za-z])/;
const PYTHON_WARNING = /(?:^|[\s:])\w*Warning: /;
const TRACEBACK = /Traceback \(most recent call last\):\s*$/;

const BY_WORD: Readonly<Record<string, ConsoleLevel>> = {
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  NOTICE: 'info',
  WARN: 'warning',
  WARNING: 'warning',
  ERROR: 'error',
  CRITICAL: 'error',
  FATAL: 'error',
  SEVERE: 'error',
};

/**
 * Reads the level of one line after the other. A line names its level in capitals, as loggers write it; an indented one
 * belongs to the one before; a Python traceback with its last line is an error; all else is `info`. The level that a
 * server keeps is not used: ClearML's is `error` for everything on stderr, progress bars included.
 */
export class ConsoleLevelReader {
  private last: ConsoleLevel = 'info';
  private isInTraceback = false;

  read(text: string): ConsoleLevel {
    this.last = this.levelOf(text);
    return this.last;
  }

  /** What a line would be that came next. */
  peek(text: string): ConsoleLevel {
    const { last, isInTraceback } = this;
    const level = this.levelOf(text);
    this.last = last;
    this.isInTraceback = isInTraceback;
    return level;
  }

  private levelOf(text: string): ConsoleLevel {
    if (TRACEBACK.test(text)) {
      this.isInTraceback = true;
      return 'error';
    }
    const isContinued = /^\s+\S/.test(text);
    if (this.isInTraceback) {
      this.isInTraceback = isContinued;
      return 'error';
    }
    const named = ownLevel(text.slice(0, LOOKED_AT));
    return named ?? (isContinued ? this.last : 'info');
  }
}

function ownLevel(text: string): ConsoleLevel | undefined {
  const word = NAMED.exec(text)?.[1];
  return word === undefined ? (PYTHON_WARNING.test(text) ? 'warning' : undefined) : BY_WORD[word];
}
