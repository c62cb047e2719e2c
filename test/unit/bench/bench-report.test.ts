import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mergeReports, readReport } from '../../bench/bench-report';
import type { BenchReport } from '../../bench/bench-row';
import type { Comparison } from '../../bench/comparison';

const comparison = (what: string, ours: number): Comparison => ({
  what,
  unit: 'ms',
  better: 'lower',
  goal: 'less',
  values: { Trackside: ours },
});

const report = (change: Partial<BenchReport>): BenchReport => ({
  machine: { processor: 'p', cores: 2, node: 'v24', date: '2026-01-01', loadBefore: 0.2 },
  rows: {},
  failed: {},
  comparisons: [],
  ...change,
});

describe('reports of the benchmark', () => {
  const before = report({
    rows: { opening: { p50Ms: 900 }, idle: { requests: 0 } },
    failed: { peers: 'A row was not on screen.', ingest: 'No disk.' },
    comparisons: [comparison('one run', 5), comparison('ten runs', 9)],
  });

  it('take what was measured again, and keep the rest of that day on that machine', () => {
    const now = report({
      machine: { ...before.machine, loadBefore: 0.7 },
      rows: { peers: { runs: 10 } },
      failed: { opening: 'The editor did not start.' },
      comparisons: [comparison('ten runs', 7), comparison('many', 3)],
    });
    assert.deepEqual(mergeReports(before, now), {
      machine: { ...before.machine, loadBefore: 0.7 },
      rows: { idle: { requests: 0 }, peers: { runs: 10 } },
      failed: { ingest: 'No disk.', opening: 'The editor did not start.' },
      comparisons: [comparison('one run', 5), comparison('ten runs', 7), comparison('many', 3)],
    });
  });

  it('never mix machines or days', () => {
    const now = report({
      machine: { ...before.machine, date: '2026-01-02' },
      rows: { idle: { requests: 1 } },
    });
    assert.equal(mergeReports(before, now), now);
    assert.equal(mergeReports(undefined, now), now);
  });

  it('are read back from their file, with what was no number', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'trackside-report-'));
    const file = path.join(folder, 'bench.json');
    assert.equal(readReport(file), undefined);
    writeFileSync(file, JSON.stringify({ ...before, rows: { idle: { cpuMs: Number.NaN } } }));
    assert.deepEqual(readReport(file), { ...before, rows: { idle: { cpuMs: 'not measured' } } });
    writeFileSync(file, '{"rows": 3}');
    assert.equal(readReport(file), undefined);
    rmSync(folder, { recursive: true });
  });
});
