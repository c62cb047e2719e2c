import { splitOf } from './metric-line-names';

/** What a console line is made of, as far as it matters to metrics. */
export type LineToken =
  | { readonly kind: 'step'; readonly word: StepWord; readonly value: number; readonly total?: number }
  | {
      readonly kind: 'pair';
      readonly name: string;
      readonly value: number;
      /** Written with a point, an exponent or a percent sign, or nan or inf. */
      readonly isDecimal: boolean;
      /** No `=` or `:` between name and value. */
      readonly isBare: boolean;
      readonly split?: string;
    }
  /** A position such as `12/100`; `isDrawn` when a progress bar stands beside it. */
  | { readonly kind: 'position'; readonly value: number; readonly total: number; readonly isDrawn: boolean }
  /** `name=text`: tolerated where a step is named. */
  | { readonly kind: 'setting' }
  /** A word that belongs to prose. */
  | { readonly kind: 'word'; readonly text: string };

export const STEP_WORDS = ['global_step', 'step', 'iter', 'episode', 'batch', 'epoch'] as const;
export type StepWord = (typeof STEP_WORDS)[number];

const STEP_ALIASES: Readonly<Record<string, StepWord>> = {
  global_step: 'global_step',
  globalstep: 'global_step',
  'global step': 'global_step',
  step: 'step',
  steps: 'step',
  timestep: 'step',
  timesteps: 'step',
  update: 'step',
  iter: 'iter',
  itr: 'iter',
  it: 'iter',
  iteration: 'iter',
  episode: 'episode',
  round: 'episode',
  batch: 'batch',
  epoch: 'epoch',
  ep: 'epoch',
};

/** The kind of step a key of a dictionary stands for, or undefined. `steps` is a setting there, `epochs` everywhere. */
export function stepWordOf(key: string): StepWord | undefined {
  const lower = key.toLowerCase();
  return Object.hasOwn(STEP_ALIASES, lower) && !lower.endsWith('s') ? STEP_ALIASES[lower] : undefined;
}

/** Words that logs put around numbers; they say nothing against a metric line. */
const FILLERS = new Set(
  (
    'set average avg mean current running epoch step iter iteration batch time data eta elapsed took in done finished ' +
    'after and metrics metric results result summary info log end sec secs seconds s ms min it per at'
  ).split(' '),
);

const NUMBER = String.raw`[-+]?(?:(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][-+]?\d{1,6})?|(?:nan|inf|infinity)(?![\p{L}\p{N}_]))`;
const END = String.raw`(?=$|[\s,;|)\]}(%±*'"]|[.:](?:\s|$))`;
const UNIT = String.raw`\s?(?:%|(?:s|sec|secs|seconds?|ms|us|µs|ns|m|min|h|[kKMGT]?i?[Bb])(?:/(?:s|it|step|batch|iter|epoch|sample))?|(?:it|samples?|steps?|tokens?|imgs?|images?|examples?|batch(?:es)?|iters?|ex)/s(?:ec)?)${END}`;
const NAME = String.raw`[\p{L}_][\p{L}\p{N}_./@+-]{0,199}`;

const BLANK = /\s+/y;
const SIGN = /[,;|()[\]{}<>*#!"'·•→~:=…–—]/uy;
const DASH = /-+(?=[\s>]|$)/y;
const BAR = /\[[=>.\s#█-]{3,}\]|[█▉▊▋▌▍▎▏━╸╺─░▒▓]+/uy;
const TIME =
  /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w.])|(?:\d{1,4}|\?):\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?![\w.])/y;
