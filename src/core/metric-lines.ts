/**
 * Finds measurements in console lines of scripts that use no tracking library. Pure and in linear time. Known forms:
 * `epoch 3 loss=0.41 acc=0.87`, `loss: 0.41`, JSON and Python dictionaries, Keras, tqdm and Lightning progress.
 * Rather misses a line than takes prose for one: see {@link MetricLineParser} for what a line must show.
 */
import { readDictionaryLine, type DictionaryLine } from './metric-line-dictionary';
import { NameJudge, seriesNameOf, type NameStrength } from './metric-line-names';
import { matchPattern, type MetricPattern } from './metric-line-patterns';
import { StepClock, type LinePosition, type NamedStep } from './metric-line-steps';
import { stepWordOf, tokenizeLine, type LineToken } from './metric-line-tokens';
import { seriesKey, type SeriesName } from './series';

/** One value of one series. `value` may be NaN or infinite; `step` is a safe integer. */
export interface MetricPoint extends SeriesName {
  readonly step: number;
  readonly value: number;
}

/** Longer lines hold no metrics. */
export const METRIC_LINE_LIMIT = 4 * 1024 * 1024;
const SERIES_LIMIT = 200_000;
/** Milliseconds that a person's own pattern may take for one line before it is no longer asked. */
const SLOW_PATTERN_MS = 200;

const HINT =
  /[=:{]|loss|acc|auc|f1|score|error|reward|return|perplexity|ppl|precision|recall|mae|mse|iou|map|bleu|dice/i;
const DIGIT_OR_WORD = /\d|nan|inf/i;
const MACHINE_PREFIX =
  /^\s*(?:\[(?:rank|default)\s?\d{1,4}\]:?\s|\(\w{1,40} pid=\d{1,9}(?:, ip=[\d.]{1,40})?\)\s)/;
const GLOG_PREFIX = /^[IWEF]\d{4,8} \d\d:\d\d:\d\d(?:\.\d{1,9})?\s{1,8}\d{1,9} [\w./-]{1,120}:\d{1,6}\]\s/;
const LEVEL_PREFIX =
  /^[^=]{0,120}?(?:^|[\s[\]|:<(-])(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL)(?:\]?:[A-Za-z_][\w.]{0,80}:|[\s\]:|>)-]{1,12}(?:[A-Za-z_][\w.]{0,80}\s{1,4}[-|]\s{1,4})?)/;
const TIME_PREFIX =
  /^\s*[[(]?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?[\])]?[\s:|-]{1,8}(?:[A-Za-z_][\w.]{0,80}\s{1,4}[-|]\s{1,4})?|^\s*[[(]?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?[\])]?[\s:|-]{1,8}/;
const PROSE_VETO = new Set(
  'best lowest highest target expected improved previous from to error exception warning loaded saving saved using default'.split(
    ' ',
  ),
);
const LOG_KEYS = new Set('level lvl severity levelname msg message event logger'.split(' '));

type Pair = Extract<LineToken, { kind: 'pair' }>;

interface SeriesState {
  last: number;
  isCounted: boolean;
}

export interface MetricLineOptions {
  /** People's own patterns; a line that one of them matches is read by them alone. */
  readonly patterns?: readonly MetricPattern[];
  readonly onSlowPattern?: (pattern: MetricPattern) => void;
}

/**
 * Reads the lines of one run in order (it remembers epochs and counts). A line gives points only when it consists of
 * `name=value` pairs, steps, positions, times and filler words, and shows that it measures: a name with a measure
 * word in it (`val_loss`, `top1_acc`), or a step beside a name that is no setting. Arguments in parentheses after a
 * name, options, paths, addresses, versions and sentences are never measurements. Points without a step of their own
 * are counted from 0 per series.
 */
export class MetricLineParser {
  private readonly judge = new NameJudge();
  private readonly clock = new StepClock();
  private readonly series = new Map<string, SeriesState>();
  private readonly slow = new Set<MetricPattern>();

  constructor(private readonly options: MetricLineOptions = {}) {}

  /** Points of one line without its line end; colour codes are the caller's to remove. Never throws. */
  read(line: string): readonly MetricPoint[] {
    if (line.length > METRIC_LINE_LIMIT || line.length === 0) {
      return [];
    }
    const own = this.readOwnPatterns(line);
    if (own.length > 0) {
      return own;
    }
    if (!DIGIT_OR_WORD.test(line)) {
      return [];
    }
    return HINT.test(line) || /epoch/i.test(line) ? this.readKnownForms(stripLogPrefix(line)) : [];
  }

  private readOwnPatterns(line: string): readonly MetricPoint[] {
    const points: MetricPoint[] = [];
    for (const pattern of this.options.patterns ?? []) {
      if (this.slow.has(pattern)) {
        continue;
      }
      const startedAt = performance.now();
      for (const { name, value, step } of matchPattern(pattern, line)) {
        const at = step === undefined ? { isCoarse: false } : { step, isCoarse: false };
        this.emit(points, seriesNameOf(name), value, at);
      }
      if (performance.now() - startedAt > SLOW_PATTERN_MS) {
        this.slow.add(pattern);
        this.options.onSlowPattern?.(pattern);
      }
    }
    return points;
  }

  private readKnownForms(line: string): readonly MetricPoint[] {
    const trimmed = line.trim();
    if (trimmed.startsWith('{')) {
      const dictionary = trimmed.endsWith('}') ? readDictionaryLine(trimmed) : undefined;
      return dictionary === undefined ? [] : this.readDictionary(dictionary);
    }
    const tokens = tokenizeLine(trimmed, 1);
    return tokens === undefined ? [] : this.readTokens(tokens);
  }

