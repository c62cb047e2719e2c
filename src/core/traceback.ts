/** One place in a file that a console names. */
export interface TracebackFrame {
  /** Which of the given lines names it. */
  readonly line: number;
  /** The part of that line that names file and line number, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** As the run printed it: absolute or relative, on the machine of the run. */
  readonly path: string;
  /** From 1. */
  readonly fileLine: number;
  readonly functionName?: string;
  /** The code printed below it. */
  readonly source?: string;
}

/** A Python traceback, from its heading to the line that names the exception. */
export interface Traceback {
  readonly firstLine: number;
  readonly lastLine: number;
  /** Outermost call first. */
  readonly frames: readonly TracebackFrame[];
  /** Such as `ValueError: no data`; absent when it broke off. */
  readonly error?: string;
}

const HEADING = /^(.*?)(?:Exception Group )?Traceback \(most recent call last\):\s*$/;
/** Python's own form; names of files in angle brackets are no files. */
const FRAME = /File "([^"<>\n]{1,1000})", line (\d{1,9})(?:, in (.+?))?\s*$/;
/** `train.py:12: UserWarning: …`, as warnings and test runners write it. */
const PLACE = /^\s*((?:[A-Za-z]:)?[^\s:"<>|]{1,1000}\.py):(\d{1,9}): /;
const LONGEST_LINE = 2_000;
/** Exception groups draw a margin. */
const MARGIN = /^ *[|+] ?/;

/** Every place in a file that these lines name, or those from `first` to before `end`, in their order. */
export function framesIn(lines: readonly string[], first = 0, end = lines.length): TracebackFrame[] {
  const frames: TracebackFrame[] = [];
  for (let line = first; line < end; line += 1) {
    const frame = frameOf(lines[line] ?? '', line, lines[line + 1]);
    if (frame !== undefined) {
      frames.push(frame);
    }
  }
  return frames;
}

/**
 * The tracebacks that begin in these lines, or in those from `first` to before `end`, in their order; chained ones are
 * several.
 */
export function tracebacksIn(lines: readonly string[], first = 0, end = lines.length): Traceback[] {
  const found: Traceback[] = [];
  for (let line = first; line < end; line += 1) {
    const heading = headingOf(lines[line] ?? '');
    if (heading !== undefined) {
      const traceback = readTraceback(lines, line, heading);
      found.push(traceback);
      line = traceback.lastLine;
    }
  }
  return found;
}

/** What stands before the heading, which log prefixes repeat on every line of a traceback; undefined for other lines. */
function headingOf(text: string): string | undefined {
  return text.length > LONGEST_LINE || !text.includes('Traceback (') ? undefined : HEADING.exec(text)?.[1];
}

function readTraceback(lines: readonly string[], firstLine: number, prefix: string): Traceback {
  const frames: TracebackFrame[] = [];
  let line = firstLine + 1;
  for (; line < lines.length; line += 1) {
    const text = lines[line] ?? '';
    const own = withoutPrefix(text, prefix);
    const frame = frameOf(text, line, lines[line + 1]);
    if (frame !== undefined) {
      frames.push(frame);
    } else if (own.trim() === '' || headingOf(text) !== undefined) {
      break;
    } else if (!/^\s/.test(own)) {
      return { firstLine, lastLine: line, frames, error: own.trim() };
    }
  }
  return { firstLine, lastLine: line - 1, frames };
}

function withoutPrefix(text: string, prefix: string): string {
  const own = prefix !== '' && text.startsWith(prefix) ? text.slice(prefix.length) : text;
  return own.replace(MARGIN, '');
}

function frameOf(text: string, line: number, next: string | undefined): TracebackFrame | undefined {
  if (text.length > LONGEST_LINE) {
    return undefined;
  }
  if (text.includes('File "')) {
    return pythonFrame(text, line, next);
  }
  return text.includes('.py:') ? placeFrame(text, line) : undefined;
}

function pythonFrame(text: string, line: number, next: string | undefined): TracebackFrame | undefined {
  const found = FRAME.exec(text);
  const [, path, fileLine, functionName] = found ?? [];
  if (found === null || path === undefined || fileLine === undefined) {
    return undefined;
  }
  const source = sourceOf(next, text.search(/\S/));
  return {
    line,
    start: found.index,
    end: found.index + `File "${path}", line ${fileLine}`.length,
    path,
    fileLine: Number(fileLine),
    ...(functionName === undefined ? {} : { functionName }),
    ...(source === undefined ? {} : { source }),
  };
}

function placeFrame(text: string, line: number): TracebackFrame | undefined {
  const [whole, path, fileLine] = PLACE.exec(text) ?? [];
  if (whole === undefined || path === undefined || fileLine === undefined) {
    return undefined;
  }
  const start = whole.indexOf(path);
  return { line, start, end: start + `${path}:${fileLine}`.length, path, fileLine: Number(fileLine) };
}

/** Python indents the code more than the line that names the file. */
function sourceOf(next: string | undefined, indent: number): string | undefined {
  const isSource =
    next !== undefined && next.length <= LONGEST_LINE && next.search(/\S/) > indent && !FRAME.test(next);
  return isSource ? next.trim() : undefined;
}
