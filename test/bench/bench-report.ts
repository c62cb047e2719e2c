import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { BenchReport } from './bench-row';
import { PRODUCTS } from './comparison';

/** JSON has no NaN. */
const figure = z.union([z.number(), z.string(), z.null().transform(() => 'not measured')]);

const reportSchema = z.object({
  machine: z.record(z.string(), z.union([z.number(), z.string()])),
  rows: z.record(z.string(), z.record(z.string(), figure)),
  failed: z.record(z.string(), z.string()),
  comparisons: z.array(
    z.object({
      what: z.string(),
      unit: z.string(),
      better: z.enum(['lower', 'higher']),
      goal: z.string(),
      values: z.partialRecord(z.enum(PRODUCTS), figure),
    }),
  ),
});

/** What a run has left in this file; undefined when there is nothing that can be read. */
export function readReport(file: string): BenchReport | undefined {
  try {
    return reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * A run of some rows over one of all rows: what was measured again takes the place of what it was before. Another
 * machine or another day is another measurement, of which nothing is kept.
 */
export function mergeReports(before: BenchReport | undefined, now: BenchReport): BenchReport {
  const isSame = (['processor', 'cores', 'node', 'date'] as const).every(
    (name) => before?.machine[name] === now.machine[name],
  );
  if (before === undefined || !isSame) {
    return now;
  }
  const again = new Map(now.comparisons.map((each) => [each.what, each]));
  const kept = before.comparisons.map((each) => again.get(each.what) ?? each);
  const known = new Set(before.comparisons.map(({ what }) => what));
  const isMeasuredAgain = ([id]: readonly [string, unknown]): boolean => id in now.rows || id in now.failed;
  const others = <T>(entries: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(entries).filter((entry) => !isMeasuredAgain(entry)));
  const loadBefore = Math.max(Number(before.machine['loadBefore']), Number(now.machine['loadBefore']));
  return {
    machine: { ...now.machine, loadBefore },
    rows: { ...others(before.rows), ...now.rows },
    failed: { ...others(before.failed), ...now.failed },
    comparisons: [...kept, ...now.comparisons.filter(({ what }) => !known.has(what))],
  };
}