  private readDictionary(dictionary: DictionaryLine): readonly MetricPoint[] {
    const steps: NamedStep[] = [];
    for (const [key, value] of dictionary.numbers) {
      const word = stepWordOf(key);
      if (word !== undefined) {
        steps.push({ word, value });
      }
    }
    const names = [...dictionary.numbers.keys()].map((name) => ({
      name,
      strength: this.judge.strengthOf(name),
    }));
    const isLog = [...dictionary.texts].some((key) => LOG_KEYS.has(key.toLowerCase()));
    const onlyMeasures = isLog || dictionary.texts.size > 0;
    const kept = names.filter(({ strength }) => (onlyMeasures ? isMeasure(strength) : strength !== 'never'));
    const isEvident =
      kept.some(({ strength }) => isMeasure(strength)) ||
      (steps.some(({ word }) => word !== 'batch') && kept.some(({ strength }) => strength === 'unknown'));
    if (!isEvident) {
      return [];
    }
    const position = this.clock.resolveNamed(steps);
    const points: MetricPoint[] = [];
    for (const { name } of kept) {
      this.emit(points, seriesNameOf(name), dictionary.numbers.get(name) ?? NaN, position);
    }
    return points;
  }

  private readTokens(tokens: readonly LineToken[]): readonly MetricPoint[] {
    const pairs = tokens.filter((token) => token.kind === 'pair');
    this.noteHeader(tokens);
    if (pairs.length === 0) {
      return [];
    }
    const hasStep = tokens.some(({ kind }) => kind === 'step' || kind === 'position');
    const named = pairs.filter(({ isBare }) => hasStep || !isBare);
    if (!this.isMetricLine(tokens, named, hasStep)) {
      return [];
    }
    const position = this.clock.resolve(tokens);
    const points: MetricPoint[] = [];
    for (const pair of lastOfEach(named)) {
      const strength = this.judge.strengthOf(pair.name);
      if (strength !== 'never' && (!pair.isBare || isMeasure(strength))) {
        this.emit(points, seriesNameOf(pair.name, pair.split), pair.value, position);
      }
    }
    return points;
  }

  private isMetricLine(tokens: readonly LineToken[], pairs: readonly Pair[], hasStep: boolean): boolean {
    const strengthOf = (pair: Pair): NameStrength => this.judge.strengthOf(pair.name);
    const measures = pairs.filter((pair) => isMeasure(strengthOf(pair)));
    if (!this.isFreeOfProse(tokens, hasStep, measures.length > 0)) {
      return false;
    }
    if (measures.some((pair) => hasStep || strengthOf(pair) === 'measure' || pair.isDecimal)) {
      return true;
    }
    const hasClearStep = tokens.some((token) => token.kind === 'step' && token.word !== 'batch');
    return hasClearStep && pairs.some((pair) => strengthOf(pair) === 'unknown' && !pair.isBare);
  }

  /** One stray word (the name of a model, of a client) is allowed beside a step and a measure. */
  private isFreeOfProse(tokens: readonly LineToken[], hasStep: boolean, hasMeasure: boolean): boolean {
    const words = tokens.flatMap((token) => {
      const isStray =
        token.kind === 'pair' && token.isBare && this.judge.strengthOf(token.name) === 'unknown';
      return token.kind === 'word' ? [token.text] : isStray ? [token.name] : [];
    });
    const hasSettings = tokens.some(({ kind }) => kind === 'setting');
    const limit = hasStep && hasMeasure ? 1 : 0;
    return (
      words.length <= limit &&
      (hasStep || !hasSettings) &&
      !words.some((word) => PROSE_VETO.has(word.toLowerCase()))
    );
  }

  /** `Epoch 3/10` alone on its line. */
  private noteHeader(tokens: readonly LineToken[]): void {
    const [only] = tokens;
    if (tokens.length === 1 && only?.kind === 'step' && only.word === 'epoch') {
      this.clock.noteHeader(only.value);
    }
  }

  private emit(points: MetricPoint[], name: SeriesName, value: number, position: LinePosition): void {
    const key = seriesKey(name);
    const known = this.series.get(key);
    if (known === undefined && this.series.size >= SERIES_LIMIT) {
      return;
    }
    const state = known ?? { last: -1, isCounted: false };
    const step = nextStep(state, position, known !== undefined);
    this.series.set(key, state);
    points.push({ ...name, step, value });
  }
}

/** The step of a series' next point. A series that was counted once is not given mere epochs later. */
function nextStep(state: SeriesState, { step, isCoarse }: LinePosition, isKnown: boolean): number {
  const isRepeated = isCoarse && isKnown && step === state.last;
  state.isCounted ||= step === undefined || isRepeated;
  const isOwnStep = step !== undefined && !(isCoarse && state.isCounted);
  state.last = isOwnStep ? step : state.last + 1;
  return state.last;
}

function isMeasure(strength: NameStrength): boolean {
  return strength === 'measure' || strength === 'weakMeasure';
}

/** A name that stands twice in one line counts once, with its last value. */
function lastOfEach(pairs: readonly Pair[]): Iterable<Pair> {
  const byName = new Map<string, Pair>();
  for (const pair of pairs) {
    byName.set(`${pair.split ?? ''}/${pair.name}`, pair);
  }
  return byName.values();
}

/** Removes what loggers put before a message: rank, time, level, logger, file and line. */
function stripLogPrefix(line: string): string {
  const rest = line.replace(MACHINE_PREFIX, '').replace(GLOG_PREFIX, '');
  const withoutLevel = rest.replace(LEVEL_PREFIX, '');
  return withoutLevel.length < rest.length ? withoutLevel : rest.replace(TIME_PREFIX, '');
}
