/** One document's text with what tells its lines from those of the console. */
export interface ConsolePage {
  /** UTF-8, lines parted by line feeds. */
  readonly bytes: Uint8Array;
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

const LINE_FEED = 0x0a;

/** The last line of a document whose console was not yet read to its end. */
export const STILL_READING = '[This console is still being read.]';

/** A stretch of a console with the notes around it. */
interface StretchParts {
  /** The console's line that `body` begins with, and how many lines it has. */
  readonly first: number;
  readonly count: number;
  readonly above: readonly string[];
  /** Each line with its line end; undefined when there is no finished line. */
  readonly body: Uint8Array | undefined;
  /** The unfinished line, if it is shown. */
  readonly last: readonly string[];
  readonly below: readonly string[];
}

export function stretchPage(parts: StretchParts): ConsolePage {
  const [above, below] = [parts.above.length, parts.below.length];
  const { first } = parts;
  const count = parts.count + parts.last.length;
  return {
    bytes: joined(parts.above, parts.body === undefined ? [] : [parts.body], [...parts.last, ...parts.below]),
    notes: new Set([...range(0, above), ...range(above + count, above + count + below)]),
    lineCount: above + count + below,
    first,
    end: first + count,
    lineAt: (documentLine) =>
      documentLine < above || documentLine >= above + count ? undefined : first + documentLine - above,
    documentLineOf: (line) => (line >= first + count ? undefined : above + Math.max(0, line - first)),
  };
}

/** Lines from all over a console below one note. */
interface FilteredParts {
  /** The console's lines that are shown, the unfinished one included. */
  readonly lines: readonly number[];
  readonly note: string;
  /** Each finished line with its line end. */
  readonly body: readonly Uint8Array[];
  readonly last: readonly string[];
  readonly below: readonly string[];
}

export function filteredPage({ lines, note, body, last, below }: FilteredParts): ConsolePage {
  return {
    bytes: joined([note], body, [...last, ...below]),
    notes: new Set([0, ...range(1 + lines.length, 1 + lines.length + below.length)]),
    lineCount: 1 + lines.length + below.length,
    first: lines[0] ?? 0,
    end: (lines.at(-1) ?? -1) + 1,
    lineAt: (documentLine) => lines[documentLine - 1],
    documentLineOf: (line) => {
      const index = lines.findIndex((shown) => shown >= line);
      return index < 0 ? undefined : index + 1;
    },
  };
}

/** A document that is nothing but words of Trackside. */
export function notePage(text: string): ConsolePage {
  return stretchPage({ first: 0, count: 0, above: [text], body: undefined, last: [], below: [] });
}

/** The first and the last line of the document. */
export function outerLines({ bytes }: ConsolePage): [string, string] {
  const firstEnd = bytes.indexOf(LINE_FEED);
  const decoder = new TextDecoder();
  return [
    decoder.decode(firstEnd < 0 ? bytes : bytes.subarray(0, firstEnd)),
    decoder.decode(bytes.subarray(bytes.lastIndexOf(LINE_FEED) + 1)),
  ];
}

/** One text, without a line end after its last line. What the body holds is copied, and never turned into a string. */
function joined(above: readonly string[], body: readonly Uint8Array[], below: readonly string[]): Uint8Array {
  const all = Buffer.concat([withLineEnds(above), ...body, withLineEnds(below)]);
  return all.subarray(0, Math.max(0, all.length - 1));
}

function withLineEnds(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

function range(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}
