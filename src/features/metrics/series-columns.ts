import { firstAbove } from '../../core/envelope';
import { NumberEnds } from '../../core/number-ends';
import { pick, pickColumns } from '../../core/pick-columns';
import { runAttempts, type PointStretch } from '../../core/run-attempts';
import type { EpochMs } from '../../core/entities';
import { smooth, type SmoothingKind } from '../../core/smoothing';
import { stableOrder } from '../../core/stable-order';
import type { Fidelity, SeriesColumns, SeriesDelta, SeriesName } from '../../core/series';
import type { SeriesEntry } from './series-entry';
import { SINGLE_VALUE_STEP } from './panel-contract';

/** All columns of one curve in the order of one axis. */
export interface OrderedColumns extends SeriesColumns {
  readonly xs: Float64Array;
  /** Points without a place on this axis, such as a point without a time on the time axis. */
  readonly unplacedCount: number;
  /** What later attempts of a restarted run reported anew, along steps only; the columns above leave it out. */
  readonly superseded: readonly SeriesColumns[];
  readonly restartSteps: readonly number[];
}

export interface Smoothing {
  readonly strength: number;
  readonly kind: SmoothingKind;
}

type OwnAxis = 'step' | 'time';

const GROWTH = 1.5;
const SMALLEST_CAPACITY = 64;
const NOTHING = new Float64Array(0);

/**
 * The points of one series, as they arrived, all of them. Along steps a run that was restarted shows what held in the
 * end, and apart from it what was reported anew; along time everything stands where its clock put it.
 */
export class StoredSeries {
  private steps: Float64Array = new Float64Array(0);
  private times: Float64Array = new Float64Array(0);
  private values: Float64Array = new Float64Array(0);
  private count = 0;
  private readonly valueEnds = new NumberEnds();
  private readonly axisEnds: Readonly<Record<OwnAxis, NumberEnds>> = {
    step: new NumberEnds(),
    time: new NumberEnds(),
  };
  private readonly isOrdered: Record<OwnAxis, boolean> = { step: true, time: true };
  private readonly ordered = new Map<OwnAxis, OrderedColumns>();
  private beside: { readonly mark: string; readonly columns: OrderedColumns } | undefined;
  private smoothing:
    { readonly of: Float64Array; readonly mark: string; readonly values: Float64Array } | undefined;
  private fidelity: Fidelity = { kind: 'exact' };
  private changes = 0;

  /** @param run whose series it is, where a panel shows several runs. */
  constructor(
    readonly name: SeriesName,
    readonly run = '',
  ) {}

  get pointCount(): number {
    return this.count;
  }

  /** Rises whenever points came or went. */
  get revision(): number {
    return this.changes;
  }

  /** Every point in the order it arrived. */
  get arrived(): SeriesColumns {
    return this.slice({ start: 0, end: this.count });
  }

  apply(delta: SeriesDelta): void {
    if (delta.mode === 'replace') {
      this.clear();
      this.adopt(delta);
    } else {
      this.append(delta);
    }
    const start = this.count;
    this.count += delta.values.length;
    this.fidelity = delta.fidelity;
    this.changes += 1;
    this.ordered.clear();
    this.beside = undefined;
    this.smoothing = undefined;
    this.valueEnds.note(delta.values);
    this.axisEnds.step.note(delta.steps);
    this.axisEnds.time.note(delta.times);
    this.isOrdered.step &&= isAscending(this.steps, start, this.count);
    this.isOrdered.time &&= isAscending(this.times, start, this.count);
  }

  /** The columns in the order of an axis: views where they are in order already, else copies, kept until they change. */
  along(axis: OwnAxis): OrderedColumns {
    const known = this.ordered.get(axis);
    if (known !== undefined) {
      return known;
    }
    const columns = this.isOrdered[axis]
      ? placed(this.arrived, axis, 0)
      : ((axis === 'step' ? this.byAttempts() : undefined) ?? this.sorted(axis));
    this.ordered.set(axis, columns);
    return columns;
  }

  /**
   * The columns in the order of another series of the same run: each point stands where that series was at its step,
   * or was last before it. Points before its first value have no place.
   */
  alongSeries(axis: StoredSeries): OrderedColumns {
    const mark = JSON.stringify([axis.name, axis.revision]);
    if (this.beside?.mark !== mark) {
      this.beside = { mark, columns: besideColumns(this.along('step'), axis.along('step')) };
    }
    return this.beside.columns;
  }

  /** No columns: no point has a place. */
  alongNothing(): OrderedColumns {
    const none = { steps: NOTHING, times: NOTHING, values: NOTHING };
    return { ...none, xs: NOTHING, unplacedCount: this.count, superseded: [], restartSteps: [] };
  }

  /** The first time of any point; undefined when none is known. */
  get firstTime(): EpochMs | undefined {
    return this.axisEnds.time.range?.from;
  }

  /** The columns along the time since `origin`, in ms. */
  alongElapsed(origin: EpochMs): OrderedColumns {
    const mark = `since ${origin}`;
    if (this.beside?.mark !== mark) {
      const columns = this.along('time');
      this.beside = { mark, columns: { ...columns, xs: columns.times.map((time) => time - origin) } };
    }
    return this.beside.columns;
  }

