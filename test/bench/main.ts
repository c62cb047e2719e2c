import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { mergeReports, readReport } from './bench-report';
import { tidy, type BenchReport, type BenchRow } from './bench-row';
import { activationRow } from './activation-row';
import { firstPageRow } from './first-page-row';
import { idleRow } from './idle-row';
import { ingestRow } from './ingest-row';
import { latencyRow } from './latency-row';
import { openingRow } from './opening-row';
import { peerRows } from './peers/peers-row';
import { writePerformancePage } from './performance-page';
import { writeRawRows } from './raw-sqlite-writer';
import { repositoryRoot } from '../../scripts/editor/toolchain';
import { seriesReadRow } from './series-read-row';
import { sizesRow } from './sizes-row';
import { whatsNextRow } from './whatsnext-row';

const ROWS: readonly BenchRow[] = [
  sizesRow,
  activationRow,
  idleRow,
  latencyRow,
  openingRow,
  seriesReadRow,
  firstPageRow,
  whatsNextRow,
  ingestRow,
  ...peerRows,
];

async function measure(row: BenchRow, report: BenchReport, small: boolean): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'trackside-bench-'));
  const say = (message: string): void => {
    process.stderr.write(`${row.id}: ${message}\n`);
  };
  try {
    say('measuring');
    const figures = await row.run({
      root: repositoryRoot(),
      folder,
      say,
      small,
      compare: (comparison) => report.comparisons.push(comparison),
    });
    report.rows[row.id] = figures;
    say(JSON.stringify(figures));
  } catch (error) {
    report.failed[row.id] = error instanceof Error ? error.message : String(error);
    say(`not measured: ${report.failed[row.id]}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describeMachine(): BenchReport['machine'] {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    /** Processes that wanted a core in the minute before; much more than 0 spoils every figure. */
    loadBefore: tidy(loadavg()[0] ?? 0),
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      small: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  const chosen = ROWS.filter(({ id }) => values.only?.some((wanted) => id.startsWith(wanted)) ?? true);
  const report: BenchReport = { machine: describeMachine(), rows: {}, failed: {}, comparisons: [] };
  for (const row of chosen) {
    await measure(row, report, values.small);
  }
  const file = path.join(repositoryRoot(), 'out', 'bench.json');
  const whole = values.only === undefined || values.small ? report : mergeReports(readReport(file), report);
  if (!values.small) {
    writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`);
  }
  // A trial's figures would look like those of the real thing.
  if (values['write-docs'] && !values.small) {
    writePerformancePage(repositoryRoot(), ROWS, whole);
  }
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = Object.keys(report.failed).length === 0 ? 0 : 1;
}

const [mode, database = '', rows, batchSize] = process.argv.slice(2);
if (mode === '--raw-sqlite') {
  const rowsPerSecond = writeRawRows(database, Number(rows), Number(batchSize));
  process.stdout.write(JSON.stringify({ rowsPerSecond }));
} else {
  void main();
}
