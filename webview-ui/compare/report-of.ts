import { isDifferent, type ComparedRow } from '../../src/core/comparison';
import { statusLabel } from '../../src/core/status';
import {
  comparisonCsv,
  markdownReport,
  type ReportedRun,
  type ReportedTable,
} from '../../src/features/compare/comparison-text';
import { formatSecond } from '../metrics/format';
import { writeValue } from './cell-view';
import { nameOfRun, type ComparedRun, type CompareModel } from './compare-model';

/** The runs that are shown as a Markdown report: what differs, or everything when everything is shown. */
export function reportOf(model: CompareModel): string {
  return markdownReport({
    runs: model.shownRuns.map(reported),
    baseline: model.baseline,
    tables: [
      reportTable(model, 'parameters', 'Parameters'),
      reportTable(model, 'metrics', 'Metrics'),
      reportTable(model, 'environment', 'Environment'),
    ],
    writtenAt: formatSecond(Date.now()),
    write: writeValue,
  });
}

/** These rows of the runs that are shown. */
export function csvOf(model: CompareModel, rows: readonly ComparedRow[]): string {
  return comparisonCsv(model.shownRuns.map(reported), rows);
}

function reportTable(
  model: CompareModel,
  tab: 'parameters' | 'metrics' | 'environment',
  title: string,
): ReportedTable {
  const all = model.rows(tab);
  const rows = model.view.showsEqual ? all : all.filter(isDifferent);
  return { title, rows, equalCount: all.length - rows.length };
}

function reported(run: ComparedRun): ReportedRun {
  const { content, taskId, connectionLabel, state } = run;
  return {
    name: nameOfRun(run),
    connectionLabel,
    taskId,
    statusLabel: content === undefined ? '' : statusLabel(content.status),
    problem: state.phase === 'failed' ? state.failure.message : null,
  };
}
