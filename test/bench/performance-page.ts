import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BenchReport, BenchRow, Figures } from './bench-row';

/** Writes docs/PERFORMANCE.md from one run. Rows that were not measured in it are listed as such. */
export function writePerformancePage(root: string, rows: readonly BenchRow[], report: BenchReport): void {
  const { processor, cores, node, date } = report.machine;
  const lines = [
    '# Performance',
    '',
    'Written by `npm run bench -- --write-docs`; do not edit. A benchmark reports, it never fails a build on an absolute time.',
    '',
    `Measured ${date} on ${cores} cores of ${processor}, Node ${node}.`,
    '',
    '| what | budget | measured |',
    '|---|---|---|',
    ...rows.map((row) => `| ${row.title} | ${row.budget} | ${cell(row, report)} |`),
    '',
  ];
  writeFileSync(path.join(root, 'docs', 'PERFORMANCE.md'), lines.join('\n'));
}

function cell(row: BenchRow, report: BenchReport): string {
  const figures = report.rows[row.id];
  return figures === undefined ? (report.failed[row.id] ?? 'not measured in this run') : words(figures);
}

/** `p95Ms: 12` → `p95 12 ms`, and so on. */
function words(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name}: ${typeof value === 'number' ? value.toLocaleString('en') : value}`)
    .join('<br>');
}
