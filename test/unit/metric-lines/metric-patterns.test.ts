import assert from 'node:assert/strict';
import { compileMetricPatterns } from '../../../src/core/metric-line-patterns';
import { MetricLineParser } from '../../../src/core/metric-lines';

function reasonFor(source: string): string {
  return compileMetricPatterns([source]).rejected[0]?.reason ?? '';
}

describe('metric patterns of people', () => {
  it('read lines that the known forms do not', () => {
    const { patterns, rejected } = compileMetricPatterns([
      String.raw`^(?<name>\w+) after (?<step>\d+) rounds was (?<value>\S+)$`,
      String.raw`<(?<name>[^>]+)> (?<value>-?[\d.]+)`,
    ]);
    assert.deepEqual(rejected, []);
    const parser = new MetricLineParser({ patterns });
    assert.deepEqual(parser.read('val_gap after 12 rounds was 0.5'), [
      { metric: 'gap', variant: 'val', step: 12, value: 0.5 },
    ]);
    assert.deepEqual(parser.read('<a b> 1 <c> -2.5'), [
      { metric: 'a b', variant: 'a b', step: 0, value: 1 },
      { metric: 'c', variant: 'c', step: 0, value: -2.5 },
    ]);
    assert.deepEqual(parser.read('gap after 12 rounds was unknown'), []);
    assert.equal(parser.read('gap after 13 rounds was nan')[0]?.value, Number.NaN);
    assert.equal(parser.read('loss: 0.5').length, 1, 'the known forms still work');
  });

  it('are refused with a reason when they cannot work', () => {
    assert.match(reasonFor('loss=(?<value>.*)'), /has no group \(\?<name>/);
    assert.match(reasonFor('(?<name>a)=(.*)'), /has no group \(\?<value>/);
    assert.match(reasonFor('(?<name>a)=(?<value>[)'), /is not a valid regular expression/);
    assert.match(reasonFor(`(?<name>a)=(?<value>b)${' '.repeat(2_000)}`), /characters long/);
  });

  it('are refused when they could take for ever', () => {
    for (const risky of ['(a+)+', '(a*)*', '(?:a|aa)+', '((ab)*c){2,}', '(?:x+y?)*', String.raw`(a)\1*`]) {
      assert.match(reasonFor(`(?<name>n)${risky}(?<value>v)`), /take for ever/, risky);
    }
    for (const harmless of ['(?:ab)+', '(?:a|b)', '[a+*|]+', String.raw`\(a+\)+`, 'a{2,3}']) {
      assert.equal(reasonFor(`(?<name>n)${harmless}(?<value>v)`), '', harmless);
    }
  });

  it('are not asked about lines beyond their limit', () => {
    const { patterns } = compileMetricPatterns(['(?<name>gap) (?<value>[0-9.]+)']);
    const parser = new MetricLineParser({ patterns });
    assert.equal(parser.read(`gap 0.5 ${'x'.repeat(100)}`).length, 1);
    assert.equal(parser.read(`gap 0.5 ${'x'.repeat(10_000)}`).length, 0);
  });
});
