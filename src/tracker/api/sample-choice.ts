import * as z from 'zod';
import { isoTime, type JsonObject } from '../json';
import type { Sample } from '../storage/sample-store';
import { ids, maybeText } from './endpoint';

/** What a reader of plots or images asks for: a metric, or some variants of it. Absent means all. */
export interface WantedMetric {
  readonly metric: string | undefined;
  readonly variants: readonly string[];
}

/** A request's list of {@link WantedMetric}; empty when everything is wanted. */
export const wantedMetrics = z
  .array(z.object({ metric: maybeText, variants: ids }))
  .nullish()
  .transform((value) => value ?? []);

export function isWanted(sample: Sample, { metric, variants }: WantedMetric): boolean {
  const isMetric = metric === undefined || metric === sample.metric;
  return isMetric && (variants.length === 0 || variants.includes(sample.variant));
}

/** Of samples with the newest iteration first, those of the newest `iters` iterations of each group. */
export function newestIterations(
  samples: readonly Sample[],
  iters: number,
  groupOf: (sample: Sample) => string,
): Sample[] {
  const seen = new Map<string, Set<number>>();
  return samples.filter((sample) => {
    const iterations = seen.get(groupOf(sample)) ?? new Set<number>();
    seen.set(groupOf(sample), iterations);
    if (iterations.size < iters) {
      iterations.add(sample.iter);
    }
    return iterations.has(sample.iter);
  });
}

/** The event as it was reported, with the time under which it is kept. */
export function sampleEvent({ body, at }: Sample): JsonObject {
  return { ...body, timestamp: at, '@timestamp': isoTime(at) };
}
