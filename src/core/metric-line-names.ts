import type { SeriesName } from './series';

/** Words that by themselves make a name a measurement. A name is cut into words at `_ / - . @`, digits and case. */
const MEASURE_WORDS = new Set(
  (
    'loss losses nll ce bce mse mae rmse mape mase rmsle smape acc accuracy acc1 acc5 top f1 fbeta precision recall ' +
    'auc auroc auprc roc map ap iou miou dice bleu rouge meteor chrf wer cer ppl perplexity bpb bpc reward rewards ' +
    'return score psnr ssim lpips fid elbo kl kld logloss logprob likelihood entropy error err mcc r2 ' +
    'kappa specificity sensitivity ndcg mrr hits metric gnorm advantage objective cost regret correlation ' +
    'pearson spearman'
  ).split(' '),
);

/** Two-word measures that neither word would make alone. */
const MEASURE_PAIRS = new Set(['grad norm', 'success rate', 'win rate', 'exact match', 'episode length']);

/** Words that make a name a setting even beside a measure word: `loss_weight`, `max_grad_norm`, `score_threshold`. */
const SETTING_WORDS = new Set(
  (
    'weight weights scale scaling threshold thresh factor coef coeff type fn func function size dim limit num count ' +
    'steps every interval freq frequency patience decay margin smoothing clip init name path dir file id version ' +
    'port pid seed rank device gamma beta alpha eps epsilon momentum dropout hidden layers heads workers bins ' +
    'max min target best warmup epochs total level mode code kind number status fp16 bf16 strategy reduction'
  ).split(' '),
);

/** Settings that scripts also print beside real measures; true values there, but no sign of a metric line. */
const SETTING_NAMES = new Set(
  'lr learning_rate wd batch bs batch_size width height depth n k temperature'.split(' '),
);

/** Names that are never a curve. */
const NEVER = new Set(
  (
    'time timestamp ts date eta elapsed duration pid port rank local_rank world_size seed v_num version step ' +
    'global_step epoch epochs iter iteration batch steps line gpu device id code status exit'
  ).split(' '),
);

/** A weak measure word is one that prose uses too: alone on a line it needs a decimal value. */
const WEAK_WORDS = new Set(
  'error err score scores cost return map ap top entropy objective hits roc correlation'.split(' '),
);

const SPLITS = new Map<string, string>([
  ['train', 'train'],
  ['training', 'train'],
  ['trn', 'train'],
  ['val', 'val'],
  ['valid', 'val'],
  ['validation', 'val'],
  ['dev', 'val'],
  ['test', 'test'],
  ['testing', 'test'],
  ['eval', 'eval'],
  ['evaluation', 'eval'],
]);

/** How much a name tells about the line it stands in. */
export type NameStrength = 'measure' | 'weakMeasure' | 'unknown' | 'setting' | 'never';

const KNOWN_LIMIT = 20_000;

/** Judges names; remembers what it judged, because the same few names come again on every line. */
export class NameJudge {
  private readonly known = new Map<string, NameStrength>();

  strengthOf(name: string): NameStrength {
    const known = this.known.get(name);
    if (known !== undefined) {
      return known;
    }
    const strength = judge(name);
    if (this.known.size < KNOWN_LIMIT) {
      this.known.set(name, strength);
    }
    return strength;
  }
}

function judge(name: string): NameStrength {
  const lower = name.toLowerCase();
  if (NEVER.has(lower) || /^[A-Z]\w+(?:Error|Exception|Warning)$/.test(name)) {
    return 'never';
  }
  const words = wordsOf(name);
  if (SETTING_NAMES.has(lower) || words.some((word) => SETTING_WORDS.has(word))) {
    return 'setting';
  }
  if (words.some((word, index) => MEASURE_PAIRS.has(`${word} ${words[index + 1] ?? ''}`))) {
    return 'measure';
  }
  const measures = words.filter((word) => MEASURE_WORDS.has(word));
  if (measures.length === 0) {
    return 'unknown';
  }
  return measures.every((word) => WEAK_WORDS.has(word)) && words.length === 1 ? 'weakMeasure' : 'measure';
}

function wordsOf(name: string): string[] {
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const words = spaced.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  return [...new Set(words.flatMap((word) => [word, word.replace(/\d+$/, '')]))].filter(
    (word) => word !== '',
  );
}

/** The canonical split a word stands for (`Validation` → `val`), or undefined. */
export function splitOf(word: string): string | undefined {
  return SPLITS.get(word.toLowerCase());
}

/**
 * Chart and line of a printed name. A name with a well-known split at its front (`train/loss`, `val_loss`) or
 * behind a slash (`loss/val`) becomes that split's line in the chart of the rest; any other name is a chart with
 * one line of the same name. So `loss`, `train_loss` and `val_loss` share the chart `loss`. `context` is a split
 * that the line named elsewhere, as in `Test set: loss: 0.4`.
 */
export function seriesNameOf(name: string, context?: string): SeriesName {
  const front = /^([A-Za-z]+)[/_.-](.+)$/.exec(name);
  const frontSplit = splitOf(front?.[1] ?? '');
  if (frontSplit !== undefined && front?.[2] !== undefined) {
    return { metric: front[2], variant: frontSplit };
  }
  const back = /^(.+)\/([A-Za-z]+)$/.exec(name);
  const backSplit = splitOf(back?.[2] ?? '');
  if (backSplit !== undefined && back?.[1] !== undefined) {
    return { metric: back[1], variant: backSplit };
  }
  return { metric: name, variant: context ?? name };
}