const STEP = new RegExp(
  String.raw`(global[_ ]?step|steps?|timesteps?|update|iteration|iter|itr|it|episode|round|batch|epoch|ep)(?:\s{0,4}[:=#]\s{0,8}|\s{1,4}|(?=\[))#?\[?\s{0,8}(-?\d{1,15}(?:\.\d{1,15})?)(?:\s?(?:/|of)\s?(\d{1,15}))?(?=$|[\s,;:|)\]}(%-]|\.(?:\s|$))`,
  'iuy',
);
const POSITION = /(\d{1,15})\s?\/\s?(\d{1,15})(?=$|[\s,;:|)\](])/y;
const PAIR = new RegExp(`(${NAME})["']?(?:\\s{0,8}[:=]\\s{0,16})(${NUMBER})(%?)${END}`, 'iuy');
const FRACTION = new RegExp(
  `(${NAME})\\s{0,8}[:=]\\s{0,16}(\\d{1,15})\\s?/\\s?(\\d{1,15})(?:\\s\\(\\s{0,4}[\\d.]{1,20}\\s?%\\))?${END}`,
  'iuy',
);
const BARE_PAIR = new RegExp(`(${NAME})\\s{1,16}(${NUMBER})(%?)${END}`, 'iuy');
const MEASURED = new RegExp(`(?:${NAME})\\s{0,4}[:=]\\s{0,8}[-+]?\\d{1,20}(?:\\.\\d{1,20})?${UNIT}`, 'iuy');
const SETTING = new RegExp(`(?:${NAME})=[^\\s=]{1,400}`, 'iuy');
const FREE_NUMBER = new RegExp(`${NUMBER}(?:${UNIT}|${END})|\\?\\s?it/s`, 'iuy');
const BOOSTING_ROUND = /\[(\d{1,9})\]\s(?=.{0,80}:)/y;
const WORD = /[^\s,;|()[\]{}]{1,400}/uy;
const LETTERS = /^\p{L}+$/u;
const STEP_START = /[bBeEgGiIrRsStTuU]/;

const MAX_TOKENS = 100_000;

/**
 * Cuts a line into tokens, left to right, in linear time: every pattern is anchored where it starts and bounded in
 * length. Gives up (undefined) once more than `wordLimit` prose words were seen, which is soon in prose.
 */
export function tokenizeLine(line: string, wordLimit: number): readonly LineToken[] | undefined {
  const cutter = new LineCutter(line, wordLimit);
  return cutter.run();
}

class LineCutter {
  private readonly tokens: LineToken[] = [];
  private at = 0;
  private words = 0;
  private isDrawn = false;
  private split: string | undefined;

  constructor(
    private readonly line: string,
    private readonly wordLimit: number,
  ) {}

  run(): readonly LineToken[] | undefined {
    this.readBoostingRound();
    while (this.at < this.line.length && this.tokens.length < MAX_TOKENS) {
      if (this.skipSigns()) {
        continue;
      }
      if (this.isCallArguments()) {
        return undefined;
      }
      this.readToken();
      if (this.words > this.wordLimit) {
        return undefined;
      }
    }
    return this.isDrawn ? this.tokens.map(asDrawn) : this.tokens;
  }

  /** XGBoost and LightGBM begin a line with `[round]`. */
  private readBoostingRound(): void {
    const round = this.match(BOOSTING_ROUND)?.[1];
    if (round !== undefined) {
      this.tokens.push({ kind: 'step', word: 'iter', value: Number(round) });
    }
  }

  private readToken(): void {
    const isNamed = /[\p{L}_]/u.test(this.line[this.at] ?? '');
    const isRead = isNamed
      ? this.readStep() ||
        this.readPair(PAIR, false) ||
        this.readFraction() ||
        this.match(MEASURED) !== undefined ||
        this.readSetting() ||
        this.readPair(BARE_PAIR, true)
      : this.readPosition() || this.match(TIME) !== undefined || this.match(FREE_NUMBER) !== undefined;
    if (!isRead) {
      this.readWord();
    }
  }

  private skipSigns(): boolean {
    if (this.match(BAR) !== undefined) {
      this.isDrawn = true;
      return true;
    }
    return [BLANK, SIGN, DASH].some((pattern) => this.match(pattern) !== undefined);
  }

