import assert from 'node:assert/strict';
import { fileNameOf } from '../../../src/features/metrics/save-chunks';

describe('the name of a saved file', () => {
  it('has nothing of a path, and nothing that Windows refuses', () => {
    assert.equal(fileNameOf('run 7 train/loss', 'csv'), 'run 7 train-loss.csv');
    assert.equal(fileNameOf('..\\a:b*c?d"e<f>g|h\n', 'png'), '..-a-b-c-d-e-f-g-h-.png');
  });

  it('is no longer than names of files may be, and whole to its last letter', () => {
    assert.equal(fileNameOf('n'.repeat(5_000), 'svg'), `${'n'.repeat(100)}.svg`);
    assert.equal(fileNameOf(`${'n'.repeat(99)}😀`, 'svg'), `${'n'.repeat(99)}\uFFFD.svg`);
  });
});
