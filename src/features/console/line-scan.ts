import { ShortTurns } from './short-turns';

/** Lines between two looks at the clock. */
const STEP_LINES = 200;

/** A document of the editor as far as it is read here. */
export interface ScannedDocument {
  readonly version: number;
  readonly lineCount: number;
  lineAt(line: number): { readonly text: string };
}

/** What was found in some lines, and the line to go on with. */
export interface ScanStep<Found> {
  readonly found: readonly Found[];
  readonly next: number;
}

/**
 * Goes through a document of any length in short turns. `step` is given all lines and looks for what begins in `first` to
 * `end` (exclusive). Undefined when the document changed on the way or nobody wants the answer any more.
 */
export async function scanLines<Found>(
  document: ScannedDocument,
  isWanted: () => boolean,
  step: (lines: readonly string[], first: number, end: number) => ScanStep<Found>,
): Promise<Found[] | undefined> {
  const { version, lineCount } = document;
  const turns = new ShortTurns();
  const mayGoOn = async (): Promise<boolean> => {
    if (turns.isOver) {
      await turns.pass();
    }
    return isWanted() && document.version === version;
  };
  const lines: string[] = [];
  while (lines.length < lineCount) {
    if (!(await mayGoOn())) {
      return undefined;
    }
    for (const end = Math.min(lineCount, lines.length + STEP_LINES); lines.length < end;) {
      lines.push(document.lineAt(lines.length).text);
    }
  }
  const all: Found[] = [];
  for (let first = 0; first < lineCount;) {
    if (!(await mayGoOn())) {
      return undefined;
    }
    const { found, next } = step(lines, first, Math.min(lineCount, first + STEP_LINES));
    all.push(...found);
    first = next;
  }
  return all;
}