  /** `Namespace(lr=0.1)`, `train(loss=0.5)`: what stands in a call's parentheses was not measured. */
  private isCallArguments(): boolean {
    const opening = this.line[this.at - 1];
    return (
      (opening === '(' || opening === '[') && /[\w.]/.test(this.line[this.at - 2] ?? '') && this.isNameNext()
    );
  }

  private isNameNext(): boolean {
    return /[A-Za-z_'"]/.test(this.line[this.at] ?? '');
  }

  private readStep(): boolean {
    if (!STEP_START.test(this.line[this.at] ?? '')) {
      return false;
    }
    const found = this.match(STEP);
    const word = STEP_ALIASES[found?.[1]?.toLowerCase() ?? ''];
    if (found === undefined || word === undefined) {
      return false;
    }
    const total = found[3] === undefined ? {} : { total: Number(found[3]) };
    this.tokens.push({ kind: 'step', word, value: Number(found[2]), ...total });
    return true;
  }

  private readPair(pattern: RegExp, isBare: boolean): boolean {
    const start = this.at;
    const found = this.match(pattern);
    const [, name, text] = found ?? [];
    if (name === undefined || text === undefined) {
      return false;
    }
    const isDescription = found?.[3] === '%' && this.line[this.at] === '|'; // tqdm: `Map: 100%|███`
    if (isDescription || (isBare && (isFiller(name) || splitOf(name) !== undefined))) {
      this.at = start;
      return false;
    }
    const isDecimal = /[.enif%]/i.test(`${text}${found?.[3] ?? ''}`);
    this.pushPair(name, parseNumber(text), isDecimal, isBare);
    return true;
  }

  private readFraction(): boolean {
    const found = this.match(FRACTION);
    const [, name, part, whole] = found ?? [];
    if (name === undefined || part === undefined || Number(whole) === 0) {
      return found !== undefined;
    }
    this.pushPair(name, Number(part) / Number(whole), true, false);
    return true;
  }

  private pushPair(name: string, value: number, isDecimal: boolean, isBare: boolean): void {
    const split = this.split === undefined ? {} : { split: this.split };
    this.tokens.push({ kind: 'pair', name, value, isDecimal, isBare, ...split });
  }

  private readSetting(): boolean {
    const isSetting = this.match(SETTING) !== undefined;
    if (isSetting) {
      this.tokens.push({ kind: 'setting' });
    }
    return isSetting;
  }

  private readPosition(): boolean {
    const found = this.match(POSITION);
    if (found === undefined) {
      return false;
    }
    this.tokens.push({ kind: 'position', value: Number(found[1]), total: Number(found[2]), isDrawn: false });
    return true;
  }

  private readWord(): void {
    const raw = this.match(WORD)?.[0];
    if (raw === undefined) {
      this.at += 1; // half of a surrogate pair or a sign that no pattern takes
      return;
    }
    const text = raw.replace(/[:.=-]+$/, '').replace(/(?:_\d{1,4})?'s$/, '');
    const split = splitOf(text);
    if (split !== undefined) {
      this.split = split;
    } else if (!isFiller(text)) {
      this.words += LETTERS.test(text) ? 1 : this.wordLimit + 1;
      this.tokens.push({ kind: 'word', text });
    }
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.line) ?? undefined;
    this.at += found?.[0].length ?? 0;
    return found;
  }
}

function isFiller(word: string): boolean {
  return FILLERS.has(word.toLowerCase());
}

function asDrawn(token: LineToken): LineToken {
  return token.kind === 'position' ? { ...token, isDrawn: true } : token;
}

/** A number as programs print it; `nan` and `inf` in any case. */
export function parseNumber(text: string): number {
  const plain = text.toLowerCase().replace(/^\+/, '');
  if (plain.endsWith('nan')) {
    return NaN;
  }
  if (plain.includes('inf')) {
    return plain.startsWith('-') ? -Infinity : Infinity;
  }
  return Number(plain);
}