  /** A smoothed copy of the values of one of this series' orders, kept for the next zoom. */
  smoothed({ values }: OrderedColumns, { strength, kind }: Smoothing): Float64Array {
    const mark = `${kind} ${strength}`;
    if (this.smoothing?.of !== values || this.smoothing.mark !== mark) {
      this.smoothing = { of: values, mark, values: smooth(values, strength, kind) };
    }
    return this.smoothing.values;
  }

  entry(): SeriesEntry {
    const last = this.count - 1;
    const range = this.valueEnds.range;
    return {
      metric: this.name.metric,
      variant: this.name.variant,
      run: this.run,
      revision: this.changes,
      pointCount: this.count,
      last: this.values[last] ?? null,
      lastStep: this.steps[last] ?? null,
      min: range?.from ?? null,
      max: range?.to ?? null,
      steps: this.axisEnds.step.range,
      times: this.axisEnds.time.range,
      isSingleValue: this.count === 1 && this.steps[0] === SINGLE_VALUE_STEP,
      meanBuckets: this.fidelity.kind === 'means' ? this.fidelity.buckets : null,
    };
  }

  private clear(): void {
    this.count = 0;
    this.valueEnds.clear();
    this.axisEnds.step.clear();
    this.axisEnds.time.clear();
    this.isOrdered.step = true;
    this.isOrdered.time = true;
  }

  /** Columns that nothing is left of before are kept as they came; the engine never writes into them. */
  private adopt({ steps, times, values }: SeriesColumns): void {
    this.steps = steps;
    this.times = times;
    this.values = values;
  }

  private append({ steps, times, values }: SeriesColumns): void {
    this.reserve(this.count + values.length);
    this.steps.set(steps, this.count);
    this.times.set(times, this.count);
    this.values.set(values, this.count);
  }

  /** Always into columns of its own, unless there is room behind what is there. */
  private reserve(needed: number): void {
    if (needed <= this.steps.length) {
      return;
    }
    const capacity = Math.max(Math.ceil(needed * GROWTH), SMALLEST_CAPACITY);
    this.steps = grown(this.steps, this.count, capacity);
    this.times = grown(this.times, this.count, capacity);
    this.values = grown(this.values, this.count, capacity);
  }

  private slice({ start, end }: PointStretch): SeriesColumns {
    return {
      steps: this.steps.subarray(start, end),
      times: this.times.subarray(start, end),
      values: this.values.subarray(start, end),
    };
  }

  private byAttempts(): OrderedColumns | undefined {
    const attempts = runAttempts(this.steps.subarray(0, this.count));
    if (attempts === undefined) {
      return undefined;
    }
    const kept = joined(attempts.kept.map((stretch) => this.slice(stretch)));
    return {
      ...placed(kept, 'step', 0),
      superseded: attempts.superseded.map((stretch) => this.slice(stretch)),
      restartSteps: attempts.restartSteps,
    };
  }

  private sorted(axis: OwnAxis): OrderedColumns {
    const { arrived } = this;
    const order = stableOrder(axis === 'step' ? arrived.steps : arrived.times);
    return placed(pickColumns(arrived, order), axis, this.count - order.length);
  }
}

function placed(columns: SeriesColumns, axis: OwnAxis, unplacedCount: number): OrderedColumns {
  const xs = axis === 'step' ? columns.steps : columns.times;
  return { ...columns, xs, unplacedCount, superseded: [], restartSteps: [] };
}

/** How many points later attempts of a restarted run reported anew. */
export function supersededCountOf({ superseded }: OrderedColumns): number {
  return superseded.reduce((sum, { values }) => sum + values.length, 0);
}

function besideColumns(points: OrderedColumns, axis: OrderedColumns): OrderedColumns {
  const positions = points.steps.map((step) => {
    const after = firstAbove(axis.steps, step);
    return after === 0 ? NaN : (axis.values[after - 1] ?? NaN);
  });
  const order = stableOrder(positions);
  return {
    ...pickColumns(points, order),
    xs: pick(positions, order),
    unplacedCount: points.unplacedCount + supersededCountOf(points) + positions.length - order.length,
    superseded: [],
    restartSteps: [],
  };
}

function joined(pieces: readonly SeriesColumns[]): SeriesColumns {
  const length = pieces.reduce((sum, { values }) => sum + values.length, 0);
  const columns = {
    steps: new Float64Array(length),
    times: new Float64Array(length),
    values: new Float64Array(length),
  };
  let at = 0;
  for (const { steps, times, values } of pieces) {
    columns.steps.set(steps, at);
    columns.times.set(times, at);
    columns.values.set(values, at);
    at += values.length;
  }
  return columns;
}

function grown(column: Float64Array, used: number, capacity: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(capacity);
  larger.set(column.subarray(0, used));
  return larger;
}

/** True when nothing falls from the element before `start` on, and everything is finite. */
function isAscending(column: Float64Array, start: number, end: number): boolean {
  let previous = start > 0 ? (column[start - 1] ?? NaN) : -Infinity;
  for (let index = start; index < end; index++) {
    const x = column[index] ?? NaN;
    if (!Number.isFinite(x) || x < previous) {
      return false;
    }
    previous = x;
  }
  return true;
}
