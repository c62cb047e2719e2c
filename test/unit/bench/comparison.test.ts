import * as assert from 'node:assert/strict';
import { comparisonTable, judge, type Comparison } from '../../bench/comparison';
import { performancePage } from '../../bench/performance-page';

const OPENING: Comparison = {
  what: 'opening',
  unit: 'ms',
  better: 'lower',
  goal: '5 × faster',
  values: { Trackside: 200, TensorBoard: 1_400, MLflow: 1_000 },
};

describe('comparison of products', () => {
  it('compares with the best of the others', () => {
    assert.deepEqual(judge(OPENING), { winner: 'Trackside', peer: 'MLflow', ratio: 5 });
  });

  it('says so when another product wins', () => {
    const lost = { ...OPENING, values: { Trackside: 3_000, TensorBoard: 1_500, MLflow: 9_000 } };
    assert.deepEqual(judge(lost), { winner: 'peer', peer: 'TensorBoard', ratio: 2 });
    assert.match(comparisonTable([lost]).at(-1) ?? '', /\*\*TensorBoard wins, 2 ×\*\*/);
  });

  it('knows where more is better, and does not take raw SQLite for a product', () => {
    const ingest: Comparison = {
      ...OPENING,
      better: 'higher',
      values: { Trackside: 100_000, MLflow: 4_000, 'raw SQLite': 250_000 },
    };
    assert.deepEqual(judge(ingest), { winner: 'Trackside', peer: 'MLflow', ratio: 25 });
  });

  it('does not judge what was not measured', () => {
    assert.equal(judge({ ...OPENING, values: { Trackside: 'not there', MLflow: 1 } }).winner, 'unknown');
    assert.equal(
      judge({ ...OPENING, values: { Trackside: 1, MLflow: 'failed: no network' } }).winner,
      'unknown',
    );
    assert.equal(judge({ ...OPENING, values: { Trackside: 0, MLflow: 0 } }).winner, 'equal');
    assert.equal(judge({ ...OPENING, values: { Trackside: 0, MLflow: 4 } }).ratio, Infinity);
  });

  it('writes a table with a column for each product that was there', () => {
    const unreachable = { ...OPENING, values: { Trackside: 5, MLflow: 'failed: a | b\nc' } };
    assert.deepEqual(comparisonTable([unreachable]), [
      '| what | goal | Trackside | MLflow | who is ahead |',
      '|---|---|---|---|---|',
      '| opening | 5 × faster | 5 ms | failed: a b c | not known |',
    ]);
  });

  it('puts the table on the page, and nothing where nothing was compared', () => {
    const row = { id: 'sizes', title: 'Sizes', budget: 'small' };
    const report = {
      machine: { cores: 2 },
      rows: { sizes: { vsixKb: 4 } },
      failed: {},
      comparisons: [OPENING],
    };
    assert.match(
      performancePage([row], report),
      /\| opening \| 5 × faster \| 200 ms \| 1,400 ms \| 1,000 ms \|/,
    );
    assert.doesNotMatch(performancePage([row], { ...report, comparisons: [] }), /other products/);
  });
});
