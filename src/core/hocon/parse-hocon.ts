import { assign, merge, type HoconField, type HoconFields, type HoconNode } from './hocon-nodes';
import { HoconScanner } from './hocon-scanner';

/** A file that a text wants to be put in its place. */
export interface HoconInclude {
  readonly file: string;
  /** Named `required(…)`: its absence is an error. */
  readonly isRequired: boolean;
}

/** Fields of an included file; undefined when there is none. */
export type ReadInclude = (include: HoconInclude) => HoconFields | undefined;

const MAX_DEPTH = 50;
/** Up to a mark that ends a value, or a comment, which begins after a blank: `http://host` is one word. */
const UNQUOTED = /(?:[^\s"{}[\],#=$\\]|\$(?!\{)|(?<=\S)=|\\[^\n])+/y;
const UNQUOTED_KEY = /[^\s"{}[\],#=:$+\\]+/y;

/**
 * Parses HOCON as configuration files of ClearML use it: comments, nested and dotted keys, `=`, `:` and `+=`, quoted
 * and bare texts (which, as ClearML's own parser allows, may hold `:` and `//`), substitutions, concatenation and
 * included files. Nothing is looked up or executed yet. Throws HoconError.
 */
export function parseHocon(text: string, source: string, readInclude: ReadInclude): HoconFields {
  return new Parser(new HoconScanner(text.replace(/^\uFEFF/, ''), source), readInclude).root();
}

class Parser {
  private depth = 0;

  constructor(
    private readonly scanner: HoconScanner,
    private readonly readInclude: ReadInclude,
  ) {}

  root(): HoconFields {
    const { scanner } = this;
    scanner.gap();
    if (scanner.peek() === '[') {
      throw scanner.fail('a list stands where settings belong');
    }
    const fields = scanner.peek() === '{' ? this.braces() : this.fields('');
    scanner.gap();
    if (!scanner.atEnd()) {
      throw scanner.fail(`“${scanner.peek()}” closes nothing`);
    }
    return fields;
  }

  private braces(): HoconFields {
    this.scanner.expect('{');
    const fields = this.deeper(() => this.fields('}'));
    this.scanner.expect('}');
    return fields;
  }

  private fields(end: string): HoconFields {
    const { scanner } = this;
    const fields: HoconFields = new Map();
    this.separators();
    while (!scanner.atEnd() && scanner.peek() !== '}' && scanner.peek() !== ']') {
      const include = this.include();
      if (include === undefined) {
        this.field(fields);
      } else {
        merge(fields, this.included(include));
      }
      if (!this.separators() && !scanner.atEnd() && scanner.peek() !== end) {
        throw scanner.fail('a comma or a new line is missing here');
      }
    }
    return fields;
  }

  /** Steps over commas and line ends; true when there was one. */
  private separators(): boolean {
    const { scanner } = this;
    let isSeparated = scanner.gap();
    while (scanner.take(',')) {
      isSeparated = true;
      scanner.gap();
    }
    return isSeparated;
  }

  private field(fields: HoconFields): void {
    const { scanner } = this;
    const path = this.path();
    scanner.gap();
    if (scanner.take('+=')) {
      const { source, line } = scanner;
      const before: HoconNode = { kind: 'substitution', path: [], isOptional: true, source, line };
      const item: HoconNode = { kind: 'array', items: [this.value()] };
      assign(fields, path, { kind: 'concatenation', parts: [before, item] });
      return;
    }
    if (!scanner.take('=') && !scanner.take(':') && scanner.peek() !== '{') {
      throw scanner.fail(`“=” or “:” is missing after ${path.join('.')}`);
    }
    assign(fields, path, this.value());
  }

  private path(): readonly string[] {
    const { scanner } = this;
    const path = [''];
    let pieces = this.namePieces();
    const isNamed = pieces.length > 0;
    while (pieces.length > 0) {
      const [first = '', ...others] = pieces;
      path.push((path.pop() ?? '') + first, ...others);
      pieces = this.namePieces();
    }
    if (path.length > MAX_DEPTH) {
      throw scanner.fail(`a name of more than ${MAX_DEPTH} parts`);
    }
    if (!isNamed || (path.length > 1 && path.includes(''))) {
      throw scanner.fail(`a name belongs here, not “${scanner.peek()}”`);
    }
    return path;
  }

  /** A quoted or bare piece of a name, split where dots part it; the first one continues what stood before it. */
  private namePieces(): readonly string[] {
    const { scanner } = this;
    if (scanner.peek() === '"') {
      return [scanner.quoted()];
    }
    const bare = scanner.match(UNQUOTED_KEY);
    return bare === '' ? [] : bare.split('.');
  }

  private value(): HoconNode {
    const { scanner } = this;
    scanner.gap();
    const parts: HoconNode[] = [];
    for (let blanks = ''; ; blanks = scanner.blanks()) {
      const part = this.part();
      if (part === undefined) {
        break;
      }
      if (blanks !== '') {
        parts.push({ kind: 'text', text: blanks, isQuoted: false });
      }
      parts.push(part);
    }
    const [only] = parts;
    if (only === undefined) {
      throw scanner.fail('a value is missing');
    }
    return parts.length === 1 ? only : { kind: 'concatenation', parts };
  }

  private part(): HoconNode | undefined {
    const { scanner } = this;
    switch (scanner.peek()) {
      case '{':
        return { kind: 'object', fields: this.braces() };
      case '[':
        return { kind: 'array', items: this.items() };
      case '"':
        return { kind: 'text', text: scanner.quoted(), isQuoted: true };
    }
    if (scanner.startsWith('${')) {
      return this.substitution();
    }
    const text = scanner.startsWith('//') ? '' : scanner.match(UNQUOTED);
    return text === '' ? undefined : { kind: 'text', text, isQuoted: false };
  }

  private items(): readonly HoconNode[] {
    const { scanner } = this;
    scanner.expect('[');
    const items: HoconNode[] = [];
    this.deeper(() => {
      this.separators();
      while (!scanner.atEnd() && scanner.peek() !== ']') {
        items.push(this.value());
        if (!this.separators() && scanner.peek() !== ']') {
          throw scanner.fail('a comma or a new line is missing here');
        }
      }
    });
    scanner.expect(']');
    return items;
  }

  private substitution(): HoconNode {
    const { scanner } = this;
    const { source, line } = scanner;
    scanner.expect('${');
    const isOptional = scanner.take('?');
    scanner.blanks();
    const path = this.path();
    scanner.blanks();
    scanner.expect('}');
    return { kind: 'substitution', path, isOptional, source, line };
  }

  private include(): HoconInclude | undefined {
    const { scanner } = this;
    if (scanner.match(/include(?=[^\S\n]+(?:"|required\(|file\(|url\(|classpath\())/y) === '') {
      return undefined;
    }
    scanner.blanks();
    const isRequired = scanner.take('required(');
    const isCall = scanner.take('file(');
    if (scanner.peek() !== '"') {
      throw scanner.fail('only files can be included');
    }
    const file = scanner.quoted();
    if (isCall) {
      scanner.expect(')');
    }
    if (isRequired) {
      scanner.expect(')');
    }
    return { file, isRequired };
  }

  private included(include: HoconInclude): HoconFields {
    const fields = this.readInclude(include);
    if (fields === undefined && include.isRequired) {
      throw this.scanner.fail(`the file ${include.file} is not there`);
    }
    return fields ?? new Map<string, HoconField>();
  }

  private deeper<T>(parse: () => T): T {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) {
      throw this.scanner.fail(`more than ${MAX_DEPTH} levels of braces`);
    }
    const result = parse();
    this.depth -= 1;
    return result;
  }
}
