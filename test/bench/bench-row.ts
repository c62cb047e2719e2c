import type { Comparison } from './comparison';

/** Named results of one row; the unit is the last word of the name, as in `p95Ms`. */
export type Figures = Readonly<Record<string, number | string>>;

/** One thing that is measured. `run` throws only when it could not be measured at all, never for being slow. */
export interface BenchRow {
  readonly id: string;
  readonly title: string;
  /** In words, as in the design; shown beside the figures, never enforced. */
  readonly budget: string;
  run(context: BenchContext): Promise<Figures>;
}

export interface BenchContext {
  /** The repository. */
  readonly root: string;
  /** A folder of this row's own, deleted afterwards. */
  readonly folder: string;
  /** Says on stderr what is going on. */
  readonly say: (message: string) => void;
  /** A trial with little data, to see that everything runs. */
  readonly small: boolean;
  /** Adds a line to the table of products. */
  readonly compare: (comparison: Comparison) => void;
}

export interface BenchReport {
  readonly machine: Readonly<Record<string, number | string>>;
  readonly rows: Record<string, Figures>;
  /** Rows that could not be measured, with the reason. */
  readonly failed: Record<string, string>;
  /** The same things of several products, in the order they were measured. */
  readonly comparisons: Comparison[];
}

/** The value below which `share` (0 to 1) of the samples lie, by the nearest-rank rule. NaN without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** Rounded so that a table is readable: three significant digits below 100, whole numbers above. */
export function tidy(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

/** Median, 95th percentile and count of samples in milliseconds. */
export function spread(samplesMs: readonly number[]): {
  p50Ms: number;
  p95Ms: number;
  maxMs: number;
  samples: number;
} {
  return {
    p50Ms: tidy(percentile(samplesMs, 0.5)),
    p95Ms: tidy(percentile(samplesMs, 0.95)),
    maxMs: tidy(Math.max(...samplesMs)),
    samples: samplesMs.length,
  };
}

/** Runs `work` so often and returns how long each run took, in milliseconds. */
export async function timeEach(times: number, work: (index: number) => Promise<void>): Promise<number[]> {
  const samplesMs: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const startedAt = performance.now();
    await work(index);
    samplesMs.push(performance.now() - startedAt);
  }
  return samplesMs;
}
