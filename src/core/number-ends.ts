import type { AxisRange } from './envelope';

/** Lowest and highest of the finite numbers seen. */
export class NumberEnds {
  private from = Infinity;
  private to = -Infinity;

  /** Null while there is none. */
  get range(): AxisRange | null {
    return this.from <= this.to ? { from: this.from, to: this.to } : null;
  }

  note(numbers: Float64Array): void {
    let { from, to } = this;
    for (let index = 0; index < numbers.length; index++) {
      const number = numbers[index] ?? NaN;
      if (Number.isFinite(number)) {
        from = number < from ? number : from;
        to = number > to ? number : to;
      }
    }
    this.from = from;
    this.to = to;
  }

  clear(): void {
    this.from = Infinity;
    this.to = -Infinity;
  }
}
