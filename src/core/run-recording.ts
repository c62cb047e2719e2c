import type { SeriesDelta, SeriesName } from './series';
import { seriesKey } from './series';

/** What a server that runs nothing keeps of a run elsewhere. */
export interface RecordedRun {
  readonly name: string;
  readonly projectName: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
}

/** The last step told of each series, by {@link seriesKey}. */
export type ToldSteps = Readonly<Record<string, number>>;

/** All values of one step, by the name they have on the server. */
export interface StepReport {
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
  readonly told: ToldSteps;
}

/**
 * Points as reports, lowest step first, without those that were told before and those that are not numbers, which JSON
 * cannot carry. `skipped` counts the latter.
 */
export function reportsOf(
  deltas: readonly SeriesDelta[],
  told: ToldSteps,
): { readonly reports: readonly StepReport[]; readonly skipped: number } {
  const byStep = new Map<number, { values: Record<string, number>; told: Record<string, number> }>();
  let skipped = 0;
  for (const { name, steps, values } of deltas) {
    const key = seriesKey(name);
    const from = told[key] ?? Number.NEGATIVE_INFINITY;
    for (const [index, step] of steps.entries()) {
      const value = values[index] ?? Number.NaN;
      if (step <= from) {
        continue;
      }
      if (!Number.isFinite(value)) {
        skipped += 1;
        continue;
      }
      const report = byStep.get(step) ?? { values: {}, told: {} };
      report.values[recordedName(name)] = value;
      report.told[key] = step;
      byStep.set(step, report);
    }
  }
  const reports = [...byStep].sort(([a], [b]) => a - b).map(([step, report]) => ({ step, ...report }));
  return { reports, skipped };
}

/** One name for chart and line: `train_loss` for the line `train` of the chart `loss`. */
export function recordedName({ metric, variant }: SeriesName): string {
  return metric === variant ? metric : `${variant}_${metric}`;
}
