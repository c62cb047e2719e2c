import type { LineToken, StepWord } from './metric-line-tokens';

/** Where a line stands in the run, as far as it says. */
export interface LinePosition {
  /** The step itself, or undefined where points are to be counted. */
  readonly step?: number;
  /** True when several lines may share the step (only an epoch is known): a repeated one is then counted on. */
  readonly isCoarse: boolean;
}

const COUNTED: LinePosition = { isCoarse: false };
/** The real protocol keeps this iteration for single values. */
const RESERVED_STEP = -2_147_483_648;
const CLOCK_LIMIT = 256;

export interface NamedStep {
  readonly word: StepWord;
  readonly value: number;
  readonly total?: number;
}

type BarPosition = Extract<LineToken, { kind: 'position' }>;

interface Lap {
  epoch: number | undefined;
  last: number;
  first: number;
  base: number;
}

/**
 * Turns what lines say (`epoch 3`, `batch 20/100`, a progress bar) into steps that do not collide: a counter that
 * starts over in each epoch goes on from where the epoch before ended.
 */
export class StepClock {
  private readonly laps = new Map<string, Lap>();
  private epochFromHeader: number | undefined;

  /** A line that holds nothing but `Epoch 3/10` names the epoch of the lines that follow. */
  noteHeader(epoch: number): void {
    this.epochFromHeader = epoch;
  }

  resolve(tokens: readonly LineToken[]): LinePosition {
    const steps = tokens.filter((token) => token.kind === 'step');
    const position = tokens.find((token) => token.kind === 'position');
    return position === undefined || innermost(steps) !== undefined
      ? this.resolveNamed(steps)
      : this.onBar(position, steps.find(({ word }) => word === 'epoch')?.value);
  }

  /** The same for a dictionary, whose steps stand under keys. */
  resolveNamed(steps: readonly NamedStep[]): LinePosition {
    const epoch = steps.find(({ word }) => word === 'epoch')?.value;
    const inner = innermost(steps);
    if (inner !== undefined) {
      return this.inEpoch(inner, epoch ?? (inner.word === 'batch' ? this.epochFromHeader : undefined));
    }
    const known = epoch ?? this.epochFromHeader;
    return known === undefined ? COUNTED : coarse(known);
  }

  private inEpoch(inner: NamedStep, epoch: number | undefined): LinePosition {
    if (inner.word === 'global_step' || epoch === undefined) {
      return exact(inner.value);
    }
    return exact(this.advance(`${inner.word}/${inner.total ?? ''}`, epoch, inner.value, inner.total));
  }

  private onBar(position: BarPosition, epochOnLine: number | undefined): LinePosition {
    const { value, total, isDrawn } = position;
    const epoch = epochOnLine ?? this.epochFromHeader;
    if (epochOnLine === undefined && epoch !== undefined && !isDrawn && value === total) {
      return coarse(epoch); // Keras' one line per epoch
    }
    return exact(this.advance(`bar/${total}`, epoch ?? this.nextLap(position), value, total));
  }

  /** Without epochs, a bar that goes back has begun again. */
  private nextLap({ value, total }: BarPosition): number {
    const lap = this.laps.get(`bar/${total}`);
    const current = lap?.epoch ?? 0;
    return lap !== undefined && value < lap.last ? current + 1 : current;
  }

  private advance(key: string, epoch: number, value: number, total: number | undefined): number {
    const lap = this.laps.get(key) ?? { epoch: undefined, last: -Infinity, first: value, base: 0 };
    if (lap.epoch !== undefined && lap.epoch !== epoch && value <= lap.last) {
      lap.base += Math.max(total ?? 0, lap.last + (lap.first === 0 ? 1 : 0));
      lap.last = -Infinity;
    }
    lap.epoch = epoch;
    lap.last = Math.max(lap.last, value);
    lap.first = Math.min(lap.first, value);
    if (this.laps.size < CLOCK_LIMIT) {
      this.laps.set(key, lap);
    }
    return lap.base + value;
  }
}

function innermost(steps: readonly NamedStep[]): NamedStep | undefined {
  const order: readonly StepWord[] = ['global_step', 'step', 'iter', 'episode', 'batch'];
  return order.map((word) => steps.find((step) => step.word === word)).find((step) => step !== undefined);
}

function exact(step: number): LinePosition {
  return isUsable(step) ? { step, isCoarse: false } : COUNTED;
}

function coarse(epoch: number): LinePosition {
  return isUsable(epoch) ? { step: epoch, isCoarse: true } : COUNTED;
}

function isUsable(step: number): boolean {
  return Number.isSafeInteger(step) && step !== RESERVED_STEP;
}
