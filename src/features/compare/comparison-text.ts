/** A comparison as text: a Markdown report and CSV. Pure; the page calls it, since it knows what is shown and how. */
import { csvText } from '../../core/csv';
import {
  changeOf,
  type ComparedRow,
  type ComparedValue,
  type ValueChange,
  type ValueFormat,
} from '../../core/comparison';
import { rowLabel } from '../../core/comparison-axes';
import { escapeMarkdown } from '../trees/markdown-text';

export interface ReportedRun {
  readonly name: string;
  readonly connectionLabel: string;
  readonly taskId: string;
  readonly statusLabel: string;
  /** Why it could not be read; null when it was. */
  readonly problem: string | null;
}

export interface ReportedTable {
  readonly title: string;
  /** Values in the order of the report's runs. */
  readonly rows: readonly ComparedRow[];
  /** Rows that are the same in all runs and therefore left out. */
  readonly equalCount: number;
}

export interface ComparisonReport {
  readonly runs: readonly ReportedRun[];
  /** Place among the runs. */
  readonly baseline: number | undefined;
  readonly tables: readonly ReportedTable[];
  readonly writtenAt: string;
  /** Values as people read them. */
  write(value: string | number, format: ValueFormat): string;
}

/** GitHub's Markdown. What comes from servers is shown letter by letter. */
export function markdownReport(report: ComparisonReport): string {
  const { runs, tables, writtenAt } = report;
  const base = report.baseline === undefined ? undefined : runs[report.baseline];
  const lines = [
    `# Comparison of ${runs.length} runs`,
    '',
    `Written ${writtenAt}.${base === undefined ? '' : ` Baseline: run ${numberOfBaseline(report)}.`}`,
    '',
    ...markdownTable(
      ['Run', 'Name', 'Status', 'Connection', 'Id'],
      runs.map((run, index) => [
        String(index + 1),
        escapeMarkdown(run.name),
        run.problem === null ? run.statusLabel : `not read: ${escapeMarkdown(run.problem)}`,
        escapeMarkdown(run.connectionLabel),
        escapeMarkdown(run.taskId),
      ]),
    ),
    ...tables.flatMap((table) => tableLines(table, report)),
  ];
  return `${lines.join('\n')}\n`;
}

function numberOfBaseline({ baseline = 0 }: ComparisonReport): number {
  return baseline + 1;
}

function tableLines({ title, rows, equalCount }: ReportedTable, report: ComparisonReport): string[] {
  const heads = report.runs.map(
    (_, index) => `${index + 1}${index === report.baseline ? ' (baseline)' : ''}`,
  );
  const equal = equalCount === 0 ? [] : ['', `${equalCount} more are the same in all runs.`];
  const body =
    rows.length === 0
      ? ['No differences.']
      : markdownTable(
          [title, ...heads],
          rows.map((row) => [
            escapeMarkdown(rowLabel(row)),
            ...row.values.map((value, index) => reportCell(row, value, index, report)),
          ]),
        );
  return ['', `## ${title}`, '', ...body, ...equal];
}

function reportCell(row: ComparedRow, value: ComparedValue, run: number, report: ComparisonReport): string {
  if (value === null || value === undefined) {
    return value === null ? '–' : '?';
  }
  const base = report.baseline === undefined ? undefined : row.values[report.baseline];
  const isNumber = row.format === 'number' && run !== report.baseline;
  const change = isNumber ? changeOf(value, base) : undefined;
  const written = escapeMarkdown(report.write(value, row.format));
  return change === undefined
    ? written
    : `${written} (${escapeMarkdown(changeText(change, report.write.bind(report)))})`;
}

/** `+0.02, +3.1 %`. */
export function changeText({ delta, percent }: ValueChange, write: ComparisonReport['write']): string {
  const signed = (value: number, text: string): string => (value > 0 ? `+${text}` : text.replace('-', '−'));
  const share = percent === null ? '' : `, ${signed(percent, shortPercent(percent))} %`;
  return `${signed(delta, write(delta, 'number'))}${share}`;
}

function shortPercent(percent: number): string {
  const magnitude = Math.abs(percent);
  return magnitude >= 1e6 ? percent.toExponential(1) : String(Number(percent.toPrecision(3)));
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** RFC 4180 with every digit: section, name, then a column per run. Empty: the run does not have it, or is not known. */
export function comparisonCsv(
  runs: readonly Pick<ReportedRun, 'name'>[],
  rows: readonly ComparedRow[],
): string {
  return csvText([
    ['section', 'name', ...runs.map(({ name }) => name)],
    ...rows.map(({ section, name, values, format }) => [
      section,
      name,
      ...values.map((value) => exactText(value, format)),
    ]),
  ]);
}

function exactText(value: ComparedValue, format: ValueFormat): string {
  if (value === null || value === undefined) {
    return '';
  }
  const date = format === 'moment' ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? String(value) : date.toISOString();
}
