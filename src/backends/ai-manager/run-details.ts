import type { TaskConfiguration, TaskDetails } from '../../core/task-details';
import { textTable } from '../text-table';
import type { AiManagerRuns } from './run-listing';
import type { RunSummaries, RunSummary } from './run-summaries';
import type { WireSummary } from './wire';

export const CONFIG_SECTION = 'Config';
const NO_SUMMARY: Readonly<Record<Extract<RunSummary, string>, string>> = {
  fails: 'The server fails at its summary of this run; a value among its metrics is probably not a number.',
  late: 'The server did not make its summary of this run in time; it looks at every point for it. The curves are whole.',
};

/** The run's config as parameters and as text, and the server's summary of its metrics where it can make one. */
export async function readRunDetails(
  runs: AiManagerRuns,
  summaries: RunSummaries,
  runId: string,
  signal: AbortSignal,
): Promise<TaskDetails> {
  const run = await runs.readRun(runId, signal);
  const summary = await summaries.read(run, signal);
  const config = run.config ?? {};
  const configurations: TaskConfiguration[] = [];
  if (Object.keys(config).length > 0) {
    configurations.push({ name: 'config', type: 'json', text: JSON.stringify(config, undefined, 2) });
  }
  if (summary.length > 0) {
    const text = typeof summary === 'string' ? NO_SUMMARY[summary] : summaryTable(summary);
    configurations.push({ name: 'Metric summary', type: 'text', text });
  }
  return {
    code: {},
    parameters: Object.entries(config).map(([name, value]) => ({
      section: CONFIG_SECTION,
      name,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    })),
    configurations,
    artifacts: [],
    models: [],
  };
}

function summaryTable(rows: readonly WireSummary[]): string {
  return textTable([
    ['metric', 'last', 'min', 'max', 'mean', 'points'],
    ...rows.map((row) =>
      [row.name, row.current_value, row.min_value, row.max_value, row.mean_value, row.total_points].map(
        (cell) => String(cell ?? '–'),
      ),
    ),
  ]);
}
