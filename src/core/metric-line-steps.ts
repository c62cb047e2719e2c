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
    const epoch = steps.find(({ word }) => word === 'epoch');
    const inner = innermost(steps);
    if (inner !== undefined) {
      return this.inEpoch(inner, epoch?.value ?? (inner.word === 'batch' ? this.epochFromHeader : undefined));
    }
    if (position !== undefined) {
      const isSummary = !position.isDrawn && position.value === position.total && epoch === undefined;
      return isSummary && this.epochFromHeader !== undefined
        ? coarse(this.epochFromHeader)
        : this.onBar(position, epoch?.value ?? this.epochFromHeader);
    }
    const known = epoch?.value ?? this.epochFromHeader;
    return known === undefined ? COUNTED : coarse(known);
  }

  /** The same for a dictionary, whose steps stand under keys. */
  resolveNamed(steps: readonly NamedStep[]): LinePosition {
    const epoch = steps.find(({ word }) => word === 'epoch');
    const inner = innermost(steps);
    if (inner !== undefined) {
      return this.inEpoch(inner, epoch?.value);
    }
    const known = epoch?.value ?? this.epochFromHeader;
    return known === undefined ? COUNTED : coarse(known);
  }

  private inEpoch(inner: NamedStep, epoch: number | undefined): LinePosition {
    if (inner.word === 'global_step' || epoch === undefined) {
      return exact(inner.value);
    }
    return exact(this.advance(`${inner.word}/${inner.total ?? ''}`, epoch, inner.value, inner.total));
  }

  private onBar(position: { value: number; total: number }, epoch: number | undefined): LinePosition {
    const key = `bar/${position.total}`;
    const lap = this.laps.get(key);
    const isNewLap = lap !== undefined && epoch === undefined && position.value < lap.last;
    const lapEpoch = isNewLap ? (lap.epoch ?? 0) + 1 : (epoch ?? lap?.epoch ?? 0);
    return exact(this.advance(key, lapEpoch, position.value, position.total));
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
