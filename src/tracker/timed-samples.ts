/** A value at a time. */
export interface TimedSample<T> {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value: T;
}

/** For how long samples are kept, and how many at most. They are in memory only: a new tracker begins anew. */
const KEPT_MS = 24 * 3_600_000;
const MOST_SAMPLES = 3_000;
/** Samples that are dropped at once, so that dropping costs nothing per sample. */
const SLACK = 500;

/** What somebody or something was like over time, by name. */
export class TimedSamples<T> {
  private readonly lists = new Map<string, TimedSample<T>[]>();

  add(name: string, at: number, value: T): void {
    const list = this.lists.get(name) ?? [];
    if (list.length === 0) {
      this.forgetSilent(at);
      this.lists.set(name, list);
    }
    list.push({ at, value });
    if (list.length >= MOST_SAMPLES + SLACK) {
      list.splice(0, SLACK);
    }
  }

  get names(): readonly string[] {
    return [...this.lists.keys()];
  }

  /** Oldest first. */
  of(name: string): readonly TimedSample<T>[] {
    return this.lists.get(name) ?? [];
  }

  private forgetSilent(nowMs: number): void {
    for (const [name, list] of this.lists) {
      if (nowMs - (list.at(-1)?.at ?? 0) > KEPT_MS) {
        this.lists.delete(name);
      }
    }
  }
}

/** Equal spans of time, one after the other, that begin at multiples of their width. */
export interface Spans {
  readonly fromMs: number;
  readonly toMs: number;
  readonly widthMs: number;
}

/** The spans between two times that are over by now: one that goes on would be told with half its samples. */
export function wholeSpans(fromMs: number, toMs: number, widthMs: number, nowMs: number): Spans {
  const floor = (timeMs: number): number => Math.floor(timeMs / widthMs) * widthMs;
  const start = floor(fromMs);
  return { fromMs: start, toMs: Math.max(start, floor(Math.min(toMs, nowMs))), widthMs };
}

/** Where each span begins, in epoch milliseconds. */
export function startsOf({ fromMs, toMs, widthMs }: Spans): number[] {
  return Array.from({ length: (toMs - fromMs) / widthMs }, (_, index) => fromMs + index * widthMs);
}

/** The samples of each span, by where it begins; spans without any are absent. */
export function bySpan<T>(
  samples: readonly TimedSample<T>[],
  { fromMs, toMs, widthMs }: Spans,
): ReadonlyMap<number, readonly T[]> {
  const spans = new Map<number, T[]>();
  for (const { at, value } of samples) {
    if (at >= fromMs && at < toMs) {
      const start = Math.floor(at / widthMs) * widthMs;
      const values = spans.get(start) ?? [];
      spans.set(start, values);
      values.push(value);
    }
  }
  return spans;
}
