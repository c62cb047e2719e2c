import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { comparisonTable } from './comparison';
import type { BenchReport, BenchRow, Figures } from './bench-row';

/** Writes docs/PERFORMANCE.md from one run. */
export function writePerformancePage(root: string, rows: readonly BenchRow[], report: BenchReport): void {
  writeFileSync(path.join(root, 'docs', 'PERFORMANCE.md'), performancePage(rows, report));
}

/** The page as Markdown. Rows that were not measured are listed as such. */
export function performancePage(
  rows: readonly Omit<BenchRow, 'run'>[],
  report: Pick<BenchReport, 'machine' | 'rows' | 'failed' | 'comparisons'>,
): string {
  const { processor, cores, loadBefore, node, date } = report.machine;
  const table = comparisonTable(report.comparisons);
  return [
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
    ...(table.length === 0 ? [] : [...PEERS_HEAD, ...table, '']),
  ].join('\n');
}

const PEERS_HEAD = [
  '## Beside other products',
  '',
  'Each row in one run, with the same data, on the same machine, in the same Chromium: Trackside in a real editor on its own tracker,',
  'TensorBoard and MLflow from PyPI on their own servers. A recording of the screen tells when every chart on it has all its',
  'curves, with one detector for all, and whether the one point that lies far above the rest is seen. "First time" is a new',
  'browser profile, or an editor just started; "later" is asking again, five times. All take turns in three rounds, and the',
  'medians are told; what takes longer than ten seconds has one round and is asked again once. TensorBoard runs with',
  '`--load_fast=true`, without smoothing and with outliers shown, once with its own sample of 1,000 points and once with',
  'every point; MLflow on SQLite, as its documentation recommends. TensorBoard has loaded its logs before the clock starts.',
  'A new point → pixel is the 95th percentile of 20 points; where one takes longer than two seconds, it is that one.',
  'Memory is the resident size of the browser and of all server processes; the editor and its server are counted in full.',
  '',
];

function cell(row: Omit<BenchRow, 'run'>, report: Pick<BenchReport, 'rows' | 'failed'>): string {
  const figures = report.rows[row.id];
  return figures === undefined ? (report.failed[row.id] ?? 'not measured in this run') : words(figures);
}

/** `laterOpenP50Ms: 12` → `later open p50: 12 ms`; names of files stay as they are. */
function words(figures: Figures): string {
  return Object.entries(figures)
    .map(([name, value]) => {
      const isMs = /Ms$/.test(name);
      const spaced = /[. ]/.test(name)
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
