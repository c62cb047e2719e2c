import { smooth } from '../../core/smoothing';
import type { Fidelity, SeriesColumns, SeriesDelta, SeriesName } from '../../core/series';
import type { Axis, SeriesEntry } from './panel-contract';
import { SINGLE_VALUE_STEP } from './panel-contract';

/** All columns of one curve in the order of one axis. */
export interface OrderedColumns extends SeriesColumns {
  readonly xs: Float64Array;
  /** Points without a place on this axis, such as a point without a time on the time axis. */
  readonly unplacedCount: number;
}

const GROWTH = 1.5;
const SMALLEST_CAPACITY = 64;

/**
 * The points of one series, as they arrived. A run that was restarted reports steps it has reported before: its
 * points are all kept, and each axis shows them in the order of that axis, points of equal x in the order of arrival.
 */
export class StoredSeries {
  private steps = new Float64Array(0);
  private times = new Float64Array(0);
  private values = new Float64Array(0);
  private count = 0;
  private min = Infinity;
  private max = -Infinity;
  private readonly isOrdered: Record<Axis, boolean> = { step: true, time: true };
  private readonly ordered = new Map<Axis, OrderedColumns>();
  private fidelity: Fidelity = { kind: 'exact' };
  private revision = 0;

  constructor(readonly name: SeriesName) {}

  get pointCount(): number {
    return this.count;
  }

  apply(delta: SeriesDelta): void {
    if (delta.mode === 'replace') {
      this.clear();
    }
    this.reserve(this.count + delta.values.length, delta.mode === 'replace');
    this.steps.set(delta.steps, this.count);
    this.times.set(delta.times, this.count);
    this.values.set(delta.values, this.count);
    const start = this.count;
    this.count += delta.values.length;
    this.fidelity = delta.fidelity;
    this.revision += 1;
    this.ordered.clear();
    this.noteExtremes(start);
    this.isOrdered.step &&= isAscending(this.steps, start, this.count);
    this.isOrdered.time &&= isAscending(this.times, start, this.count);
  }

  /** The columns in the order of an axis: views where they are in order already, else sorted copies, kept until they change. */
  along(axis: Axis): OrderedColumns {
    const known = this.ordered.get(axis);
    if (known !== undefined) {
      return known;
    }
    const columns = this.isOrdered[axis] ? this.asTheyAre(axis) : this.sorted(axis);
    this.ordered.set(axis, columns);
    return columns;
  }

  smoothed(axis: Axis, weight: number): Float64Array {
    return smooth(this.along(axis).values, weight);
  }

  entry(): SeriesEntry {
    const steps = this.along('step').steps;
    const times = this.along('time').times;
    const last = this.count - 1;
    return {
      metric: this.name.metric,
      variant: this.name.variant,
      revision: this.revision,
      pointCount: this.count,
      last: this.values[last] ?? null,
      lastStep: this.steps[last] ?? null,
      min: this.min <= this.max ? this.min : null,
      max: this.min <= this.max ? this.max : null,
      steps: ends(steps),
      times: ends(times),
      isSingleValue: this.count === 1 && this.steps[0] === SINGLE_VALUE_STEP,
      meanBuckets: this.fidelity.kind === 'means' ? this.fidelity.buckets : null,
    };
  }

  private clear(): void {
    this.count = 0;
    this.min = Infinity;
    this.max = -Infinity;
    this.isOrdered.step = true;
    this.isOrdered.time = true;
  }

  private reserve(needed: number, isExact: boolean): void {
    if (needed <= this.steps.length) {
      return;
    }
    const capacity = isExact ? needed : Math.max(Math.ceil(needed * GROWTH), SMALLEST_CAPACITY);
    this.steps = grown(this.steps, this.count, capacity);
    this.times = grown(this.times, this.count, capacity);
    this.values = grown(this.values, this.count, capacity);
  }

  private noteExtremes(start: number): void {
    let { min, max } = this;
    for (let index = start; index < this.count; index++) {
      const value = this.values[index] ?? NaN;
      if (Number.isFinite(value)) {
        min = value < min ? value : min;
        max = value > max ? value : max;
      }
    }
    this.min = min;
    this.max = max;
  }

  private asTheyAre(axis: Axis): OrderedColumns {
    const steps = this.steps.subarray(0, this.count);
    const times = this.times.subarray(0, this.count);
    const values = this.values.subarray(0, this.count);
    return { steps, times, values, xs: axis === 'step' ? steps : times, unplacedCount: 0 };
  }

  private sorted(axis: Axis): OrderedColumns {
    const xs = axis === 'step' ? this.steps : this.times;
    const placed: number[] = [];
    for (let index = 0; index < this.count; index++) {
      if (Number.isFinite(xs[index])) {
        placed.push(index);
      }
    }
    placed.sort((a, b) => (xs[a] ?? 0) - (xs[b] ?? 0) || a - b);
    const pick = (from: Float64Array): Float64Array =>
      Float64Array.from(placed, (index) => from[index] ?? NaN);
    const steps = pick(this.steps);
    const times = pick(this.times);
    return {
      steps,
      times,
      values: pick(this.values),
      xs: axis === 'step' ? steps : times,
      unplacedCount: this.count - placed.length,
    };
  }
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

function ends(ascending: Float64Array): SeriesEntry['steps'] {
  const from = ascending[0];
  const to = ascending.at(-1);
  return from === undefined || to === undefined ? null : { from, to };
}
