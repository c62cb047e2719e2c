import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BenchReport, BenchRow, Figures } from './bench-row';

/** Writes docs/PERFORMANCE.md from one run. Rows that were not measured in it are listed as such. */
export function writePerformancePage(root: string, rows: readonly BenchRow[], report: BenchReport): void {
  const { processor, cores, loadBefore, node, date } = report.machine;
  const lines = [
    '# Performance',
    '',
    'Written by `npm run bench -- --write-docs`; do not edit. A benchmark reports, it never fails a build on an absolute time.',
    '',
    `Measured ${date} on ${cores} cores of ${processor}, Node ${node}, load ${loadBefore} before the start. On a loaded`,
    'machine times are too long and ratios wander; sizes and counts hold.',
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

/** `laterOpenP50Ms: 12` → `later open p50: 12 ms`; names of files stay as they are. */
function words(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => {
      const isMs = /Ms$/.test(name);
      const spaced = name.includes('.')
        ? name
        : name
            .replace(/Ms$/, '')
            .replace(/([a-z])([A-Z0-9])/g, '$1 $2')
            .replace(/([0-9])([A-Z])/g, '$1, $2')
            .toLowerCase();
      const label = spaced === '' ? 'time' : spaced.replace(/\bp (\d)/g, 'p$1');
      return `${label}: ${typeof value === 'number' ? value.toLocaleString('en') : value}${isMs ? ' ms' : ''}`;
    })
    .join('<br>');
}
