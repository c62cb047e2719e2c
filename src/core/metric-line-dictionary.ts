/**
 * Reads a whole line that is one dictionary, in JSON or as Python prints it: either quotes, `nan`, `inf`, `None`,
 * `True`, numbers wrapped in a call such as `tensor(0.4)` or `np.float64(0.4)`. Linear in the length of the line.
 */
export interface DictionaryLine {
  /** Numbers by name; names of nested dictionaries are joined by `/`. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Names whose value is a text. */
  readonly texts: ReadonlySet<string>;
}

const MAX_DEPTH = 6;
const NUMBER = /[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/y;
const WORD = /[-+]?[A-Za-z_][A-Za-z0-9_.]*/y;
const KEYWORD = /[a-z_]{1,40}=/y;
const WORD_VALUES = new Map<string, number>([
  ['nan', NaN],
  ['-nan', NaN],
  ['inf', Infinity],
  ['+inf', Infinity],
  ['infinity', Infinity],
  ['-inf', -Infinity],
  ['-infinity', -Infinity],
]);

type Value =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'other' };

const OTHER: Value = { kind: 'other' };

/** Undefined when the line is not exactly one dictionary. */
export function readDictionaryLine(line: string): DictionaryLine | undefined {
  const reader = new DictionaryReader(line);
  return reader.readLine();
}

class DictionaryReader {
  private readonly numbers = new Map<string, number>();
  private readonly texts = new Set<string>();
  private at = 0;

  constructor(private readonly line: string) {}

  readLine(): DictionaryLine | undefined {
    if (!this.readDictionary('', 0)) {
      return undefined;
    }
    this.skipBlanks();
    return this.at === this.line.length ? { numbers: this.numbers, texts: this.texts } : undefined;
  }

  private readDictionary(prefix: string, depth: number): boolean {
    if (depth > MAX_DEPTH || !this.take('{')) {
      return false;
    }
    if (this.take('}')) {
      return true;
    }
    do {
      if (!this.readEntry(prefix, depth)) {
        return this.take('}'); // Python allows a comma before the end
      }
    } while (this.take(','));
    return this.take('}');
  }

  private readEntry(prefix: string, depth: number): boolean {
    const key = this.readText();
    if (key === undefined || !this.take(':')) {
      return false;
    }
    const name = prefix === '' ? key : `${prefix}/${key}`;
    this.skipBlanks();
    if (this.line[this.at] === '{') {
      return this.readDictionary(name, depth + 1);
    }
    const value = this.readValue(depth);
    if (value?.kind === 'number' && key !== '') {
      this.numbers.set(name, value.value);
    } else if (value?.kind === 'text') {
      this.texts.add(key);
    }
    return value !== undefined;
  }

  private readValue(depth: number): Value | undefined {
    this.skipBlanks();
    const first = this.line[this.at] ?? '';
    if (first === '"' || first === "'") {
      const text = this.readText();
      return text === undefined ? undefined : { kind: 'text', text };
    }
    if (first === '[' || first === '(') {
      return this.skipList(first === '[' ? ']' : ')', depth + 1) ? OTHER : undefined;
    }
    const number = this.match(NUMBER);
    return number === undefined ? this.readWord(depth) : { kind: 'number', value: Number(number) };
  }

  private readWord(depth: number): Value | undefined {
    const word = this.match(WORD);
    if (word === undefined) {
      return undefined;
    }
    if (this.line[this.at] !== '(') {
      const value = WORD_VALUES.get(word.toLowerCase());
      return value === undefined ? OTHER : { kind: 'number', value };
    }
    this.at += 1;
    const inner = this.readValue(depth + 1);
    while (this.take(',')) {
      this.skipBlanks();
      this.match(KEYWORD);
      if (this.readValue(depth + 1) === undefined) {
        return undefined;
      }
    }
    return this.take(')') ? inner : undefined;
  }

  /** Lists hold no curve; they are passed over, brackets and texts respected. */
  private skipList(end: string, depth: number): boolean {
    if (depth > MAX_DEPTH) {
      return false;
    }
    this.at += 1;
    while (!this.take(end)) {
      const isDictionary = this.line[this.at] === '{';
      if (isDictionary ? !this.skipBraces() : this.readValue(depth) === undefined) {
        return false;
      }
      if (!this.take(',')) {
        return this.take(end);
      }
    }
    return true;
  }

  private skipBraces(): boolean {
    let depth = 0;
    while (this.at < this.line.length) {
      const character = this.line[this.at];
      if (character === '"' || character === "'") {
        if (this.readText() === undefined) {
          return false;
        }
        continue;
      }
      this.at += 1;
      depth += character === '{' ? 1 : character === '}' ? -1 : 0;
      if (depth === 0) {
        return true;
      }
    }
    return false;
  }

  private readText(): string | undefined {
    this.skipBlanks();
    const quote = this.line[this.at];
    if (quote !== '"' && quote !== "'") {
      return undefined;
    }
    let text = '';
    let from = this.at + 1;
    for (let index = from; index < this.line.length; index += 1) {
      const character = this.line[index];
      if (character === '\\') {
        text += this.line.slice(from, index);
        index += 1;
        from = index;
      } else if (character === quote) {
        this.at = index + 1;
        return text + this.line.slice(from, index);
      }
    }
    return undefined;
  }

  private take(character: string): boolean {
    this.skipBlanks();
    if (this.line[this.at] !== character) {
      return false;
    }
    this.at += 1;
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.line)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private skipBlanks(): void {
    while (this.line[this.at] === ' ' || this.line[this.at] === '\t') {
      this.at += 1;
    }
  }
}
